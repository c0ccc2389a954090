import { expect, test } from 'vitest';
import { isEcho } from './check';

// V-11
test('a tone that comes back louder than the room is an echo, and what the room does by itself is none', () => {
  expect(isEcho([-70, -65], [-40, -66, -41, -64])).toBe(true);
  expect(isEcho([-70, -65], [-66, -64, -60, -66])).toBe(false);
  expect(isEcho([-40, -42], [-38, -41, -40, -39])).toBe(false); // somebody speaks near it
  expect(isEcho([-70], [-70, -70, -70, -30, -70])).toBe(false); // a door
  expect(isEcho([-Infinity], [-Infinity, -Infinity])).toBe(false); // silence is no room
  expect(isEcho([-70], [])).toBe(false);
});
