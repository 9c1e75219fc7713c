/** For tests of the engine: a key that is already there, one whole ceremony to take apart, and ways to tamper with it. */
import { expect } from 'vitest';
import { bytesToHex } from '../crypto/bytes.ts';
import { CryptoError } from '../crypto/errors.ts';
import { generateSealingKey } from '../crypto/hpke.ts';
import type { IdentityAlgorithm } from '../crypto/identity.ts';
import { evaluate, randomPolynomial } from '../crypto/polynomial.ts';
import { suiteByName, type SuiteName } from '../crypto/suite.ts';
import { bundleHash, signBundle, type Bundle } from '../ceremony/bundle.ts';
import { decodeCbor } from '../ceremony/cbor.ts';
import { signEnvelope, type Envelope, type EnvelopePayload } from '../ceremony/envelope.ts';
import { CeremonyError } from '../ceremony/errors.ts';
import { encodeKeyRecord, makeKeyRecord, type KeyRecord } from '../ceremony/key-record.ts';
import { bundleMessage, decodeMessage, encodeMessage, type Message } from '../ceremony/message.ts';
import type { Plan, PlanContext } from '../ceremony/plan.ts';
import type { Contributions } from '../ceremony/rounds/contributions.ts';
import type { Participant } from '../ceremony/participant.ts';
import type { Operator } from '../ceremony/ports.ts';
import type { StepId } from '../ceremony/script.ts';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import { outcome, rewind, type View } from '../ceremony/view.ts';
import { Committee, willingOperator, Run, type MemoryLaptop } from './memory.ts';

/** A plan with as few people as possible: holders and administrator. */
export const BARE = {
  approvers: [],
  approvalsNeeded: 0,
  witnesses: [],
  backups: [],
} satisfies Partial<Plan>;

/** Gives every holder a share of a new key at epoch 0, as an import would. */
export async function importKey(
  committee: Committee,
  suiteName: SuiteName,
  threshold: number,
): Promise<KeyRecord> {
  const suite = suiteByName(suiteName);
  const { random } = committee.administrator;
  const secret = suite.randomScalar(random);
  const polynomial = randomPolynomial(suite, threshold - 1, secret, random);
  const shares = [...committee.holders.keys()].map(
    (index) => [index, evaluate(suite, polynomial, index)] as const,
  );
  const record = makeKeyRecord(
    {
      rehearsal: true,
      name: 'Test key',
      threshold,
      epoch: 0,
      origin: 'import test',
      suite,
      groupKey: suite.base.multiply(secret),
      publicShares: new Map(shares.map(([index, share]) => [index, suite.base.multiply(share)])),
    },
    () => ({ name: null, identity: null, sealingKey: null }),
  );
  for (const [index, share] of shares) {
    const { keys } = committee.holders.get(index)!;
    await keys.stage(record.fingerprint, 'epoch-0-import', {
      record: encodeKeyRecord(record),
      share: suite.scalarToBytes(share),
      sealing: generateSealingKey(random).secretKey,
    });
    await keys.activate(record.fingerprint, 'epoch-0-import');
  }
  return record;
}

export interface Setup {
  readonly seed: string;
  readonly indices?: readonly number[];
  readonly threshold?: number;
  readonly suite?: SuiteName;
  readonly alg?: IdentityAlgorithm;
  readonly kind?: 'refresh' | 'generate';
  readonly change?: Partial<Plan>;
  readonly contributions?: (context: PlanContext) => Readonly<Record<string, Contributions>>;
  /** Called with every laptop before the ceremony starts. */
  readonly prepare?: (laptop: MemoryLaptop, role: string) => void;
}

/** A refresh (or generation) of a 2-of-3 key on secp256k1 with a bare plan, unless told otherwise; nothing has happened yet. */
export async function startRun(setup: Setup): Promise<Run> {
  const { seed, indices = [1, 2, 3], threshold = 2, suite = 'secp256k1', alg = 'ES256' } = setup;
  const committee = new Committee(indices, seed, alg);
  const before = setup.kind === 'generate' ? null : await importKey(committee, suite, threshold);
  const context = await committee.plan(suite, threshold, before, setup.change ?? BARE);
  if (setup.prepare !== undefined) {
    for (const [index, laptop] of committee.holders) setup.prepare(laptop, `holder-${index}`);
    setup.prepare(committee.administrator, 'administrator');
  }
  return Run.start(committee, context, setup.contributions?.(context));
}

