// Holds the description of the API against Redocly's recommended rules, by the package that the types are made with:
//   node scripts/lint-api.mjs FILE
// Ends with 1 and the first errors where there are some; warnings are counted. The tests of Parley.Station write the description
// (schema.mjs) and run this.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { readFile } from 'node:fs/promises';

const MOST_TOLD = 40;
const [file = '../artifacts/openapi.json'] = process.argv.slice(2);
const problems = await lintFromString({
  source: await readFile(file, 'utf8'),
  absoluteRef: 'openapi.json',
  config: await createConfig({ extends: ['recommended'] }),
});
const errors = problems.filter((problem) => problem.severity === 'error' && !problem.ignored);
const warnings = problems.length - errors.length;
for (const { ruleId, message, location } of errors.slice(0, MOST_TOLD))
  console.error(`${ruleId}: ${message} at ${location[0]?.pointer ?? ''}`);
console.log(`${errors.length} errors, ${warnings} warnings`);
process.exit(errors.length === 0 ? 0 : 1);
