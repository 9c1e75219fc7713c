/** The checks of rounds 0 to 5. A breach that its author signed is thrown as Fault. */
import { Bad, digest, Fault, frame, hex, same, sha256, u, unhex, type Fields } from './basics.ts';
import type { Bundle, Envelope } from './envelopes.ts';
import { requireShape } from './fields.ts';
import type { Found } from './found.ts';
import { aggregate, GROUPS, hpkeOpen, possession, sameLogarithm, type Group, type P } from './groups.ts';
import { checkSharing, fingerprintOf, type Plan } from './plan.ts';
import { BODIES, DEAL, NAMES } from './shapes.ts';

/** A bundle that proves nothing: no laptop would have accepted it. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Deal {
  readonly key: Uint8Array;
  readonly fingerprint: Uint8Array;
  readonly shares: ReadonlyMap<number, P>;
  readonly hash: Uint8Array;
  readonly commitments: ReadonlyMap<number, readonly P[]>;
  readonly ephemeral: ReadonlyMap<number, Uint8Array>;
  readonly sealed: ReadonlyMap<number, ReadonlyMap<number, Uint8Array>>;
  readonly sealing: ReadonlyMap<number, Uint8Array>;
}
export type Nonces = readonly Map<number, readonly [Uint8Array, Uint8Array]>[];
export interface Proof {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** The body of an envelope; what does not fit is a fault of the sender, who signed it. */
export function bodyOf(envelope: Envelope, rule: string): Fields {
  const { round, sender, body } = envelope;
  blame(rule, sender, () => {
    requireShape(BODIES[round] ?? { is: 'map' }, body, `Round ${round}, ${sender}`);
  });
  return body;
}

/** Turns Bad into a fault of `role`, or of the culprit that it names. */
function blame<T>(rule: string, role: string | null, part: () => T): T {
  try {
    return part();
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    throw new Fault(rule, error.culprit === undefined ? role : `holder-${error.culprit}`, error.message);
  }
}

const bytesIn = (body: Fields, key: string): Uint8Array => body[key] as Uint8Array;
const indexOf = (envelope: Envelope): number => Number(envelope.sender.slice('holder-'.length));

/** f(index)·G by Horner's rule. */
function evaluate(group: Group, points: readonly P[], index: number, first: number): P {
  const value = points.reduceRight((sum, point) => group.times(BigInt(index), sum).add(point), group.zero);
  return first === 1 ? group.times(BigInt(index), value) : value;
}

export class Rounds {
  readonly #plan: Plan;
  readonly #found: Found;
  constructor(plan: Plan, found: Found) {
    this.#plan = plan;
    this.#found = found;
  }

