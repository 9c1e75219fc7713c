import { p256 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes } from '../crypto/bytes.ts';
import { keyId } from '../crypto/identity.ts';
import { MemoryLaptop, NOW } from '../test-support/memory.ts';
import { refusal } from '../test-support/engine.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import {
  ceremonyHex,
  checkSignature,
  contradicts,
  decodeEnvelope,
  envelopeHash,
  signEnvelope,
  slotName,
  type EnvelopePayload,
} from './envelope.ts';
import { sha256 } from './hash.ts';

const laptop = new MemoryLaptop('Carol', 'envelope', 'ES256');
const other = new MemoryLaptop('Dave', 'envelope', 'ES256');
const payload: EnvelopePayload = {
  ceremony: new Uint8Array(16).fill(1),
  key: new Uint8Array(8).fill(2),
  epoch: 3,
  round: 2,
  attempt: 1,
  sender: 'holder-3',
  prev: new Uint8Array(32).fill(4),
  at: NOW,
  body: { kind: 'test', list: [1, 'two', Uint8Array.of(3)] },
};
const envelope = await signEnvelope(payload, laptop.signer);

type Header = Map<number, unknown>;
interface Parts {
  header: Header;
  unprotected: Map<number, unknown>;
  content: Record<string, unknown>;
  signature: unknown;
}

/** The envelope taken apart, changed, put together again and signed over what it then says. */
async function tampered(change: (parts: Parts) => unknown, headerBytes?: Uint8Array): Promise<Uint8Array> {
  const [header, unprotected, content] = decodeCbor(envelope.bytes.subarray(1), 'parts', {
    maps: true,
  }) as [Uint8Array, Map<number, unknown>, Uint8Array, Uint8Array];
  const parts: Parts = {
    header: decodeCbor(header, 'header', { maps: true }) as Header,
    unprotected,
    content: decodeCbor(content, 'content') as Record<string, unknown>,
    signature: undefined,
  };
  change(parts);
  const encoded = [headerBytes ?? encodeCbor(parts.header), encodeCbor(parts.content)] as const;
  const signed = encodeCbor(['Signature1', encoded[0], new Uint8Array(0), encoded[1]]);
  const signature = parts.signature ?? (await laptop.signer.sign(signed));
  return concatBytes(Uint8Array.of(0xd2), encodeCbor([encoded[0], parts.unprotected, encoded[1], signature]));
}

describe('envelopes', () => {
  it.each(['ES256', 'EdDSA'] as const)('signed with %s come back from their bytes', async (alg) => {
    const { signer } = new MemoryLaptop('Erin', 'envelope', alg);
    const made = await signEnvelope(payload, signer);
    const decoded = decodeEnvelope(made.bytes);
    expect(decoded).toEqual(made);
    expect(decoded.payload).toEqual(payload);
    expect(decoded.kid).toEqual(keyId(signer.publicKey));
    expect(() => {
      checkSignature(decoded, signer.publicKey);
    }).not.toThrow();
    expect(envelopeHash(decoded)).toEqual(sha256(made.bytes));
  });

  it('are tagged COSE_Sign1 messages, and what is signed begins with 0x84', () => {
    expect(envelope.bytes[0]).toBe(0xd2);
    expect(envelope.signed[0]).toBe(0x84);
  });

  it('are named by slot and ceremony', () => {
    expect(slotName(payload)).toBe('r2-a1-holder-3');
    expect(ceremonyHex(payload)).toBe('01'.repeat(16));
  });

  it('decode after being taken apart and put together unchanged', async () => {
    expect(await tampered(() => undefined)).toEqual(envelope.bytes);
  });
});

