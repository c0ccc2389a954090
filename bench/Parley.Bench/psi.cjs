// One private set intersection of two sets of N elements, half of them common, with @openmined/psi.js: `node psi.cjs FOLDER-WITH-NODE_MODULES N…`.
// Prints a line of JSON for each N. In one direction only: the client learns the intersection and the server nothing.
const { createRequire } = require('node:module')
const { join } = require('node:path')
const load = createRequire(join(process.argv[2], 'package.json'))
const Psi = load('@openmined/psi.js')

;(async () => {
  const psi = await Psi()
  for (const n of process.argv.slice(3).map(Number)) {
    const ours = Array.from({ length: n }, (_, i) => `cell ${i}`)
    const theirs = Array.from({ length: n }, (_, i) => `cell ${i + n / 2}`)
    const began = process.hrtime.bigint()
    const used = process.cpuUsage()
    const server = psi.server.createWithNewKey(true)
    const client = psi.client.createWithNewKey(true)
    const setup = server.createSetupMessage(1e-9, n, theirs, psi.dataStructure.Raw)
    const response = server.processRequest(client.createRequest(ours))
    const found = client.getIntersection(setup, response).length
    const cpu = process.cpuUsage(used)
    console.log(JSON.stringify({ cells: n, milliseconds: Number(process.hrtime.bigint() - began) / 1e6, processor: (cpu.user + cpu.system) / 1e3, found }))
  }
})()
