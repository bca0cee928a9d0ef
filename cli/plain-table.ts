// Columns of text without lines between them.
import Table from 'cli-table3';

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'mid', 'left', 'right'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((part) => [`${side}${part}`, ''] as const),
  ),
);

/** @param columns each name with its width, two spaces at its end included; words wrap within it */
export function plainTable(columns: Readonly<Record<string, number>>, rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: Object.keys(columns),
    colWidths: Object.values(columns),
    wordWrap: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: { ...NO_LINES, middle: '' },
  });
  for (const row of rows) table.push([...row]);
  return table.toString().replaceAll(/ +$/gm, '');
}
