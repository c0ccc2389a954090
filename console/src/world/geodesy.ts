/**
 * Distances and directions on the WGS 84 ellipsoid (Vincenty's formulas), and rings built with them. Positions are
 * longitude and latitude in degrees, lengths metres, bearings degrees clockwise from true north.
 */
export type Position = readonly [longitude: number, latitude: number];

const a = 6_378_137;
const f = 1 / 298.257223563;
const b = a * (1 - f);
const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const degrees = (angle: number): number => (angle * 180) / Math.PI;

/** A longitude in -180 ≤ x < 180, but 180 itself stays. */
export function wrapped(longitude: number): number {
  if (longitude >= -180 && longitude <= 180) return longitude;
  const turned = (((longitude + 180) % 360) + 360) % 360;
  return turned - 180;
}

/** The longitude that means the same as `longitude` and is nearest to `beside`: it may lie beyond 180. */
export const nearestTo = (beside: number, longitude: number): number =>
  longitude + 360 * Math.round((beside - longitude) / 360);

/** A line or ring whose longitudes run on over the antimeridian instead of jumping. Each step goes the shorter way round. */
export function unwrapped(line: readonly Position[]): [number, number][] {
  const result: [number, number][] = [];
  for (const [longitude, latitude] of line) {
    const before = result.at(-1);
    result.push([before === undefined ? longitude : nearestTo(before[0], longitude), latitude]);
  }
  return result;
}

export type Course = { metres: number; bearing: number };

/** The great circle's formulas: for the two points of the globe that Vincenty's does not settle on, opposite each other. */
function onSphere(from: Position, to: Position): Course {
  const [phi1, phi2, dl] = [radians(from[1]), radians(to[1]), radians(to[0] - from[0])];
  const h = Math.sin((phi2 - phi1) / 2) ** 2 + Math.cos(phi1) * Math.cos(phi2) * Math.sin(dl / 2) ** 2;
  return {
    metres: 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(h))),
    bearing:
      (degrees(
        Math.atan2(
          Math.sin(dl) * Math.cos(phi2),
          Math.cos(phi1) * Math.sin(phi2) - Math.sin(phi1) * Math.cos(phi2) * Math.cos(dl),
        ),
      ) +
        360) %
      360,
  };
}

/** How far, and in which direction one sets out, from one place to another along the shortest line. */
export function courseOf(from: Position, to: Position): Course {
  const l = radians(nearestTo(from[0], to[0]) - from[0]);
  if (from[1] === to[1] && Math.abs(l) < 1e-15) return { metres: 0, bearing: 0 };
  const u1 = Math.atan((1 - f) * Math.tan(radians(from[1])));
  const u2 = Math.atan((1 - f) * Math.tan(radians(to[1])));
  const [sinU1, cosU1, sinU2, cosU2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = l;
  for (let i = 0; i < 200; i++) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    const sinSigma = Math.hypot(cosU2 * sinL, cosU1 * sinU2 - sinU1 * cosU2 * cosL);
    if (sinSigma === 0) return { metres: 0, bearing: 0 };
    const cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosL;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosU1 * cosU2 * sinL) / sinSigma;
    const cos2Alpha = 1 - sinAlpha ** 2;
    const cos2M = cos2Alpha === 0 ? 0 : cosSigma - (2 * sinU1 * sinU2) / cos2Alpha;
    const c = (f / 16) * cos2Alpha * (4 + f * (4 - 3 * cos2Alpha));
    const next = l + (1 - c) * f * sinAlpha * (sigma + c * sinSigma * (cos2M + c * cosSigma * (-1 + 2 * cos2M ** 2)));
    if (Math.abs(next - lambda) > 1e-12) {
      lambda = next;
      continue;
    }
    const squared = (cos2Alpha * (a * a - b * b)) / (b * b);
    const bigA = 1 + (squared / 16384) * (4096 + squared * (-768 + squared * (320 - 175 * squared)));
    const bigB = (squared / 1024) * (256 + squared * (-128 + squared * (74 - 47 * squared)));
    const deltaSigma =
      bigB *
      sinSigma *
      (cos2M +
        (bigB / 4) *
          (cosSigma * (-1 + 2 * cos2M ** 2) - (bigB / 6) * cos2M * (-3 + 4 * sinSigma ** 2) * (-3 + 4 * cos2M ** 2)));
    return {
      metres: b * bigA * (sigma - deltaSigma),
      bearing: (degrees(Math.atan2(cosU2 * sinL, cosU1 * sinU2 - sinU1 * cosU2 * cosL)) + 360) % 360,
    };
  }
  return onSphere(from, to);
}

