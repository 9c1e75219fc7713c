import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { someBytes } from '../../test-support/codes.ts';
import { sealed, topics } from '../../test-support/frames.ts';
import { packBody } from './body.ts';
import { FRAME_OVERHEAD, MAX_BODY, MIN_PAYLOAD, decodeFrame, encodeFrame } from './frame.ts';
import { Receiver, type Heard } from './receiver.ts';
import { openSender, type Sender } from './sender.ts';
import { NO_TOPIC } from './topic.ts';

const messages = fc.array(fc.uint8Array({ maxLength: 900 }), { minLength: 1, maxLength: 4 });
const capacities = fc.integer({ min: 2 * MIN_PAYLOAD + FRAME_OVERHEAD, max: 400 });

function send(list: readonly Uint8Array[], capacity: number, topic = NO_TOPIC): Sender {
  return openSender(packBody(list), topic, capacity);
}

/** Hands frames over until the message is whole; says what was heard last, and how many frames it took. */
function receive(
  receiver: Receiver,
  frames: Iterable<Uint8Array>,
): { heard: Heard | undefined; count: number } {
  let count = 0;
  let heard: Heard | undefined;
  for (const frame of frames) {
    count += 1;
    heard = receiver.add(frame);
    if (heard.what === 'message') break;
  }
  return { heard, count };
}

function* from(sender: Sender, first: number): Generator<Uint8Array> {
  for (let number = first; ; number++) yield sender.frame(number);
}

describe('the message comes out', () => {
  test('whatever is lost, doubled and out of order, wherever one joins', () => {
    fc.assert(
      fc.property(
        messages,
        capacities,
        topics,
        fc.nat(5000),
        fc.infiniteStream(fc.constantFrom('take', 'take', 'lose', 'double', 'keep for later')),
        (list, capacity, topic, start, fate) => {
          const sender = send(list, capacity, topic);
          const receiver = new Receiver();
          const late: Uint8Array[] = [];
          const frames = function* (): Generator<Uint8Array> {
            for (let number = start; ; number++) {
              const frame = sender.frame(number);
              const what = fate.next().value as string;
              if (what === 'lose') continue;
              if (what === 'keep for later') late.push(frame);
              else yield frame;
              if (what === 'double') yield frame;
              if (late.length > 5) yield late.shift()!;
            }
          };
          const { heard } = receive(receiver, frames());
          expect(heard?.what === 'message' && heard.messages).toEqual(list);
          expect(heard?.what === 'message' && heard.progress).toEqual({
            id: Buffer.from(sender.id).toString('hex'),
            topic,
            rank: sender.cut.fragments,
            needed: sender.cut.fragments,
            length: sender.cut.length,
          });
          expect(receiver.progress()).toEqual([]);
          expect(receiver.add(sender.frame(start)).what).toBe('ignored');
        },
      ),
    );
  });

  test('in exactly as many frames as there are fragments where nothing is lost', () => {
    fc.assert(
      fc.property(messages, capacities, (list, capacity) => {
        const sender = send(list, capacity);
        expect(receive(new Receiver(), from(sender, 0)).count).toBe(sender.cut.fragments);
      }),
    );
  });

  test('of up to four senders that are shown in turn', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(messages, capacities), { minLength: 2, maxLength: 4 }),
        fc.infiniteStream(fc.nat(3)),
        (list, turns) => {
          const receiver = new Receiver();
          // The same message twice is one message.
          const senders = list.map(([some, capacity], index) =>
            send([...some, Uint8Array.of(index)], capacity),
          );
          const next = senders.map(() => 0);
          const found = new Map<number, readonly Uint8Array[]>();
          for (const turn of turns) {
            const index = turn % senders.length;
            const heard = receiver.add(senders[index]!.frame(next[index]!++));
            if (heard.what === 'message') found.set(index, heard.messages);
            if (found.size === senders.length) break;
          }
          list.forEach(([some], index) => {
            expect(found.get(index)).toEqual([...some, Uint8Array.of(index)]);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  test('of several blocks, with a third of the frames lost', () => {
    const list = [someBytes(150_000, 1)];
    const sender = send(list, 2 * MIN_PAYLOAD + FRAME_OVERHEAD);
    expect(sender.cut.bounds.length - 1).toBe(3);
    const survivors = function* (): Generator<Uint8Array> {
      for (let number = 0; ; number++) if ((number * 7919) % 100 >= 33) yield sender.frame(number);
    };
    const { heard, count } = receive(new Receiver(), survivors());
    expect(heard?.what === 'message' && heard.messages).toEqual(list);
    expect(count).toBeLessThan(1.05 * sender.cut.fragments);
  });
});

test('a body that fits into one frame is one still picture', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(2 ** 32 - 1), (message, number) => {
      const sender = send([message], 134);
      expect(sender.cut.fragments).toBe(1);
      expect(sender.frame(number)).toEqual(sender.frame(0));
      expect(sender.frameBytes).toBe(message.length + 36 + FRAME_OVERHEAD);
      expect(new Receiver().add(sender.frame(number)).what).toBe('message');
    }),
  );
});

