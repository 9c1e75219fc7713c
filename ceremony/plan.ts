/**
 * The plan: the whole ceremony, decided beforehand. Its bytes are canonical JSON; their SHA-256 binds every approval
 * and every envelope, and its first bytes, read aloud as words, let people compare plans across a room.
 */
import { z } from 'zod';
import { bytesToHex, equalBytes, fromHex, utf8ToBytes } from '../crypto/bytes.ts';
import type { IdentityPublicKey } from '../crypto/identity.ts';
import { checkIndices, checkThreshold } from '../crypto/indices.ts';
import { coveringFamily } from '../crypto/lagrange.ts';
import { suiteByName, type Suite } from '../crypto/suite.ts';
import { toWords } from '../crypto/words.ts';
import { canonicalJson, canonicalJsonFile, parseCanonicalJsonFile } from './canonical-json.ts';
import { identityFromField, identityToField } from './card.ts';
import { CeremonyError } from './errors.ts';
import { hexBytes, holderIndex, identityKey, parseFields, suiteName, text, timestamp } from './fields.ts';
import { sha256 } from './hash.ts';
import { keyPoints, keyRecordSchema } from './key-record.ts';
import { plannedBackup, recipientsOf, recipientsProblem } from './planned-backup.ts';

export { BACKUP_KINDS, BACKUP_NAMES, type BackupKind } from './planned-backup.ts';

const person = z.strictObject({ name: text, identity: identityKey });

/** Days after which an epoch is to be refreshed. */
export const CRYPTOPERIODS = [90, 180, 365] as const;

/** Years that a record is kept, unless a plan says otherwise. */
export const USUAL_RETENTION = 7;
/** Days within which the backups of a superseded epoch are destroyed, unless a plan says otherwise. */
export const USUAL_DESTRUCTION_DAYS = 30;

const planSchema = z.strictObject({
  format: z.literal('reseal-plan-1'),
  /** Throw-away keys. Marked on every screen, sheet and record; never mixed with real vaults. */
  rehearsal: z.boolean(),
  kind: z.enum(['generate', 'refresh']),
  suite: suiteName,
  keyName: text,
  threshold: z.number().int().min(2),
  /** The epoch that this ceremony makes. */
  epoch: z.number().int().min(0).max(65535),
  /** The key as it is now; null where this ceremony makes it. */
  before: keyRecordSchema.nullable(),
  sealing: z.literal('DHKEM-P256-HKDF-SHA256-AES256GCM'),
  holders: z
    .array(
      z.strictObject({ index: holderIndex, name: text, identity: identityKey, sealingKey: hexBytes(33) }),
    )
    .min(2)
    .max(256),
  /** Holders who come with another card than the key record names, because their laptop or its vault was lost. */
  replacedCards: z.array(holderIndex).max(256),
  administrator: person,
  approvers: z.array(person).max(32),
  approvalsNeeded: z.number().int().min(0).max(32),
  witnesses: z.array(person).max(32),
  backups: z.array(plannedBackup).max(1024),
  proofs: z
    .array(z.strictObject({ scheme: z.enum(['rfc9591', 'bip340']), signers: z.array(holderIndex).min(2) }))
    .min(1)
    .max(512),
  created: timestamp,
  /** Days from `created` until the epoch is to be refreshed; null: on demand. */
  cryptoperiodDays: z
    .union(
      CRYPTOPERIODS.map((days) => z.literal(days)),
      'expected 90, 180 or 365 days, or null',
    )
    .nullable(),
  /** Days from `created` within which every backup of the superseded epoch is to be destroyed. */
  destroyBackupsWithinDays: z.number().int().min(1).max(365),
  /** Years from `created` that the record is to be kept. */
  retentionYears: z.number().int().min(1).max(100),
  /** Why the record must not be destroyed even then; null: no legal hold. */
  legalHold: text.nullable(),
  /** 16 random bytes, so that two plans with the same content are two ceremonies. */
  nonce: hexBytes(16),
});
/** A plan as data. Every value obtained from `decodePlan` or `makePlan` has passed `checkPlan`. */
export type Plan = z.infer<typeof planSchema>;

