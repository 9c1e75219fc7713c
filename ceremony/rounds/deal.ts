/**
 * Round 1, deal (PROTOCOL §4): every holder proves that it has its share, commits to a random polynomial, and seals
 * one sub-share for each holder. In a refresh the polynomial has no constant term, so that the secret stays as it is;
 * in a key generation the constant terms together make the secret.
 */
import { z } from 'zod';
import { bytesToHex, equalBytes, frame, fromHex, uintBytes } from '../../crypto/bytes.ts';
import { dkgDeal, dkgGroupKey, dkgPublicShares, verifyDkgProof } from '../../crypto/dkg.ts';
import {
  checkSubgroup,
  checkTopCoefficient,
  commit,
  decodeCommitments,
  sumCommitments,
} from '../../crypto/feldman.ts';
import { generateSealingKey, sealingPublicKey, sealWithEphemeral } from '../../crypto/hpke.ts';
import { evaluate, randomPolynomial, type SecretPolynomial } from '../../crypto/polynomial.ts';
import type { Random } from '../../crypto/random.ts';
import { checkGroupKey, newPublicShares } from '../../crypto/refresh.ts';
import { provePossession, verifyPossession } from '../../crypto/schnorr.ts';
import { suiteByName, type Point } from '../../crypto/suite.ts';
import { DEAL, type SealedSubShares } from '../bundle.ts';
import type { Envelope } from '../envelope.ts';
import { CeremonyError } from '../errors.ts';
import { bytes, bytesUpTo, holderIndex, text } from '../fields.ts';
import { digest, sha256 } from '../hash.ts';
import { keyFingerprint, keyPoints } from '../key-record.ts';
import { describeRole, type PlanContext } from '../plan.ts';
import { Fault, type Audit } from '../rules.ts';
import { attribute, readBody, senderIndex } from './common.ts';

/** Sub-shares are sealed with P-256 whatever the suite of the key (PROTOCOL §3). */
const sealingSuite = suiteByName('p256');
/** One encoded scalar and the tag of AES-256-GCM. */
export const SEALED_LENGTH = 32 + 16;

export const dealSchema = z.strictObject({
  kind: z.literal('deal'),
  /** Refresh: proof of possession of the current share. Generate: proof of knowledge of the constant term. */
  possession: bytesUpTo(96),
  readiness: z.strictObject({ vault: text, checkedBackups: z.array(text).max(64) }),
  commitments: z.array(bytesUpTo(33)).max(256),
  /** SHA-256 of each sealed sub-share, by recipient, ascending. */
  sealed: z.array(z.tuple([holderIndex, bytes(32)])).max(256),
  ephemeral: bytes(33),
  ephemeralProof: bytesUpTo(96),
  /** The key to which the next ceremony seals this holder's sub-shares. */
  sealingKey: bytes(33),
  sealingProof: bytesUpTo(96),
});
export type DealBody = z.infer<typeof dealSchema>;

/** What each deal says by itself, by dealer. */
export interface Deals {
  readonly commitments: ReadonlyMap<number, Point[]>;
  readonly ephemeralKeys: ReadonlyMap<number, Uint8Array>;
  readonly sealedHashes: ReadonlyMap<number, ReadonlyMap<number, Uint8Array>>;
  readonly nextSealingKeys: ReadonlyMap<number, Uint8Array>;
}

/** What the public can compute once all deals are on the table. */
export interface DealResult extends Deals {
  readonly summed: readonly Point[];
  readonly groupKey: Point;
  readonly fingerprint: Uint8Array;
  readonly publicShares: ReadonlyMap<number, Point>;
  /** Digest over the group key and all new public shares: what holders confirm to each other in round 2. */
  readonly publicSharesHash: Uint8Array;
}

/** 1 where the constant term is not committed to (refresh), 0 where it is (generate). */
export function firstCommitted(context: PlanContext): 0 | 1 {
  return context.plan.kind === 'refresh' ? 1 : 0;
}

