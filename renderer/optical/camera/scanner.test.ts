import { beforeAll, describe, expect, it } from 'vitest';
import type { Decoder, Picture } from '../../../optical/read/picture.ts';
import { openJsqr } from '../../../optical/read/jsqr.ts';
import { draw, QUIET_ZONE } from '../../../optical/symbol/draw.ts';
import { openUrSender } from '../../../optical/ur/sender.ts';
import { writeWhole } from '../../../optical/ur/text.ts';
import { packBody } from '../../../optical/wire/body.ts';
import { FRAME_VERSION } from '../../../optical/wire/frame.ts';
import { openSender, type Sender } from '../../../optical/wire/sender.ts';
import { encodeTopic, NO_TOPIC } from '../../../optical/wire/topic.ts';
import { openZxingHere, someBytes } from '../../../test-support/codes.ts';
import { Scanner } from './scanner.ts';
import type { FromReader, ScanReport } from './words.ts';

const WIDTH = 800;
const HEIGHT = 450;
const PIXELS = 3;
/** Milliseconds between two pictures. */
const PICTURE = 40;

/** Codes side by side on grey. */
function pictureOf(...codes: readonly Uint8Array[]): Picture {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(120);
  for (const [number, bytes] of codes.entries()) {
    const { size, modules } = draw(bytes);
    const side = (size + 2 * QUIET_ZONE) * PIXELS;
    const left = Math.floor((WIDTH * (number + 0.5)) / codes.length - side / 2);
    const top = (HEIGHT - side) >> 1;
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const column = Math.floor(x / PIXELS) - QUIET_ZONE;
        const row = Math.floor(y / PIXELS) - QUIET_ZONE;
        const inside = column >= 0 && row >= 0 && column < size && row < size;
        const isDark = inside && modules[row * size + column] === 1;
        data.fill(
          isDark ? 20 : 235,
          ((top + y) * WIDTH + left + x) * 4,
          ((top + y) * WIDTH + left + x) * 4 + 4,
        );
      }
  }
  return { data, width: WIDTH, height: HEIGHT };
}

const topic = { ...NO_TOPIC, kind: 'envelope', round: 2, sender: 'holder', number: 3 } as const;
const senderOf = (seed: number, length: number): { sender: Sender; messages: Uint8Array[] } => {
  const messages = [someBytes(length, seed), someBytes(20, seed + 1)];
  return { sender: openSender(packBody(messages), topic, 200), messages };
};
const idOf = ({ id }: Sender): string => Buffer.from(id).toString('hex');

let decoder: Decoder;
beforeAll(async () => {
  decoder = await openZxingHere();
});

/** A scanner, what it told, and a camera that takes a picture of some codes. */
function bench(using = decoder): {
  readonly scanner: Scanner;
  readonly told: FromReader[];
  readonly see: (...codes: readonly Uint8Array[]) => Promise<void>;
  readonly wait: (milliseconds: number) => void;
  readonly report: () => ScanReport;
} {
  const told: FromReader[] = [];
  let now = 1000;
  const scanner = new Scanner(using, (word) => told.push(word));
  return {
    scanner,
    told,
    see: (...codes) => scanner.look(pictureOf(...codes), (now += PICTURE)),
    wait: (milliseconds) => {
      now += milliseconds;
    },
    report: () => {
      const last = told.filter((word) => word.say === 'report').at(-1);
      if (last === undefined) throw new Error('no report yet');
      return last.report;
    },
  };
}
const words = (told: readonly FromReader[]): string[] =>
  told.filter(({ say }) => say !== 'report').map(({ say }) => say);

describe.each(['zxing', 'jsqr'])('a message, read with %s', (name) => {
  it('is told of at its first frame, and comes out whole although half of it was missed', async () => {
    const { told, see } = bench(name === 'jsqr' ? openJsqr() : decoder);
    const { sender, messages } = senderOf(1, 900);
    for (let sequence = 0; !words(told).includes('message'); sequence += 2) await see(sender.frame(sequence));
    expect(words(told)).toEqual(['heard', 'message']);
    const heard = told.find((word) => word.say === 'heard');
    expect(heard).toEqual({ say: 'heard', id: idOf(sender), topic: encodeTopic(topic) });
    expect(told.find((word) => word.say === 'message')).toMatchObject({ id: idOf(sender), messages });
  });
});

