/** Cameras before screens: what comes across, in spite of what, and when it is given up. */
import { describe, expect, it } from 'vitest';
import { encodeTopic, NO_TOPIC } from '../../../optical/wire/topic.ts';
import { packBody } from '../../../optical/wire/body.ts';
import { openZxingHere, someBytes } from '../../../test-support/codes.ts';
import { UsageError } from '../../../laptop/errors.ts';
import { CAMERA_NAMES } from './cameras.ts';
import { receive, RATE, type Job, type OnScreen } from './reception.ts';

const decoder = await openZxingHere();
const topic = encodeTopic(NO_TOPIC);

const screen = (messages: readonly Uint8Array[]): OnScreen => ({ body: packBody(messages), topic });
const messages = [someBytes(3000, 1), someBytes(20, 2)];
const job = (changes: Partial<Job>): Job => ({
  from: 'holder-1',
  to: 'administrator',
  seed: '1',
  camera: 'perfect',
  loss: 0,
  shown: screen(messages),
  before: undefined,
  beside: [],
  finished: [],
  ...changes,
});

describe('a camera before a screen', { timeout: 300_000 }, () => {
  it('takes all messages that are on it, byte for byte', async () => {
    const { messages: seen, counts } = await receive(job({}), decoder);
    expect(seen).toEqual(messages);
    expect(counts).toMatchObject({ bytes: 3020 + 8 + 32, needed: 3, fresh: 3, lost: 0, strays: 0 });
    expect(counts.photographed).toBeGreaterThanOrEqual(3);
    expect(counts.read).toBeLessThanOrEqual(counts.photographed);
    expect(counts.shown).toBeGreaterThanOrEqual(3);
    expect(counts.seconds * RATE).toBeGreaterThan(2);
  });

  it('sees the same with the same seed, and something else with another', async () => {
    const counts = async (seed: string): Promise<unknown> =>
      (await receive(job({ seed, camera: 'good-webcam', loss: 0.4 }), decoder)).counts;
    const first = await counts('a');
    expect(await counts('a')).toEqual(first);
    expect([await counts('b'), await counts('c'), await counts('d')]).not.toEqual([first, first, first]);
  });

  it('gets there when pictures are lost, others pass by, and it comes late', async () => {
    const before = screen([someBytes(2500, 3)]);
    const beside = [screen([someBytes(300, 4)]), screen([someBytes(5000, 5)])];
    let [lost, strays] = [0, 0];
    for (let seed = 0; seed < 6; seed++) {
      const { messages: seen, counts } = await receive(
        job({ seed: `${seed}`, loss: 0.3, before, beside }),
        decoder,
      );
      expect(seen).toEqual(messages);
      expect(counts).toMatchObject({ needed: 3, fresh: 3 });
      expect(counts.read).toBeGreaterThanOrEqual(counts.fresh + counts.strays);
      expect(counts.read).toBeLessThanOrEqual(counts.photographed - counts.lost);
      expect(counts.shown).toBeGreaterThanOrEqual(counts.needed);
      lost += counts.lost;
      strays += counts.strays;
    }
    expect(lost).toBeGreaterThan(0);
    expect(strays).toBeGreaterThan(0);
  });

  it('is given up, with a sentence, when nothing new is read', async () => {
    const shown = screen([someBytes(100, 6)]);
    const { id } = await receive(job({ shown }), decoder);
    // It passes over what it has already.
    const again = receive(job({ shown, finished: [id] }), decoder);
    await expect(again).rejects.toThrow(UsageError);
    await expect(again).rejects.toThrow(
      'The camera "perfect" of administrator reads too little of the screen of holder-1: 0 of 1 codes, and nothing new in 60 pictures. Choose another --camera.',
    );
  });

  it.each(CAMERA_NAMES)('reads through %s, or says that it cannot', async (camera) => {
    const seen = await receive(job({ camera }), decoder).catch((error: unknown) => error);
    if (camera === 'dark-screen') expect(seen).toBeInstanceOf(UsageError);
    else expect(seen).toMatchObject({ messages });
  });
});