/** A ceremony that has ended, with the view before each round and the bundle of each round. */
export interface Ended {
  readonly run: Run;
  readonly context: PlanContext;
  readonly view: View;
  before(round: number): View;
  bundle(round: number): Bundle;
  envelope(round: number, sender: string): Envelope;
}

/** A whole closed 2-of-3 refresh with approver, witness and backups. */
export async function closedRefresh(setup: Partial<Setup> = {}): Promise<Ended> {
  const run = await startRun({ seed: 'closed', change: {}, ...setup });
  await run.toEnd();
  return ended(run);
}

export function ended(run: Run): Ended {
  const { view } = run.administrator;
  const bundle = (round: number): Bundle => view.bundles.find((one) => one.round === round)!;
  return {
    run,
    context: run.context,
    view,
    before: (round) => rewind(view, round),
    bundle,
    envelope: (round, sender) => bundle(round).envelopes.find((one) => one.payload.sender === sender)!,
  };
}

/** Signs a changed copy of an envelope with its sender's own key, as a dishonest sender would. */
export function resign(run: Run, envelope: Envelope, change: Partial<EnvelopePayload>): Promise<Envelope> {
  const payload = { ...envelope.payload, ...change };
  return signEnvelope(payload, run.laptop(payload.sender).signer);
}

/** As `resign`, with single fields of the body changed. */
export function resignBody(run: Run, envelope: Envelope, body: Record<string, unknown>): Promise<Envelope> {
  return resign(run, envelope, { body: { ...envelope.payload.body, ...body } });
}

/** The bundle with the envelopes of these senders replaced. */
export function withEnvelopes(bundle: Bundle, ...changed: readonly Envelope[]): Bundle {
  return {
    ...bundle,
    envelopes: bundle.envelopes.map(
      (one) => changed.find((other) => other.payload.sender === one.payload.sender) ?? one,
    ),
  };
}

/** Lets one role receive exactly these messages, in order; problems are thrown. */
export async function hand(run: Run, role: string, ...messages: readonly Message[]): Promise<void> {
  const target = role === 'administrator' ? run.administrator : run.participants.get(role)!;
  for (const message of messages) await target.receive(decodeMessage(encodeMessage(message)));
}

/** Lets one role receive this bundle as a lying administrator would show it: with its signature, whatever is in it. */
export async function handBundle(run: Run, role: string, bundle: Bundle): Promise<void> {
  const signed = await signBundle(run.context, bundle, run.laptop('administrator').signer);
  await hand(run, role, bundleMessage(run.context.id, signed));
}

/** Lets one role receive this bundle as a courier would: with the signature that it came with, if any. */
export function carryBundle(run: Run, role: string, bundle: Bundle): Promise<void> {
  return hand(run, role, bundleMessage(run.context.id, bundle));
}

/** All messages on the courier, decoded. */
export function shown(run: Run): Message[] {
  return [...run.courier.messages.values()].map((message) => decodeMessage(message));
}

/** What every role of a run says about an end without a new epoch. */
export function verdicts(run: Run): Map<string, { rule: string; culprit: string | undefined } | undefined> {
  const of = (view: View): { rule: string; culprit: string | undefined } | undefined =>
    view.abort && { rule: view.abort.rule, culprit: view.abort.culprit };
  return new Map([
    ['administrator', of(run.administrator.view)],
    ...[...run.participants].map(([role, participant]) => [role, of(participant.view)] as const),
  ]);
}