describe('an envelope is refused', () => {
  it.each<[string, string, (parts: Parts) => unknown]>([
    ['the unprotected header must be empty', 'bad-envelope', (parts) => parts.unprotected.set(4, 'x')],
    ['expected a signature of 64 bytes', 'bad-envelope', (parts) => (parts.signature = new Uint8Array(63))],
    ['expected a signature of 64 bytes', 'bad-envelope', (parts) => (parts.signature = 'text')],
    ['field "alg"', 'bad-envelope', (parts) => parts.header.set(1, -35)],
    ['field "content type"', 'bad-envelope', (parts) => parts.header.set(3, 'text/plain')],
    ['field "kid": expected 8 bytes', 'bad-envelope', (parts) => parts.header.set(4, new Uint8Array(9))],
    ['field "version"', 'bad-envelope', (parts) => parts.header.set(-65537, 2)],
    ['exactly four protected header fields', 'bad-envelope', (parts) => parts.header.set(5, 'x')],
    ['exactly four protected header fields', 'bad-envelope', (parts) => parts.header.delete(-65537)],
    ['field "ceremony": expected 16 bytes', 'bad-envelope', (parts) => (parts.content['ceremony'] = 'x')],
    ['field "key": expected 8 bytes', 'bad-envelope', (parts) => (parts.content['key'] = new Uint8Array(7))],
    [
      'field "prev": expected 32 bytes',
      'bad-envelope',
      (parts) => (parts.content['prev'] = new Uint8Array(0)),
    ],
    ['field "epoch"', 'bad-envelope', (parts) => (parts.content['epoch'] = -1)],
    ['field "epoch"', 'bad-envelope', (parts) => (parts.content['epoch'] = 65536)],
    ['field "round"', 'bad-envelope', (parts) => (parts.content['round'] = 10)],
    ['field "attempt"', 'bad-envelope', (parts) => (parts.content['attempt'] = 0)],
    ['field "sender"', 'bad-envelope', (parts) => (parts.content['sender'] = 'administrator-1')],
    ['field "sender"', 'bad-envelope', (parts) => (parts.content['sender'] = 'holder-03')],
    ['field "at"', 'bad-envelope', (parts) => (parts.content['at'] = 'now')],
    ['field "body"', 'bad-envelope', (parts) => (parts.content['body'] = [1])],
    ['"note"', 'bad-envelope', (parts) => (parts.content['note'] = 1)],
    ['field "prev"', 'bad-envelope', (parts) => delete parts.content['prev']],
  ])('%s', async (sentence, code, change) => {
    const bytes = await tampered(change);
    const refused = await refusal(() => decodeEnvelope(bytes, 'Letter'));
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(/^Letter/);
    expect(refused.message).toContain(sentence);
  });

  it('without the tag, or as something else', async () => {
    const plain = await refusal(() => decodeEnvelope(envelope.bytes.subarray(1)));
    expect(plain).toMatchObject({ code: 'bad-envelope' });
    expect(plain.message).toContain('not a COSE_Sign1 message');
    const three = concatBytes(Uint8Array.of(0xd2), encodeCbor([1, 2, 3]));
    expect((await refusal(() => decodeEnvelope(three))).message).toContain('the four parts');
    const numbers = concatBytes(Uint8Array.of(0xd2), encodeCbor([1, new Map(), 3, new Uint8Array(64)]));
    expect((await refusal(() => decodeEnvelope(numbers))).message).toContain('byte strings');
    expect((await refusal(() => decodeEnvelope(new Uint8Array(0)))).code).toBe('bad-envelope');
  });

  it('in any encoding but the deterministic one: outside, in the header, in the payload', async () => {
    const long = concatBytes(Uint8Array.of(0xd2, 0x98, 4), envelope.bytes.subarray(2));
    expect((await refusal(() => decodeEnvelope(long))).code).toBe('bad-encoding');
    const header = encodeCbor(
      new Map<number, unknown>([
        [1, -7],
        [3, 'application/vnd.reseal.envelope+cbor'],
        [4, keyId(laptop.signer.publicKey)],
        [-65537, 1],
      ]),
    );
    expect(decodeEnvelope(await tampered(() => undefined, header)).bytes).toEqual(envelope.bytes);
    // The value of label 1, -7, as two bytes instead of one.
    const wide = concatBytes(header.subarray(0, 2), Uint8Array.of(0x38, 6), header.subarray(3));
    const bytes = await tampered(() => undefined, wide);
    const refused = await refusal(() => decodeEnvelope(bytes, 'Letter'));
    expect(refused.code).toBe('bad-encoding');
    expect(refused.message).toContain('Letter, protected header');
  });

  it('when a single bit of it changes', async () => {
    for (let at = 0; at < envelope.bytes.length; at += 7) {
      const bytes = envelope.bytes.with(at, envelope.bytes[at]! ^ 1);
      const refused = await refusal(() => {
        checkSignature(decodeEnvelope(bytes), laptop.signer.publicKey);
      });
      expect(['bad-encoding', 'bad-envelope', 'bad-signature']).toContain(refused.code);
    }
  });
});

describe('the signature of an envelope is refused', () => {
  const check = (bytes: Uint8Array, by = laptop): Promise<{ code: string; message: string }> =>
    refusal(() => {
      checkSignature(decodeEnvelope(bytes), by.signer.publicKey, 'Letter');
    });

  it("when it is another laptop's, naming the sender", async () => {
    expect(await check(envelope.bytes, other)).toMatchObject({
      code: 'bad-signature',
      message: 'Letter: the signature is not that of holder-3 in the plan.',
      next: 'Ask holder-3 to show the message again.',
    });
  });

  it('when the header names another key or algorithm than the one that signed', async () => {
    const kid = await tampered((parts) => parts.header.set(4, keyId(other.signer.publicKey)));
    expect((await check(kid)).code).toBe('bad-signature');
    expect((await check(kid, other)).code).toBe('bad-signature');
    const alg = await tampered((parts) => parts.header.set(1, -8));
    expect((await check(alg)).code).toBe('bad-signature');
  });

  it('when it is the other form (r, n-s) of a valid ECDSA signature', async () => {
    const s = BigInt(`0x${bytesToHex(envelope.signature.subarray(32))}`);
    const flipped = p256.Point.Fn.toBytes(p256.Point.Fn.ORDER - s);
    const bytes = envelope.bytes.slice();
    bytes.set(flipped, bytes.length - 32);
    const malleated = decodeEnvelope(bytes);
    expect(malleated.signed).toEqual(envelope.signed);
    expect((await check(bytes)).code).toBe('bad-signature');
    expect(contradicts(envelope, malleated)).toBe(false);
  });
});

describe('two envelopes contradict each other', () => {
  it('when they say different things in one slot', async () => {
    const second = await signEnvelope({ ...payload, body: { kind: 'other' } }, laptop.signer);
    expect(contradicts(envelope, second)).toBe(true);
    expect(contradicts(second, envelope)).toBe(true);
    const later = await signEnvelope({ ...payload, at: '2026-11-23T09:00:01Z' }, laptop.signer);
    expect(contradicts(envelope, later)).toBe(true);
  });

  it('not when they are one and the same, or stand in different slots', async () => {
    expect(contradicts(envelope, decodeEnvelope(envelope.bytes))).toBe(false);
    for (const change of [
      { round: 3 },
      { attempt: 2 },
      { sender: 'holder-4' },
      { ceremony: new Uint8Array(16) },
    ]) {
      const elsewhere = await signEnvelope({ ...payload, ...change, body: {} }, laptop.signer);
      expect(contradicts(envelope, elsewhere)).toBe(false);
    }
  });
});
