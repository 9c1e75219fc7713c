import { describe, expect, it } from 'vitest';
import * as fixtures from './fixtures.ts';
import { isPhrase } from './design/phrase-field.tsx';
import { wordsOf } from './design/words-field.tsx';
import { headline } from './screens/home.tsx';
import {
  current,
  firstDraft,
  leftOutWords,
  problemOf,
  toGenerate,
  usable,
  usualThreshold,
} from './screens/plan-draft.ts';
import { fieldLabel } from './screens/steps.ts';
import { strengthOf } from './screens/strength.ts';
import { planWork, useConsole } from './store.ts';
import { dueWords, grouped, size } from './time.ts';
import { partOf, placeOf } from './views.ts';

describe('headline', () => {
  const [soon, later] = fixtures.state.keys;
  if (soon === undefined || later === undefined) throw new Error('two keys expected');
  it('says how many keys there are and how many are due', () => {
    expect(headline([soon, later], 0)).toBe('Two keys on this laptop. One is due.');
    expect(headline([soon, soon], 0)).toBe('Two keys on this laptop. All are due.');
    expect(headline([soon, soon, later], 0)).toBe('Three keys on this laptop. Two are due.');
    expect(headline([later], 0)).toBe('One key on this laptop. None is due.');
    expect(headline([], 0)).toBe('No key on this laptop yet.');
  });
  it('puts a ceremony that waits first', () => {
    expect(headline([later], 1)).toBe('One key on this laptop. A ceremony waits for you.');
    expect(headline([], 2)).toBe('No key on this laptop. Two ceremonies wait for you.');
  });
});

describe('due words', () => {
  const now = Date.parse('2026-11-24T10:00:00Z');
  const since = '2026-11-24T10:00:00Z';
  const key = (due: string | null): Parameters<typeof dueWords>[0] => ({ since, due, cryptoperiod: 90 });
  it('counts days while they are few', () => {
    expect(dueWords(key('2026-11-26T10:00:00Z'), now)).toBe('in 2 days');
    expect(dueWords(key('2026-11-25T09:00:00Z'), now)).toBe('in 1 day');
    expect(dueWords(key('2026-11-24T09:00:00Z'), now)).toBe('today');
    expect(dueWords(key('2026-11-20T10:00:00Z'), now)).toBe('since 4 days');
    expect(dueWords(key('2027-05-30T10:00:00Z'), now)).toBe('2027-05-30');
    expect(dueWords({ since: null, due: null, cryptoperiod: null }, now)).toBe('not known');
    expect(dueWords({ since, due: null, cryptoperiod: null }, now)).toBe('on demand');
  });
});

describe('typed words', () => {
  it('are compared without capitals and spaces', () => {
    expect(isPhrase('  Use  the NEW shares ', 'use the new shares')).toBe(true);
    expect(isPhrase('use the new share', 'use the new shares')).toBe(false);
    expect(isPhrase('', 'use the new shares')).toBe(false);
    expect(wordsOf(' a  b ')).toEqual(['a', 'b']);
  });
});

describe('the label of a field', () => {
  const [ceremony] = fixtures.attest.ceremonies;
  const fields = ceremony?.parts[0]?.current?.fields ?? [];
  it('says nothing of typing where there is something to choose', () => {
    const typed = fields.map((field) => ({ ...field, question: 'Type "agree" or "do not agree"' }));
    expect(typed.map((field) => fieldLabel('attest', field))).toEqual([
      'What do you state?',
      'Remarks for the record, if there are any',
    ]);
    expect(typed.map((field) => fieldLabel('another step', field))).toEqual([
      'Choose one',
      'Type "agree" or "do not agree"',
    ]);
  });
});

describe('strength', () => {
  it('is a time at ten thousand guesses a second', () => {
    expect(strengthOf(1e4)).toEqual({ time: 'less than a minute', tone: 'stop' });
    expect(strengthOf(2 * 1e4 * 86_400 * 5)).toEqual({ time: 'about 5 days', tone: 'attention' });
    expect(strengthOf(2 * 1e4 * 86_400 * 365)).toEqual({ time: 'about 1 year', tone: 'attention' });
    expect(strengthOf(1e30)).toEqual({ time: 'more time than anybody has', tone: 'done' });
  });
});