/** A plan with what follows from its bytes. */
export interface PlanContext {
  readonly plan: Plan;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes. */
  readonly hash: Uint8Array;
  /** Ceremony id: the first 16 bytes of the hash. */
  readonly id: Uint8Array;
  readonly suite: Suite;
  /** Indices of the holders, ascending. */
  readonly indices: readonly number[];
  /** Identity keys by role name, decoded. */
  readonly identities: ReadonlyMap<string, IdentityPublicKey>;
}

/** `holder-3`, `approver-1`, `witness-1`, `administrator`. */
export type RoleName = `holder-${number}` | `approver-${number}` | `witness-${number}` | 'administrator';

/** Canonical bytes of a plan, after all checks. Throws `bad-plan`. */
export function encodePlan(plan: Plan): Uint8Array {
  checkPlan(parseFields(planSchema, plan, 'Plan', 'bad-plan'));
  return canonicalJsonFile(plan);
}

/** Parses and fully checks a plan file. Throws `bad-plan` or `bad-encoding`, naming field and next step. */
export function decodePlan(bytes: Uint8Array, what = 'Plan'): PlanContext {
  const plan = parseFields(planSchema, parseCanonicalJsonFile(bytes, what), what, 'bad-plan');
  checkPlan(plan);
  const hash = sha256(bytes);
  return {
    plan,
    bytes: Uint8Array.from(bytes),
    hash,
    id: hash.slice(0, 16),
    suite: suiteByName(plan.suite),
    indices: plan.holders.map((holder) => holder.index),
    identities: new Map(roles(plan).map(({ role, identity }) => [role, identityFromField(identity)])),
  };
}

/** Four words for the first 32 bits of the plan's hash, to be read aloud and typed. A check on people, not on forgers. */
export function planCode(context: Pick<PlanContext, 'hash'>): string {
  return toWords(context.hash.slice(0, 4)).join(' ');
}

/** What the rules below mean by a mistake in a plan. */
function refuse(field: string, sentence: string, next?: string): never {
  throw new CeremonyError('bad-plan', `Plan: field "${field}": ${sentence}`, next);
}

/** All rules a plan must keep beyond the shape of its fields. */
function checkPlan(plan: Plan): void {
  const indices = plan.holders.map((holder) => holder.index);
  checkIndices(indices, 'Plan: field "holders"');
  if (indices.some((index, at) => at > 0 && index < (indices[at - 1] ?? 0)))
    refuse('holders', 'expected holders in ascending order of index.');
  checkThreshold(plan.threshold, indices.length);
  checkPeople(plan);
  checkBefore(plan, indices);
  checkProofs(plan, indices);
  checkBackups(plan, indices);
}

function checkBackups({ backups }: Plan, indices: readonly number[]): void {
  for (const [at, backup] of backups.entries()) {
    if (!indices.includes(backup.holder))
      refuse(`backups.${at}.holder`, `there is no holder ${backup.holder} in this plan.`);
    if (backups.findIndex((other) => other.holder === backup.holder && other.label === backup.label) !== at)
      refuse(`backups.${at}.label`, `"${backup.label}" occurs twice for holder ${backup.holder}.`);
    const wrong = recipientsProblem(recipientsOf(backup));
    if (wrong !== undefined) refuse(`backups.${at}.recipients.${wrong.at}`, wrong.sentence);
  }
}

function checkPeople(plan: Plan): void {
  const p256 = suiteByName('p256');
  const unique = (field: string, keys: readonly string[]): void => {
    const repeated = keys.find((key, at) => keys.indexOf(key) !== at);
    if (repeated !== undefined)
      refuse(field, 'the same laptop occurs twice.', 'Use one enrolment card per person.');
  };
  for (const who of [...plan.holders, ...plan.approvers, ...plan.witnesses, plan.administrator])
    identityFromField(who.identity);
  for (const holder of plan.holders)
    p256.pointFromBytes(fromHex(holder.sealingKey), `Plan: field "holders" (${holder.index}): sealingKey`);
  const key = (who: { identity: { key: string } }): string => who.identity.key;
  unique('holders', plan.holders.map(key));
  unique(
    'holders (sealing keys)',
    plan.holders.map((holder) => holder.sealingKey),
  );
  unique('approvers', plan.approvers.map(key));
  unique('witnesses', plan.witnesses.map(key));
  if (plan.approvalsNeeded > plan.approvers.length)
    refuse(
      'approvalsNeeded',
      `${plan.approvalsNeeded} approvals are needed, but only ${plan.approvers.length} approvers named.`,
    );
}