/** HPKE `info` of one sealed sub-share: ceremony, round, sender, recipient, epoch (PROTOCOL §3). */
export function sealingInfo(context: PlanContext, sender: number, recipient: number): Uint8Array {
  return frame(
    context.id,
    uintBytes(DEAL, 1),
    uintBytes(sender, 2),
    uintBytes(recipient, 2),
    uintBytes(context.plan.epoch, 2),
  );
}

/** What a dealer chooses at random, and the proof that goes with it. */
export interface Dealing {
  readonly polynomial: SecretPolynomial;
  readonly possession: Uint8Array;
}

/** Chooses the polynomial and proves possession. `share` is the current share (refresh only). */
export function chooseDealing(
  context: PlanContext,
  index: number,
  share: bigint | undefined,
  random: Random,
): Dealing {
  const { suite, plan } = context;
  if (plan.kind === 'generate') {
    const deal = dkgDeal(suite, plan.threshold, { ceremony: context.id, index, epoch: plan.epoch }, random);
    return { polynomial: deal.polynomial, possession: deal.proof };
  }
  if (share === undefined) throw new CeremonyError('wrong-epoch', 'A refresh needs the current share.');
  const possession = provePossession(
    suite,
    share,
    suite.base.multiply(share),
    { purpose: 'current-share', ceremony: context.id, index, epoch: plan.epoch - 1 },
    random,
  );
  return { polynomial: randomPolynomial(suite, plan.threshold - 1, 0n, random), possession };
}

/** Makes the body of a deal and the sealed sub-shares that travel beside it. */
export function contributeDeal(
  context: PlanContext,
  index: number,
  dealing: Dealing & {
    /** Secret of this holder's sealing key for the next ceremony, 32 bytes. */
    sealingSecret: Uint8Array;
    readiness: DealBody['readiness'];
    /** The sub-share for a recipient; `evaluate` on the polynomial unless a rehearsal tests the others' vigilance. */
    subShare?: (recipient: number) => bigint;
  },
  random: Random,
): { body: DealBody; sealed: SealedSubShares } {
  const { suite, plan } = context;
  const ephemeral = generateSealingKey(random);
  const subShare = dealing.subShare ?? ((recipient) => evaluate(suite, dealing.polynomial, recipient));
  const sealed = new Map(
    plan.holders.map((holder) => {
      const plaintext = suite.scalarToBytes(subShare(holder.index));
      const ciphertext = sealWithEphemeral({
        ephemeralSecret: ephemeral.secretKey,
        recipientPublicKey: fromHex(holder.sealingKey),
        info: sealingInfo(context, index, holder.index),
        aad: new Uint8Array(0),
        plaintext,
      });
      plaintext.fill(0);
      return [holder.index, ciphertext] as const;
    }),
  );
  const prove = (purpose: 'ephemeral-key' | 'sealing-key', secretKey: Uint8Array): Uint8Array => {
    const secret = sealingSuite.scalarFromBytes(secretKey, purpose);
    const bound = { purpose, ceremony: context.id, index, epoch: plan.epoch };
    return provePossession(sealingSuite, secret, sealingSuite.base.multiply(secret), bound, random);
  };
  const body: DealBody = {
    kind: 'deal',
    possession: dealing.possession,
    readiness: dealing.readiness,
    commitments: commit(suite, dealing.polynomial, firstCommitted(context)).map((point) => point.toBytes()),
    sealed: [...sealed].map(([recipient, ciphertext]) => [recipient, sha256(ciphertext)]),
    ephemeral: ephemeral.publicKey,
    ephemeralProof: prove('ephemeral-key', ephemeral.secretKey),
    sealingKey: sealingPublicKey(dealing.sealingSecret),
    sealingProof: prove('sealing-key', dealing.sealingSecret),
  };
  ephemeral.secretKey.fill(0);
  return { body, sealed };
}

