/**
 * Hostile frames before the receiver, seeded: noise, frames cut off or changed with their checksum made right again, lengths
 * that nobody could mean, sums that are not what they say, and whole made-up bodies; mixed with true frames of messages that
 * somebody really shows. Used by `npm run fuzz:optical` and, in small, by a test.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { packBody } from '../optical/wire/body.ts';
import { crc32 } from '../optical/wire/crc32.ts';
import { MAX_BODY, MAX_FRAME } from '../optical/wire/frame.ts';
import { decodeLink } from '../optical/wire/link.ts';
import { Receiver } from '../optical/wire/receiver.ts';
import { openSender, type Sender } from '../optical/wire/sender.ts';
import { decodeTopic, NO_TOPIC } from '../optical/wire/topic.ts';
import { uniform } from './camera/generator.ts';

export interface FuzzReport {
  readonly frames: number;
  /** How often the receiver said what. */
  readonly heard: Readonly<Record<string, number>>;
  /** True messages that came through in the middle of it. */
  readonly messages: number;
  /** Most bytes of heap and of buffers beside it, above what there was at the start. */
  readonly peak: number;
  /** What must not be. Empty: nothing was found. */
  readonly findings: readonly string[];
}

/** Frames between two looks at the memory. */
const LOOK = 5000;
/** Most bytes that the receiver may keep: what it allows itself, and a quarter more for what it does not count. */
const MOST = 60 * 1024 * 1024;
/** A receiver is used for so many frames, then a new one. */
const SESSION = 20_000;

/** Runs so many frames. The same seed gives the same frames. */
export function fuzzReceiver(frames: number, seed: number): FuzzReport {
  const random = uniform(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const heard: Record<string, number> = {};
  const findings: string[] = [];
  const start = memory();
  let peak = 0;
  let messages = 0;
  let receiver = new Receiver();
  let shown = newMessage(below, seed);
  const said = new Set<string>([shown.text]);

  for (let count = 0; count < frames && findings.length < 10; count++) {
    if (count % SESSION === 0) receiver = new Receiver();
    // By turns: somebody who disturbs, and somebody who spoils the very message that is shown.
    const bytes = next(below, shown.sender, Math.floor(count / 500) % 2 === 0);
    try {
      decodeLink(bytes);
      const answer = receiver.add(bytes);
      heard[answer.what] = (heard[answer.what] ?? 0) + 1;
      if (answer.what === 'message') {
        const text = toText(answer.messages);
        if (said.has(text)) messages += 1;
        // A made-up body with a right digest is a message, whoever made it. All of those begin like this.
        else if (!text.startsWith(MADE_UP)) findings.push(`frame ${count}: a message that nobody sent`);
        if (text === shown.text) {
          shown = newMessage(below, seed + count);
          said.add(shown.text);
          // Those before are not shown any more.
          for (const oldest of said) if (said.size > 20) said.delete(oldest);
        }
      }
    } catch (error) {
      findings.push(
        `frame ${count}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
    if (count % LOOK === 0) peak = Math.max(peak, memory() - start);
  }
  peak = Math.max(peak, memory() - start);
  if (peak > MOST) findings.push(`memory: ${peak} bytes above the start`);
  // Nothing of all that may keep a true message from coming through in the end.
  if (!comesThrough(receiver, shown.sender, shown.text)) findings.push('a true message did not come through');
  return { frames, heard, messages, peak, findings };
}

interface Message {
  readonly sender: Sender;
  readonly text: string;
}

const MADE_UP = 'aa55aa55';

function newMessage(below: (limit: number) => number, seed: number): Message {
  const next = uniform(seed + 1);
  const message = Uint8Array.from({ length: 1 + below(6000) }, () => Math.floor(next() * 256));
  const sender = openSender(packBody([message]), NO_TOPIC, 200 + below(1000));
  return { sender, text: toText([message]) };
}

/** One frame. In the calm every second one is true, and none of the others claims to be of the same message. */
function next(below: (limit: number) => number, sender: Sender, calm: boolean): Uint8Array {
  const sequence = below(2) === 0 ? below(sender.cut.fragments) : below(2 ** 31) * 2 + below(2);
  const frame = sender.frame(sequence);
  if (calm && below(2) === 0) return frame;
  switch (calm ? [1, 2, 3, 8, 9][below(5)] : below(10)) {
    case 0:
      return frame;
    case 1:
      return noise(below, below(MAX_FRAME + 50));
    case 2:
      return frame.subarray(0, below(frame.length));
    case 3:
      return changed(below, frame, 0, false);
    // Header fields and payloads that were changed by somebody who knows how checksums work.
    case 4:
    case 5:
      return changed(below, frame, 4, true);
    case 6:
      return absurd(below, frame);
    case 7:
      return changed(below, frame, 28, true);
    case 8:
      return signed(Uint8Array.of(0x52, 0x53, 1, below(3), ...noise(below, 28 + below(300))));
    default:
      return madeUp(below);
  }
}

function noise(below: (limit: number) => number, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => below(256));
}

/** Some bytes from offset `from` on are others. */
function changed(
  below: (limit: number) => number,
  frame: Uint8Array,
  from: number,
  right: boolean,
): Uint8Array {
  const out = frame.slice();
  for (let count = 1 + below(4); count > 0; count--) out[from + below(out.length - from)] = below(256);
  return right ? signed(out) : out;
}

/** Lengths up to what the field holds, and sequence numbers at its ends. */
function absurd(below: (limit: number) => number, frame: Uint8Array): Uint8Array {
  const out = frame.slice(0, 28 + 1 + below(200) + 4);
  const view = new DataView(out.buffer);
  if (below(2) === 0) for (let at = 4; at < 12; at++) out[at] = below(256);
  view.setUint32(20, [1, 33, 65_536, MAX_BODY, MAX_BODY + 1, 0xffff_ffff, 0][below(7)] ?? 0);
  view.setUint32(24, [0, 1, below(2 ** 31), 0xffff_ffff][below(4)] ?? 0);
  return signed(out);
}

/** A whole body of somebody else's in one frame, its digest right, its insides often not. */
function madeUp(below: (limit: number) => number): Uint8Array {
  const body = packBody([Uint8Array.of(0xaa, 0x55, 0xaa, 0x55, ...noise(below, below(100)))]);
  const frame = openSender(body, decodeTopic(noise(below, 8)) ?? NO_TOPIC, 1000).frame(0);
  return below(3) === 0 ? changed(below, frame, 28, true) : frame;
}

/** The same with its checksum made right. */
function signed(frame: Uint8Array): Uint8Array {
  const out = frame.slice();
  if (out.length >= 4) new DataView(out.buffer).setUint32(out.length - 4, crc32(out.subarray(0, -4)));
  return out;
}

/** A poisoned message begins anew, and whoever goes on showing it gets through. */
function comesThrough(receiver: Receiver, sender: Sender, text: string): boolean {
  for (let sequence = 0; sequence < 3 * sender.cut.fragments + 10; sequence++) {
    const answer = receiver.add(sender.frame(sequence));
    if (answer.what === 'message') return toText(answer.messages) === text;
    if (answer.what === 'ignored') return true;
  }
  return false;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use, without those that nobody uses any more. */
function memory(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function toText(messages: readonly Uint8Array[]): string {
  return messages.map((message) => Buffer.from(message).toString('hex')).join(' ');
}
