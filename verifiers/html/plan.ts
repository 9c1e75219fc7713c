/** The plan and the key record it starts from, after all checks. */
import { Bad, bigOf, digest, hex, join, parseCanonical, sha256, sha512, u, unhex, utf8 } from './basics.ts';
import { requireShape } from './fields.ts';
import { GROUPS, lagrange, type Group, type Identity, type P, type SuiteName } from './groups.ts';
import { APPROVE, ATTEST, EXCEPTION, PLAN } from './shapes.ts';
import { isRecipient } from './recipients.ts';
import { wordsOf } from './words.ts';

interface Person {
  readonly name: string;
  readonly identity: Identity;
}
export interface KeyRecord {
  readonly rehearsal: boolean;
  readonly name: string;
  readonly suite: SuiteName;
  readonly threshold: number;
  readonly epoch: number;
  readonly groupKey: string;
  readonly fingerprint: string;
  readonly holders: readonly {
    index: number;
    publicShare: string;
    identity: Identity | null;
    sealingKey: string | null;
  }[];
}
export interface PlanFields {
  readonly rehearsal: boolean;
  readonly kind: 'generate' | 'refresh';
  readonly suite: SuiteName;
  readonly keyName: string;
  readonly threshold: number;
  readonly epoch: number;
  readonly before: KeyRecord | null;
  readonly holders: readonly (Person & { index: number; sealingKey: string })[];
  readonly administrator: Person;
  readonly approvers: readonly Person[];
  readonly approvalsNeeded: number;
  readonly witnesses: readonly Person[];
  readonly replacedCards: readonly number[];
  readonly backups: readonly {
    holder: number;
    kind: string;
    label: string;
    recipients?: readonly string[];
  }[];
  readonly proofs: readonly { scheme: string; signers: readonly number[] }[];
  readonly created: string;
}

const ascending = (numbers: readonly number[]): boolean =>
  numbers.every((value, at) => at === 0 || value > (numbers[at - 1] ?? 0));

/** Bad unless the shares lie on one polynomial of degree exactly t-1 whose value at 0 is the group key. */
export function checkSharing(group: Group, shares: ReadonlyMap<number, P>, t: number, key: P): void {
  const indices = [...shares.keys()].sort((a, b) => a - b);
  const n = indices.length;
  const combine = (weights: ReadonlyMap<number, bigint>): P =>
    [...weights].reduce(
      (sum, [i, weight]) => sum.add(group.times(weight, shares.get(i) ?? group.zero)),
      group.zero,
    );
  /** 1/Π(i-j): the weights of a divided difference. */
  const differences = (set: readonly number[]): Map<number, bigint> =>
    new Map(
      set.map((i) => [
        i,
        group.inverse(set.reduce((all, j) => (j === i ? all : group.mod(all * BigInt(i - j))), 1n)),
      ]),
    );
  const windows = n === t ? 1 : Math.min(n, Math.max(3, Math.ceil(n / t)));
  for (let window = 0; window < windows; window++) {
    const start = Math.floor((window * n) / windows);
    const subset = indices.filter((_, at) => (at - start + n) % n < t);
    if (!combine(lagrange(group, subset)).equals(key))
      throw new Bad(
        `public shares: those of holders ${subset.join(', ')} do not give the group key.`,
        'group-key-changed',
      );
  }
  if (n > t) {
    // A random polynomial of degree n-t-1, which nobody could foresee: its powers are those of a hash of all points.
    const factor = group.mod(
      bigOf(
        sha512(
          join(
            utf8('html degree'),
            ...indices.flatMap((i) => [u(i, 2), (shares.get(i) ?? group.zero).toBytes()]),
          ),
        ),
      ),
    );
    const weights = new Map(
      [...differences(indices)].map(([i, weight]) => {
        let q = 0n;
        for (let m = 0; m < n - t; m++) q = group.mod(q * factor * BigInt(i) + 1n);
        return [i, group.mod(weight * q)] as const;
      }),
    );
    if (!combine(weights).is0())
      throw new Bad(
        `public shares: they do not all lie on one polynomial of degree ${t - 1}.`,
        'group-key-changed',
      );
  }
  if (combine(differences(indices.slice(0, t))).is0())
    throw new Bad(
      `public shares: the polynomial has a degree below ${t - 1}, so fewer than ${t} holders could sign.`,
      'degree-too-low',
    );
}