function checkBefore(plan: Plan, indices: readonly number[]): void {
  const before = plan.before;
  if (plan.kind === 'generate') {
    if (before !== null) refuse('before', 'a new key has no record yet: expected null.');
    if (plan.epoch !== 0) refuse('epoch', `a new key starts with epoch 0, found ${plan.epoch}.`);
    if (plan.replacedCards.length > 0)
      refuse('replacedCards', 'a new key has no record yet that could name other cards: expected none.');
    return;
  }
  if (before === null) refuse('before', 'a refresh starts from a key record: found null.');
  if (before.suite !== plan.suite) refuse('suite', `the key is on ${before.suite}.`);
  if (before.name !== plan.keyName) refuse('keyName', `the key record is that of "${before.name}".`);
  if (before.rehearsal !== plan.rehearsal)
    refuse('rehearsal', 'a rehearsal uses throw-away keys, and throw-away keys are used in rehearsals only.');
  if (before.threshold !== plan.threshold)
    refuse(
      'threshold',
      `a refresh keeps the threshold of ${before.threshold}.`,
      'To change it, plan a reshare.',
    );
  if (before.epoch + 1 !== plan.epoch)
    refuse(
      'epoch',
      `the key is at epoch ${before.epoch}, so the next one is ${before.epoch + 1}, found ${plan.epoch}.`,
    );
  const known = before.holders.map((holder) => holder.index);
  if (known.length !== indices.length || known.some((index, at) => index !== indices[at]))
    refuse(
      'holders',
      `a refresh keeps the holders ${known.join(', ')}.`,
      'To change the committee, plan a reshare.',
    );
  // Only now the algebra: it costs much, and whoever made this plan may be nobody.
  keyPoints(before);
  checkCards(plan, before);
}

/** Cards are those of the key record, but for holders whose laptop was lost; those must really bring another one. */
function checkCards(plan: Plan, before: NonNullable<Plan['before']>): void {
  const { holders, replacedCards: replaced } = plan;
  if (replaced.some((index, at) => at > 0 && index <= (replaced[at - 1] ?? 0)))
    refuse('replacedCards', 'expected indices of holders in ascending order, each once.');
  for (const index of replaced)
    if (!holders.some((holder) => holder.index === index))
      refuse('replacedCards', `there is no holder ${index} in this plan.`);
  for (const { index, identity, sealingKey } of holders) {
    const past = before.holders.find((other) => other.index === index);
    if (replaced.includes(index)) {
      if (!past?.sealingKey)
        refuse('replacedCards', `the key record names no card of holder ${index} that could be replaced.`);
      if (past.sealingKey === sealingKey)
        refuse(
          'replacedCards',
          `holder ${index} has the card that the key record names: nothing is replaced.`,
        );
      continue;
    }
    const lost = 'Where that laptop was lost, say so: replace its card.';
    if (past?.identity && past.identity.key !== identity.key)
      refuse(`holders.${index}.identity`, `the key record names another laptop for holder ${index}.`, lost);
    if (past?.sealingKey && past.sealingKey !== sealingKey)
      refuse(`holders.${index}.sealingKey`, 'the key record has another sealing key for this epoch.', lost);
  }
}

function checkProofs(plan: Plan, indices: readonly number[]): void {
  const covered = new Set<number>();
  let all = false;
  for (const [at, proof] of plan.proofs.entries()) {
    const field = `proofs.${at}.signers`;
    if (proof.scheme === 'bip340' && plan.suite !== 'secp256k1')
      refuse(`proofs.${at}.scheme`, 'BIP-340 signatures exist on secp256k1 only.');
    checkIndices(proof.signers, `Plan: field "${field}"`);
    if (
      proof.signers.some(
        (index, i) => !indices.includes(index) || (i > 0 && index < (proof.signers[i - 1] ?? 0)),
      )
    )
      refuse(field, 'expected indices of holders in ascending order.');
    if (proof.signers.length === indices.length) all = true;
    // A signature by more than t signers says nothing about the threshold; only sets of exactly t count as cover.
    if (proof.signers.length === plan.threshold) for (const index of proof.signers) covered.add(index);
    else if (proof.signers.length !== indices.length)
      refuse(field, `expected all ${indices.length} holders, or exactly ${plan.threshold} of them.`);
  }
  if (!all) refuse('proofs', 'one proof must be signed by all holders.');
  if (covered.size !== indices.length)
    refuse('proofs', `every holder must sign in a proof with exactly ${plan.threshold} signers.`);
}

