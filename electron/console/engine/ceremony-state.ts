/** A ceremony as the window shows it: all roles of this laptop in it, the board, and what it came to. */
import { existsSync } from 'node:fs';
import { bytesToHex } from '../../../crypto/bytes.ts';
import { Administrator } from '../../../ceremony/administrator.ts';
import { CONFIRM, DEAL, RETIRE, SECURE } from '../../../ceremony/bundle.ts';
import { Participant, type StepState } from '../../../ceremony/participant.ts';
import {
  describeRole,
  holderOf,
  planCode,
  type BackupKind,
  type PlanContext,
} from '../../../ceremony/plan.ts';
import type { Journal } from '../../../ceremony/ports.ts';
import type { Step } from '../../../ceremony/script.ts';
import { envelopeOf, outcome, recordAfter, type View } from '../../../ceremony/view.ts';
import type { Arrival } from '../../../laptop/arrivals.ts';
import type { Laptop, Part } from '../../../laptop/laptop.ts';
import type { CeremonyState, CurrentStep, PartState, ScriptStep } from '../../ipc/state.ts';
import { actOf, fieldsOf } from './acts.ts';
import { board, roleTitle, waitingFor } from './board.ts';
import { seenUpon, type Desk } from './desk.ts';
import { heldOf, toScan, toShow, type Scene } from './exchange.ts';
import { factsOf, some } from './facts.ts';

/** The parts of one ceremony on this laptop, and what is needed to describe them. */
export interface Sources {
  readonly laptop: Laptop;
  readonly desk: Desk;
  readonly parts: readonly Part[];
  /** Why nothing can be exchanged now: the courier's folder is away; null while it is there. */
  readonly away: string | null;
  /** The epoch that signs on this laptop, for the key of this ceremony. */
  readonly activeEpoch: number | null;
}

export async function ceremonyState({
  laptop,
  desk,
  parts,
  away,
  activeEpoch,
}: Sources): Promise<CeremonyState> {
  const [first] = parts;
  if (first === undefined) throw new Error('a ceremony without parts');
  const { context } = first;
  const { plan } = context;
  const id = bytesToHex(context.id);
  const journal = laptop.vault.journal(id);
  const view = furthest(parts);
  const own = new Set<string>(parts.map((part) => part.role));
  const arrivals = allArrivals(laptop, parts);
  const states: PartState[] = [];
  let known = own.has('administrator');
  for (const part of parts) {
    const state = await partState(part, { journal, desk, arrivals, own, away });
    known ||= state.steps.some((step) => step.id === 'join' && step.state === 'done');
    states.push(state);
  }
  const after = view.secure === undefined ? undefined : recordAfter(view);
  const record = laptop.recordPath(context);
  return {
    id,
    code: known || outcome(view) !== 'open' ? planCode(context).split(' ') : null,
    kind: plan.kind,
    keyName: plan.keyName,
    fingerprint: plan.before?.fingerprint ?? after?.fingerprint ?? null,
    suite: plan.suite,
    threshold: plan.threshold,
    holders: plan.holders.length,
    epochBefore: plan.before?.epoch ?? null,
    epoch: plan.epoch,
    rehearsal: plan.rehearsal,
    created: plan.created,
    cryptoperiod: plan.cryptoperiodDays,
    replaced: plan.replacedCards,
    backups: plan.backups.map((backup) => ({
      ...{ holder: backup.holder, kind: backup.kind, label: backup.label },
      ...(backup.kind === 'recipients-file' ? { recipients: backup.recipients } : {}),
    })),
    proofs: plan.proofs.length,
    approvalsNeeded: plan.approvalsNeeded,
    outcome: outcome(view),
    abort:
      view.abort === undefined
        ? null
        : {
            reason: view.abort.reason,
            culprit: view.abort.culprit === undefined ? null : describeRole(plan, view.abort.culprit),
            rule: view.abort.rule,
          },
    activeEpoch,
    parts: states,
    board: board(context, view, arrivals, own),
    exceptions: await exceptionsOf(parts),
    exchange: exchangeOf(laptop, parts),
    groupKeyBefore: plan.before?.groupKey ?? null,
    groupKeyAfter: after?.groupKey ?? null,
    record: existsSync(record) ? record : null,
    finished: parts.every((part) => part.finished),
  };
}

/** What can be shown and seen now by screen and camera. */
function exchangeOf(laptop: Laptop, parts: readonly Part[]): CeremonyState['exchange'] {
  const scene = sceneOf(laptop, parts);
  return {
    show: toShow(scene)
      .map(({ outgoing }) => outgoing)
      .slice(0, 50),
    scan: toScan(scene),
  };
}

/** A ceremony as this laptop sees it. */
export function sceneOf(laptop: Laptop, parts: readonly Part[]): Scene {
  const [first] = parts;
  if (first === undefined) throw new RangeError('a ceremony without parts');
  return {
    context: first.context,
    view: furthest(parts),
    own: new Set<string>(parts.map((part) => part.role)),
    arrivals: allArrivals(laptop, parts),
    held: heldOf(first.context, laptop.held()),
    finished: parts.every((part) => part.finished),
  };
}

/** The view of the role that has seen most: they differ only between two looks at the folder. */
export function furthest(parts: readonly Part[]): View {
  const rank = ({ next, bundles }: View): number => bundles.length + (next === undefined ? 100 : 0);
  return parts.map((part) => part.runner.view).reduce((a, b) => (rank(b) > rank(a) ? b : a));
}

