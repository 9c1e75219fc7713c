import { describe, expect, it } from 'vitest';
import type { Hearing, Taken } from '../../electron/ipc/optical.ts';
import * as fixtures from '../fixtures.ts';
import { trouble, troubleOf } from './camera/trouble.ts';
import { NOTHING_SCANNED, scanned, SILENT, verdictOf, type ScanEvent, type ScanState } from './scan-state.ts';

const ID = fixtures.scanReport.incoming?.id ?? '';
const OTHER = 'b2'.repeat(8);
const AT = '2026-11-24T14:03:00Z';
const after = (state: ScanState, ...events: readonly ScanEvent[]): ScanState => events.reduce(scanned, state);
const hearing = (id: string, verdict: Hearing['verdict'], sentence: string | null = null): ScanEvent => ({
  is: 'hearing',
  id,
  hearing: { verdict, who: 'Holder 3', sentence },
});
const outcome = (verdict: Taken['verdict'], sentence: string | null = null): Taken => ({
  verdict,
  who: 'Holder 3: round 2',
  sentence,
  next: null,
});
const judged = (id: string, ...outcomes: readonly Taken[]): ScanEvent => ({
  is: 'judged',
  id,
  who: 'Holder 3',
  at: AT,
  outcomes,
});
const codesOf = (id: string | null): typeof fixtures.scanReport.codes =>
  fixtures.scanReport.codes.map((code) => ({ ...code, id }));
const report = (changed: Partial<typeof fixtures.scanReport> = {}): ScanEvent => ({
  is: 'report',
  report: { ...fixtures.scanReport, ...changed },
});

describe('a message that is taken', () => {
  const taken = after(fixtures.scanOn, hearing(ID, 'wanted'), judged(ID, outcome('taken')));
  it('is checked off until the next one comes', () => {
    expect(taken).toMatchObject({ check: 'Holder 3', received: [{ id: ID, who: 'Holder 3', at: AT }] });
    // Its own code, in a report that was made before the worker knew.
    expect(after(taken, report({ incoming: null })).check).toBe('Holder 3');
    const next = report({ codes: codesOf(OTHER) });
    expect(after(taken, next).check).toBe('Holder 3');
    expect(after(taken, hearing(OTHER, 'wanted'), next).check).toBeNull();
    // One that was left half-way is not coming.
    expect(after(taken, hearing(OTHER, 'wanted'), report({ codes: [] })).check).toBe('Holder 3');
  });
  it('takes what was said of others with it', () => {
    const before = after(fixtures.scanOn, hearing(OTHER, 'other', 'No.'));
    expect(before.notice?.sentence).toBe('No.');
    expect(after(before, hearing(ID, 'wanted'), judged(ID, outcome('taken'))).notice).toBeNull();
  });
  it('may bring some that were here already', () => {
    expect(after(fixtures.scanOn, judged(ID, outcome('have'), outcome('taken'))).check).toBe('Holder 3');
    expect(after(fixtures.scanOn, judged(ID, outcome('have', 'It is here.')))).toMatchObject({
      check: null,
      aside: 'It is here.',
      received: [],
    });
  });
});

describe('a message that is not wanted', () => {
  const wrong = after(fixtures.scanOn, hearing(OTHER, 'other', 'This is round 1.'));
  it('is said large, until the right one comes', () => {
    expect(wrong.notice).toMatchObject({ id: OTHER, sentence: 'This is round 1.' });
    expect(after(wrong, hearing(ID, 'wanted'), report()).notice).toBeNull();
    // The right one lies half-way, a moment ago, while the wrong one is shown.
    const codes = codesOf(OTHER).map((code) => ({ ...code, state: 'unwanted' as const }));
    expect(after(wrong, hearing(ID, 'wanted'), report({ codes })).notice).not.toBeNull();
    // And a report that was made before the worker knew.
    expect(after(wrong, report({ codes: codesOf(OTHER) })).notice).not.toBeNull();
  });
  it('is said quietly where it is here already', () => {
    const have = after(fixtures.scanOn, hearing(ID, 'have', 'It is here already.'));
    expect(have).toMatchObject({ notice: null, aside: 'It is here already.' });
    const seen = fixtures.scanReport.codes.map((code) => ({ ...code, state: 'done' as const }));
    expect(after(fixtures.scanOn, report({ codes: seen, incoming: null })).aside).toContain('here already');
  });
});

