/**
 * What a console costs: time from starting its process to a screen that takes keys, and memory while it does nothing.
 * Chromium host, headless; the numbers are of this machine, the shares of one run are what can be compared.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Person } from '../e2e/person.ts';
import { build } from '../scripts/build.ts';

const RUNS = 5;
/** How long a console is left alone before its memory is looked at, in milliseconds. */
const IDLE = 3000;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`;

await build();
const dir = mkdtempSync(join(tmpdir(), 'reseal-bench-'));
const times: number[] = [];
const memory: { program: number; window: number }[] = [];
try {
  for (let run = 0; run < RUNS; run++) {
    const begun = performance.now();
    const person = await new Person('bench', join(dir, `home-${run}`), dir).start();
    await person.sees({ label: 'Name on the label of this laptop' });
    times.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, IDLE));
    memory.push(await person.memory());
    await person.close();
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
console.log(
  `console, ${RUNS} starts: first interactive screen after ${median(times).toFixed(0)} ms (median; ${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)} ms)`,
);
console.log(
  `console, idle: program ${megabytes(median(memory.map(({ program }) => program)))}, window and its browser ${megabytes(median(memory.map(({ window }) => window)))} (proportional set size: shared pages counted once)`,
);
