import { describe, expect, it } from 'vitest';
import { MemoryLaptop, NOW } from '../test-support/memory.ts';
import { refusal } from '../test-support/engine.ts';
import { MAX_SEALED, type Bundle } from './bundle.ts';
import { encodeCbor } from './cbor.ts';
import { decodeEnvelope, signEnvelope } from './envelope.ts';
import {
  bundleFromMessage,
  bundleMessage,
  decodeMessage,
  encodeMessage,
  MAX_MESSAGE,
  type Message,
} from './message.ts';

const ceremony = new Uint8Array(16).fill(1);
const { signer } = new MemoryLaptop('Carol', 'message');
const envelope = await signEnvelope(
  {
    ceremony,
    key: new Uint8Array(8),
    epoch: 0,
    round: 1,
    attempt: 1,
    sender: 'holder-3',
    prev: new Uint8Array(32),
    at: NOW,
    body: {},
  },
  signer,
);
const bundle: Bundle = {
  round: 1,
  attempt: 1,
  envelopes: [envelope],
  exceptions: [envelope],
  evidence: [envelope],
  sealed: new Map([['holder-3', new Map([[7, Uint8Array.of(1, 2)]])]]),
  signature: new Uint8Array(64).fill(7),
};
const item = Uint8Array.of(1, 2, 3);
const messages: Message[] = [
  { reseal: 1, type: 'card', card: item },
  { reseal: 1, type: 'plan', plan: item },
  { reseal: 1, type: 'envelope', ceremony, envelope: item, sealed: [[3, item]] },
  { reseal: 1, type: 'attempt', ceremony, envelope: item },
  { reseal: 1, type: 'checkpoint', ceremony, note: item },
  { reseal: 1, type: 'cosignature', ceremony, note: item },
  bundleMessage(ceremony, bundle),
  { reseal: 1, type: 'key', record: item },
];

describe('messages', () => {
  it.each(messages)('of type $type come back from their bytes', (message) => {
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });

  it('carry a bundle whole, and every envelope is opened again', () => {
    const opened: Uint8Array[] = [];
    const decoded = bundleFromMessage(bundleMessage(ceremony, bundle), (bytes) => {
      opened.push(bytes);
      return decodeEnvelope(bytes);
    });
    expect(decoded).toEqual(bundle);
    expect(opened).toHaveLength(3);
  });

  it('may lack the signature of a bundle, which is then without one', () => {
    const { signature, ...unsigned } = bundle;
    expect(signature).toHaveLength(64);
    const message = decodeMessage(encodeMessage(bundleMessage(ceremony, unsigned)));
    expect(message).toEqual(bundleMessage(ceremony, unsigned));
    expect(message.type === 'bundle' && bundleFromMessage(message, decodeEnvelope)).not.toHaveProperty(
      'signature',
    );
  });
});

describe('a message is refused', () => {
  it('when it is longer than any message', async () => {
    expect(await refusal(() => decodeMessage(new Uint8Array(MAX_MESSAGE + 1), 'big'))).toMatchObject({
      code: 'bad-encoding',
      message: `big: ${MAX_MESSAGE + 1} bytes are more than any message has.`,
    });
  });

  it.each([
    ['a number', encodeCbor(7)],
    ['null', encodeCbor(null)],
    ['a list', encodeCbor([1])],
    ['a map without the mark', encodeCbor({ type: 'card', card: item })],
  ])('when it is %s', async (_what, bytes) => {
    expect(await refusal(() => decodeMessage(bytes, 'note.bin'))).toMatchObject({
      code: 'bad-encoding',
      message: 'note.bin: this is not a message of Reseal.',
    });
  });

  it('when it is no deterministic CBOR', async () => {
    const bytes = encodeMessage({ reseal: 1, type: 'card', card: item });
    for (const broken of [bytes.subarray(0, -1), Uint8Array.of(...bytes, 0)])
      expect((await refusal(() => decodeMessage(broken))).code).toBe('bad-encoding');
  });

  const long = (count: number, value: unknown): unknown[] => Array.from({ length: count }, () => value);
  it.each<[string, string, object]>([
    ['another version', 'reseal', { reseal: 2, type: 'card', card: item }],
    ['an unknown type', 'type', { reseal: 1, type: 'letter', card: item }],
    ['a field too many', '"note"', { reseal: 1, type: 'card', card: item, note: 1 }],
    ['text for bytes', 'card', { reseal: 1, type: 'card', card: 'abc' }],
    ['a card too long', 'card', { reseal: 1, type: 'card', card: new Uint8Array(256 * 1024 + 1) }],
    ['a key record too long', 'record', { reseal: 1, type: 'key', record: new Uint8Array(1024 * 1024 + 1) }],
    ['a short ceremony id', 'ceremony', { reseal: 1, type: 'attempt', ceremony: item, envelope: item }],
    [
      'a sealed sub-share too long to complain about',
      'sealed.0.1',
      { ...messages[2], sealed: [[3, new Uint8Array(MAX_SEALED + 1)]] },
    ],
    ['a sub-share for holder 0', 'sealed.0.0', { ...messages[2], sealed: [[0, item]] }],
    ['a round that has no bundle', 'round', { ...messages[6], round: 9 }],
    ['attempt 0', 'attempt', { ...messages[6], attempt: 0 }],
    ['too many envelopes', 'envelopes', { ...messages[6], envelopes: long(257, item) }],
    ['too many exceptions', 'exceptions', { ...messages[6], exceptions: long(17, item) }],
    ['a short signature', 'signature', { ...messages[6], signature: new Uint8Array(63) }],
    ['too much evidence', 'evidence', { ...messages[6], evidence: long(17, item) }],
  ])('with %s, naming the field', async (_what, field, value) => {
    const { code, message } = await refusal(() => decodeMessage(encodeCbor(value), 'file'));
    expect(code).toBe('bad-field');
    expect(message).toMatch(/^file: /);
    expect(message).toContain(field);
  });
});
