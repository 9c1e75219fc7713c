/**
 * Bundles: all envelopes of one round in a fixed order, put together by the administrator, believed by nobody. The
 * hash of a bundle is what the next round's envelopes carry as `prev`, so two laptops that were shown different
 * bundles cannot both go on. The administrator signs each one on its way, so that a courier cannot make a second one
 * out of its parts; that a bundle is true is judged by every laptop.
 */
import { bytesToHex, equalBytes, uintBytes, utf8ToBytes } from '../crypto/bytes.ts';
import { verifyIdentity } from '../crypto/identity.ts';
import { canonicalJson } from './canonical-json.ts';
import { CeremonyError } from './errors.ts';
import { checkSignature, decodeEnvelope, type Envelope } from './envelope.ts';
import { digest } from './hash.ts';
import { roles, type PlanContext } from './plan.ts';
import type { Signer } from './ports.ts';
import { readException } from './rounds/exception.ts';

export const APPROVE = 0;
export const DEAL = 1;
export const CONFIRM = 2;
export const SECURE = 3;
export const RETIRE = 4;
export const ATTEST = 5;
/** Not a round: the slots of everybody's exceptions. The attempt is the exception's number: 1, 2, 3. */
export const EXCEPTION = 8;
/** Not a round of its own: the slot in which a holder says that it will never declare this ceremony's share secure. */
export const STOP = 9;

export const ROUND_NAMES: Readonly<Record<number, string>> = {
  [APPROVE]: 'approve',
  [DEAL]: 'deal',
  [CONFIRM]: 'confirm',
  [SECURE]: 'secure',
  [RETIRE]: 'retire',
  [ATTEST]: 'attest',
  [EXCEPTION]: 'exception',
  [STOP]: 'stop',
};

/**
 * Bytes in the longest sealed sub-share that travels. A complaint must be able to show every ciphertext that can be
 * dealt, or a dealer could seal one that nobody can complain about.
 */
export const MAX_SEALED = 4096;

/** Sub-shares sealed by a dealer, by recipient's index. */
export type SealedSubShares = ReadonlyMap<number, Uint8Array>;

export interface Bundle {
  readonly round: number;
  readonly attempt: number;
  /** One per contributor, in the order of the plan. */
  readonly envelopes: readonly Envelope[];
  /** Exceptions that have arrived since the bundle before: at most 16, each carried by exactly one bundle. */
  readonly exceptions: readonly Envelope[];
  /** Further signed envelopes that end the ceremony: holders' stops, and second envelopes for one slot. */
  readonly evidence: readonly Envelope[];
  /** Round 1 in transport only: what the dealers sealed. Not part of the bundle's hash (their hashes are signed). */
  readonly sealed: ReadonlyMap<string, SealedSubShares>;
  /** In transport only: the administrator's signature. Not part of the bundle's hash, and of no record. */
  readonly signature?: Uint8Array | undefined;
}

/** SHA-256 over ceremony, round, attempt and the exact bytes of every envelope, exception and evidence, in order. */
export function bundleHash(
  context: Pick<PlanContext, 'id'>,
  bundle: Pick<Bundle, 'round' | 'attempt' | 'envelopes' | 'exceptions' | 'evidence'>,
): Uint8Array {
  return digest(
    'bundle',
    context.id,
    uintBytes(bundle.round, 1),
    uintBytes(bundle.attempt, 2),
    uintBytes(bundle.envelopes.length, 2),
    uintBytes(bundle.exceptions.length, 2),
    ...bundle.envelopes.map((envelope) => envelope.bytes),
    ...bundle.exceptions.map((envelope) => envelope.bytes),
    ...bundle.evidence.map((envelope) => envelope.bytes),
  );
}

/** What the administrator's signature covers. The first line keeps it apart from envelopes, cards and checkpoints. */
function signedBytes(context: Pick<PlanContext, 'id'>, bundle: Bundle): Uint8Array {
  return utf8ToBytes(
    `reseal bundle v1\n${canonicalJson({
      attempt: bundle.attempt,
      bundle: bytesToHex(bundleHash(context, bundle)),
      ceremony: bytesToHex(context.id),
      round: bundle.round,
    })}`,
  );
}

/** The bundle with the signature that it travels with. `signer` is the administrator's. */
export async function signBundle(
  context: Pick<PlanContext, 'id'>,
  bundle: Bundle,
  signer: Signer,
): Promise<Bundle> {
  return { ...bundle, signature: await signer.sign(signedBytes(context, bundle)) };
}

/**
 * Throws `bad-bundle` unless the administrator signed this bundle. Exceptions follow the plan alone, so without that
 * whoever carries a bundle could take some out, and whoever accepted what is left could never go on with the others.
 */
export function checkBundleSignature(context: PlanContext, bundle: Bundle): void {
  const identity = context.identities.get('administrator');
  if (
    identity !== undefined &&
    bundle.signature !== undefined &&
    verifyIdentity(identity, signedBytes(context, bundle), bundle.signature)
  )
    return;
  throw new CeremonyError(
    'bad-bundle',
    `The bundle of round ${bundle.round} is not signed by the administrator.`,
    'Ask the administrator to show the bundle again.',
  );
}

/** The roles that contribute to a round, in bundle order; everybody may put exceptions on record. */
export function contributors(context: PlanContext, round: number): string[] {
  if (round === EXCEPTION) return roles(context.plan).map(({ role }) => role);
  const prefix = round === APPROVE ? 'approver-' : round === ATTEST ? 'witness-' : 'holder-';
  return roles(context.plan)
    .map((entry): string => entry.role)
    .filter((role) => role.startsWith(prefix));
}

/**
 * Decodes an envelope of this ceremony and checks everything about it that does not depend on earlier rounds: it
 * belongs to this ceremony, key and epoch, its sender may send in that round, and the signature is the sender's. An
 * exception depends on nothing else, so it is checked whole.
 */
export function openEnvelope(
  context: PlanContext,
  key: Uint8Array,
  bytes: Uint8Array,
  what = 'Envelope',
): Envelope {
  const envelope = decodeEnvelope(bytes, what);
  const { payload } = envelope;
  const named = `${what} from ${payload.sender}`;
  if (!equalBytes(payload.ceremony, context.id))
    throw new CeremonyError(
      'wrong-ceremony',
      `${named}: it belongs to another ceremony.`,
      'Compare the plan codes.',
    );
  if (!equalBytes(payload.key, key))
    throw new CeremonyError(
      'wrong-key',
      `${named}: it is about another key.`,
      'Compare the key fingerprints.',
    );
  if (payload.epoch !== context.plan.epoch)
    throw new CeremonyError(
      'wrong-epoch',
      `${named}: it is about epoch ${payload.epoch}, this ceremony makes epoch ${context.plan.epoch}.`,
      'Fetch the message of this ceremony.',
    );
  if (payload.round > ATTEST && payload.round !== EXCEPTION && payload.round !== STOP)
    throw new CeremonyError('wrong-round', `${named}: there is no round ${payload.round}.`);
  const identity = context.identities.get(payload.sender);
  if (identity === undefined || !contributors(context, payload.round).includes(payload.sender))
    throw new CeremonyError('unknown-sender', `${named}: the plan has no such sender in this round.`);
  if (payload.attempt !== 1 && ![CONFIRM, SECURE, EXCEPTION].includes(payload.round))
    throw new CeremonyError('wrong-round', `${named}: only rounds 2 and 3 can have further attempts.`);
  checkSignature(envelope, identity, named);
  if (payload.round === EXCEPTION) readException(context, envelope, named);
  return envelope;
}
