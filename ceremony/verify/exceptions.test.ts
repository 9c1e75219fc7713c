// A record from which an exception was taken away, in which one was changed, or that has one in another place.
import { beforeAll, describe, expect, it } from 'vitest';
import { utf8ToBytes } from '../../crypto/bytes.ts';
import { forge } from '../../test-support/forge.ts';
import { ceremony, committeeOf, type Ended, type Shape } from '../../test-support/records.ts';
import { edit, withChecksums, type Files } from '../../test-support/tamper.ts';
import { ATTEST, DEAL, EXCEPTION, type Bundle } from '../bundle.ts';
import { signEnvelope, type Envelope, type EnvelopePayload } from '../envelope.ts';
import { buildRecord } from '../record.ts';
import { verifyRecord } from './verify.ts';

const shape: Shape = { suite: 'ed25519', holders: 2, threshold: 2, seed: 'verify-exceptions' };
let honest: Ended;
let one: Envelope;
let last: Envelope;

const ONE = 'envelopes/r1-a1-exception-1-holder-1.cose';
const LAST = 'envelopes/r5-a1-exception-2-holder-1.cose';

beforeAll(async () => {
  honest = await ceremony(committeeOf(shape), shape, null, {
    disturb: async (run) => {
      const speaker = run.participants.get('holder-1')!;
      const comesNext = (round: number): boolean => run.administrator.view.next === round;
      while (!comesNext(DEAL)) for (const role of run.roles) if (!comesNext(DEAL)) await run.turn(role);
      await speaker.exception('medium', 'the bag was torn');
      while (!comesNext(ATTEST)) for (const role of run.roles) if (!comesNext(ATTEST)) await run.turn(role);
      await speaker.exception('delay', 'the witness is asleep');
    },
  });
  const [first, second] = honest.run.administrator.view.bundles.flatMap(({ exceptions }) => exceptions);
  one = first!;
  last = second!;
  expect([...honest.files.keys()].filter((path) => path.includes('exception'))).toEqual([ONE, LAST]);
});

const failures = (files: Files): string[] => {
  const { rules, verdict } = verifyRecord(files);
  expect(verdict).toBe('NOT VALID');
  return rules.flatMap(({ rule, failure, furtherFailures }) =>
    [...(failure === undefined ? [] : [failure]), ...(furtherFailures ?? [])].map(
      ({ file }) => `${rule} ${file}`,
    ),
  );
};
/** What a forger without any key can do: change files, and make the checksums fit. */
const forged = (changes: Readonly<Record<string, Uint8Array | undefined>>): string[] =>
  failures(withChecksums(edit(honest.files, changes)));
const resigned = (envelope: Envelope, change: Partial<EnvelopePayload>): Promise<Envelope> =>
  signEnvelope({ ...envelope.payload, ...change }, honest.run.laptop(envelope.payload.sender).signer);

it('is valid untouched, and lists each exception', () => {
  const { verdict, rules } = verifyRecord(honest.files);
  expect(verdict).toBe('VALID');
  const { state, evidence } = rules.find(({ rule }) => rule === 'check_exceptions')!;
  expect(state).toBe('ok');
  expect(evidence).toEqual([
    'round 1: holder 1 (Holder 1), number 1, at 2026-11-23T09:00:00Z, medium, at the step "approved": "the bag was torn"',
    'round 5: holder 1 (Holder 1), number 2, at 2026-11-23T09:00:00Z, delay, at the step "retired": "the witness is asleep"',
  ]);
});

describe('somebody with a file manager is found out', () => {
  it('who removes an exception', () => {
    expect(failures(edit(honest.files, { [ONE]: undefined }))).toContain(`check_files ${ONE}`);
    expect(forged({ [ONE]: undefined })).toEqual(['check_chain envelopes/r1-*']);
    // Nobody followed the last bundle, but all signed the transcript.
    expect(forged({ [LAST]: undefined })).toContain('check_transcript transcript.jsonl');
  });

  it('who removes the last one, and tells the transcript anew', () => {
    const { view } = honest.run.administrator;
    const bundles: Bundle[] = view.bundles.map((bundle) =>
      bundle.round === ATTEST ? { ...bundle, exceptions: [] } : bundle,
    );
    const checkpoint = honest.files.get('checkpoint')!;
    expect(failures(buildRecord({ ...view, bundles }, checkpoint))).toEqual(['check_checkpoint checkpoint']);
  });

  it('who changes an exception', () => {
    const text = utf8ToBytes('the bag was torn');
    const bytes = honest.files.get(ONE)!;
    const at = bytes.findIndex((_, from) => text.every((byte, index) => bytes[from + index] === byte));
    expect(at).toBeGreaterThan(0);
    expect(forged({ [ONE]: bytes.with(at, 0x54) })).toEqual([`check_signatures ${ONE}`]);
  });

  it('who moves an exception to another bundle, files it twice, or under another name', () => {
    const bytes = honest.files.get(ONE);
    for (const round of [0, 2, 3, 4]) {
      const moved = ONE.replace('r1-', `r${round}-`);
      expect(forged({ [ONE]: undefined, [moved]: bytes })).toEqual([
        `check_chain envelopes/r${round === 0 ? 0 : 1}-*`,
      ]);
      expect(forged({ [moved]: bytes })).toEqual([
        round === 0 ? 'check_chain envelopes/r0-*' : `check_exceptions ${moved}`,
      ]);
    }
    const before = LAST.replace('r5-', 'r4-');
    expect(forged({ [LAST]: undefined, [before]: honest.files.get(LAST) })).toEqual([
      'check_chain envelopes/r4-*',
    ]);
    for (const name of ['exception-2-holder-1', 'exception-1-holder-2', 'exception-1-administrator'])
      expect(forged({ [`envelopes/r1-a1-${name}.cose`]: bytes })).toEqual([
        `check_files envelopes/r1-a1-${name}.cose`,
      ]);
    expect(forged({ 'envelopes/r8-a1-holder-1.cose': bytes })).toEqual([
      'check_complete envelopes/r8-a1-holder-1.cose',
    ]);
    expect(
      forged({
        'envelopes/r1-a1-exception-1-holder-2.cose': honest.files.get('envelopes/r1-a1-holder-2.cose'),
      }),
    ).toEqual(['check_files envelopes/r1-a1-exception-1-holder-2.cose']);
  });
});

describe('a committee that signs anything', () => {
  it('cannot keep the second exception and leave the first out, nor carry one twice', async () => {
    const without = await forge(honest, { exceptions: (round) => (round === DEAL ? [] : undefined) });
    expect(failures(without)).toEqual([`check_exceptions ${LAST}`]);
    const twice = await forge(honest, { exceptions: (round) => (round === 2 ? [one] : undefined) });
    expect(failures(twice)).toEqual(['check_exceptions envelopes/r2-a1-exception-1-holder-1.cose']);
  });

  it('cannot put on record what is no exception', async () => {
    for (const change of [{ body: { kind: 'exception' } }, { prev: new Uint8Array(32) }]) {
      const unfit = await resigned(last, change);
      const files = await forge(honest, {
        exceptions: (round) => (round === ATTEST ? [unfit] : undefined),
      });
      expect(failures(files)).toEqual([`check_exceptions ${LAST}`]);
    }
  });

  it('may leave out what nobody of it wants to tell: then nobody has seen it', async () => {
    const none = await forge(honest, { exceptions: () => [] });
    expect(verifyRecord(none).verdict).toBe('VALID');
    expect(one.payload.round).toBe(EXCEPTION);
  });
});
