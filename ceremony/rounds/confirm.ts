/**
 * Round 2, confirm (PROTOCOL §4): every holder opens its sub-shares, checks them against the commitments, and either
 * accepts or complains. A complaint opens exactly one sealed sub-share to everybody, so that anyone can judge it.
 */
import { z } from 'zod';
import { bytesToHex, equalBytes, fromHex } from '../../crypto/bytes.ts';
import { proveDleq, verifyDleq } from '../../crypto/dleq.ts';
import { dkgShare } from '../../crypto/dkg.ts';
import { CryptoError } from '../../crypto/errors.ts';
import { checkSum, findCulprits } from '../../crypto/feldman.ts';
import { commitNonces, type NonceCommitment } from '../../crypto/frost.ts';
import { open, openWithSharedPoint, sharedPoint } from '../../crypto/hpke.ts';
import type { Random } from '../../crypto/random.ts';
import { newShare } from '../../crypto/refresh.ts';
import { suiteByName } from '../../crypto/suite.ts';
import { MAX_SEALED } from '../bundle.ts';
import { decodeCbor, encodeCbor } from '../cbor.ts';
import type { Envelope } from '../envelope.ts';
import { bytes, bytesUpTo, holderIndex } from '../fields.ts';
import { sha256 } from '../hash.ts';
import { describeRole, type PlanContext } from '../plan.ts';
import { Fault, type Audit } from '../rules.ts';
import { readBody, senderIndex } from './common.ts';
import { firstCommitted, sealingInfo, type DealResult } from './deal.ts';

const sealingSuite = suiteByName('p256');

const acceptSchema = z.strictObject({
  kind: z.literal('accept'),
  /** Digest over the group key and all new public shares, as this holder computed them. */
  publicShares: bytes(32),
  /** FROST nonce commitments, one pair per planned proof in which this holder signs: [proof, hiding, binding]. */
  nonces: z.array(z.tuple([z.number().int().min(0), bytesUpTo(33), bytesUpTo(33)])).max(512),
});
const complaintSchema = z.strictObject({
  kind: z.literal('complaint'),
  against: holderIndex,
  /** The ciphertext that the dealer's signed deal names by its hash. */
  sealed: bytesUpTo(MAX_SEALED),
  /** The Diffie-Hellman point of the dealer's ephemeral key and this holder's sealing key. */
  sharedPoint: bytes(33),
  /** Proof that the shared point was made with this holder's sealing key. */
  proof: bytesUpTo(160),
});
export const confirmSchema = z.discriminatedUnion('kind', [acceptSchema, complaintSchema]);
export type ConfirmBody = z.infer<typeof confirmSchema>;

/** Nonce commitments of all signers, by planned proof. */
export interface ConfirmResult {
  readonly commitments: readonly ReadonlyMap<number, NonceCommitment>[];
}

/** The outcome of opening one's sub-shares: a new share, or the dealer who cheated. */
export type Opened = { readonly share: bigint } | { readonly culprit: number };

/** Opens and checks all sub-shares for `index`. `oldShare` is the current share (refresh) or undefined (generate). */
export function openSubShares(
  context: PlanContext,
  deal: DealResult,
  index: number,
  sealed: ReadonlyMap<number, Uint8Array>,
  sealingSecret: Uint8Array,
  oldShare: bigint | undefined,
): Opened {
  const { suite } = context;
  const from = firstCommitted(context);
  const subShares = new Map<number, bigint>();
  for (const [dealer, ciphertext] of sealed) {
    const ephemeralPublicKey = deal.ephemeralKeys.get(dealer) ?? new Uint8Array(0);
    const info = sealingInfo(context, dealer, index);
    try {
      const plaintext = open({
        recipientSecret: sealingSecret,
        ephemeralPublicKey,
        info,
        aad: new Uint8Array(0),
        ciphertext,
      });
      subShares.set(dealer, suite.scalarFromBytes(plaintext, `sub-share of holder ${dealer}`));
      plaintext.fill(0);
    } catch (error) {
      if (error instanceof CryptoError) return { culprit: dealer };
      throw error;
    }
  }
  let sum = 0n;
  for (const subShare of subShares.values()) sum += subShare;
  if (!checkSum(suite, deal.summed, index, suite.mod(sum), from)) {
    const dealings = new Map(
      [...subShares].map(([dealer, share]) => [
        dealer,
        { share, commitments: deal.commitments.get(dealer) ?? [] },
      ]),
    );
    const [culprit] = findCulprits(suite, dealings, index, from);
    // The sum of right sub-shares is right, so there is a culprit whenever the sum is wrong.
    if (culprit === undefined)
      throw new CryptoError('sub-share-mismatch', 'The sum of the sub-shares is wrong.');
    return { culprit };
  }
  return {
    share: oldShare === undefined ? dkgShare(suite, subShares) : newShare(suite, oldShare, subShares),
  };
}

