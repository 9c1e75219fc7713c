import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange, Outgoing } from '../../electron/ipc/optical.ts';
import type { CeremonyState, PartState } from '../../electron/ipc/state.ts';
import * as fixtures from '../fixtures.ts';
import { viewOf } from './flow.ts';
import { isComplete, nextIn, nextKey } from './next.ts';

const [own] = fixtures.ceremony.exchange.show;
if (own === undefined) throw new Error('a message expected');
const mine: Outgoing = own;
const bundle: Outgoing = { ...mine, id: 'b'.repeat(16), to: 'everybody', title: 'The plan' };
const awaits = (...here: boolean[]): Exchange['scan'] => ({
  title: 'Round 2 of 5, confirm',
  from: here.map((one, at) => ({ role: `holder-${at + 1}`, who: `holder ${at + 1}`, here: one, at: null })),
});
const ceremonyWith = (exchange: Partial<Exchange>, part: PartState): CeremonyState => ({
  ...fixtures.ceremony,
  parts: [part],
  exchange: { show: [], scan: null, ...exchange },
});
const waiting = fixtures.holderPart('confirmed');
const asked = fixtures.holderPart('backups', {
  fields: [fixtures.field({ name: 'serial', question: 'Which bag?', kind: 'text' })],
});
const next = (exchange: Partial<Exchange>, part: PartState, shown: readonly string[] = []): string =>
  nextIn(ceremonyWith(exchange, part), part, shown);

describe('what comes next', () => {
  it('for a holder: say it, then hear what everybody said, then the step', () => {
    const exchange = { show: [mine], scan: awaits(false) };
    expect(next(exchange, waiting)).toBe('show');
    expect(next(exchange, waiting, [mine.id])).toBe('scan');
    expect(next({ ...exchange, scan: null }, waiting, [mine.id])).toBe('step');
  });

  it('for an administrator: show what everybody waits for, then collect until all are here', () => {
    const exchange = { show: [bundle], scan: awaits(true, false) };
    expect(next(exchange, waiting)).toBe('show');
    expect(next(exchange, waiting, [bundle.id])).toBe('scan');
    expect(next({ ...exchange, scan: awaits(true, true) }, waiting, [bundle.id])).toBe('step');
  });

  it('is the person who is asked, before this laptop says or hears anything for itself', () => {
    expect(next({ show: [mine], scan: awaits(false) }, asked)).toBe('step');
    expect(next({ show: [bundle], scan: awaits(false) }, asked)).toBe('show');
  });

  it('is the step where something was refused, and where a ceremony is over', () => {
    const refused = { ...waiting, refusal: { code: 'x', message: 'No.', next: null } };
    expect(next({ show: [bundle], scan: awaits(false) }, refused)).toBe('step');
    const over = { ...ceremonyWith({ show: [bundle], scan: awaits(false) }, waiting), finished: true };
    expect(nextIn(over, waiting, [])).toBe('show');
    expect(nextIn(over, waiting, [bundle.id])).toBe('step');
  });

  it('waits with the camera while this laptop works on what it will have to show', () => {
    const works = fixtures.holderPart('deal');
    expect(next({ scan: awaits(false) }, works)).toBe('step');
    const waits = fixtures.holderPart('sign-checkpoint', { waiting: 'Waits for the checkpoint.' });
    expect(next({ scan: awaits(false) }, waits)).toBe('scan');
  });

  it('looks for anybody’s message only while nothing goes on here', () => {
    expect(next({ scan: awaits() }, waiting)).toBe('scan');
    expect(next({ scan: awaits() }, fixtures.holderPart('deal'))).toBe('step');
  });

  it('never asks twice for the same thing, whatever a ceremony looks like', () => {
    const outgoing = fc.record({
      id: fc.constantFrom('1'.repeat(16), '2'.repeat(16)),
      to: fc.constantFrom('administrator' as const, 'everybody' as const),
    });
    fc.assert(
      fc.property(
        fc.array(outgoing, { maxLength: 3 }),
        fc.option(fc.array(fc.boolean(), { maxLength: 4 })),
        fc.constantFrom(waiting, asked, fixtures.holderPart('deal')),
        fc.boolean(),
        (show, here, part, finished) => {
          const ceremony = {
            ...ceremonyWith(
              {
                show: show.map((one) => ({ ...mine, ...one })),
                scan: here === null ? null : awaits(...here),
              },
              part,
            ),
            finished,
          };
          const shown: string[] = [];
          // Whoever does what it says comes to the camera or the step after one look at each message.
          while (nextIn(ceremony, part, shown) === 'show') {
            const [due] = ceremony.exchange.show;
            expect(shown).not.toContain(due?.id);
            shown.push(due?.id ?? '');
          }
          const after = nextIn(ceremony, part, shown);
          if (part === asked) expect(after).toBe('step');
          if (after === 'scan') expect(here?.every(Boolean) === true && here.length > 0).toBe(false);
        },
      ),
    );
  });
});

describe('a thing to lead to', () => {
  it('has another name when something else is to be shown or scanned', () => {
    const first = ceremonyWith({ show: [mine], scan: awaits(false) }, waiting);
    const second = ceremonyWith({ show: [bundle, mine], scan: awaits(false, true) }, waiting);
    expect(nextKey(first, 'show')).not.toBe(nextKey(second, 'show'));
    expect(nextKey(first, 'scan')).toBe(nextKey(second, 'scan'));
    expect(nextKey(first, 'scan')).not.toBe(nextKey(first, 'show'));
    expect(viewOf(first.id, 'scan')).toEqual({
      screen: 'scan',
      ceremony: first.id,
      from: { screen: 'ceremony', ceremony: first.id, role: null },
    });
  });

  it('is complete when all are here, or something else is awaited', () => {
    const title = 'Round 2 of 5, confirm';
    const isSo = (scan: Exchange['scan']): boolean => isComplete({ show: [], scan }, title);
    expect(isSo(awaits(true, false))).toBe(false);
    expect(isSo(awaits(true, true))).toBe(true);
    expect(isSo(awaits())).toBe(false);
    expect(isSo({ title: 'Round 3 of 5, secure', from: [] })).toBe(true);
    expect(isSo(null)).toBe(true);
  });
});