describe('what is said while a message comes', () => {
  it('is at most five reports a second, each with where the code is', async () => {
    const { told, see, report } = bench();
    const { sender } = senderOf(1, 2000);
    for (let sequence = 0; sequence < 11; sequence++) await see(sender.frame(sequence));
    expect(told.filter(({ say }) => say === 'report')).toHaveLength(3);
    expect(report()).toMatchObject({
      size: { width: WIDTH, height: HEIGHT },
      codes: [{ state: 'wanted' }],
      incoming: { id: idOf(sender), rank: 11, needed: sender.cut.fragments, sinceFrame: 0 },
      hitRate: 1,
    });
    expect(report().pixelsPerModule).toBeCloseTo(PIXELS, 1);
    for (const { x, y } of report().codes[0]?.corners ?? []) {
      expect(x).toBeGreaterThan(WIDTH / 4);
      expect(x).toBeLessThan((3 * WIDTH) / 4);
      expect(y).toBeLessThan(HEIGHT);
    }
  });

  it('says how long a message has been out of the picture, and goes on where it was', async () => {
    const { told, see, wait, report } = bench();
    const { sender } = senderOf(1, 900);
    await see(sender.frame(0));
    wait(3000);
    await see();
    expect(report()).toMatchObject({ codes: [], incoming: { rank: 1, sinceFrame: 3040 } });
    for (let sequence = 1; sequence < sender.cut.fragments; sequence++) await see(sender.frame(sequence));
    expect(words(told)).toEqual(['heard', 'message']);
  });

  it('tells codes of others, and of later versions, from ours', async () => {
    const { see, wait, report } = bench();
    await see(new TextEncoder().encode('https://reseal.invalid'));
    expect(report()).toMatchObject({ codes: [{ state: 'foreign' }], incoming: null });
    const later = senderOf(1, 100).sender.frame(0);
    later[2] = FRAME_VERSION + 1;
    wait(500);
    await see(later);
    expect(report().codes).toMatchObject([{ state: 'newer' }]);
  });
});

describe('several messages', () => {
  it('come one after the other, and one that is here is passed over', async () => {
    const { scanner, told, see, wait, report } = bench();
    const [first, second] = [senderOf(1, 100).sender, senderOf(2, 100).sender];
    for (let sequence = 0; sequence < first.cut.fragments; sequence++) await see(first.frame(sequence));
    scanner.judge(idOf(first), 'done');
    wait(500);
    await see(first.frame(0));
    expect(report()).toMatchObject({ codes: [{ state: 'done' }], incoming: null });
    for (let sequence = 0; sequence < second.cut.fragments; sequence++) await see(second.frame(sequence));
    expect(told.filter(({ say }) => say === 'message')).toMatchObject([
      { id: idOf(first) },
      { id: idOf(second) },
    ]);
  });

  it('are followed one at a time where two screens are in the picture', async () => {
    const { see, wait, report } = bench();
    const [left, right] = [senderOf(1, 9000).sender, senderOf(2, 9000).sender];
    for (let sequence = 0; sequence < 6; sequence++) await see(left.frame(sequence), right.frame(sequence));
    expect(report().codes).toHaveLength(2);
    const followed = report().incoming?.id;
    expect([idOf(left), idOf(right)]).toContain(followed);
    // The one that is followed is taken away.
    const stays = followed === idOf(left) ? right : left;
    for (let sequence = 6; sequence < 40; sequence++) await see(stays.frame(sequence));
    wait(500);
    await see(stays.frame(40));
    expect(report().incoming?.id).toBe(idOf(stays));
  });
});

describe('a message that nobody wants', () => {
  it('is not read any further, until something else is awaited', async () => {
    const { scanner, told, see, wait, report } = bench();
    const { sender } = senderOf(1, 900);
    await see(sender.frame(0));
    scanner.judge(idOf(sender), 'unwanted');
    wait(500);
    for (let sequence = 1; sequence < 20; sequence++) await see(sender.frame(sequence));
    expect(words(told)).toEqual(['heard']);
    expect(report()).toMatchObject({ codes: [{ state: 'unwanted' }], incoming: null });
    scanner.again();
    for (let sequence = 1; sequence < 20; sequence++) await see(sender.frame(sequence));
    expect(words(told)).toEqual(['heard', 'heard', 'message']);
  });

  it('and was whole already is read once more when something else is awaited; one that is here is not', async () => {
    const { scanner, told, see } = bench();
    const [refused, taken] = [senderOf(1, 100).sender, senderOf(2, 100).sender];
    const showAll = async (): Promise<void> => {
      for (const sender of [refused, taken])
        for (let sequence = 0; sequence < sender.cut.fragments; sequence++) await see(sender.frame(sequence));
    };
    await showAll();
    scanner.judge(idOf(refused), 'unwanted');
    scanner.judge(idOf(taken), 'done');
    await showAll();
    expect(told.filter(({ say }) => say === 'message')).toHaveLength(2);
    scanner.again();
    await showAll();
    expect(told.filter(({ say }) => say === 'message').map((word) => 'id' in word && word.id)).toEqual([
      idOf(refused),
      idOf(taken),
      idOf(refused),
    ]);
  });
});

describe('another camera', () => {
  it('goes on with what the one before has read, and whoever opened it is told of it', async () => {
    const { scanner, told, see } = bench();
    const { sender } = senderOf(1, 900);
    await see(sender.frame(0));
    scanner.begin();
    for (let sequence = 1; sequence < sender.cut.fragments; sequence++) await see(sender.frame(sequence));
    expect(words(told)).toEqual(['heard', 'heard', 'message']);
  });
});

