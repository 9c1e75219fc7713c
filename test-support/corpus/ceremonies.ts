/** The ceremonies of the corpus: whole ones of every kind and size, and such as ended early. */
import {
  dishonest,
  equivocate,
  MISBEHAVIOURS,
  type MisbehaviourKind,
} from '../../cli/rehearsal/misbehave.ts';
import type { KeyRecord } from '../../ceremony/key-record.ts';
import type { Plan } from '../../ceremony/plan.ts';
import { bytesToHex } from '../../crypto/bytes.ts';
import { IDENTITY_ALGORITHMS, type IdentityAlgorithm } from '../../crypto/identity.ts';
import { SUITE_NAMES, type SuiteName } from '../../crypto/suite.ts';
import { RECIPIENTS } from '../recipients.ts';
import { BARE, dealt, HOLDERS, of, startRun, turns, withOperator, type Setup } from '../engine.ts';
import { willingOperator, type Committee, type Run } from '../memory.ts';
import { ceremony, committeeOf, generated, keyAfter, type Ended, type Shape } from '../records.ts';
import { replaceLaptop, shareOf } from '../replaced.ts';
import type { Sample } from './sample.ts';

/** A ceremony that has ended: what forged and tampered records are made of. */
export interface Finished extends Sample {
  readonly ended: Ended;
}

function finished(name: string, ended: Ended): Finished {
  return { name, files: ended.files, ended };
}

function filed(name: string, run: Run): Finished {
  const { committee, context } = run;
  const files = committee.administrator.records.get(bytesToHex(context.id));
  if (files === undefined) throw new Error(`${name}: no record was filed: ${run.problems.join('; ')}`);
  return finished(name, { committee, context, run, files });
}

/** A generation and the refresh that follows it. */
async function both(name: string, shape: Shape, change: Partial<Plan> = {}): Promise<Finished[]> {
  const first = await ceremony(committeeOf(shape), shape, null, { change });
  // The proofs of a generation say who signs; those of the refresh may be of another scheme.
  const second = await ceremony(first.committee, shape, keyAfter(first), { change });
  return [finished(`${name}, generated`, first), finished(`${name}, refreshed`, second)];
}

/** Every suite with every kind of identity key. */
async function suites(): Promise<Finished[]> {
  const out: Finished[] = [];
  for (const suite of SUITE_NAMES)
    for (const alg of IDENTITY_ALGORITHMS)
      out.push(...(await both(`${suite}, ${alg}`, { suite, alg, holders: 3, threshold: 2, seed: 'corpus' })));
  return out;
}

/** Sizes, indices with gaps, plans with few people, schemes, real keys. */
async function shapes(): Promise<Finished[]> {
  const five: Shape = { suite: 'secp256k1', holders: 5, threshold: 3, seed: 'five' };
  const two: Shape = { suite: 'ed25519', holders: 2, threshold: 2, seed: 'two' };
  const out = [...(await both('3 of 5, bare', five, BARE)), ...(await both('2 of 2, bare', two, BARE))];
  for (const suite of SUITE_NAMES) {
    const gaps = await startRun({
      seed: `gaps ${suite}`,
      suite,
      indices: [2, 300, 65535],
      threshold: 2,
      change: {},
    });
    await gaps.toEnd();
    out.push(filed(`${suite}, indices with gaps, imported`, gaps));
    const real: Shape = { suite, holders: 2, threshold: 2, seed: 'real' };
    const change = { rehearsal: false, cryptoperiodDays: null, keyName: 'Schlüssel "Ü" 鍵' };
    out.push(
      finished(`${suite}, a real ceremony`, await ceremony(committeeOf(real), real, null, { change })),
    );
  }
  const shape: Shape = { suite: 'secp256k1', holders: 3, threshold: 2, seed: 'schemes' };
  const signers = [
    [1, 2, 3],
    [1, 2],
    [2, 3],
  ];
  const proofs = signers.flatMap((set) =>
    (['bip340', 'rfc9591'] as const).map((scheme) => ({ scheme, signers: set })),
  );
  return [...out, ...(await both('secp256k1, proofs of both schemes', shape, { proofs }))];
}

/** People say what went wrong, early and late. */
const excepted = async (committee: Committee, before: KeyRecord | null, shape: Shape): Promise<Ended> =>
  ceremony(committee, shape, before, {
    disturb: async (run) => {
      await of(run, 'holder-1').exception('delay', 'The train\nwas late.');
      await of(run, 'witness-1').exception('person', 'one of the witness');
      for (const turn of [...run.roles, ...run.roles]) await run.turn(turn);
      await of(run, 'holder-1').exception('medium', 'two: "the bag" \\ torn');
      await run.administrator.exception('other', 'of the administrator');
    },
  });

