import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CryptoError } from '../../crypto/errors.ts';
import { refusal } from '../../test-support/engine.ts';
import { MemoryLaptop, NOW } from '../../test-support/memory.ts';
import { signEnvelope, type Envelope } from '../envelope.ts';
import { CeremonyError } from '../errors.ts';
import { Fault } from '../rules.ts';
import { attribute, readBody, senderIndex } from './common.ts';

const { signer } = new MemoryLaptop('Carol', 'common');
const from = (sender: string, body: Record<string, unknown> = {}): Promise<Envelope> =>
  signEnvelope(
    {
      ceremony: new Uint8Array(16),
      key: new Uint8Array(8),
      epoch: 0,
      round: 2,
      attempt: 1,
      sender,
      prev: new Uint8Array(32),
      at: NOW,
      body,
    },
    signer,
  );

/** The fault that `action` ends in. */
function faultOf(action: () => unknown): { rule: string; role: string | undefined; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof Fault) return { rule: error.rule, role: error.role, message: error.message };
    throw error;
  }
  throw new Error('expected a fault');
}
const fails = (error: Error) => (): never => {
  throw error;
};

describe('a body', () => {
  it('that does not fit is a fault of its sender, with the field named', async () => {
    const schema = z.strictObject({ kind: z.literal('x') });
    expect(readBody(schema, await from('holder-3', { kind: 'x' }), 'check_agreement')).toEqual({ kind: 'x' });
    const wrong = await from('holder-3', { kind: 'y' });
    const fault = faultOf(() => readBody(schema, wrong, 'check_agreement'));
    expect(fault).toMatchObject({ rule: 'check_agreement', role: 'holder-3' });
    expect(fault.message).toContain('Round 2, holder-3: field "kind"');
  });
});

describe('a check', () => {
  it('that the mathematics fails is a fault of the role, or of the holder that the mathematics names', () => {
    expect(attribute('check_proofs', 'holder-3', () => 7)).toBe(7);
    const plain = fails(new CryptoError('proof-invalid', 'No.'));
    expect(faultOf(() => attribute('check_proofs', 'holder-3', plain))).toEqual({
      rule: 'check_proofs',
      role: 'holder-3',
      message: 'No.',
    });
    expect(faultOf(() => attribute('check_proofs', undefined, plain)).role).toBeUndefined();
    const named = fails(new CryptoError('proof-invalid', 'No.', 7));
    expect(faultOf(() => attribute('check_proofs', 'holder-3', named)).role).toBe('holder-7');
  });

  it('that fails for another reason blames nobody', () => {
    for (const error of [new CeremonyError('bad-field', 'No.'), new TypeError('bug')])
      expect(() => attribute('check_proofs', 'holder-3', fails(error))).toThrow(error);
  });
});

describe('the index of a sender', () => {
  it('exists for holders only', async () => {
    expect(senderIndex(await from('holder-300'))).toBe(300);
    const witness = await from('witness-1');
    expect(await refusal(() => senderIndex(witness))).toMatchObject({
      code: 'unknown-sender',
      message: 'witness-1 is not a holder.',
    });
  });
});
