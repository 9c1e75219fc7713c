/** Multipart URs against the vectors of the reference implementations: parts, their CBOR, and whole messages. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../wire/crc32.ts';
import { decodePart, encodePart, type UrPart } from './part.ts';
import { UrReceiver } from './receiver.ts';
import { openUrSender } from './sender.ts';
import { readUr, writePart, writeWhole } from './text.ts';
import { Xoshiro256 } from './xoshiro.ts';

interface Part {
  seqNum: number;
  seqLen: number;
  messageLen: number;
  checksum: number;
  data: string;
}
interface Whole {
  messageLen: number;
  seed: string;
  maxFragmentLen: number;
}
interface FountainVectors {
  maxFragmentLen: number;
  xor: { data1: string; data2: string; xor: string };
  parts: Part[];
  partsCborHex: string[];
  partCbor: Omit<Part, 'data'> & { dataHex: string; cbor: string };
  decoderRoundTrip: Whole & { firstSeqNum: number };
}
interface UrVectors {
  single: Whole & { type: string; ur: string };
  multipart: Whole & { type: string; parts: string[] };
  more: { type: string; payloadHex?: string; cborHex: string; ur: string; urQR?: string }[];
  roundTrip: Whole & { firstSeqNum: number };
  invalid: { ur: string; why: string }[];
}

const load = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../vectors/ur/${name}.json`, import.meta.url), 'utf8'));
const fountain = load('fountain') as FountainVectors;
const ur = load('ur') as UrVectors;
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

/** The vectors' messages: bytes of the same generator, one draw each, seeded with a word. */
function messageOf(length: number, seed: string): Uint8Array {
  const random = new Xoshiro256(new TextEncoder().encode(seed));
  return Uint8Array.from({ length }, () => random.nextBelow(256));
}

/** A CBOR byte string of less than 65536 bytes: what URs of type `bytes` hold. */
function byteString(content: Uint8Array): Uint8Array {
  const { length } = content;
  const head =
    length < 24 ? [0x40 | length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255];
  return Uint8Array.of(...head, ...content);
}

describe('fountain.json', () => {
  const message = messageOf(256, 'Wolf');
  const parts = fountain.parts.map(({ seqNum, seqLen, messageLen, checksum, data }): UrPart => ({
    sequence: seqNum,
    count: seqLen,
    length: messageLen,
    checksum,
    fragment: bytes(data),
  }));

  it('the generator makes the message that the parts are of', () => {
    expect(parts).toHaveLength(20);
    expect(crc32(message)).toBe(parts[0]!.checksum);
    const random = new Xoshiro256(new TextEncoder().encode('Wolf'));
    const [data1, data2] = [10, 10].map((length) => Uint8Array.from({ length }, () => random.nextBelow(256)));
    expect([hex(data1!), hex(data2!)]).toEqual([fountain.xor.data1, fountain.xor.data2]);
    expect(hex(data1!.map((byte, at) => byte ^ data2![at]!))).toBe(fountain.xor.xor);
  });

  it.each(parts.map((part) => [part.sequence, part] as const))('part %d, and its CBOR', (sequence, part) => {
    const sender = openUrSender('bytes', message, fountain.maxFragmentLen);
    expect([sender.count, sender.size]).toEqual([part.count, part.fragment.length]);
    expect(readUr(sender.part(sequence))).toEqual({ what: 'part', type: 'bytes', part });
    const cbor = fountain.partsCborHex[sequence - 1]!;
    expect(hex(encodePart(part))).toBe(cbor);
    expect(decodePart(bytes(cbor))).toEqual(part);
  });

  it('the CBOR of a part whose lengths do not fit together is written, and refused when read', () => {
    const { seqNum, seqLen, messageLen, checksum, dataHex, cbor } = fountain.partCbor;
    const part = { sequence: seqNum, count: seqLen, length: messageLen, checksum, fragment: bytes(dataHex) };
    expect(hex(encodePart(part))).toBe(cbor);
    // Eight fragments of five bytes are no message of a hundred.
    expect(decodePart(bytes(cbor))).toBeUndefined();
  });

  it('a message of 32767 bytes from the hundredth part on', () => {
    const { messageLen, seed, maxFragmentLen, firstSeqNum } = fountain.decoderRoundTrip;
    const long = messageOf(messageLen, seed);
    const sender = openUrSender('test', long, maxFragmentLen);
    const receiver = new UrReceiver();
    let heard = receiver.add(sender.part(firstSeqNum));
    for (let sequence = firstSeqNum + 1; heard.what === 'progress'; sequence++)
      heard = receiver.add(sender.part(sequence));
    expect(heard).toMatchObject({ what: 'finished', type: 'test', cbor: long });
  });
});

describe('ur.json', () => {
  it('a single UR', () => {
    const { messageLen, seed, type, ur: text } = ur.single;
    const cbor = byteString(messageOf(messageLen, seed));
    expect(writeWhole(type, cbor)).toBe(text);
    expect(openUrSender(type, cbor, cbor.length).part(1)).toBe(text);
    expect(new UrReceiver().add(text)).toMatchObject({ what: 'finished', type, cbor });
  });

  it('twenty parts, written and read', () => {
    const { messageLen, seed, type, maxFragmentLen, parts } = ur.multipart;
    const cbor = byteString(messageOf(messageLen, seed));
    const sender = openUrSender(type, cbor, maxFragmentLen);
    expect(parts).toHaveLength(20);
    expect(parts.map((_, at) => sender.part(at + 1))).toEqual(parts);
    for (const text of parts) {
      const read = readUr(text);
      expect(read.what === 'part' && writePart(read.type, read.part)).toBe(text);
    }
    // Without the fragments as they are, and in upper case.
    const receiver = new UrReceiver();
    const heard = parts.slice(sender.count).map((text) => receiver.add(text.toUpperCase()));
    expect(heard[0]).toMatchObject({ what: 'progress', fresh: true, progress: { needed: 9, rank: 1 } });
    const late = [...parts].reverse().map((text) => receiver.add(text));
    expect(late.find(({ what }) => what === 'finished')).toMatchObject({ type, cbor });
  });

  it.each(ur.more.map((vector) => [vector.ur, vector] as const))('%s', (text, vector) => {
    const cbor = bytes(vector.cborHex);
    if (vector.payloadHex !== undefined) expect(byteString(bytes(vector.payloadHex))).toEqual(cbor);
    expect(writeWhole(vector.type, cbor)).toBe(text);
    expect(readUr(text)).toEqual({ what: 'whole', type: vector.type, cbor });
    if (vector.urQR !== undefined) expect(text.toUpperCase()).toBe(vector.urQR);
    expect(readUr(text.toUpperCase())).toEqual({ what: 'whole', type: vector.type, cbor });
  });

  it('a message of 32767 bytes from the hundredth part on', () => {
    const { messageLen, seed, maxFragmentLen, firstSeqNum } = ur.roundTrip;
    const cbor = byteString(messageOf(messageLen, seed));
    const sender = openUrSender('bytes', cbor, maxFragmentLen);
    const receiver = new UrReceiver();
    let heard = receiver.add(sender.part(firstSeqNum));
    for (let sequence = firstSeqNum + 1; heard.what === 'progress'; sequence++)
      heard = receiver.add(sender.part(sequence));
    expect(heard).toMatchObject({ what: 'finished', type: 'bytes', cbor });
  });

  it.each(ur.invalid.map(({ ur: text, why }) => [text, why] as const))('refuses %s: %s', (text, why) => {
    expect(readUr(text)).toEqual({ what: 'fault', fault: why === 'scheme' ? 'not-a-ur' : 'bad-form' });
  });
});
