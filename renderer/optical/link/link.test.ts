import { describe, expect, it } from 'vitest';
import type { Recommendation } from '../../../optical/symbol/recommend.ts';
import { IN_ROW } from '../../../optical/symbol/sweep.ts';
import { decodeLink, type LinkReport } from '../../../optical/wire/link.ts';
import { testFilm } from './test-film.ts';
import { linkAdvice, resultWords, settingWords, steady } from './words.ts';

const report: LinkReport = {
  nonce: new Uint8Array(8).fill(2),
  pass: 0,
  complete: true,
  camera: { width: 1280, lines: 720, rate: 30 },
  decoder: 'zxing',
  measures: [{ version: 6, pixels: 12, pixelsPerModule: 9.25, hits: 1 }],
};
const found: Recommendation = {
  preset: 'laptop',
  setting: { density: 5, rate: 15, codes: 1 },
  pace: 17_700,
  pixelsPerModule: 3.07,
  hits: 0.97,
};

describe('what was measured', () => {
  it('is one plain sentence', () => {
    expect(resultWords(found, report)).toBe(
      '720 lines, 3.1 pixels a module: laptop to laptop, about 18 KB a second.',
    );
    const own = { ...found, preset: 'own', setting: { density: 7, rate: 15, codes: 2 } } as const;
    expect(resultWords({ ...own, pace: 9_940 }, report)).toContain('about 9.9 KB a second.');
    expect(settingWords(own)).toBe('density 8 of 9, two codes, 15 a second');
  });

  it('stays the same while each turn measures a little more or less', () => {
    const at = (pace: number): Recommendation => ({ ...found, pace });
    expect(steady(found, at(16_000))).toBe(found);
    expect(steady(found, at(22_000))).toBe(found);
    expect(steady(found, at(40_000))?.pace).toBe(40_000);
    expect(steady(found, at(9_000))?.pace).toBe(9_000);
    expect(steady(found, null)).toBeNull();
    expect(steady(null, found)).toBe(found);
  });

  it('says what would make it better, and nothing where it is good', () => {
    expect(linkAdvice(found, report)).toBeNull();
    expect(linkAdvice(null, { ...report, complete: false })).toBeNull();
    expect(linkAdvice(null, { ...report, measures: [] })).toContain('closer together');
    expect(linkAdvice({ ...found, hits: 0.4 }, report)).toContain('brightness up');
    const slow = { ...found, setting: { ...found.setting, rate: 6 } };
    expect(linkAdvice(slow, report)).toContain('Closer together');
    expect(linkAdvice(slow, { ...report, camera: { ...report.camera, rate: 8 } })).toContain('More light');
  });
});

describe('the film of a test', () => {
  const random = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const room = { width: 992, height: 650, scale: 1 };
  const film = (given = room, width = 1280, refreshRate = 60, said: LinkReport | null = null) => {
    const made = testFilm(
      random,
      { room: given, refreshRate },
      () => width,
      () => said,
    );
    if (made === null) throw new Error('a film expected');
    return made;
  };

  it('waits until room and display are known', () => {
    expect(
      testFilm(
        random,
        { room: null, refreshRate: 60 },
        () => 1,
        () => null,
      ),
    ).toBeNull();
    expect(
      testFilm(
        random,
        { room, refreshRate: null },
        () => 1,
        () => null,
      ),
    ).toBeNull();
  });

  it('says of every code what it is, and all that was seen', () => {
    const { reel, sweep, layoutOf, nonce } = film(room, 1280, 59.94, report);
    const inPass = sweep.length * IN_ROW;
    for (const sequence of [0, 5, 6, inPass - 1, inPass, 65536 * inPass + 7]) {
      const [matrix] = reel.page(sequence);
      expect(matrix?.version).toBe(layoutOf(sequence).version);
    }
    expect(layoutOf(inPass + 1)).toBe(sweep[0]);
    expect(nonce.slice(0, 4)).toEqual(random.slice(0, 4));
  });

  it('is another test with another window, not with another moment', () => {
    const { nonce } = film();
    expect(film().nonce).toEqual(nonce);
    expect(film({ ...room, height: 500 }).nonce).not.toEqual(nonce);
    expect(film(room, 1000).nonce).not.toEqual(nonce);
    expect(film(room, 1280, 75).nonce).not.toEqual(nonce);
  });

  it('carries codes that come back as they were', () => {
    const { frame, screen, nonce } = film(room, 1280, 59.94, report);
    const code = decodeLink(frame(3 * IN_ROW + 2));
    expect(code).toMatchObject({ place: 3 * IN_ROW + 2, pass: 0, inRow: IN_ROW, stays: 167, nonce, report });
    expect(code?.screen).toEqual(screen);
    expect(screen).toEqual({ width: 1280, height: 650, scale: 1, refreshRate: 59.94 });
  });
});
