/** Height of a label's line, and the width that one letter takes, in pixels. */
const line = 15;
const letter = 7;

/**
 * By how many lines each label is moved down so that none stands on an earlier one. Points are in pixels; a label
 * begins right of its point.
 * Twelve lines down is as far as a label goes: further off it would seem to belong to something else.
 */
export function labelRows(labels: readonly { id: string; x: number; y: number; text: string }[]): Map<string, number> {
  const placed: { from: number; to: number; y: number }[] = [];
  const rows = new Map<string, number>();
  for (const label of labels) {
    const [from, to] = [label.x, label.x + label.text.length * letter];
    let row = 0;
    while (
      row < 12 &&
      placed.some((other) => other.from < to && from < other.to && Math.abs(other.y - (label.y + row * line)) < line)
    )
      row++;
    placed.push({ from, to, y: label.y + row * line });
    rows.set(label.id, row);
  }
  return rows;
}
