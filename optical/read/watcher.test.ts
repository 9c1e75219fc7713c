import { describe, expect, it } from 'vitest';
import { sweepOf, IN_ROW } from '../symbol/sweep.ts';
import { encodeLink, type LinkFrame, type LinkReport } from '../wire/link.ts';
import { openSender } from '../wire/sender.ts';
import { NO_TOPIC } from '../wire/topic.ts';
import { Watcher } from './watcher.ts';

const US = new Uint8Array(8).fill(1);
const THEM = new Uint8Array(8).fill(2);
const SWEEP = sweepOf({ width: 1000, height: 600, scale: 1 }, 60);
const IN_PASS = SWEEP.length * IN_ROW;

function frame(sequence: number, given: Partial<LinkFrame> = {}): LinkFrame {
  const place = sequence % IN_PASS;
  const layout = SWEEP[Math.floor(place / IN_ROW)];
  if (layout === undefined) throw new Error('a code expected');
  return {
    nonce: THEM,
    sequence,
    pass: Math.floor(sequence / IN_PASS),
    place,
    inRow: IN_ROW,
    version: layout.version,
    pixels: layout.pixels,
    stays: 167,
    screen: { width: 1000, height: 600, scale: 1, refreshRate: 60 },
    report: null,
    ...given,
  };
}

function watcherOf(nonce: Uint8Array): Watcher {
  const watcher = new Watcher();
  watcher.setOwn(nonce);
  return watcher;
}

/** A camera of 30 pictures a second before six codes a second. */
function watch(
  watcher: Watcher,
  from: number,
  to: number,
  read: (frame: LinkFrame, picture: number) => boolean,
  given: Partial<LinkFrame> = {},
): void {
  for (let sequence = from; sequence < to; sequence++)
    for (let picture = 0; picture < 5; picture++) {
      const shown = frame(sequence, given);
      const at = (sequence * 5 + picture) * (1000 / 30);
      const code = { bytes: encodeLink(shown), pixelsPerModule: shown.pixels * 0.8 };
      watcher.note({ at, width: 1280, height: 720, codes: read(shown, picture) ? [code] : [] });
    }
}
const everything = (): boolean => true;

describe('the watcher', () => {
  it('says what it reads, pass by pass', () => {
    const watcher = watcherOf(US);
    expect(watcher.report('zxing')).toBeNull();
    watch(watcher, 0, IN_PASS, everything);
    expect(watcher.report('zxing')).toMatchObject({ nonce: THEM, pass: 0, complete: false });
    watch(watcher, IN_PASS, IN_PASS + 1, everything);
    const report = watcher.report('zxing');
    expect(report).toMatchObject({ pass: 0, complete: true, camera: { width: 1280, lines: 720, rate: 30 } });
    expect(report?.measures.map(({ version, pixels }) => [version, pixels])).toEqual(
      SWEEP.map(({ version, pixels }) => [version, pixels]),
    );
    for (const { hits, pixels, pixelsPerModule } of report?.measures ?? []) {
      expect(hits).toBeGreaterThan(0.98);
      expect(pixelsPerModule).toBeCloseTo(pixels * 0.8, 2);
    }
  });

  it('counts the pictures in which a code was read', () => {
    const watcher = watcherOf(US);
    watch(watcher, 0, IN_PASS + 1, ({ version }, picture) =>
      version === 40 ? false : version > 20 ? picture < 2 : true,
    );
    const hits = new Map(watcher.report('zxing')?.measures.map((measure) => [measure.version, measure.hits]));
    expect(hits.get(6)).toBeGreaterThan(0.98);
    expect(hits.get(25)).toBeCloseTo(0.4, 1);
    expect(hits.has(40)).toBe(false);
  });

  it('does not take a pass for whole that it saw from the middle, and the next one all the more', () => {
    const watcher = watcherOf(US);
    watch(watcher, 20, IN_PASS + 3, everything);
    expect(watcher.report('zxing')?.complete).toBe(false);
    watch(watcher, IN_PASS + 3, 2 * IN_PASS + 1, everything);
    expect(watcher.report('zxing')).toMatchObject({ pass: 1, complete: true });
  });

  it('keeps the last whole pass while the next one is on, and follows when it gets better', () => {
    const watcher = watcherOf(US);
    watch(watcher, 0, IN_PASS, ({ version }) => version < 20);
    watch(watcher, IN_PASS, 2 * IN_PASS - 1, everything);
    expect(watcher.report('zxing')?.measures.length).toBe(4);
    watch(watcher, 2 * IN_PASS - 1, 2 * IN_PASS + 1, everything);
    expect(watcher.report('zxing')?.measures.length).toBe(SWEEP.length);
  });

  it('hears what the other laptop says of this one, and nothing that is said of others', () => {
    const about = (nonce: Uint8Array): LinkReport => ({
      nonce,
      pass: 3,
      complete: true,
      camera: { width: 1920, lines: 1080, rate: 30 },
      decoder: 'zxing',
      measures: [{ version: 6, pixels: 12, pixelsPerModule: 9, hits: 1 }],
    });
    const watcher = watcherOf(US);
    watch(watcher, 0, 1, everything, { report: about(new Uint8Array(8).fill(9)) });
    expect(watcher.about).toBeNull();
    watch(watcher, 1, 2, everything, { report: about(US) });
    expect(watcher.about).toEqual(about(US));
    // Another window size is another test.
    watcher.setOwn(US);
    expect(watcher.about).not.toBeNull();
    watcher.setOwn(new Uint8Array(8).fill(4));
    expect(watcher.about).toBeNull();
  });

  it('does not look at itself in a mirror, nor at messages', () => {
    const watcher = watcherOf(US);
    watch(watcher, 0, 10, everything, { nonce: US });
    const message = openSender(new Uint8Array(500).fill(3), NO_TOPIC, 271).frame(0);
    watcher.note({ at: 1e6, width: 1280, height: 720, codes: [{ bytes: message, pixelsPerModule: 4 }] });
    expect(watcher.other).toBeNull();
    expect(watcher.lastSeen).toBeNull();
    expect(watcher.report('zxing')).toBeNull();
  });

  it('begins anew with another laptop, or with a test that was begun anew', () => {
    const watcher = watcherOf(US);
    watch(watcher, 0, IN_PASS + 1, everything);
    watch(watcher, IN_PASS + 1, IN_PASS + 2, everything, {
      nonce: new Uint8Array(8).fill(3),
      pass: 0,
      place: 0,
    });
    expect(watcher.report('zxing')).toMatchObject({ nonce: new Uint8Array(8).fill(3), complete: false });
    expect(watcher.report('zxing')?.measures.length).toBe(1);
  });
});