/** Envelopes that somebody has sent, also those that only the administrator's journal holds. */
export function allArrivals(laptop: Laptop, parts: readonly Part[]): Arrival[] {
  const seen = parts[0] === undefined ? [] : laptop.arrivals(parts[0].context);
  return parts.reduce<Arrival[]>(
    (all, { runner }) => (runner instanceof Administrator ? [...all, ...runner.arrived()] : all),
    seen,
  );
}

const MAX_SHOWN = 1000;

/** All that the roles of this laptop know of. What one of them knows to be on record, is. */
async function exceptionsOf(parts: readonly Part[]): Promise<CeremonyState['exceptions']> {
  const found = new Map<string, CeremonyState['exceptions'][number]>();
  for (const { runner, context } of parts)
    for (const { role, number, at, category, text, state } of await runner.exceptions()) {
      const name = `${role} ${number}`;
      if (found.get(name)?.state !== 'recorded')
        found.set(name, { who: describeRole(context.plan, role), role, at, category, text, state });
    }
  // More than a window could show belongs to a record, not to a screen.
  return [...found.values()].sort((a, b) => (a.at < b.at ? -1 : 1)).slice(0, MAX_SHOWN);
}

interface Around {
  readonly journal: Journal;
  readonly desk: Desk;
  readonly arrivals: readonly Arrival[];
  readonly own: ReadonlySet<string>;
  readonly away: string | null;
}

async function partState(part: Part, around: Around): Promise<PartState> {
  const { runner, role } = part;
  const steps = await runner.steps();
  const now = part.finished ? undefined : steps.find(({ state }) => state === 'now')?.step;
  return {
    role,
    title: roleTitle(role),
    steps: await Promise.all(steps.map((one) => scriptStep(one, part, around))),
    current: now === undefined ? null : currentStep(now, part, around),
    refusal: part.refusal ?? null,
    finished: part.finished,
    cannotStop: await cannotStop(part),
  };
}

async function scriptStep({ step, state }: StepState, part: Part, around: Around): Promise<ScriptStep> {
  return {
    id: step.id,
    title: step.title,
    act: actOf(step.id),
    actor: step.actor,
    state: part.finished && state === 'now' ? 'done' : state,
    at: state === 'done' ? await doneAt(step, part, around.journal) : null,
    final: step.final === true,
  };
}

const OWN_ROUND: Partial<Record<Step['id'], number>> = {
  approve: 0,
  deal: DEAL,
  confirm: CONFIRM,
  secure: SECURE,
  retire: RETIRE,
  attest: 5,
};

/** When a step was done, where something says so: a signed envelope, a bundle, or this laptop's own note. */
async function doneAt(step: Step, { runner, role }: Part, journal: Journal): Promise<string | null> {
  const { view } = runner;
  if (step.round !== undefined) {
    const bundle = view.bundles.find((one) => one.round === step.round);
    return bundle?.envelopes.reduce((at, { payload }) => (payload.at > at ? payload.at : at), '') ?? null;
  }
  const round = OWN_ROUND[step.id];
  if (round !== undefined) return envelopeOf(view, round, role)?.payload.at ?? null;
  if (step.id !== 'join' && step.id !== 'cutover') return null;
  const note = await journal.get(`${step.id === 'join' ? 'joined' : 'cutover'}-${role}`);
  return note === undefined ? null : new TextDecoder().decode(note);
}

function currentStep(step: Step, part: Part, { desk, arrivals, own, away }: Around): CurrentStep {
  const { context, role, runner } = part;
  const ceremony = bytesToHex(context.id);
  const asked = desk.asked(ceremony, role);
  // A step of a person's may still have to wait for others, a step of the laptop's too.
  const question = asked?.step === step.id ? asked : undefined;
  const common = {
    id: step.id,
    title: step.title,
    actor: step.actor,
    final: step.final === true,
    facts: factsOf(step.id, runner.view),
    seen: seenUpon(step.id, runner.view),
  };
  if (question !== undefined)
    return {
      ...common,
      about: question.about,
      fields: fieldsOf(
        step,
        desk.complaints(ceremony, role, question),
        kindOfBackup(context, role, question.about),
      ),
      problem: desk.failure(ceremony, role, question) ?? null,
      waiting: null,
      waitingFor: [],
    };
  const idle = { ...common, about: null, fields: [], problem: null };
  if (away !== null) return { ...idle, waiting: away, waitingFor: [] };
  const waits = step.actor === 'others' || (step.actor === 'laptop' && part.waiting !== undefined);
  const others = waits ? waitingFor(context, runner.view, arrivals, own) : [];
  return {
    ...idle,
    waiting: part.refusal === undefined ? waitingSentence(step, part, others) : null,
    waitingFor: others,
  };
}

/** What is waited for. The board knows better than the step who has not sent anything yet. */
/** The kind of the backup with this label that a role makes. */
function kindOfBackup({ plan }: PlanContext, role: string, label: string | null): BackupKind | undefined {
  return plan.backups.find((backup) => backup.label === label && backup.holder === holderOf(role))?.kind;
}

function waitingSentence(step: Step, part: Part, others: CurrentStep['waitingFor']): string | null {
  if (step.actor !== 'others' || others.length === 0) return part.waiting?.sentence ?? null;
  const names = others.map(({ who }) => who.replace(/ \(.*\)$/, ''));
  return `Waits for ${some(names)}.`;
}

/** Why this role cannot stop the ceremony now; null when it can. */
async function cannotStop({ runner }: Part): Promise<string | null> {
  if (!(runner instanceof Participant) || holderless(runner.role))
    return 'Only a holder can end a ceremony for everybody. Record an exception, and tell a holder.';
  if (outcome(runner.view) === 'aborted') return 'The ceremony has ended already.';
  return runner.cannotStop();
}

const holderless = (role: string): boolean => !role.startsWith('holder-');
