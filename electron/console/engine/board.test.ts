// Who has sent what: the table and the list of those we wait for, from views of real ceremonies.
import { describe, expect, it } from 'vitest';
import { dealt, HOLDERS, startRun, turns } from '../../../test-support/engine.ts';
import type { Arrival } from '../../../laptop/arrivals.ts';
import { board, openRound, waitingFor } from './board.ts';

const at = '2026-11-25T10:00:00Z';
const sent = (sender: string, round: number, attempt = 1): Arrival => ({ sender, round, attempt, at });
const own = new Set<string>(['holder-1']);

describe('the board', () => {
  it('shows what is awaited, what has come, and what is in a bundle', async () => {
    const run = await startRun({ seed: 'board' });
    const arrivals = [sent('holder-1', 1), sent('holder-3', 1)];
    await turns(run, ...HOLDERS.slice(0, 1));
    const view = { ...run.administrator.view, next: 1 };
    const states = (rows: ReturnType<typeof board>): string[] =>
      rows.filter(({ role }) => role.startsWith('holder-')).map(({ cells }) => cells[1]!.state);
    expect(states(board(run.context, view, arrivals, own))).toEqual(['here', 'due', 'here']);
    expect(waitingFor(run.context, view, arrivals, own).map(({ who }) => who)).toEqual([
      expect.stringContaining('holder 2'),
    ]);
    const all = [...arrivals, sent('holder-2', 1)];
    expect(waitingFor(run.context, view, all, own).map(({ what }) => what)).toEqual(['the bundle of deal']);
    await dealt(run);
    expect(states(board(run.context, run.administrator.view, all, own))).toEqual(['done', 'done', 'done']);
  });

  it('follows a round that is repeated, and nobody’s prank', async () => {
    const run = await startRun({ seed: 'board-attempts' });
    await dealt(run);
    await turns(run, ...HOLDERS, 'administrator');
    const { view } = run.administrator;
    expect(openRound(view, [])).toBe(3);
    expect(openRound(view, [sent('holder-2', 2, 2)])).toBe(2);
    expect(openRound(view, [sent('holder-2', 2, 65535)])).toBe(3);
    expect(openRound(view, [sent('holder-2', 8, 7)])).toBe(3);
  });
});