export const fingerprintOf = (suite: SuiteName, key: Uint8Array): Uint8Array =>
  digest('key-fingerprint', utf8(suite), key).slice(0, 8);

function pointsOf(record: KeyRecord): { key: P; shares: Map<number, P> } {
  const group = GROUPS[record.suite];
  const read = (text: string): P => {
    if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new Bad('Key record: expected lower-case hex.');
    return group.point(unhex(text), 'Key record');
  };
  if (!ascending(record.holders.map((holder) => holder.index)))
    throw new Bad('Key record: the holders are not in ascending order of index, or one occurs twice.');
  if (record.threshold > record.holders.length) throw new Bad('Key record: the threshold is too high.');
  const key = read(record.groupKey);
  const shares = new Map(record.holders.map((holder) => [holder.index, read(holder.publicShare)]));
  if (hex(fingerprintOf(record.suite, unhex(record.groupKey))) !== record.fingerprint)
    throw new Bad('Key record: the fingerprint does not belong to the group key.');
  checkSharing(group, shares, record.threshold, key);
  return { key, shares };
}

export class Plan {
  readonly data: PlanFields;
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly id: Uint8Array;
  readonly code: string;
  readonly group: Group;
  readonly refresh: boolean;
  readonly indices: readonly number[];
  /** Everybody with role, name and key, in the order of the plan. */
  readonly people: ReadonlyMap<string, Person>;
  readonly old: { key: P; shares: Map<number, P> } | undefined;
  /** What envelopes carry as `key`. */
  readonly keyId: Uint8Array;

  /** Throws Bad with the first mistake. */
  constructor(bytes: Uint8Array) {
    const value = parseCanonical(bytes, 'plan.json');
    requireShape(PLAN, value, 'plan.json');
    const data = value as unknown as PlanFields;
    [this.data, this.bytes, this.hash] = [data, bytes, sha256(bytes)];
    this.id = this.hash.slice(0, 16);
    this.code = wordsOf(this.hash.slice(0, 4));
    this.group = GROUPS[data.suite];
    this.refresh = data.kind === 'refresh';
    this.indices = data.holders.map((holder) => holder.index);
    this.people = new Map<string, Person>([
      ...data.approvers.map((who, at) => [`approver-${at + 1}`, who] as const),
      ...data.holders.map((who) => [`holder-${who.index}`, who] as const),
      ...data.witnesses.map((who, at) => [`witness-${at + 1}`, who] as const),
      ['administrator', data.administrator],
    ]);
    this.#checkPeople();
    this.old = this.#checkBefore();
    this.#checkProofs();
    this.#checkBackups();
    this.keyId = data.before === null ? new Uint8Array(8) : unhex(data.before.fingerprint);
  }

