import { describe, expect, it } from 'vitest';
import { draw } from '../../../optical/symbol/draw.ts';
import * as fixtures from '../../fixtures.ts';
import { outgoingOf, type ShowView } from './content.ts';
import { codesFor, layOut, type Layout } from '../../../optical/symbol/layout.ts';
import { framesOnce } from './film.ts';
import { Reel } from './reel.ts';
import { settingOf } from './setting.ts';
import { elapsed, rateWords } from './words.ts';

const from = { screen: 'home' } as const;
const view: ShowView = { screen: 'show', ceremony: fixtures.CEREMONY, outgoing: null, from };
const due = fixtures.waiting.ceremonies[0]?.exchange.show[0];
if (due === undefined) throw new Error('a message expected');
const card = { ...due, id: 'c'.repeat(16), title: 'Card of this laptop' };

describe('what is shown', () => {
  it('is what is due, or what the screen was opened for', () => {
    const state = { ...fixtures.waiting, outgoing: [card] };
    expect(outgoingOf(state, view)).toBe(due);
    expect(outgoingOf(state, { ...view, outgoing: card.id })).toBe(card);
    expect(outgoingOf(state, { ...view, ceremony: null })).toBe(card);
    expect(outgoingOf(state, { ...view, outgoing: '0'.repeat(16) })).toBeUndefined();
    expect(outgoingOf(fixtures.state, view)).toBeUndefined();
  });
});

describe('a reel', () => {
  const made: number[] = [];
  const frames = {
    frame: (sequence: number): Uint8Array => {
      made.push(sequence);
      return Uint8Array.of(sequence);
    },
  };
  it('shows two codes that carry frames of their own', () => {
    const reel = new Reel(frames, () => 6, 2);
    expect(reel.page(4)).toEqual([draw(Uint8Array.of(4), 6), draw(Uint8Array.of(5), 6)]);
    expect([reel.after(4, 1), reel.after(4, -1), reel.after(0, -1)]).toEqual([6, 2, 0]);
    expect(reel.after(2 ** 32 - 2, 1)).toBe(0);
  });

  it('is ready before a code is needed, and keeps no more than that', () => {
    const reel = new Reel(frames, () => 6, 1);
    made.length = 0;
    while (reel.prepare(7));
    expect(made).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
    made.length = 0;
    reel.page(8);
    while (reel.prepare(8));
    expect(made).toEqual([18]);
    // A person who goes back.
    while (reel.prepare(6));
    expect(made).toEqual([18, 6, 7]);
  });
});

describe('frames of a body', () => {
  it('have all been shown after as many frames as there are fragments, or hardly more in several blocks', () => {
    expect(framesOnce({ cut: { length: 10, size: 1, fragments: 10, bounds: [0, 10] } })).toBe(10);
    expect(framesOnce({ cut: { length: 11, size: 1, fragments: 11, bounds: [0, 5, 11] } })).toBe(12);
  });
});

describe('the words', () => {
  const words = (wanted: Partial<Layout>): string =>
    rateWords({ ...layOut({ density: 3, rate: 6, codes: 1 }, codesFor(9000), room, 60), ...wanted });
  const room = { width: 1280, height: 650, scale: 1 };
  it('say what it came to', () => {
    expect(words({})).toBe('6 codes a second.');
    expect(words({ rate: 1 })).toBe('1 code a second.');
    expect(words({ rate: 59.94 / 4 })).toBe('15 codes a second.');
    expect(words({ rate: 14.4, codes: 2, reasons: ['small because fast'] })).toBe(
      'Two times 14.4 codes a second, kept small: larger ones would flash.',
    );
    expect(words({ frames: 1 })).toBe('One code: it stands still.');
    expect(words({ frames: 1, reasons: ['less dense because more does not fit'] })).toBe(
      'One code: it stands still. Denser ones do not fit into this window.',
    );
  });
  it('say for how long', () => {
    expect([0, 7_900, 61_000, 3_600_000].map(elapsed)).toEqual(['0:00', '0:07', '1:01', '60:00']);
  });
});

describe('a choice', () => {
  const own = { ...fixtures.state.settings.optical, preset: 'own' as const, density: 2, rate: 8 };
  it('is a preset, or the two sliders', () => {
    expect(settingOf(own)).toEqual({ density: 2, rate: 8, codes: 1 });
    expect(settingOf({ ...own, preset: 'far' })).toEqual({ density: 3, rate: 6, codes: 1 });
  });
});