/** Where one arrives from a place in a direction after so many metres. The longitude lies near that of the start, beyond 180 where the way crosses it. */
export function arrivedAt(from: Position, bearing: number, metres: number): [number, number] {
  if (metres === 0) return [from[0], from[1]];
  const alpha = radians(bearing);
  const tanU1 = (1 - f) * Math.tan(radians(from[1]));
  const cosU1 = 1 / Math.hypot(1, tanU1);
  const sinU1 = tanU1 * cosU1;
  const sigma1 = Math.atan2(tanU1, Math.cos(alpha));
  const sinAlpha = cosU1 * Math.sin(alpha);
  const cos2Alpha = 1 - sinAlpha ** 2;
  const squared = (cos2Alpha * (a * a - b * b)) / (b * b);
  const bigA = 1 + (squared / 16384) * (4096 + squared * (-768 + squared * (320 - 175 * squared)));
  const bigB = (squared / 1024) * (256 + squared * (-128 + squared * (74 - 47 * squared)));
  let sigma = metres / (b * bigA);
  let cos2M = 0;
  for (let i = 0; i < 100; i++) {
    cos2M = Math.cos(2 * sigma1 + sigma);
    const deltaSigma =
      bigB *
      Math.sin(sigma) *
      (cos2M +
        (bigB / 4) *
          (Math.cos(sigma) * (-1 + 2 * cos2M ** 2) -
            (bigB / 6) * cos2M * (-3 + 4 * Math.sin(sigma) ** 2) * (-3 + 4 * cos2M ** 2)));
    const next = metres / (b * bigA) + deltaSigma;
    const settled = Math.abs(next - sigma) < 1e-12;
    sigma = next;
    if (settled) break;
  }
  const [sinSigma, cosSigma] = [Math.sin(sigma), Math.cos(sigma)];
  const x = sinU1 * sinSigma - cosU1 * cosSigma * Math.cos(alpha);
  const latitude = Math.atan2(sinU1 * cosSigma + cosU1 * sinSigma * Math.cos(alpha), (1 - f) * Math.hypot(sinAlpha, x));
  const lambda = Math.atan2(sinSigma * Math.sin(alpha), cosU1 * cosSigma - sinU1 * sinSigma * Math.cos(alpha));
  const c = (f / 16) * cos2Alpha * (4 + f * (4 - 3 * cos2Alpha));
  const l = lambda - (1 - c) * f * sinAlpha * (sigma + c * sinSigma * (cos2M + c * cosSigma * (-1 + 2 * cos2M ** 2)));
  return [from[0] + degrees(l), degrees(latitude)];
}

/** The ring of a circle, closed, its longitudes running on. */
export function circleRing(centre: Position, metres: number, corners = 72): [number, number][] {
  const ring = Array.from({ length: corners }, (_, i) => arrivedAt(centre, (i * 360) / corners, metres));
  const run = unwrapped([...ring, ring[0] ?? [centre[0], centre[1]]]);
  return run;
}

/** The shortest line between two places, with points between so that it bends on a map as it does on the globe. */
export function geodesic(from: Position, to: Position, step = 100_000): [number, number][] {
  const { metres, bearing } = courseOf(from, to);
  const parts = Math.min(256, Math.max(1, Math.ceil(metres / step)));
  const between = Array.from({ length: parts - 1 }, (_, i) => arrivedAt(from, bearing, (metres * (i + 1)) / parts));
  return unwrapped([from, ...between, to]);
}