describe('a UR', () => {
  const cbor = someBytes(300, 5);
  const sender = openUrSender('bytes', cbor, 60);
  const part = (sequence: number): Uint8Array => ascii(sender.part(sequence).toUpperCase());
  const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('is told of at its first code, and put together while its progress is reported', async () => {
    const { scanner, told, see, wait, report } = bench();
    await see(part(1));
    const [heard] = told.filter(({ say }) => say === 'ur');
    expect(heard).toMatchObject({ type: 'bytes' });
    wait(500);
    await see(part(2));
    expect(report()).toMatchObject({
      codes: [{ state: 'wanted' }],
      incoming: { rank: 2, needed: 5, length: 300 },
    });
    for (let sequence = 4; !words(told).includes('resource'); sequence++) await see(part(sequence));
    expect(told.find(({ say }) => say === 'resource')).toMatchObject({ type: 'bytes', cbor });
    scanner.judge(heard !== undefined && 'id' in heard ? heard.id : '', 'done');
    wait(500);
    await see(part(3));
    expect(report()).toMatchObject({ codes: [{ state: 'done' }], incoming: null });
    expect(words(told)).toEqual(['ur', 'resource']);
  });

  it('in one code is read in either case, once, and again for another screen', async () => {
    const { scanner, told, see } = bench();
    for (const text of [writeWhole('bytes', cbor), writeWhole('bytes', cbor).toUpperCase()])
      await see(ascii(text));
    expect(words(told)).toEqual(['ur', 'resource']);
    scanner.begin();
    await see(ascii(writeWhole('bytes', cbor)));
    expect(words(told)).toEqual(['ur', 'resource', 'ur', 'resource']);
  });

  it('that nobody wants is passed over, until something else is awaited', async () => {
    const { scanner, told, see, wait, report } = bench();
    await see(part(1));
    const heard = told.find(({ say }) => say === 'ur');
    scanner.judge(heard !== undefined && 'id' in heard ? heard.id : '', 'unwanted');
    for (let sequence = 2; sequence < 12; sequence++) await see(part(sequence));
    wait(500);
    await see(part(12));
    expect(words(told)).toEqual(['ur']);
    expect(report()).toMatchObject({ codes: [{ state: 'unwanted' }], incoming: null });
    scanner.again();
    for (let sequence = 1; sequence <= 5; sequence++) await see(part(sequence));
    expect(words(told)).toEqual(['ur', 'ur', 'resource']);
  });

  it('that is damaged is no code of anybody’s', async () => {
    const { told, see, report } = bench();
    await see(ascii('ur:bytes/aeaeaeaeae'));
    expect(report().codes).toMatchObject([{ state: 'foreign', id: null }]);
    expect(words(told)).toEqual([]);
  });
});

describe('the code of a share sheet', () => {
  const sheet = new TextEncoder().encode('RS1QPZRY/RS1PZRY9');
  it('is told of once for every camera that is opened', async () => {
    const { scanner, told, see, wait, report } = bench();
    await see(sheet);
    await see(sheet);
    expect(told.filter(({ say }) => say === 'sheet')).toEqual([{ say: 'sheet', text: 'RS1QPZRY/RS1PZRY9' }]);
    wait(500);
    await see(sheet);
    expect(report()).toMatchObject({ codes: [{ state: 'done', id: null }], incoming: null });
    scanner.begin();
    await see(sheet);
    expect(told.filter(({ say }) => say === 'sheet')).toHaveLength(2);
  });
});

describe('a message that does not add up', () => {
  it('is said to be spoilt, and is read again', async () => {
    const { told, see } = bench();
    const body = packBody([someBytes(100, 1)]);
    const spoilt = openSender(
      Uint8Array.from([...body.subarray(0, 40), ...someBytes(body.length - 40, 2)]),
      topic,
      200,
    );
    for (let round = 0; round < 2; round++)
      for (let sequence = 0; sequence < spoilt.cut.fragments; sequence++) await see(spoilt.frame(sequence));
    expect(words(told)).toEqual(['heard', 'spoilt', 'spoilt']);
  });
});

describe('a decoder that is slower than the camera', () => {
  /** Looks at pictures of which every other one shows nothing, and says how many looks they took. */
  async function looks(timed: boolean): Promise<number> {
    let now = 0;
    let count = 0;
    const slow: Decoder = {
      name: 'zxing',
      decode: (...asked) => {
        now += 60;
        count += 1;
        return decoder.decode(...asked);
      },
    };
    const scanner = new Scanner(slow, () => undefined, timed ? () => now : undefined);
    const { sender } = senderOf(1, 9000);
    // The clock is kept when another camera is opened.
    scanner.begin();
    for (let number = 0; number < 30; number++)
      await scanner.look(number % 2 === 0 ? pictureOf(sender.frame(number)) : pictureOf(), number * PICTURE);
    return count;
  }

  it('is not asked twice about a picture, by a scanner that has a clock', async () => {
    expect(await looks(true)).toBe(30);
    expect(await looks(false)).toBeGreaterThan(30);
  });
});