test('a sender takes as few frames as its capacity allows, and those as small as they can be', () => {
  fc.assert(
    fc.property(messages, capacities, (list, capacity) => {
      const sender = send(list, capacity);
      const least = Math.ceil(packBody(list).length / (capacity - FRAME_OVERHEAD));
      expect(sender.cut.fragments).toBeLessThanOrEqual(least);
      expect(sender.frameBytes).toBeLessThanOrEqual(capacity);
      expect(sender.frame(0)).toHaveLength(sender.frameBytes);
      expect((sender.cut.size - 1) * least).toBeLessThan(sender.cut.length);
    }),
  );
});

test('a sender refuses bodies and capacities that do not go together', () => {
  expect(() => openSender(new Uint8Array(0), NO_TOPIC, 300)).toThrow(RangeError);
  expect(() => openSender(new Uint8Array(MAX_BODY + 1), NO_TOPIC, 300)).toThrow(RangeError);
  expect(() => openSender(new Uint8Array(100), NO_TOPIC, 95)).toThrow('frames of 95 bytes are too small');
  expect(() => openSender(new Uint8Array(65_536 * 64 + 1), NO_TOPIC, 96)).toThrow(
    'for a body of 4194305 bytes',
  );
  expect(openSender(new Uint8Array(65_536 * 64), NO_TOPIC, 96).cut.fragments).toBe(65_536);
  expect(openSender(new Uint8Array(MAX_BODY), NO_TOPIC, 5000).frameBytes).toBeLessThanOrEqual(2953);
});

describe('another density in mid-transfer', () => {
  const list = [someBytes(20_000, 2)];
  const dense = send(list, 1000);
  const coarse = send(list, 300);

  test.each([
    ['coarser', dense, coarse],
    ['denser', coarse, dense],
  ])('%s: what was known stays known', (_, before, after) => {
    const receiver = new Receiver();
    const half = Math.floor(before.cut.fragments / 2);
    for (let number = 0; number < half; number++) receiver.add(before.frame(number));
    const heard = receiver.add(after.frame(after.cut.fragments));
    expect(heard.what).toBe('progress');
    const { rank, needed } = (heard as Extract<Heard, { what: 'progress' }>).progress;
    expect(rank / needed).toBeGreaterThan(0.45);
    const { heard: last, count } = receive(receiver, from(after, after.cut.fragments + 1));
    expect(last?.what === 'message' && last.messages).toEqual(list);
    expect(count).toBe(needed - rank);
    expect(receiver.add(before.frame(0)).what).toBe('ignored');
  });

  test('there and back, with frames lost on the way', () => {
    const receiver = new Receiver();
    for (let number = 0; number < 10; number++) receiver.add(dense.frame(2 * number));
    for (let number = 0; number < 20; number++) receiver.add(coarse.frame(3 * number));
    const { heard, count } = receive(receiver, from(dense, dense.cut.fragments));
    expect(heard?.what === 'message' && heard.messages).toEqual(list);
    expect(count).toBeLessThanOrEqual(dense.cut.fragments - 10);
  });

  test('everything known already: the first frame of the new density completes it', () => {
    const receiver = new Receiver();
    // All of the coarse cut but the last fragment, which the dense one's last covers.
    for (let number = 0; number < coarse.cut.fragments - 1; number++) receiver.add(coarse.frame(number));
    const heard = receiver.add(dense.frame(dense.cut.fragments - 1));
    expect(heard.what === 'message' && heard.messages).toEqual(list);
  });
});

describe('what is not a frame of ours', () => {
  test('is noise, and leaves nothing behind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3200 }), (bytes) => {
        const receiver = new Receiver();
        expect(receiver.add(bytes).what).toBe('noise');
        expect(receiver.progress()).toEqual([]);
      }),
    );
  });

  test('a frame of a newer version is called that', () => {
    const frame = send([someBytes(500, 3)], 200).frame(0);
    frame[2] = 2;
    expect(new Receiver().add(sealed(frame)).what).toBe('newer');
    expect(new Receiver().add(frame).what).toBe('newer');
  });

  test('a frame with a wrong checksum is noise', () => {
    const frame = send([someBytes(500, 3)], 200).frame(0);
    frame[40]! ^= 1;
    expect(new Receiver().add(frame).what).toBe('noise');
  });
});