/** A flat plane about a place, in metres: exact enough for whatever a corridor or an overlap is wide. */
export function planeAt(origin: Position): {
  to: (at: Position) => [number, number];
  from: (xy: readonly [number, number]) => [number, number];
} {
  const phi = radians(origin[1]);
  const e2 = f * (2 - f);
  const w = 1 - e2 * Math.sin(phi) ** 2;
  // Metres of a degree along the meridian and along the parallel at this latitude.
  const north = radians(1) * ((a * (1 - e2)) / w ** 1.5);
  const east = Math.max(1, radians(1) * ((a * Math.cos(phi)) / Math.sqrt(w)));
  return {
    to: ([longitude, latitude]) => [
      (nearestTo(origin[0], longitude) - origin[0]) * east,
      (latitude - origin[1]) * north,
    ],
    from: ([x, y]) => [origin[0] + x / east, Math.max(-90, Math.min(90, origin[1] + y / north))],
  };
}

/** Corners of an end's half circle, and of the outside of a bend. */
const roundness = 8;

/**
 * The ring of a corridor: everything within half its width of a line. Ends and the outsides of bends are round; where
 * the inside of a bend would fold over itself, its corner is cut to the crossing.
 */
export function corridorRing(line: readonly Position[], width: number): [number, number][] {
  const path = unwrapped(line).filter((at, i, all) => i === 0 || courseOf(all[i - 1] ?? at, at).metres > 0.01);
  const half = width / 2;
  const [first] = path;
  if (first === undefined) return [];
  if (path.length === 1) return circleRing(first, half);
  const bearings = path.slice(1).map((at, i) => courseOf(path[i] ?? at, at).bearing);
  const side = (sign: 1 | -1): [number, number][] => {
    const points: [number, number][] = [];
    for (const [i, at] of path.entries()) {
      const before = bearings[i - 1];
      const after = bearings[i];
      if (before === undefined || after === undefined) {
        points.push(arrivedAt(at, (before ?? after ?? 0) + 90 * sign, half));
        continue;
      }
      const turn = ((after - before + 540) % 360) - 180;
      if (Math.sign(turn) === -sign || Math.abs(turn) < 1e-9) {
        // The outside of a bend: an arc from one leg's edge to the next.
        const parts = Math.max(1, Math.ceil((Math.abs(turn) / 180) * roundness));
        for (let k = 0; k <= parts; k++) points.push(arrivedAt(at, before + 90 * sign + (turn * k) / parts, half));
      } else {
        const legs = [courseOf(path[i - 1] ?? at, at).metres, courseOf(at, path[i + 1] ?? at).metres];
        const reach = Math.min(half / Math.max(0.05, Math.cos(radians(turn / 2))), ...legs);
        points.push(arrivedAt(at, before + 90 * sign + turn / 2, Math.max(half, reach)));
      }
    }
    return points;
  };
  const cap = (at: Position, bearing: number): [number, number][] =>
    Array.from({ length: roundness - 1 }, (_, k) => arrivedAt(at, bearing + 90 - (180 * (k + 1)) / roundness, half));
  const last = path.at(-1) ?? first;
  const ring = [
    ...side(1),
    ...cap(last, bearings.at(-1) ?? 0),
    ...side(-1).reverse(),
    ...cap(first, (bearings[0] ?? 0) + 180),
  ];
  return unwrapped([...ring, ring[0] ?? first]);
}

/** True where a ring (closed or not) encloses the place, by its longitudes as they run on. */
export function encloses(ring: readonly Position[], at: Position): boolean {
  const run = unwrapped(ring);
  const middle = run.reduce((sum, [x]) => sum + x, 0) / Math.max(1, run.length);
  const x = nearestTo(middle, at[0]);
  const y = at[1];
  let inside = false;
  for (let i = 0, j = run.length - 1; i < run.length; j = i++) {
    const [xi, yi] = run[i] ?? [0, 0];
    const [xj, yj] = run[j] ?? [0, 0];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Square metres that a ring encloses, on a sphere of the Earth's mean radius: to a third of a percent. */
export function areaOf(ring: readonly Position[]): number {
  const run = unwrapped(ring);
  let sum = 0;
  for (let i = 0; i < run.length; i++) {
    const [x1, y1] = run[i] ?? [0, 0];
    const [x2, y2] = run[(i + 1) % run.length] ?? [0, 0];
    sum += radians(x2 - x1) * (2 + Math.sin(radians(y1)) + Math.sin(radians(y2)));
  }
  return Math.abs((sum * 6_371_008.8 ** 2) / 2);
}
