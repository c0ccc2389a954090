import { useT } from '../messages';

/** Metres of one degree of latitude. */
const degree = 111_320;

type Grid = Record<
  'west' | 'south' | 'east' | 'north' | 'cell' | 'floor' | 'ceiling' | 'layer' | 'slot',
  number | string
>;

/** How fine the comparison would be, while it is set up: the number of cells grows with the third and fourth power of it. */
export function GridSize({ grid, from, until }: { grid: Grid; from: string | null; until: string | null }) {
  const t = useT();
  const of = (name: keyof Grid): number => (grid[name] === '' ? NaN : Number(grid[name]));
  const middle = ((of('south') + of('north')) / 2) * (Math.PI / 180);
  const width = (of('east') - of('west')) * degree * Math.cos(middle);
  const across = Math.ceil(width / of('cell')) * Math.ceil(((of('north') - of('south')) * degree) / of('cell'));
  const layers = Math.ceil((of('ceiling') - of('floor')) / of('layer'));
  const slots =
    from === null || until === null ? NaN : Math.ceil((Date.parse(until) - Date.parse(from)) / (of('slot') * 60_000));
  const cells = across * layers * slots;
  if (!Number.isFinite(cells) || across <= 0 || layers <= 0 || slots <= 0) return null;
  const told = (count: number): string => count.toLocaleString('en-GB').replaceAll(',', '\u202F');
  return (
    <p role="status" className="dim">
      {t('blind.grid', { cells: told(cells), across: told(across), layers: told(layers), slots: told(slots) })}
    </p>
  );
}
