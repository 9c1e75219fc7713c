/** The steps of the script as they stand on paper: what a person does, and what shows that it was done. */
import { CUTOVER_PHRASE, DESTROY_PHRASE, type StepId } from '../script.ts';
import { planCode, type PlanContext } from '../plan.ts';

interface StepWords {
  /** What to do, in one to three sentences. */
  readonly act: (context: PlanContext) => string;
  /** What is seen when it was done. */
  readonly expect: (context: PlanContext) => string;
  /** A second person stands by. */
  readonly watched?: true;
}

const always = (text: string) => (): string => text;
const others = (round: number, what: string): StepWords => ({
  act: always('Nothing to do here. Nothing expires.'),
  expect: always(`Round ${round}: ${what}`),
});

export const STEP_WORDS: Readonly<Record<StepId, StepWords>> = {
  join: {
    act: always(
      'Let somebody else read the four words aloud from their screen. Type what you hear, not what you expect. Other words: stop, and find out who has another plan.',
    ),
    expect: (context) => planCode(context),
    watched: true,
  },
  approve: {
    act: always(
      'Read the plan on the screen: the right key, people, threshold and backups? Then approve it, or decline it with a reason. One refusal ends the ceremony.',
    ),
    expect: always('“approve”, or “decline:” and the reason'),
  },
  approved: others(0, 'the approvals are complete'),
  deal: {
    act: always('The laptop makes a sub-share for every holder and seals it. Pass the message on.'),
    expect: always('“Deal” is done on the screen'),
  },
  dealt: others(1, 'the deals of all holders are there'),
  confirm: {
    act: always('The laptop opens what the others dealt, checks it, and confirms. Pass the message on.'),
    expect: always('“Confirm” is done on the screen'),
  },
  confirmed: others(2, 'all holders have confirmed the same new shares'),
  backups: {
    act: always(
      'A file: put the medium in, type its serial number or the number of its bag, and the name of the person who watches; the laptop writes, reads back and compares. A file to recipients is read back with a key made for that; the recipients’ own keys stay in the safe. A sheet: print it, hold it before the camera or type its lines, then the same. What was read back goes into its bag, and the bag into the custody log.',
    ),
    expect: always('“read back”, and no error. A backup that was not read back is no backup'),
    watched: true,
  },
  secure: {
    act: always('The laptop proves that it has the new share, signs with it, and declares it secure.'),
    expect: always('“Declare it secure” is done on the screen'),
  },
  certificate: others(3, 'every holder has declared its share secure'),
  cutover: {
    act: always(`Read what stands on the screen, then type: ${CUTOVER_PHRASE}`),
    expect: ({ plan }) => `epoch ${plan.epoch} is in use on this laptop`,
    watched: true,
  },
  destroy: {
    act: always(
      `Type: ${DESTROY_PHRASE}. And the name of the person who watches. Old backups are not touched by this: they are on the destruction checklist.`,
    ),
    expect: ({ plan }) => `the share of epoch ${plan.before?.epoch ?? 0} is gone from this laptop`,
    watched: true,
  },
  retire: {
    act: always('The laptop states what was done, and signs the transcript so far. Pass the message on.'),
    expect: always('“Sign the receipt” is done on the screen'),
  },
  retired: others(4, 'every holder has retired the old epoch'),
  attest: {
    act: always(
      'State what you saw: “agree” or “do not agree”, and remarks. “Do not agree” undoes nothing; it stands in the record, and your remark says why.',
    ),
    expect: always('your statement is signed'),
  },
  attested: others(5, 'the witnesses have made their statements'),
  discard: {
    act: ({ plan }) =>
      `The laptop discards what was prepared. ${plan.before === null ? 'There is no key' : `Epoch ${plan.before.epoch} stays in use`}.`,
    expect: always('“Discard” is done on the screen'),
  },
  'sign-checkpoint': {
    act: always('The laptop compares the transcript with what it saw itself, and signs its checkpoint.'),
    expect: always('“Sign the checkpoint” is done'),
  },
  'file-record': {
    act: always('The laptop files the record. Check it: “Verify a record”, or reseal verify.'),
    expect: always('VALID'),
  },
  'publish-plan': {
    act: always('Show the plan to everybody. Read the four words aloud, as often as somebody asks.'),
    expect: (context) => planCode(context),
  },
  collect: {
    act: always(
      'Collect what the others show, and show every round to all. The board says who is missing what. Pass the stick around, or scan.',
    ),
    expect: always('every column of the board is complete'),
  },
  checkpoint: {
    act: always('The laptop signs the checkpoint over the whole transcript.'),
    expect: always('“Sign the checkpoint” is done'),
  },
};