describe('a message that is refused', () => {
  const refused = after(
    fixtures.scanOn,
    hearing(ID, 'wanted'),
    judged(ID, outcome('taken'), outcome('refused', 'The signature is wrong.')),
  );
  it('stays on the screen until something is taken', () => {
    expect(refused).toMatchObject({ check: null, notice: { sentence: 'The signature is wrong.' } });
    const later = after(refused, hearing(OTHER, 'wanted'), report({ codes: codesOf(OTHER) }));
    expect(later.notice).not.toBeNull();
    expect(after(later, judged(OTHER, outcome('taken'))).notice).toBeNull();
  });
  it('is looked at again once something else is awaited; what was taken never is', () => {
    expect(verdictOf([outcome('taken'), outcome('refused')])).toBe('unwanted');
    expect(verdictOf([outcome('taken'), outcome('have')])).toBe('done');
  });
  it('is told from one that the program could not take', () => {
    const failed = after(
      fixtures.scanOn,
      { is: 'judging', id: ID },
      {
        is: 'failed',
        id: ID,
        sentence: 'The disk is full.',
        next: null,
      },
    );
    expect(failed).toMatchObject({ judging: null, notice: { sentence: 'The disk is full.' } });
    expect(failed.notice?.next).toContain('Try again');
    expect(after(fixtures.scanOn, { is: 'spoilt', id: ID }).notice?.title).toContain(
      'did not come out whole',
    );
  });
});

describe('a UR', () => {
  const read = (id: string): ScanEvent => ({ is: 'resource', id, resource: fixtures.seenResource });
  const inPicture = (id: string): ScanEvent =>
    report({
      incoming: null,
      codes: fixtures.scanReport.codes.map((code) => ({ ...code, id, state: 'done' })),
    });
  const seen = after(
    fixtures.scanOn,
    hearing(fixtures.UR, 'wanted'),
    { is: 'judging', id: fixtures.UR },
    read(fixtures.UR),
  );
  it('is said until something else comes, and nothing of it is received', () => {
    expect(seen).toMatchObject({ resource: fixtures.UR, judging: null, received: [], check: null });
    // Its own code, in a report that was made before the worker knew.
    expect(after(seen, report({ codes: codesOf(fixtures.UR), incoming: null })).resource).toBe(fixtures.UR);
    expect(after(seen, hearing(ID, 'wanted'), report()).resource).toBeNull();
    expect(after(seen, hearing(ID, 'wanted'), judged(ID, outcome('taken')))).toMatchObject({
      resource: null,
      check: 'Holder 3',
    });
  });
  it('that was read is said again when it is before the camera again', () => {
    const other = after(seen, hearing('x 1 2', 'wanted'), read('x 1 2'));
    expect(other.resource).toBe('x 1 2');
    expect(after(other, inPicture(fixtures.UR))).toMatchObject({ resource: fixtures.UR, aside: null });
    // A message that is here already is not taken for one.
    expect(after(other, inPicture(ID)).resource).toBe('x 1 2');
  });
  it('takes a word on another one away', () => {
    const wrong = after(seen, hearing(OTHER, 'other', 'No.'));
    expect(wrong.notice).not.toBeNull();
    expect(after(wrong, inPicture(fixtures.UR)).notice).toBeNull();
  });
});

describe('a camera', () => {
  it('in trouble is off, and on again when it was opened', () => {
    const gone = after(fixtures.scanComing, { is: 'trouble', trouble: trouble('gone') });
    expect(gone).toMatchObject({ camera: 'off', report: null, trouble: { name: 'gone' } });
    const again = after(gone, { is: 'opening' }, { is: 'opened', chosen: '2', cameras: [] });
    expect(again).toMatchObject({ camera: 'on', trouble: null, chosen: '2' });
  });
  it('that was silent is not any more when a picture comes', () => {
    const silent = after(fixtures.scanOn, SILENT);
    expect(silent).toMatchObject({ camera: 'on', trouble: { name: 'silent' } });
    expect(after(silent, report()).trouble).toBeNull();
    expect(after(NOTHING_SCANNED, { is: 'trouble', trouble: trouble('none') }, report()).trouble?.name).toBe(
      'none',
    );
  });
  it('that does not open says why', () => {
    const named = (name: string): string => troubleOf(Object.assign(new Error('x'), { name })).name;
    expect(
      ['NotFoundError', 'NotAllowedError', 'NotReadableError', 'AbortError', 'TypeError'].map(named),
    ).toEqual(['none', 'refused', 'busy', 'busy', 'unknown']);
    expect(troubleOf('x').name).toBe('unknown');
  });
  it('that sees a code of a later version says so', () => {
    const newer = fixtures.scanReport.codes.map((code) => ({ ...code, state: 'newer' as const }));
    expect(after(fixtures.scanOn, report({ codes: newer, incoming: null })).notice?.sentence).toContain(
      'newer version',
    );
  });
});
