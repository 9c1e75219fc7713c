/** Turns the events of a rehearsal into a table of steps and a list of phases, in milliseconds. */
import { ROUND_NAMES } from '../../ceremony/bundle.ts';
import type { LaptopEvent } from './layout.ts';

/** One step of the script: when the first and the last laptop had done it, in ms after the plan was announced. */
export interface StepTime {
  readonly ceremony: string;
  readonly step: string;
  readonly title: string;
  readonly laptops: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Steps in the order in which the last laptop finished them. */
export function stepTimes(events: readonly LaptopEvent[], kind: string, startedAt: number): StepTime[] {
  const rows = new Map<string, { title: string; times: number[]; seats: Set<string> }>();
  for (const event of events) {
    if (event.event !== 'step' || event.kind !== kind) continue;
    const row = rows.get(event.step) ?? { title: event.title, times: [], seats: new Set() };
    row.times.push(event.at - startedAt);
    row.seats.add(event.seat);
    rows.set(event.step, row);
  }
  return [...rows]
    .map(([step, { title, times, seats }]) => ({
      ceremony: kind,
      step,
      title,
      laptops: seats.size,
      firstMs: Math.min(...times),
      lastMs: Math.max(...times),
    }))
    .sort((a, b) => a.lastMs - b.lastMs);
}

/** Milliseconds from one bundle to the next, by round name, and the closing. */
export function roundTimes(
  events: readonly LaptopEvent[],
  kind: string,
  startedAt: number,
  endedAt: number,
): Record<string, number> {
  const phases: Record<string, number> = {};
  let last = startedAt;
  for (const event of events) {
    if (event.event !== 'bundle' || event.kind !== kind) continue;
    const name = ROUND_NAMES[event.round] ?? String(event.round);
    phases[name] = (phases[name] ?? 0) + event.at - last;
    last = event.at;
  }
  phases['close'] = endedAt - last;
  return phases;
}
