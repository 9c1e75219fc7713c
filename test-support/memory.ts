/** In-memory stand-ins for a laptop's ports, so that whole ceremonies run in a test without files or processes. */
import { bytesToHex, equalBytes, fromHex } from '../crypto/bytes.ts';
import { generateSealingKey, sealingPublicKey } from '../crypto/hpke.ts';
import { generateIdentity, signWithIdentity, type IdentityAlgorithm } from '../crypto/identity.ts';
import { Administrator } from '../ceremony/administrator.ts';
import { cardId, identityToField, makeCard, type Card } from '../ceremony/card.ts';
import { decodeMessage } from '../ceremony/message.ts';
import { Participant, type ParticipantPorts, type Progress } from '../ceremony/participant.ts';
import {
  decodePlan,
  encodePlan,
  planCode,
  standardProofs,
  type Plan,
  type PlanContext,
} from '../ceremony/plan.ts';
import type {
  EpochSummary,
  Journal,
  KeyStore,
  NonceKeeper,
  Operator,
  SecretFolder,
  Signer,
} from '../ceremony/ports.ts';
import type { RecordFiles } from '../ceremony/record.ts';
import type { Contributions } from '../ceremony/rounds/contributions.ts';
import { CUTOVER_PHRASE, DESTROY_PHRASE } from '../ceremony/script.ts';
import type { KeyRecord } from '../ceremony/key-record.ts';
import type { SuiteName } from '../crypto/suite.ts';
import { seededRandom } from './random.ts';

export class MemoryJournal implements Journal {
  readonly entries = new Map<string, Uint8Array>();
  put(name: string, bytes: Uint8Array): Promise<void> {
    const known = this.entries.get(name);
    if (known !== undefined && !equalBytes(known, bytes))
      return Promise.reject(new Error(`${name} exists with other bytes`));
    this.entries.set(name, Uint8Array.from(bytes));
    return Promise.resolve();
  }
  get(name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.entries.get(name));
  }
  names(): Promise<string[]> {
    return Promise.resolve([...this.entries.keys()].sort());
  }
}

export class MemorySecrets implements SecretFolder {
  readonly #secrets = new Map<string, Uint8Array>();
  put(name: string, secret: Uint8Array): Promise<void> {
    this.#secrets.set(name, Uint8Array.from(secret));
    return Promise.resolve();
  }
  get(name: string): Promise<Uint8Array | undefined> {
    const secret = this.#secrets.get(name);
    return Promise.resolve(secret === undefined ? undefined : Uint8Array.from(secret));
  }
  destroy(): Promise<void> {
    this.#secrets.clear();
    return Promise.resolve();
  }
}