/** Holds each deal against the rules. Throws a Fault naming the dealer. */
export function readDeals(context: PlanContext, envelopes: readonly Envelope[], audit: Audit): Deals {
  const { suite, plan } = context;
  const before = plan.before === null ? undefined : keyPoints(plan.before);
  const commitments = new Map<number, Point[]>();
  const ephemeralKeys = new Map<number, Uint8Array>();
  const nextSealingKeys = new Map<number, Uint8Array>();
  const sealedHashes = new Map<number, ReadonlyMap<number, Uint8Array>>();
  const used = new Map<string, string>();

  for (const envelope of envelopes) {
    const index = senderIndex(envelope);
    const role = envelope.payload.sender;
    const who = describeRole(plan, role);
    const body = readBody(dealSchema, envelope, 'check_commitments');
    const count = plan.threshold - firstCommitted(context);
    const points = attribute('check_commitments', role, () =>
      decodeCommitments(suite, body.commitments, count, `Round 1, ${role}: field "commitments"`, index),
    );
    commitments.set(index, points);
    audit.pass('check_commitments', `${who} committed to ${points.length} coefficients`);

    attribute('check_possession_before', role, () => {
      const field = `Round 1, ${role}: field "possession"`;
      if (before === undefined) {
        verifyDkgProof(
          suite,
          points,
          { ceremony: context.id, index, epoch: plan.epoch },
          body.possession,
          field,
        );
        return;
      }
      const publicShare = before.publicShares.get(index);
      if (publicShare === undefined)
        throw new CeremonyError('unknown-sender', `${role} is not in the key record.`);
      verifyPossession(
        suite,
        publicShare,
        { purpose: 'current-share', ceremony: context.id, index, epoch: plan.epoch - 1 },
        body.possession,
        field,
      );
    });
    audit.pass(
      'check_possession_before',
      before === undefined
        ? `${who} knows its constant term`
        : `${who} has its share of epoch ${plan.epoch - 1}`,
    );

    // Deals can be seen by dealers who have not dealt yet. Whoever copies a key cannot prove to know its secret, and is
    // named for that; the one whose key it is can, and is not.
    attribute('check_ephemeral_keys', role, () => {
      for (const [field, key, purpose, proof] of [
        ['ephemeral', body.ephemeral, 'ephemeral-key', body.ephemeralProof],
        ['sealing', body.sealingKey, 'sealing-key', body.sealingProof],
      ] as const)
        verifyPossession(
          sealingSuite,
          sealingSuite.pointFromBytes(
            key,
            `Round 1, ${role}: field "${field === 'sealing' ? 'sealingKey' : field}"`,
          ),
          { purpose, ceremony: context.id, index, epoch: plan.epoch },
          proof,
          `Round 1, ${role}: field "${field}Proof"`,
        );
    });
    for (const key of [bytesToHex(body.ephemeral), bytesToHex(body.sealingKey)]) {
      const other = used.get(key) ?? plan.holders.find((holder) => holder.sealingKey === key)?.name;
      used.set(key, who);
      if (other === undefined) continue;
      // Both have proven to know the secret, so it was shared, or drawn without chance: the later one is named.
      throw new Fault('check_ephemeral_keys', role, `${who} uses a key that is already in use (${other}).`);
    }
    audit.pass(
      'check_ephemeral_keys',
      `${who} knows the secrets of ephemeral key ${bytesToHex(body.ephemeral).slice(0, 16)}… and next sealing key ${bytesToHex(body.sealingKey).slice(0, 16)}…`,
    );

    const recipients = body.sealed.map(([recipient]) => recipient);
    if (
      recipients.length !== context.indices.length ||
      recipients.some((to, at) => to !== context.indices[at])
    )
      throw new Fault(
        'check_commitments',
        role,
        `${who} did not seal exactly one sub-share for each holder.`,
      );
    ephemeralKeys.set(index, body.ephemeral);
    nextSealingKeys.set(index, body.sealingKey);
    sealedHashes.set(index, new Map(body.sealed));
  }

  return { commitments, ephemeralKeys, sealedHashes, nextSealingKeys };
}

