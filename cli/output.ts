/** What a command prints: text for people on a terminal, or one JSON object; never a secret. */
import { inspect, stripVTControlCharacters } from 'node:util';

export class Output {
  readonly json: boolean;

  constructor(json: boolean) {
    this.json = json;
  }

  /** A line for people; nothing with --json. Control characters from files never reach the terminal. */
  line(text = ''): void {
    if (!this.json) process.stdout.write(`${clean(text)}\n`);
  }

  /** A line about progress or trouble, on standard error: also with --json, where standard output is the result alone. */
  note(text: string): void {
    process.stderr.write(`${clean(text)}\n`);
  }

  /** The result as JSON; nothing without --json. */
  result(value: unknown): void {
    if (this.json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  error(message: string, next: string | undefined): void {
    if (this.json)
      process.stdout.write(`${JSON.stringify({ error: message, next: next ?? null }, null, 2)}\n`);
    else process.stderr.write(`${clean(message)}\n${next === undefined ? '' : `Next: ${clean(next)}\n`}`);
  }

  /** Rows in aligned columns. */
  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => (row[column] ?? '').length)),
    );
    for (const row of rows)
      this.line(
        row
          .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
          .join('  '),
      );
  }
}

/** Text from outside, without anything that could move the cursor or change colours. */
function clean(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what must not reach a terminal
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (control) =>
    inspect(control).slice(1, -1),
  );
}