/** Body of an acceptance, and the secret nonces of all planned proofs as one byte string for the nonce keeper. */
export function contributeAccept(
  context: PlanContext,
  deal: DealResult,
  index: number,
  share: bigint,
  random: Random,
): { body: ConfirmBody; nonces: Uint8Array } {
  const pairs: [number, Uint8Array, Uint8Array][] = [];
  const commitments: [number, Uint8Array, Uint8Array][] = [];
  for (const [at, proof] of context.plan.proofs.entries()) {
    if (!proof.signers.includes(index)) continue;
    const made = commitNonces(context.suite, proof.scheme, share, index, random);
    pairs.push([at, made.nonces.hiding, made.nonces.binding]);
    commitments.push([at, made.commitment.hiding, made.commitment.binding]);
  }
  const nonces = encodeCbor(pairs);
  for (const [, hiding, binding] of pairs) {
    hiding.fill(0);
    binding.fill(0);
  }
  return { body: { kind: 'accept', publicShares: deal.publicSharesHash, nonces: commitments }, nonces };
}

const nonceSchema = z.array(z.tuple([z.number().int(), bytes(32), bytes(32)]));

/** Reads back what `contributeAccept` gave to the nonce keeper: pairs by planned proof. */
export function decodeNonces(encoded: Uint8Array): Map<number, { hiding: Uint8Array; binding: Uint8Array }> {
  const pairs = nonceSchema.parse(decodeCbor(encoded, 'nonces'));
  return new Map(pairs.map(([at, hiding, binding]) => [at, { hiding, binding }]));
}

/** Body of a complaint against `culprit`, opening the one sub-share it is about. */
export function contributeComplaint(
  context: PlanContext,
  deal: DealResult,
  index: number,
  culprit: number,
  sealed: Uint8Array,
  sealingSecret: Uint8Array,
  random: Random,
): ConfirmBody {
  const ephemeralKey = deal.ephemeralKeys.get(culprit) ?? new Uint8Array(0);
  const secret = sealingSuite.scalarFromBytes(sealingSecret, 'sealing key');
  const ephemeral = sealingSuite.pointFromBytes(ephemeralKey, 'ephemeral key');
  const shared = sharedPoint(sealingSecret, ephemeralKey);
  const proof = proveDleq(
    sealingSuite,
    secret,
    sealingSuite.base.multiply(secret),
    ephemeral,
    sealingSuite.pointFromBytes(shared, 'shared point'),
    sealingInfo(context, culprit, index),
    random,
  );
  return { kind: 'complaint', against: culprit, sealed, sharedPoint: shared, proof };
}

