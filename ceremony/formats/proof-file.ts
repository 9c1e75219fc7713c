/** A proof of a record (docs/record.md): a signature by the shares, with all that it takes to check it. */
import { z } from 'zod';
import { fromHex, utf8ToBytes } from '../../crypto/bytes.ts';
import { verifyPlain } from '../../crypto/frost.ts';
import { suiteByName } from '../../crypto/suite.ts';
import { parseCanonicalJsonFile } from '../canonical-json.ts';
import { CeremonyError } from '../errors.ts';
import { holderIndex, parseFields, suiteName } from '../fields.ts';

const hex = z.string().regex(/^(?:[0-9a-f]{2}){32,65}$/, 'expected bytes as lower-case hex');

const proofSchema = z.strictObject({
  groupKey: hex,
  message: z.string().min(1).max(4000),
  scheme: z.enum(['rfc9591', 'bip340']),
  signature: hex,
  signers: z.array(holderIndex).min(2).max(256),
  suite: suiteName,
});
export type Proof = z.infer<typeof proofSchema>;

/**
 * Parses `proofs/*.json` and checks the signature. Throws `bad-record` for other fields and for a signature that does
 * not verify under the group key. `what` names the file in refusals.
 */
export function decodeProof(bytes: Uint8Array, what: string): Proof {
  const proof = parseFields(proofSchema, parseCanonicalJsonFile(bytes, what), what, 'bad-record');
  if (proof.scheme === 'bip340' && proof.suite !== 'secp256k1')
    throw new CeremonyError('bad-record', `${what}: BIP-340 signatures exist on secp256k1 only.`);
  const verified = verifyPlain(
    suiteByName(proof.suite),
    proof.scheme,
    fromHex(proof.signature),
    utf8ToBytes(proof.message),
    fromHex(proof.groupKey),
  );
  if (!verified)
    throw new CeremonyError(
      'bad-record',
      `${what}: the signature does not verify under the group key.`,
      'Take the file from the record again, and check the record with "reseal verify".',
    );
  return proof;
}
