/** How the benches print: aligned tables, milliseconds with one digit. */

export function ms(time: number): string {
  return `${time.toFixed(1)} ms`;
}

export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  ...notes: readonly string[]
): void {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  for (const row of all)
    console.log(row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
  for (const note of notes) console.log(note);
  console.log();
}
