/**
 * Round 3, secure (PROTOCOL §4): every holder proves that it has its new share, signs the planned proof messages with
 * it, and declares that every planned backup was written and read back. The complete, verified bundle of this round
 * is the certificate.
 */
import { z } from 'zod';
import { bytesToHex } from '../../crypto/bytes.ts';
import { CryptoError } from '../../crypto/errors.ts';
import { aggregate, signShare, verifyPlain, type FrostKey } from '../../crypto/frost.ts';
import type { Random } from '../../crypto/random.ts';
import { provePossession, verifyPossession } from '../../crypto/schnorr.ts';
import type { Envelope } from '../envelope.ts';
import { CeremonyError } from '../errors.ts';
import { bytes, bytesUpTo, text, timestamp } from '../fields.ts';
import { BACKUP_KINDS, describeRole, proofMessage, type PlanContext } from '../plan.ts';
import { Fault, type Audit } from '../rules.ts';
import { attribute, readBody, senderIndex } from './common.ts';
import type { ConfirmResult } from './confirm.ts';
import type { DealResult } from './deal.ts';

/** What a holder states about one backup of its new share. */
export const receiptSchema = z.strictObject({
  kind: z.enum(BACKUP_KINDS),
  label: text,
  /** Serial number of the medium or number of the bag. */
  serial: text,
  /** How it was read back, and what that showed. */
  readBack: text,
  witness: text,
  at: timestamp,
});
export type BackupReceipt = z.infer<typeof receiptSchema>;

export const secureSchema = z.strictObject({
  kind: z.literal('secure'),
  possession: bytesUpTo(96),
  /** [proof, signature share] for each planned proof in which this holder signs, ascending. */
  signatureShares: z.array(z.tuple([z.number().int().min(0), bytes(32)])).max(512),
  backups: z.array(receiptSchema).max(1024),
});
export type SecureBody = z.infer<typeof secureSchema>;

