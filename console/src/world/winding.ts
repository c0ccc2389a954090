import { geoArea } from 'd3-geo';
import type { Polygon, Position } from 'geojson';

const half = 2 * Math.PI;

/**
 * Rings as d3 draws them. It takes the side to the right of a ring as its inside, RFC 7946 the left, and many files
 * keep to neither: an outer ring goes the way that encloses
 * the smaller part of the world, and a hole the other way.
 */
export function rightWay(polygon: Polygon): Position[][] {
  return polygon.coordinates.map((ring, i) => {
    const encloses = geoArea({ type: 'Polygon', coordinates: [ring] }) <= half;
    return encloses === (i === 0) ? ring : [...ring].reverse();
  });
}