  #refuse(field: string): never {
    throw new Bad(`Plan: field "${field}": it does not fit the rest of the plan.`);
  }

  #checkPeople(): void {
    const { data } = this;
    if (!ascending(this.indices) || data.threshold > this.indices.length) this.#refuse('holders');
    for (const { identity } of this.people.values())
      GROUPS[identity.alg === 'ES256' ? 'p256' : 'ed25519'].point(unhex(identity.key), 'identity key');
    for (const holder of data.holders) GROUPS.p256.point(unhex(holder.sealingKey), 'sealing key');
    const unique = (field: string, keys: readonly string[]): void => {
      if (new Set(keys).size !== keys.length) this.#refuse(field);
    };
    for (const field of ['holders', 'approvers', 'witnesses'] as const)
      unique(
        field,
        data[field].map((who) => who.identity.key),
      );
    unique(
      'holders',
      data.holders.map((holder) => holder.sealingKey),
    );
    if (data.approvalsNeeded > data.approvers.length) this.#refuse('approvalsNeeded');
  }

  #checkBefore(): { key: P; shares: Map<number, P> } | undefined {
    const { data } = this;
    const { before } = data;
    if (!this.refresh) {
      if (before !== null || data.epoch !== 0) this.#refuse('before');
      if (data.replacedCards.length > 0) this.#refuse('replacedCards');
      return undefined;
    }
    if (before === null) this.#refuse('before');
    const fits =
      before.suite === data.suite &&
      before.name === data.keyName &&
      before.rehearsal === data.rehearsal &&
      before.threshold === data.threshold &&
      before.epoch + 1 === data.epoch &&
      before.holders.map((holder) => holder.index).join() === this.indices.join();
    if (!fits) this.#refuse('before');
    const points = pointsOf(before);
    const replaced = data.replacedCards;
    if (!ascending(replaced) || replaced.some((index) => !this.indices.includes(index)))
      this.#refuse('replacedCards');
    for (const [at, past] of before.holders.entries()) {
      const holder = data.holders[at];
      if (replaced.includes(past.index)) {
        if (past.sealingKey === null || past.sealingKey === holder?.sealingKey) this.#refuse('replacedCards');
        continue;
      }
      if (past.identity !== null && past.identity.key !== holder?.identity.key) this.#refuse('holders');
      if (past.sealingKey !== null && past.sealingKey !== holder?.sealingKey) this.#refuse('holders');
    }
    return points;
  }

  #checkProofs(): void {
    const [n, t] = [this.indices.length, this.data.threshold];
    const covered = new Set<number>();
    for (const { scheme, signers } of this.data.proofs) {
      if (scheme === 'bip340' && this.data.suite !== 'secp256k1') this.#refuse('proofs');
      if (!ascending(signers) || signers.some((index) => !this.indices.includes(index)))
        this.#refuse('proofs');
      if (signers.length !== t && signers.length !== n) this.#refuse('proofs');
      if (signers.length === t) for (const index of signers) covered.add(index);
    }
    if (covered.size !== n || !this.data.proofs.some(({ signers }) => signers.length === n))
      this.#refuse('proofs');
  }

  #checkBackups(): void {
    const pairs = this.data.backups.map(({ holder, label }) => `${holder} ${label}`);
    if (this.data.backups.some(({ holder }) => !this.indices.includes(holder))) this.#refuse('backups');
    if (new Set(pairs).size !== pairs.length) this.#refuse('backups');
    for (const { recipients = [] } of this.data.backups)
      if (
        !recipients.every((text, at) => isRecipient(text) && (at === 0 || text > (recipients[at - 1] ?? '')))
      )
        this.#refuse('backups');
  }

  who(role: string): string {
    const person = this.people.get(role);
    return person === undefined ? role : `${role.replace('-', ' ')} (${person.name})`;
  }

  contributors(round: number): string[] {
    const roles = [...this.people.keys()];
    if (round === EXCEPTION) return roles;
    const start = round === APPROVE ? 'approver-' : round === ATTEST ? 'witness-' : 'holder-';
    return roles.filter((role) => role.startsWith(start));
  }

  /** The text that proof number `at` signs. */
  message(fingerprint: Uint8Array, at: number): Uint8Array {
    return utf8(
      [
        'Reseal key share proof',
        `Ceremony: ${hex(this.id)}`,
        `Key: ${hex(fingerprint)}`,
        `Epoch: ${this.data.epoch}`,
        `Signers: ${this.data.proofs[at]?.signers.join(' ') ?? ''}`,
        this.data.rehearsal ? 'REHEARSAL' : 'This message is not a transaction.',
        '',
      ].join('\n'),
    );
  }
}