describe('a plan in the making', () => {
  const known = { cards: usable(fixtures.cards, false), records: [], leftOut: null };
  it('starts with this laptop as administrator, and with nobody who holds: cards are for people to compare', () => {
    const draft = firstDraft(fixtures.state, known);
    const own = fixtures.cards.find((card) => card.own);
    expect(draft).toMatchObject({ kind: 'generate', administrator: own?.id, holders: [], threshold: 2 });
    // Looking at a refresh and coming back begins anew; what was chosen for a new key stays.
    expect(toGenerate({ ...draft, holders: [{ index: 1, card: 'a' }] }).holders).toHaveLength(1);
    expect(toGenerate({ ...draft, kind: 'refresh', holders: [{ index: 1, card: null }] }).holders).toEqual(
      [],
    );
  });
  it('takes everything from the record of the key that is due', () => {
    const record = {
      id: '7f3ac91e5d20b177:6',
      name: 'treasury-btc',
      fingerprint: '7f3ac91e5d20b177',
      suite: 'secp256k1' as const,
      threshold: 3,
      epoch: 6,
      rehearsal: false,
      holders: [
        { index: 1, name: 'Ana Silva', enrolled: true },
        { index: 4, name: 'Ben Ito', enrolled: false },
      ],
      source: 'vault' as const,
      groupKey: '02',
    };
    const draft = firstDraft(fixtures.state, { ...known, records: current([record], false) });
    expect(draft).toMatchObject({
      kind: 'refresh',
      record: record.id,
      keyName: 'treasury-btc',
      threshold: 3,
    });
    expect(draft.holders).toEqual([
      { index: 1, card: null },
      { index: 4, card: '1'.repeat(16) },
    ]);
  });
  it('counts only the newest card of a laptop, and only cards of its own kind', () => {
    const [card] = fixtures.cards;
    if (card === undefined) throw new Error('a card expected');
    const newer = { ...card, id: 'f'.repeat(16), created: '2026-11-25T00:00:00Z' };
    expect(usable([card, newer, { ...card, rehearsal: true }], false)).toEqual([newer]);
    expect(usable([card], true)).toEqual([]);
    expect(leftOutWords([card, card], true)).toBe('Left out, because made for real keys: Ana Silva.');
    expect(leftOutWords([card], false)).toBeNull();
  });
  it('needs more than half, and two at least', () => {
    expect([2, 3, 4, 5, 7].map(usualThreshold)).toEqual([2, 2, 3, 3, 4]);
  });
  it('finds what is wrong with a field and with what is in it', () => {
    const check = {
      ...fixtures.planCheck,
      problems: [{ field: 'holders.1.card', message: 'No card.', next: null }],
    };
    expect(problemOf(check, 'holders')).toBe('No card.');
    expect(problemOf(check, 'threshold')).toBeNull();
    expect(problemOf(undefined, 'holders')).toBeNull();
  });
});

describe('a plan that is left', () => {
  it('is kept until it is forgotten', () => {
    const draft = firstDraft(fixtures.state, { cards: [], records: [], leftOut: null });
    planWork({ draft });
    planWork({ cards: fixtures.cards });
    expect(useConsole.getState().plan).toEqual({ draft, cards: fixtures.cards, records: [] });
    planWork(null);
    expect(useConsole.getState().plan.draft).toBeNull();
  });
});

describe('where the window is', () => {
  it('opens the role that needs a person', () => {
    const [ceremony] = fixtures.opening.ceremonies;
    if (ceremony === undefined) throw new Error('a ceremony expected');
    expect(partOf(ceremony, null)?.role).toBe('witness-1');
    expect(partOf(ceremony, 'administrator')?.role).toBe('administrator');
    expect(partOf(ceremony, 'holder-9')?.role).toBe('witness-1');
    // Nobody's turn: the board says most.
    const waiting = {
      ...ceremony,
      parts: ceremony.parts.filter(({ role }) => role !== 'witness-1').reverse(),
    };
    expect(partOf(waiting, null)?.role).toBe('administrator');
  });
  it('is remembered for screens that a restart can come back to', () => {
    expect(placeOf({ screen: 'join' })).toEqual({ screen: 'join' });
    expect(placeOf({ screen: 'restore', drill: true })).toBeNull();
    expect(placeOf({ screen: 'stop', ceremony: fixtures.CEREMONY, role: null })).toBeNull();
  });
});

describe('numbers', () => {
  it('are grouped and rounded', () => {
    expect(grouped('7f3ac91e')).toBe('7f3a·c91e');
    expect([999, 1234, 5_300_000].map(size)).toEqual(['999 B', '1.2 KB', '5.3 MB']);
  });
});