describe('frames that disagree with the others of their message', () => {
  const list = [someBytes(2000, 4)];
  const sender = send(list, 300);
  const other = (change: (frame: NonNullable<ReturnType<typeof decodeFrame>>) => object): Uint8Array => {
    const frame = decodeFrame(sender.frame(1))!;
    return encodeFrame({ ...frame, ...change(frame) });
  };

  test.each([
    ['another length', other(({ length }) => ({ length: length + 1 }))],
    ['another topic', other(() => ({ topic: { ...NO_TOPIC, kind: 'plan' as const } }))],
    ['a shorter payload', other(({ payload }) => ({ payload: payload.subarray(1) }))],
    ['another id', other(({ id }) => ({ id: Uint8Array.from(id, (byte) => byte ^ 1) }))],
  ])('%s: they do not mix with them', (_, frame) => {
    const receiver = new Receiver();
    receiver.add(sender.frame(0));
    receiver.add(frame);
    expect(receiver.progress()).toHaveLength(2);
    const { heard, count } = receive(receiver, from(sender, 1));
    expect(heard?.what === 'message' && heard.messages).toEqual(list);
    expect(count).toBe(sender.cut.fragments - 1);
  });

  test('a payload that is not the real one spoils the message, which then starts again', () => {
    const receiver = new Receiver();
    receiver.add(other(({ payload }) => ({ payload: payload.map((byte) => byte ^ 255) })));
    const first = receive(
      receiver,
      (function* () {
        yield sender.frame(0);
        for (let number = 2; number < sender.cut.fragments; number++) yield sender.frame(number);
      })(),
    );
    expect(first.heard).toEqual({ what: 'spoilt', id: Buffer.from(sender.id).toString('hex') });
    expect(receiver.progress()).toEqual([]);
    const { heard, count } = receive(receiver, from(sender, 0));
    expect(heard?.what === 'message' && heard.messages).toEqual(list);
    expect(count).toBe(sender.cut.fragments);
  });

  test('a fault does not survive by being carried over to another density', () => {
    const receiver = new Receiver();
    const coarse = send(list, 200);
    receiver.add(other(({ payload }) => ({ payload: payload.map((byte) => byte ^ 255) })));
    const heard: Heard[] = [];
    for (let number = coarse.cut.fragments; heard.at(-1)?.what !== 'message'; number++)
      heard.push(receiver.add(coarse.frame(number)));
    expect(heard.filter(({ what }) => what === 'spoilt')).toHaveLength(1);
    expect(heard.at(-1)).toMatchObject({ messages: list });
  });

  test('a body whose digest is right but whose frames carry another id is spoilt', () => {
    const body = packBody(list);
    const frame = { id: new Uint8Array(8), topic: NO_TOPIC, length: body.length, sequence: 0, payload: body };
    expect(new Receiver().add(encodeFrame(frame)).what).toBe('spoilt');
  });
});

describe('frames that say nothing new', () => {
  test('a frame again', () => {
    const sender = send([someBytes(2000, 5)], 300);
    const receiver = new Receiver();
    const fresh = (number: number): boolean => {
      const heard = receiver.add(sender.frame(number));
      return heard.what === 'progress' && heard.fresh;
    };
    expect([fresh(0), fresh(0), fresh(50), fresh(50), fresh(1), fresh(0)]).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(receiver.progress()).toMatchObject([{ rank: 3, needed: sender.cut.fragments }]);
  });

  test('a sum of what is known', () => {
    // With two fragments, one sum in 256 is a multiple of the first fragment alone.
    const sender = send([someBytes(400, 6)], 300);
    expect(sender.cut.fragments).toBe(2);
    const receiver = new Receiver();
    receiver.add(sender.frame(0));
    let stale = 0;
    for (let number = 2; stale === 0; number++) {
      const probe = new Receiver();
      probe.add(sender.frame(0));
      if (probe.add(sender.frame(number)).what === 'message') continue;
      stale += 1;
      for (let again = 0; again < 3; again++)
        expect(receiver.add(sender.frame(number))).toMatchObject({ what: 'progress', fresh: false });
      expect(receiver.progress()).toMatchObject([{ rank: 1 }]);
    }
  });
});

describe('limits', () => {
  test('of more than four messages those are kept that are furthest', () => {
    const receiver = new Receiver();
    const senders = Array.from({ length: 9 }, (_, index) => send([someBytes(2000, 10 + index)], 300));
    const heads = (count: number, index: number): void => {
      for (let number = 0; number < count; number++) receiver.add(senders[index]!.frame(number));
    };
    heads(5, 0);
    heads(4, 1);
    for (let index = 2; index < 9; index++) heads(1, index);
    const ids = receiver.progress().map(({ id }) => id);
    expect(ids).toHaveLength(4);
    expect(ids.slice(0, 2)).toEqual(senders.slice(0, 2).map(({ id }) => Buffer.from(id).toString('hex')));
    const { heard } = receive(receiver, from(senders[0]!, 5));
    expect(heard?.what).toBe('message');
  });

  test('frames of an absurd length do not take memory before they come', () => {
    const receiver = new Receiver();
    const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    for (let seed = 0; seed < 2000; seed++)
      receiver.add(
        encodeFrame({
          id: someBytes(8, seed),
          topic: NO_TOPIC,
          length: MAX_BODY,
          sequence: seed * 977,
          payload: new Uint8Array(300),
        }),
      );
    const after = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    expect(receiver.progress()).toHaveLength(4);
    expect(after - before).toBeLessThan(32 * 1024 * 1024);
  });

  test('a message that is ignored is passed over, and forgotten if it was half there', () => {
    const sender = send([someBytes(2000, 7)], 300);
    const receiver = new Receiver();
    receiver.add(sender.frame(0));
    receiver.ignore(Buffer.from(sender.id).toString('hex'));
    expect(receiver.progress()).toEqual([]);
    expect(receiver.add(sender.frame(1))).toEqual({
      what: 'ignored',
      id: Buffer.from(sender.id).toString('hex'),
    });
  });
});