/** Holds all confirmations against the rules. A complaint is judged at once: it always ends in a Fault. */
export function checkConfirms(
  context: PlanContext,
  deal: DealResult,
  envelopes: readonly Envelope[],
  audit: Audit,
): ConfirmResult {
  const commitments = context.plan.proofs.map(() => new Map<number, NonceCommitment>());
  for (const envelope of envelopes) {
    const index = senderIndex(envelope);
    const body = readBody(confirmSchema, envelope, 'check_agreement');
    const who = describeRole(context.plan, envelope.payload.sender);
    if (body.kind === 'complaint') throw judgeComplaint(context, deal, index, body);
    if (!equalBytes(body.publicShares, deal.publicSharesHash))
      throw new Fault(
        'check_agreement',
        envelope.payload.sender,
        `${who} confirmed other public shares than those that follow from the deals.`,
      );
    const expected = [...context.plan.proofs.entries()].filter(([, proof]) => proof.signers.includes(index));
    if (body.nonces.length !== expected.length || expected.some(([at], i) => body.nonces[i]?.[0] !== at))
      throw new Fault(
        'check_agreement',
        envelope.payload.sender,
        `${who} did not give one nonce commitment for each proof it signs.`,
      );
    for (const [at, hiding, binding] of body.nonces) {
      for (const point of [hiding, binding]) {
        try {
          context.suite.pointFromBytes(point, `Round 2, holder-${index}: field "nonces"`);
        } catch (error) {
          if (error instanceof CryptoError)
            throw new Fault('check_agreement', envelope.payload.sender, error.message);
          throw error;
        }
      }
      commitments[at]?.set(index, { hiding, binding });
    }
    audit.pass(
      'check_agreement',
      `${who} confirmed public shares ${bytesToHex(body.publicShares).slice(0, 16)}…`,
    );
  }
  return { commitments };
}

/**
 * Judges a complaint from public data alone: the shared point must be proven to come from the complainer's sealing
 * key; then the ciphertext is opened with it and held against the dealer's commitments. A valid complaint convicts
 * the dealer, an invalid one its sender.
 */
function judgeComplaint(
  context: PlanContext,
  deal: DealResult,
  index: number,
  complaint: z.infer<typeof complaintSchema>,
): Fault {
  const { suite, plan } = context;
  const dealer = complaint.against;
  const accuser = describeRole(plan, `holder-${index}`);
  const accused = describeRole(plan, `holder-${dealer}`);
  const refuted = (why: string): Fault =>
    new Fault(
      'check_complaints',
      `holder-${index}`,
      `${accuser} complained about ${accused} without ground: ${why}.`,
    );
  const upheld = (why: string): Fault =>
    new Fault(
      'check_complaints',
      `holder-${dealer}`,
      `${accuser} complained about ${accused}, rightly: ${why}.`,
    );

  const expected = deal.sealedHashes.get(dealer)?.get(index);
  const ephemeralPublicKey = deal.ephemeralKeys.get(dealer);
  const recipient = plan.holders.find((holder) => holder.index === index);
  if (expected === undefined || ephemeralPublicKey === undefined || recipient === undefined)
    return refuted('there is no such dealer');
  if (!equalBytes(sha256(complaint.sealed), expected))
    return refuted('the ciphertext it shows is not the one that the dealer signed');
  const recipientPublicKey = fromHex(recipient.sealingKey);
  const info = sealingInfo(context, dealer, index);
  try {
    verifyDleq(
      sealingSuite,
      sealingSuite.pointFromBytes(recipientPublicKey, 'sealing key'),
      sealingSuite.pointFromBytes(ephemeralPublicKey, 'ephemeral key'),
      sealingSuite.pointFromBytes(complaint.sharedPoint, 'field "sharedPoint"'),
      info,
      complaint.proof,
      'field "proof"',
    );
  } catch (error) {
    if (error instanceof CryptoError) return refuted('its proof about the shared point is invalid');
    throw error;
  }
  let subShare: bigint;
  try {
    const plaintext = openWithSharedPoint({
      sharedPoint: complaint.sharedPoint,
      ephemeralPublicKey,
      recipientPublicKey,
      info,
      aad: new Uint8Array(0),
      ciphertext: complaint.sealed,
    });
    subShare = suite.scalarFromBytes(plaintext, 'sub-share');
  } catch (error) {
    if (error instanceof CryptoError) return upheld('the sealed sub-share does not open to a scalar');
    throw error;
  }
  const dealing = { share: subShare, commitments: deal.commitments.get(dealer) ?? [] };
  const bad = findCulprits(suite, new Map([[dealer, dealing]]), index, firstCommitted(context));
  return bad.length === 0
    ? refuted('the sub-share it opened fits the commitments')
    : upheld('the sub-share it opened does not fit the commitments');
}