/** A finished proof: what was signed, and the signature that anybody can check with ordinary tools. */
export interface ProofSignature {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SecureResult {
  readonly proofs: readonly ProofSignature[];
}

function frostKey(context: PlanContext, deal: DealResult): FrostKey {
  return { groupKey: deal.groupKey, publicShares: deal.publicShares, threshold: context.plan.threshold };
}

/** Body of a holder's declaration. `nonces` are used up by this call. */
export function contributeSecure(
  context: PlanContext,
  deal: DealResult,
  confirm: ConfirmResult,
  index: number,
  secret: {
    share: bigint;
    nonces: ReadonlyMap<number, { hiding: Uint8Array; binding: Uint8Array }>;
    backups: readonly BackupReceipt[];
  },
  random: Random,
): SecureBody {
  const { suite, plan } = context;
  const key = frostKey(context, deal);
  const signatureShares: [number, Uint8Array][] = [];
  for (const [at, proof] of plan.proofs.entries()) {
    if (!proof.signers.includes(index)) continue;
    const nonces = secret.nonces.get(at);
    const commitments = confirm.commitments[at];
    if (nonces === undefined || commitments === undefined)
      throw new CryptoError('nonce-reused', `There are no unused nonces for proof ${at}.`);
    const message = proofMessage(context, bytesToHex(deal.fingerprint), at);
    signatureShares.push([
      at,
      signShare(suite, proof.scheme, key, index, secret.share, nonces, commitments, message),
    ]);
  }
  return {
    kind: 'secure',
    possession: provePossession(
      suite,
      secret.share,
      suite.base.multiply(secret.share),
      { purpose: 'new-share', ceremony: context.id, index, epoch: plan.epoch },
      random,
    ),
    signatureShares,
    backups: [...secret.backups],
  };
}

/** Signature shares by planned proof, by holder. */
export type SignatureShares = readonly ReadonlyMap<number, Uint8Array>[];

/**
 * Holds each declaration against the rules. Throws a Fault naming the holder. The signature shares are only collected
 * here: they are checked by their sum (`finishProofs`), one by one only when that is wrong.
 */
export function readSecures(
  context: PlanContext,
  deal: DealResult,
  envelopes: readonly Envelope[],
  audit: Audit,
): SignatureShares {
  const { suite, plan } = context;
  const shares = plan.proofs.map(() => new Map<number, Uint8Array>());
  for (const envelope of envelopes) {
    const index = senderIndex(envelope);
    const role = envelope.payload.sender;
    const who = describeRole(plan, role);
    const body = readBody(secureSchema, envelope, 'check_possession_after');
    attribute('check_possession_after', role, () => {
      const publicShare = deal.publicShares.get(index);
      if (publicShare === undefined)
        throw new CeremonyError('unknown-sender', `${role} has no public share.`);
      verifyPossession(
        suite,
        publicShare,
        { purpose: 'new-share', ceremony: context.id, index, epoch: plan.epoch },
        body.possession,
        `Round 3, ${role}: field "possession"`,
      );
    });
    audit.pass('check_possession_after', `${who} has its share of epoch ${plan.epoch}`);

    const planned = plan.backups.filter((backup) => backup.holder === index);
    for (const backup of planned) {
      const receipt = body.backups.find((given) => given.label === backup.label);
      if (receipt === undefined)
        throw new Fault(
          'check_backups',
          role,
          `${who} has no receipt for the planned backup "${backup.label}".`,
        );
      if (receipt.kind !== backup.kind)
        throw new Fault(
          'check_backups',
          role,
          `${who} has a receipt for a ${receipt.kind} where the plan asks for a ${backup.kind}, "${backup.label}".`,
        );
      audit.pass(
        'check_backups',
        `${who}: ${receipt.kind} "${receipt.label}" (${receipt.serial}), ${receipt.readBack}`,
      );
    }
    if (body.backups.length !== planned.length)
      throw new Fault(
        'check_backups',
        role,
        `${who} declared ${body.backups.length} backups, ${planned.length} are planned.`,
      );

    const expected = [...plan.proofs.entries()].filter(([, proof]) => proof.signers.includes(index));
    if (
      body.signatureShares.length !== expected.length ||
      expected.some(([at], i) => body.signatureShares[i]?.[0] !== at)
    )
      throw new Fault(
        'check_proofs',
        role,
        `${who} did not give one signature share for each proof it signs.`,
      );
    for (const [at, share] of body.signatureShares) shares[at]?.set(index, share);
  }
  return shares;
}

/**
 * Adds up the signature shares of all holders and checks each proof as an outsider would. Throws a Fault naming the
 * holder whose share is wrong.
 */
export function finishProofs(
  context: PlanContext,
  deal: DealResult,
  confirm: ConfirmResult,
  shares: SignatureShares,
  audit: Audit,
): SecureResult {
  const { suite, plan } = context;
  const key = frostKey(context, deal);
  const fingerprint = bytesToHex(deal.fingerprint);
  const proofs = plan.proofs.map((proof, at) => {
    const message = proofMessage(context, fingerprint, at);
    const signature = sumUp(context, at, () =>
      aggregate(
        suite,
        proof.scheme,
        key,
        confirm.commitments[at] ?? new Map(),
        message,
        shares[at] ?? new Map(),
      ),
    );
    if (!verifyPlain(suite, proof.scheme, signature, message, deal.groupKey.toBytes()))
      throw new Fault('check_proofs', undefined, `Proof ${at + 1} does not verify under the group key.`);
    audit.pass(
      'check_proofs',
      `proof ${at + 1} (${proof.scheme}) by holders ${proof.signers.join(', ')}: ${bytesToHex(signature).slice(0, 16)}…`,
    );
    return { message, signature };
  });
  return { proofs };
}

/** Adds up one proof; when the sum is wrong, the holder whose share is wrong is at fault. */
function sumUp(context: PlanContext, at: number, add: () => Uint8Array): Uint8Array {
  try {
    return add();
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    const role = error.culprit === undefined ? undefined : `holder-${error.culprit}`;
    throw new Fault(
      'check_proofs',
      role,
      role === undefined
        ? `Proof ${at + 1}: ${error.message}`
        : `${describeRole(context.plan, role)} gave a signature share for proof ${at + 1} that is not valid.`,
    );
  }
}
