import { expect, test } from 'vitest';
import { byPressure } from './Duty';

const owed = (mark: 'actual' | 'exercise', precedence: 'routine' | 'flash', due: string | null) => ({
  mark,
  precedence,
  due,
});

test('what is meant stands before what is played, then by precedence, then by when it is due', () => {
  const list = [
    owed('exercise', 'flash', '2020-01-01'),
    owed('actual', 'routine', '2026-01-02'),
    owed('actual', 'routine', null),
    owed('actual', 'flash', '2026-01-03'),
    owed('actual', 'routine', '2026-01-01'),
  ];
  expect([...list].sort(byPressure)).toEqual([list[3], list[4], list[1], list[2], list[0]]);
});