  need(bundle: Bundle, needed: number, quiet = false): void {
    const there = bundle.envelopes.map((one) => one.sender);
    const { round } = bundle;
    if (there.length < needed) {
      const missing = this.#plan.contributors(round).filter((role) => !there.includes(role));
      throw new Refused(
        'incomplete',
        `round ${round} lacks ${missing.map((role) => this.#plan.who(role)).join(', ')}.`,
      );
    }
    if (!quiet)
      this.#found.see(
        'check_complete',
        `round ${round} (${NAMES[round] ?? ''}): ${there.length} of ${needed} needed`,
      );
  }

  needEverybody(bundle: Bundle, quiet = false): void {
    this.need(bundle, this.#plan.contributors(bundle.round).length, quiet);
  }

  approve(bundle: Bundle): void {
    for (const one of bundle.envelopes) {
      const [body, who] = [bodyOf(one, 'check_approvals'), this.#plan.who(one.sender)];
      const fault = (reason: string): Fault => new Fault('check_approvals', one.sender, reason);
      if (!same(bytesIn(body, 'plan'), this.#plan.hash))
        throw fault(`${who} signed the hash of another plan.`);
      if (body['kind'] === 'decline') throw fault(`${who} declined the plan: "${body['reason'] as string}".`);
      this.#found.see('check_approvals', `${who} approved at ${one.at}`);
    }
    this.need(bundle, this.#plan.data.approvalsNeeded);
  }

  deal(bundle: Bundle): Deal {
    const commitments = new Map<number, readonly P[]>();
    const [ephemeral, sealing] = [new Map<number, Uint8Array>(), new Map<number, Uint8Array>()];
    const sealed = new Map<number, Map<number, Uint8Array>>();
    const used = new Map<string, string>();
    for (const one of bundle.envelopes) {
      const index = indexOf(one);
      const body = bodyOf(one, 'check_commitments');
      commitments.set(index, this.#commitments(one, body));
      this.#dealProofs(one, body, commitments.get(index) ?? [], used);
      const pairs = body['sealed'] as [number, Uint8Array][];
      const who = this.#plan.who(one.sender);
      if (pairs.map(([to]) => to).join() !== this.#plan.indices.join())
        throw new Fault(
          'check_commitments',
          one.sender,
          `${who} did not seal exactly one sub-share for each holder.`,
        );
      ephemeral.set(index, bytesIn(body, 'ephemeral'));
      sealing.set(index, bytesIn(body, 'sealingKey'));
      sealed.set(index, new Map(pairs));
    }
    this.needEverybody(bundle);
    const { key, shares } = blame('check_commitments', null, () => this.#sum(commitments));
    const parts = [...shares].map(([index, point]) => frame(u(index, 2), point.toBytes()));
    const hash = digest('public-shares', key, ...parts);
    return {
      key,
      shares,
      hash,
      fingerprint: fingerprintOf(this.#plan.data.suite, key),
      commitments,
      ephemeral,
      sealed,
      sealing,
    };
  }

  #commitments({ sender }: Envelope, body: Fields): P[] {
    const count = this.#plan.data.threshold - (this.#plan.refresh ? 1 : 0);
    const given = body['commitments'] as Uint8Array[];
    const field = `Round 1, ${sender}: field "commitments"`;
    const points = blame('check_commitments', sender, () => {
      if (given.length !== count)
        throw new Bad(`${field}: expected exactly ${count} commitments, found ${given.length}.`);
      return given.map((bytes, at) =>
        this.#plan.group.point(bytes, `${field}, commitment ${at + 1} of ${count}`, true),
      );
    });
    this.#found.see('check_commitments', `${this.#plan.who(sender)} committed to ${count} coefficients`);
    return points;
  }

  #dealProofs(one: Envelope, body: Fields, points: readonly P[], used: Map<string, string>): void {
    const { group, id, data, refresh, old } = this.#plan;
    const [index, who] = [indexOf(one), this.#plan.who(one.sender)];
    const field = (name: string): string => `Round 1, ${one.sender}: field "${name}"`;
    const point = refresh ? old?.shares.get(index) : points[0];
    const [purpose, epoch] = refresh ? ['current-share', data.epoch - 1] : ['dkg-constant', data.epoch];
    blame('check_possession_before', one.sender, () => {
      possession(
        group,
        point ?? group.zero,
        purpose,
        id,
        index,
        epoch,
        bytesIn(body, 'possession'),
        field('possession'),
      );
    });
    this.#found.see(
      'check_possession_before',
      refresh ? `${who} has its share of epoch ${epoch}` : `${who} knows its constant term`,
    );
    blame('check_ephemeral_keys', one.sender, () => {
      for (const [key, why, proof] of [
        ['ephemeral', 'ephemeral-key', 'ephemeralProof'],
        ['sealingKey', 'sealing-key', 'sealingProof'],
      ] as const)
        possession(
          GROUPS.p256,
          GROUPS.p256.point(bytesIn(body, key), field(key)),
          ...([why, id, index, data.epoch, bytesIn(body, proof), field(proof)] as const),
        );
    });
    for (const key of [hex(bytesIn(body, 'ephemeral')), hex(bytesIn(body, 'sealingKey'))]) {
      const other = used.get(key) ?? data.holders.find((holder) => holder.sealingKey === key)?.name;
      used.set(key, who);
      if (other !== undefined)
        throw new Fault(
          'check_ephemeral_keys',
          one.sender,
          `${who} uses a key that is already in use (${other}).`,
        );
    }
    this.#found.see(
      'check_ephemeral_keys',
      `${who} knows the secrets of its ephemeral and its next sealing key`,
    );
  }

  #sum(commitments: ReadonlyMap<number, readonly P[]>): { key: Uint8Array; shares: Map<number, P> } {
    const { group, refresh, old, indices, data } = this.#plan;
    const [first] = commitments.values();
    const sums = (first ?? []).map((_, k) =>
      [...commitments.values()].reduce((sum, points) => sum.add(points[k] ?? group.zero), group.zero),
    );
    const outside = sums.findIndex((point) => !group.inGroup(point));
    if (outside >= 0) {
      for (const [dealer, points] of [...commitments].sort(([a], [b]) => a - b)) {
        const at = points.findIndex((point) => !group.inGroup(point));
        if (at >= 0)
          throw new Bad(
            `commitments of dealer ${dealer}: commitment ${at + 1} is outside the prime-order group.`,
            '',
            dealer,
          );
      }
      throw new Bad(`summed commitments: sum ${outside + 1} is outside the prime-order group.`);
    }
    if (sums.at(-1)?.is0() !== false)
      throw new Bad(
        'summed commitments: the top coefficient is zero, so fewer holders than the threshold could sign.',
      );
    const key = refresh ? old?.key : sums[0];
    if (key === undefined || key.is0()) throw new Bad('group key: it is the identity.');
    const shares = new Map<number, P>();
    for (const index of indices) {
      const share = evaluate(group, sums, index, refresh ? 1 : 0).add(old?.shares.get(index) ?? group.zero);
      if (share.is0())
        throw new Bad(`${refresh ? 'new ' : ''}public share of holder ${index}: it is the identity.`);
      shares.set(index, share);
    }
    this.#found.see('check_commitments', `the summed polynomial has degree exactly ${data.threshold - 1}`);
    blame('check_group_key', null, () => {
      checkSharing(group, shares, data.threshold, key);
    });
    this.#found.see(
      'check_group_key',
      `group key ${hex(key.toBytes())} from ${shares.size} public shares, threshold ${data.threshold}`,
    );
    return { key: key.toBytes(), shares };
  }

  #signs(index: number): number[] {
    return [...this.#plan.data.proofs.entries()].flatMap(([at, { signers }]) =>
      signers.includes(index) ? [at] : [],
    );
  }

  confirm(bundle: Bundle, deal: Deal): Nonces {
    const nonces: Nonces = this.#plan.data.proofs.map(() => new Map());
    for (const one of bundle.envelopes) {
      const [index, who] = [indexOf(one), this.#plan.who(one.sender)];
      const body = bodyOf(one, 'check_agreement');
      if (body['kind'] === 'complaint') throw this.#judge(index, body, deal);
      const fault = (reason: string): Fault => new Fault('check_agreement', one.sender, `${who} ${reason}`);
      if (!same(bytesIn(body, 'publicShares'), deal.hash))
        throw fault('confirmed other public shares than those that follow from the deals.');
      const given = body['nonces'] as [number, Uint8Array, Uint8Array][];
      if (given.map(([at]) => at).join() !== this.#signs(index).join())
        throw fault('did not give one nonce commitment for each proof it signs.');
      for (const [at, hiding, binding] of given) {
        blame('check_agreement', one.sender, () => {
          for (const bytes of [hiding, binding])
            this.#plan.group.point(bytes, `Round 2, ${one.sender}: field "nonces"`);
        });
        nonces[at]?.set(index, [hiding, binding]);
      }
      this.#found.see('check_agreement', `${who} confirmed public shares ${hex(deal.hash).slice(0, 16)}…`);
    }
    this.needEverybody(bundle);
    return nonces;
  }

  /** Opens the one ciphertext that a complaint is about, and names who is at fault. */
  #judge(index: number, body: Fields, deal: Deal): Fault {
    const { data, group, id, refresh } = this.#plan;
    const dealer = body['against'] as number;
    const [accuser, accused] = [this.#plan.who(`holder-${index}`), this.#plan.who(`holder-${dealer}`)];
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
    const [ephemeral, shared, sealed] = [
      deal.ephemeral.get(dealer),
      bytesIn(body, 'sharedPoint'),
      bytesIn(body, 'sealed'),
    ];
    if (ephemeral === undefined) return refuted('there is no such dealer');
    if (!same(sha256(sealed), deal.sealed.get(dealer)?.get(index)))
      return refuted('the ciphertext it shows is not the one that the dealer signed');
    const recipient = unhex(data.holders.find((holder) => holder.index === index)?.sealingKey ?? '');
    const info = frame(id, u(DEAL, 1), u(dealer, 2), u(index, 2), u(data.epoch, 2));
    if (!sameLogarithm(recipient, ephemeral, shared, info, bytesIn(body, 'proof')))
      return refuted('its proof about the shared point is invalid');
    const opened = hpkeOpen(shared, ephemeral, recipient, info, sealed);
    let share: bigint;
    try {
      share = group.scalar(opened ?? new Uint8Array(0), 'sub-share');
    } catch {
      return upheld('the sealed sub-share does not open to a scalar');
    }
    const expected = evaluate(group, deal.commitments.get(dealer) ?? [], index, refresh ? 1 : 0);
    return group.times(share, group.base).equals(expected)
      ? refuted('the sub-share it opened fits the commitments')
      : upheld('the sub-share it opened does not fit the commitments');
  }

  secure(bundle: Bundle, deal: Deal, nonces: Nonces): Proof[] {
    const { data, group, id } = this.#plan;
    const shares = data.proofs.map(() => new Map<number, Uint8Array>());
    for (const one of bundle.envelopes) {
      const [index, who] = [indexOf(one), this.#plan.who(one.sender)];
      const body = bodyOf(one, 'check_possession_after');
      const field = `Round 3, ${one.sender}: field "possession"`;
      blame('check_possession_after', one.sender, () => {
        const point = deal.shares.get(index) ?? group.zero;
        possession(group, point, 'new-share', id, index, data.epoch, bytesIn(body, 'possession'), field);
      });
      this.#found.see('check_possession_after', `${who} has its share of epoch ${data.epoch}`);
      this.#backups(one, body);
      const given = body['signatureShares'] as [number, Uint8Array][];
      if (given.map(([at]) => at).join() !== this.#signs(index).join())
        throw new Fault(
          'check_proofs',
          one.sender,
          `${who} did not give one signature share for each proof it signs.`,
        );
      for (const [at, share] of given) shares[at]?.set(index, share);
    }
    this.needEverybody(bundle);
    return shares.map((given, at) => this.#finish(at, deal, nonces, given));
  }

  #backups(one: Envelope, body: Fields): void {
    const who = this.#plan.who(one.sender);
    const planned = this.#plan.data.backups.filter((backup) => backup.holder === indexOf(one));
    const receipts = body['backups'] as Record<string, string>[];
    for (const { label, kind: asked } of planned) {
      const receipt = receipts.find((given) => given['label'] === label);
      if (receipt === undefined)
        throw new Fault(
          'check_backups',
          one.sender,
          `${who} has no receipt for the planned backup "${label}".`,
        );
      const { kind = '', serial = '', readBack = '' } = receipt;
      if (kind !== asked)
        throw new Fault(
          'check_backups',
          one.sender,
          `${who} has a receipt for a ${kind} where the plan asks for a ${asked}, "${label}".`,
        );
      this.#found.see('check_backups', `${who}: ${kind} "${label}" (${serial}), ${readBack}`);
    }
    if (receipts.length !== planned.length)
      throw new Fault(
        'check_backups',
        one.sender,
        `${who} declared ${receipts.length} backups, ${planned.length} are planned.`,
      );
  }

  #finish(at: number, deal: Deal, nonces: Nonces, shares: ReadonlyMap<number, Uint8Array>): Proof {
    const { data } = this.#plan;
    const message = this.#plan.message(deal.fingerprint, at);
    const { scheme = '', signers = [] } = data.proofs[at] ?? {};
    try {
      const signature = aggregate(
        data.suite,
        scheme,
        deal.key,
        deal.shares,
        nonces[at] ?? new Map(),
        message,
        shares,
      );
      this.#found.see(
        'check_proofs',
        `proof ${at + 1} (${scheme}) by holders ${signers.join(', ')}: ${hex(signature).slice(0, 16)}…`,
      );
      return { message, signature };
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      if (error.culprit === undefined)
        throw new Fault('check_proofs', null, `Proof ${at + 1}: ${error.message}`);
      const role = `holder-${error.culprit}`;
      const who = this.#plan.who(role);
      throw new Fault(
        'check_proofs',
        role,
        `${who} gave a signature share for proof ${at + 1} that is not valid.`,
      );
    }
  }

  retire(bundle: Bundle, head: Uint8Array): void {
    this.needEverybody(bundle);
    const old = this.#plan.data.epoch - 1;
    for (const one of bundle.envelopes) {
      const [body, who] = [bodyOf(one, 'check_destruction'), this.#plan.who(one.sender)];
      const fault = (reason: string): Fault => new Fault('check_destruction', one.sender, `${who} ${reason}`);
      if (!same(bytesIn(body, 'head'), head)) throw fault('signed another transcript head.');
      const receipts = body['destroyed'] as {
        epoch: number;
        what: string;
        method: string;
        witness: string;
      }[];
      if (this.#plan.refresh && !receipts.some((receipt) => receipt.epoch === old))
        throw fault(`gave no receipt for the destruction of its share of epoch ${old}.`);
      const said = receipts.map(
        ({ epoch, what, method, witness }) => `epoch ${epoch}, ${what}: ${method}, seen by ${witness}`,
      );
      this.#found.see('check_destruction', `${who}: ${said.join('; ') || 'no earlier epoch'}`);
    }
  }

  attest(bundle: Bundle): void {
    this.needEverybody(bundle);
    for (const one of bundle.envelopes) {
      const body = bodyOf(one, 'check_attestations');
      const remarks = body['remarks'] === '' ? '' : `: "${body['remarks'] as string}"`;
      const said = body['statement'] === 'agree' ? 'agree' : 'do not agree';
      this.#found.see('check_attestations', `${this.#plan.who(one.sender)} states: ${said}${remarks}`);
    }
  }
}