/** Adds up the deals of all holders and checks what follows: full degree, and a group key that has not moved. */
export function sumDeals(context: PlanContext, deals: Deals, audit: Audit): DealResult {
  const { suite, plan } = context;
  const { commitments } = deals;
  const before = plan.before === null ? undefined : keyPoints(plan.before);
  return attribute('check_commitments', undefined, () => {
    const summed = sumCommitments(suite, commitments);
    checkSubgroup(suite, commitments, summed);
    checkTopCoefficient(suite, summed);
    const groupKey = before?.groupKey ?? dkgGroupKey(suite, summed);
    const publicShares =
      before === undefined
        ? dkgPublicShares(suite, summed, context.indices)
        : newPublicShares(suite, before.publicShares, summed);
    audit.pass('check_commitments', `the summed polynomial has degree exactly ${plan.threshold - 1}`);
    attribute('check_group_key', undefined, () => {
      checkGroupKey(suite, publicShares, plan.threshold, groupKey);
    });
    audit.pass(
      'check_group_key',
      `group key ${bytesToHex(groupKey.toBytes())} from ${publicShares.size} public shares, threshold ${plan.threshold}`,
    );
    const encoded = [...publicShares].map(([index, point]) => frame(uintBytes(index, 2), point.toBytes()));
    return {
      ...deals,
      summed,
      groupKey,
      fingerprint: keyFingerprint(plan.suite, groupKey.toBytes()),
      publicShares,
      publicSharesHash: digest('public-shares', groupKey.toBytes(), ...encoded),
    };
  });
}

/**
 * Throws `bad-envelope` unless the sub-shares that came beside a deal are those whose hashes the dealer signed. They
 * travel unsigned, so a courier can damage them: the administrator refuses such a message, and the whole one can come.
 */
export function checkSealedBy(context: PlanContext, envelope: Envelope, sealed: SealedSubShares): void {
  const body = dealSchema.safeParse(envelope.payload.body);
  // What the dealer signed without sense is its own fault, and is judged with the bundle.
  if (!body.success) return;
  const hashes = new Map(body.data.sealed);
  const wrong = [...new Set([...hashes.keys(), ...sealed.keys()])].find((recipient) => {
    const ciphertext = sealed.get(recipient);
    const expected = hashes.get(recipient);
    return ciphertext === undefined || expected === undefined || !equalBytes(sha256(ciphertext), expected);
  });
  if (wrong === undefined) return;
  const who = describeRole(context.plan, envelope.payload.sender);
  throw new CeremonyError(
    'bad-envelope',
    `The deal of ${who} came without the sub-share for holder ${wrong} that its signature names.`,
    `Ask ${who} to show the message again.`,
  );
}

/**
 * Throws unless every sealed sub-share for `recipient` is there and is the one its dealer signed. A mismatch is the
 * courier's doing, not the dealer's: nothing is concluded from it, the bundle is asked for again.
 */
export function checkSealedFor(
  deal: DealResult,
  sealed: ReadonlyMap<string, SealedSubShares>,
  recipient: number,
): Map<number, Uint8Array> {
  const mine = new Map<number, Uint8Array>();
  for (const [dealer, hashes] of deal.sealedHashes) {
    const ciphertext = sealed.get(`holder-${dealer}`)?.get(recipient);
    const expected = hashes.get(recipient);
    if (ciphertext === undefined || expected === undefined || !equalBytes(sha256(ciphertext), expected))
      throw new CeremonyError(
        'bad-bundle',
        `The bundle of round 1 does not carry the sub-share that holder ${dealer} sealed for holder ${recipient}.`,
        'Ask the administrator to show the bundle again.',
      );
    mine.set(dealer, ciphertext);
  }
  return mine;
}