export class MemoryKeys implements KeyStore {
  readonly #keys = new Map<
    string,
    { current: string | undefined; epochs: Map<string, { record: Uint8Array; secrets: MemorySecrets }> }
  >();
  fingerprints(): Promise<string[]> {
    return Promise.resolve([...this.#keys.keys()]);
  }
  epochs(fingerprint: string): Promise<EpochSummary[]> {
    const key = this.#keys.get(fingerprint);
    return Promise.resolve(
      [...(key?.epochs.keys() ?? [])].map((id) => ({ id, current: id === key?.current })),
    );
  }
  record(fingerprint: string, epochId: string): Promise<Uint8Array> {
    return Promise.resolve(this.#keys.get(fingerprint)!.epochs.get(epochId)!.record);
  }
  secrets(fingerprint: string, epochId: string): Promise<SecretFolder> {
    return Promise.resolve(this.#keys.get(fingerprint)!.epochs.get(epochId)!.secrets);
  }
  async stage(
    fingerprint: string,
    epochId: string,
    content: { record: Uint8Array; share: Uint8Array; sealing: Uint8Array },
  ): Promise<void> {
    const key = this.#keys.get(fingerprint) ?? { current: undefined, epochs: new Map() };
    this.#keys.set(fingerprint, key);
    if (key.epochs.has(epochId)) return;
    const secrets = new MemorySecrets();
    await secrets.put('share', content.share);
    await secrets.put('sealing', content.sealing);
    key.epochs.set(epochId, { record: Uint8Array.from(content.record), secrets });
  }
  activate(fingerprint: string, epochId: string): Promise<void> {
    this.#keys.get(fingerprint)!.current = epochId;
    return Promise.resolve();
  }
  destroy(fingerprint: string, epochId: string): Promise<void> {
    const key = this.#keys.get(fingerprint)!;
    if (key.current === epochId) return Promise.reject(new Error('current epoch'));
    key.epochs.delete(epochId);
    return Promise.resolve();
  }
}

export class MemoryNonces implements NonceKeeper {
  readonly #kept = new Map<string, Uint8Array>();
  keep(label: string, nonces: Uint8Array): Promise<void> {
    this.#kept.set(label, Uint8Array.from(nonces));
    return Promise.resolve();
  }
  take(label: string): Promise<Uint8Array | undefined> {
    const kept = this.#kept.get(label);
    this.#kept.delete(label);
    return Promise.resolve(kept);
  }
  has(label: string): Promise<boolean> {
    return Promise.resolve(this.#kept.has(label));
  }
  /** What a restart of the machine does. */
  forget(): void {
    this.#kept.clear();
  }
}

/** The courier: everything that was ever shown, in a place all can see. */
export class MemoryCourier {
  readonly messages = new Map<string, Uint8Array>();
  show(name: string, message: Uint8Array): Promise<void> {
    this.messages.set(`${name}-${hashOf(message)}`, Uint8Array.from(message));
    return Promise.resolve();
  }
  receive(): Promise<{ source: string; message: Uint8Array }[]> {
    return Promise.resolve([...this.messages].map(([source, message]) => ({ source, message })));
  }
}

function hashOf(message: Uint8Array): string {
  let hash = 0;
  for (const byte of message) hash = (hash * 31 + byte) >>> 0;
  return `${message.length}-${hash.toString(16)}`;
}

/** One laptop with its identity, keys and cards. */
export class MemoryLaptop {
  readonly name: string;
  readonly signer: Signer;
  readonly keys = new MemoryKeys();
  readonly nonces = new MemoryNonces();
  readonly journals = new Map<string, MemoryJournal>();
  readonly secrets = new Map<string, MemorySecrets>();
  readonly cards = new Map<string, { card: Card; secret: Uint8Array }>();
  readonly records = new Map<string, RecordFiles>();
  readonly backups = new Map<string, Uint8Array>();
  readonly random;
  constructor(name: string, seed: string, alg: IdentityAlgorithm = 'EdDSA') {
    this.name = name;
    this.random = seededRandom(`${seed}/${name}`);
    const identity = generateIdentity(alg, this.random);
    this.signer = {
      publicKey: identity.publicKey,
      sign: (message) => Promise.resolve(signWithIdentity(identity, message)),
    };
  }
  async enrol(): Promise<Card> {
    const sealing = generateSealingKey(this.random);
    const card = await makeCard(
      {
        rehearsal: true,
        name: this.name,
        laptop: `${this.name}'s laptop`,
        sealingKey: sealing.publicKey,
        created: NOW,
      },
      this.signer,
    );
    this.cards.set(cardId(card), { card, secret: sealing.secretKey });
    return card;
  }
  journal(context: PlanContext): MemoryJournal {
    const id = bytesToHex(context.id);
    const journal = this.journals.get(id) ?? new MemoryJournal();
    this.journals.set(id, journal);
    return journal;
  }
  ports(context: PlanContext, courier: MemoryCourier, operator: Operator): ParticipantPorts {
    const id = bytesToHex(context.id);
    const secrets = this.secrets.get(id) ?? new MemorySecrets();
    this.secrets.set(id, secrets);
    return {
      clock: { now: () => NOW },
      random: this.random,
      signer: this.signer,
      journal: this.journal(context),
      channel: courier,
      keys: this.keys,
      secrets,
      nonces: this.nonces,
      backups: {
        write: (label, content) => {
          this.backups.set(`${id}/${label}`, Uint8Array.from(content));
          return Promise.resolve(Uint8Array.from(content));
        },
        writeFor: (_, label, content) => {
          this.backups.set(`${id}/${label}`, Uint8Array.from(content));
          return Promise.resolve(Uint8Array.from(content));
        },
        // A sheet of these tests is the share in hex.
        readSheet: (_, text) => Promise.resolve(fromHex(text)),
      },
      operator,
      findSealingSecret: async (publicKey) => {
        for (const { secret } of this.cards.values())
          if (equalBytes(sealingPublicKey(secret), publicKey)) return Uint8Array.from(secret);
        for (const fingerprint of await this.keys.fingerprints())
          for (const epoch of await this.keys.epochs(fingerprint)) {
            const secret = await (await this.keys.secrets(fingerprint, epoch.id)).get('sealing');
            if (secret !== undefined && equalBytes(sealingPublicKey(secret), publicKey)) return secret;
          }
        return undefined;
      },
      retireCard: (sealingKey) => {
        for (const [cardName, { card }] of this.cards)
          if (card.sealingKey === bytesToHex(sealingKey)) this.cards.delete(cardName);
        return Promise.resolve();
      },
      pledgedElsewhere: () => {
        for (const [other, { entries }] of this.journals) {
          const names = [...entries.keys()];
          const secured = names.some((name) => /^out-holder-\d+-r3-/.test(name));
          if (other !== id && secured && !names.some((name) => name.startsWith('discarded-')))
            return Promise.resolve(other);
        }
        return Promise.resolve(undefined);
      },
      fileRecord: (files) => {
        this.records.set(id, files);
        return Promise.resolve();
      },
    };
  }
}

export const NOW = '2026-11-23T09:00:00Z';

/** Answers everything correctly. */
export function willingOperator(context: PlanContext): Operator {
  const answers: Record<string, string> = {
    code: planCode(context),
    decision: 'approve',
    serial: 'A-0001',
    witness: 'Wanda Witness',
    'cutover.phrase': CUTOVER_PHRASE,
    'destroy.phrase': DESTROY_PHRASE,
    statement: 'agree',
    remarks: '',
  };
  return { answer: ({ step, field }) => Promise.resolve(answers[`${step}.${field}`] ?? answers[field]) };
}

/** A committee with an administrator, a witness and an approver, on laptops of their own. */
export class Committee {
  readonly seed: string;
  readonly holders = new Map<number, MemoryLaptop>();
  readonly administrator: MemoryLaptop;
  readonly witness: MemoryLaptop;
  readonly approver: MemoryLaptop;
  #plans = 0;
  constructor(indices: readonly number[], seed: string, alg: IdentityAlgorithm = 'EdDSA') {
    this.seed = seed;
    for (const index of indices) this.holders.set(index, new MemoryLaptop(`Holder ${index}`, seed, alg));
    this.administrator = new MemoryLaptop('Ada Administrator', seed, alg);
    this.witness = new MemoryLaptop('Wanda Witness', seed, alg);
    this.approver = new MemoryLaptop('Abel Approver', seed, alg);
  }

  /** A plan to generate a key (`before` null) or to refresh `before`. */
  async plan(
    suite: SuiteName,
    threshold: number,
    before: KeyRecord | null,
    change: Partial<Plan> = {},
  ): Promise<PlanContext> {
    const indices = [...this.holders.keys()];
    const holders: Plan['holders'] = [];
    for (const [index, laptop] of this.holders) {
      const known = before?.holders.find((holder) => holder.index === index)?.sealingKey;
      holders.push({
        index,
        name: laptop.name,
        identity: identityToField(laptop.signer.publicKey),
        sealingKey: known ?? (await laptop.enrol()).sealingKey,
      });
    }
    const person = (laptop: MemoryLaptop): Plan['administrator'] => ({
      name: laptop.name,
      identity: identityToField(laptop.signer.publicKey),
    });
    const plan: Plan = {
      format: 'reseal-plan-1',
      rehearsal: true,
      kind: before === null ? 'generate' : 'refresh',
      suite,
      keyName: 'Test key',
      threshold,
      epoch: before === null ? 0 : before.epoch + 1,
      before,
      sealing: 'DHKEM-P256-HKDF-SHA256-AES256GCM',
      holders,
      administrator: person(this.administrator),
      approvers: [person(this.approver)],
      approvalsNeeded: 1,
      witnesses: [person(this.witness)],
      backups: indices.map((holder) => ({ holder, kind: 'file' as const, label: 'Medium A' })),
      proofs: standardProofs(suite, indices, threshold),
      created: NOW,
      replacedCards: [],
      cryptoperiodDays: 90,
      destroyBackupsWithinDays: 30,
      retentionYears: 7,
      legalHold: null,
      nonce: bytesToHex(seededRandom(`${this.seed}/plan/${this.#plans++}`)(16)),
      ...change,
    };
    return decodePlan(encodePlan(plan));
  }
}

/** One ceremony of a committee over a shared courier; each call of `turn` lets one laptop receive and step once. */
export class Run {
  readonly context: PlanContext;
  readonly courier = new MemoryCourier();
  readonly committee: Committee;
  readonly participants = new Map<string, Participant>();
  readonly operators = new Map<string, Operator>();
  readonly contributions = new Map<string, Contributions>();
  readonly problems: string[] = [];
  administrator!: Administrator;

  private constructor(committee: Committee, context: PlanContext) {
    this.committee = committee;
    this.context = context;
  }

  static async start(
    committee: Committee,
    context: PlanContext,
    contributions: Readonly<Record<string, Contributions>> = {},
  ): Promise<Run> {
    const run = new Run(committee, context);
    for (const [role, table] of Object.entries(contributions)) run.contributions.set(role, table);
    for (const role of run.roles) await run.restart(role);
    return run;
  }

  get roles(): string[] {
    const { plan } = this.context;
    return [
      'administrator',
      ...plan.holders.map((holder) => `holder-${holder.index}`),
      ...plan.approvers.map((_, at) => `approver-${at + 1}`),
      ...plan.witnesses.map((_, at) => `witness-${at + 1}`),
    ];
  }

  laptop(role: string): MemoryLaptop {
    if (role === 'administrator') return this.committee.administrator;
    if (role.startsWith('approver-')) return this.committee.approver;
    if (role.startsWith('witness-')) return this.committee.witness;
    return this.committee.holders.get(Number(role.slice('holder-'.length)))!;
  }

  /** Starts a role's process (again): everything but journal and vault is gone. */
  async restart(role: string): Promise<void> {
    const laptop = this.laptop(role);
    const ports = laptop.ports(
      this.context,
      this.courier,
      this.operators.get(role) ?? willingOperator(this.context),
    );
    if (role === 'administrator') this.administrator = await Administrator.load(this.context, ports);
    else
      this.participants.set(
        role,
        await Participant.load(this.context, role, ports, this.contributions.get(role)),
      );
  }

  async turn(role: string): Promise<Progress> {
    const target = role === 'administrator' ? this.administrator : this.participants.get(role)!;
    for (const { message } of await this.courier.receive()) {
      try {
        await target.receive(decodeMessage(message));
      } catch (error) {
        this.problems.push(`${role}: ${String(error)}`);
      }
    }
    return target.step();
  }

  /** Gives everybody turns until nobody does anything any more. Returns what each role waits for. */
  async toEnd(roles: readonly string[] = this.roles): Promise<Map<string, string>> {
    for (let quiet = 0, turns = 0; quiet < 2 && turns < 60; turns++) {
      let busy = false;
      const waiting = new Map<string, string>();
      for (const role of roles) {
        const progress = await this.turn(role);
        if (progress.done.length > 0) busy = true;
        if (progress.waiting !== undefined) waiting.set(role, progress.waiting.sentence);
      }
      quiet = busy ? 0 : quiet + 1;
      if (quiet === 2 || waiting.size === 0) return waiting;
    }
    throw new Error('the ceremony does not come to rest');
  }
}