/** The epochs on a holder's laptop whose share fits the public share of the epoch's own record: number → current. */
export async function usableEpochs(run: Run, index: number): Promise<Map<number, boolean>> {
  const { keys } = run.committee.holders.get(index)!;
  const { suite } = run.context;
  const usable = new Map<number, boolean>();
  for (const fingerprint of await keys.fingerprints())
    for (const epoch of await keys.epochs(fingerprint)) {
      const record = JSON.parse(
        new TextDecoder().decode(await keys.record(fingerprint, epoch.id)),
      ) as KeyRecord;
      const share = await (await keys.secrets(fingerprint, epoch.id)).get('share');
      const expected = record.holders.find((holder) => holder.index === index)?.publicShare;
      if (share === undefined) continue;
      const point = suite.base.multiply(suite.scalarFromBytes(share, 'share'));
      if (bytesToHex(point.toBytes()) === expected) usable.set(record.epoch, epoch.current);
    }
  return usable;
}

/** Watches what a laptop signs. `twice` names every slot for which it signed two different things. */
export class SlotWatch {
  readonly slots = new Map<string, Set<string>>();

  watch(laptop: MemoryLaptop): void {
    const { signer } = laptop;
    Object.assign(laptop, {
      signer: {
        publicKey: signer.publicKey,
        sign: (message: Uint8Array) => {
          this.#note(message);
          return signer.sign(message);
        },
      },
    });
  }

  #note(message: Uint8Array): void {
    // A Sig_structure begins with 0x84, a card or a checkpoint with a printable character.
    if (message[0] !== 0x84) return;
    const [, , , content] = decodeCbor(message, 'Sig_structure') as [
      string,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const { ceremony, round, attempt, sender } = decodeCbor(content, 'payload') as EnvelopePayload;
    const slot = `${bytesToHex(ceremony)}/${sender}/r${round}-a${attempt}`;
    this.slots.set(slot, (this.slots.get(slot) ?? new Set()).add(bytesToHex(message)));
  }

  get twice(): string[] {
    return [...this.slots].filter(([, signed]) => signed.size > 1).map(([slot]) => slot);
  }
}

/** Code, sentence and next step of the refusal that `action` ends in; fails the test when there is none. */
export async function refusal(
  action: () => unknown,
): Promise<{ code: string; message: string; next: string | undefined }> {
  try {
    await action();
  } catch (error) {
    if (error instanceof CeremonyError) return { code: error.code, message: error.message, next: error.next };
    if (error instanceof CryptoError) return { code: error.code, message: error.message, next: undefined };
    throw error;
  }
  throw new Error('expected a refusal');
}

/** Hash of the bundle that a run's administrator has accepted for a round, as hex. */
export function acceptedHash(view: View, round: number): string {
  const bundle = view.bundles.find((one) => one.round === round);
  return bundle === undefined ? '' : bytesToHex(bundleHash(view.context, bundle));
}

/** The roles of the holders of a run with the usual three. */
export const HOLDERS = ['holder-1', 'holder-2', 'holder-3'];

export function of(run: Run, role: string): Participant {
  return run.participants.get(role)!;
}

/** Gives these roles one turn each. */
export async function turns(run: Run, ...roles: readonly string[]): Promise<void> {
  for (const role of roles) await run.turn(role);
}

/** Until the deals of the usual three are on the table of the administrator. */
export function dealt(run: Run): Promise<void> {
  return turns(run, 'administrator', ...HOLDERS, 'administrator');
}

/** Answers everything but the questions of one step. */
export function except(run: Run, silent: StepId): Operator {
  const willing = willingOperator(run.context);
  return {
    answer: (question) => (question.step === silent ? Promise.resolve(undefined) : willing.answer(question)),
  };
}

/** Sits somebody else down at a laptop. */
export async function withOperator(run: Run, role: string, operator: Operator): Promise<void> {
  run.operators.set(role, operator);
  await run.restart(role);
}

/** Brings the run to its end: closed for everybody, with this epoch and no other on every laptop, and a valid record. */
export async function expectWhole(run: Run, epoch: number): Promise<void> {
  expect([...(await run.toEnd())]).toEqual([]);
  expect(run.problems).toEqual([]);
  for (const index of run.context.indices)
    expect([...(await usableEpochs(run, index))]).toEqual([[epoch, true]]);
  const record = run.laptop('administrator').records.get(bytesToHex(run.context.id))!;
  expect(verifyRecord(record)).toMatchObject({ verdict: 'VALID', outcome: 'closed' });
  for (const participant of run.participants.values()) expect(outcome(participant.view)).toBe('closed');
}