/** The proofs a plan asks for unless told otherwise: one by all holders, and a family of t-subsets that covers everybody. */
export function standardProofs(
  suite: Plan['suite'],
  indices: readonly number[],
  threshold: number,
): Plan['proofs'] {
  const scheme = suite === 'secp256k1' ? 'bip340' : 'rfc9591';
  const family = coveringFamily(indices, threshold).filter((set) => set.length !== indices.length);
  return [[...indices], ...family].map((signers) => ({ scheme, signers }));
}

/**
 * The text that proof number `at` signs. ASCII lines, longer than 32 bytes and starting with "Reseal": it can be
 * neither the 32-byte digest that a Bitcoin or Ethereum transaction is signed by, nor a Solana transaction (whose
 * first byte would announce 82 signatures).
 */
export function proofMessage(context: PlanContext, fingerprint: string, at: number): Uint8Array {
  const proof = context.plan.proofs[at];
  if (proof === undefined)
    throw new CeremonyError('bad-field', `There is no proof number ${at} in the plan.`);
  return utf8ToBytes(
    [
      'Reseal key share proof',
      `Ceremony: ${bytesToHex(context.id)}`,
      `Key: ${fingerprint}`,
      `Epoch: ${context.plan.epoch}`,
      `Signers: ${proof.signers.join(' ')}`,
      context.plan.rehearsal ? 'REHEARSAL' : 'This message is not a transaction.',
      '',
    ].join('\n'),
  );
}

/** Everybody in a plan with role name and name, in the fixed order: approvers, holders, witnesses, administrator. */
export function roles(plan: Plan): (z.infer<typeof person> & { role: RoleName })[] {
  return [
    ...plan.approvers.map((who, at) => ({ ...who, role: `approver-${at + 1}` as const })),
    ...plan.holders.map((who) => ({ ...who, role: `holder-${who.index}` as const })),
    ...plan.witnesses.map((who, at) => ({ ...who, role: `witness-${at + 1}` as const })),
    { ...plan.administrator, role: 'administrator' },
  ];
}

/** The role names that this identity has in the plan; empty if none. */
export function rolesOf(plan: Plan, identity: IdentityPublicKey): RoleName[] {
  const own = canonicalJson(identityToField(identity));
  return roles(plan)
    .filter((entry) => canonicalJson(entry.identity) === own)
    .map((entry) => entry.role);
}

/** "holder 3 (Carol)": how messages name somebody. */
export function describeRole(plan: Plan, role: string): string {
  const entry = roles(plan).find((candidate) => candidate.role === role);
  return entry === undefined ? role : `${role.replace('-', ' ')} (${entry.name})`;
}

/** Index in `holder-<index>`; undefined for other roles. */
export function holderOf(role: string): number | undefined {
  return role.startsWith('holder-') ? Number(role.slice('holder-'.length)) : undefined;
}

/** Throws `wrong-epoch` or `wrong-key` unless `record` is, byte for byte, the key record this plan starts from. */
export function checkStartsFrom(context: PlanContext, record: Uint8Array): void {
  const before = context.plan.before;
  if (before !== null && equalBytes(canonicalJsonFile(before), record)) return;
  const own = keyRecordSchema.parse(parseCanonicalJsonFile(record, 'Key record of this laptop'));
  if (before?.fingerprint === own.fingerprint && before.epoch === own.epoch && before.name !== own.name)
    throw new CeremonyError(
      'wrong-key',
      `The key is called "${own.name}" on this laptop, and "${before.name}" in the plan.`,
      'Import it under the same name on every laptop, or plan from a record that has the name everybody uses.',
    );
  throw new CeremonyError(
    'wrong-epoch',
    `The plan starts from epoch ${before?.epoch ?? 'none'} of "${context.plan.keyName}", and this laptop has another record of it (epoch ${own.epoch}).`,
    'Compare the epochs with "reseal key list" on every laptop, then make a new plan from the current key record.',
  );
}