/** Backups on paper, as files and to recipients, a legal hold, and terms that are not the usual ones. */
async function withPaper(suite: SuiteName): Promise<Finished> {
  const run = await startRun({
    seed: `paper ${suite}`,
    suite,
    change: {
      backups: [
        { holder: 1, kind: 'sealed-sheet', label: 'Bag A' },
        { holder: 1, kind: 'plain-sheet', label: 'Bag B' },
        { holder: 1, kind: 'file', label: 'Stick' },
        { holder: 2, kind: 'sealed-sheet', label: 'Bag A' },
        { holder: 2, kind: 'recipients-file', label: 'Courier', recipients: [...RECIPIENTS] },
        { holder: 3, kind: 'recipients-file', label: 'Courier', recipients: RECIPIENTS.slice(1) },
      ],
      destroyBackupsWithinDays: 365,
      retentionYears: 1,
      legalHold: 'Case 7, "until further notice"',
    },
  });
  for (const role of ['holder-1', 'holder-2', 'holder-3'])
    await withOperator(run, role, {
      // A sheet of these tests is the share in hex.
      answer: async (question) =>
        question.field === 'sheet'
          ? bytesToHex((await of(run, role).newShare()).share)
          : willingOperator(run.context).answer(question),
    });
  await run.toEnd();
  return filed(`${suite}, sheets and legal hold`, run);
}

/** A holder whose laptop was lost: in the refresh another card takes the place of the recorded one. */
async function replaced(suite: SuiteName): Promise<Finished> {
  const shape: Shape = { suite, holders: 3, threshold: 2, seed: 'replaced' };
  const first = await generated(shape);
  const before = keyAfter(first);
  const share = await shareOf(first.committee, 2, before);
  const change = await replaceLaptop(first.committee, before, share);
  return finished(`${suite}, another laptop`, await ceremony(first.committee, shape, before, { change }));
}

/** What did not go as it should, and ended nothing: exceptions, restarts. */
async function disturbed(): Promise<Finished[]> {
  const out: Finished[] = [];
  for (const suite of SUITE_NAMES) {
    const shape: Shape = { suite, holders: 2, threshold: 2, seed: 'exceptions' };
    const first = await generated(shape);
    out.push(finished(`${suite}, exceptions`, await excepted(first.committee, keyAfter(first), shape)));
    const again = await startRun({ seed: `again ${suite}`, suite });
    await dealt(again);
    await turns(again, ...HOLDERS);
    again.laptop('holder-2').nonces.forget();
    await again.restart('holder-2');
    await again.toEnd();
    out.push(filed(`${suite}, second attempt`, again));
  }
  return out;
}

/** One dishonest holder, in a run of its own. */
async function misbehaved(kind: MisbehaviourKind, setup: Omit<Setup, 'seed'>): Promise<Finished> {
  const name = `${setup.suite ?? ''} ${setup.kind ?? 'refresh'}, ${kind}`;
  const run = await startRun({
    seed: name,
    indices: [1, 2, 4],
    change: {},
    ...setup,
    contributions: (context) => ({ 'holder-2': dishonest(kind, context) }),
  });
  const laptop = run.laptop('holder-2');
  const ports = { journal: laptop.journal(run.context), signer: laptop.signer, channel: run.courier };
  while (kind === 'equivocation' && !(await equivocate(run.context, 'holder-2', ports)))
    for (const one of ['administrator', 'approver-1', 'holder-2']) await run.turn(one);
  await run.toEnd();
  return filed(name, run);
}

/** Stops at three stages, and a refusal of the plan. */
async function stopped(suite: SuiteName, alg: IdentityAlgorithm): Promise<Finished[]> {
  const out: Finished[] = [];
  for (const stage of suite === 'secp256k1' ? [0, 1, 2] : [1]) {
    const run = await startRun({
      seed: `stop ${suite} ${stage}`,
      suite,
      alg,
      kind: stage === 1 ? 'generate' : 'refresh',
    });
    if (stage > 0) await dealt(run);
    if (stage > 1) await turns(run, ...HOLDERS, 'administrator');
    await of(run, 'holder-2').stop('the wrong "room" 🔥');
    await run.toEnd();
    out.push(filed(`${suite}, stopped at stage ${stage}`, run));
  }
  return out;
}

/** All ceremonies of the corpus. The same bytes every time. */
export async function ceremonies(): Promise<Finished[]> {
  const out = [...(await suites()), ...(await shapes()), ...(await disturbed())];
  for (const suite of SUITE_NAMES) {
    out.push(await withPaper(suite), await replaced(suite));
    out.push(...(await stopped(suite, suite === 'p256' ? 'EdDSA' : 'ES256')));
    for (const [at, kind] of MISBEHAVIOURS.entries())
      out.push(await misbehaved(kind, { suite, kind: at % 2 === 0 ? 'generate' : 'refresh' }));
  }
  return out;
}
