/** What every step is called and how it is explained, in the words of the room. One place, by step id. */
import type {
  CeremonyState,
  CourierState,
  CurrentStep,
  FieldState,
  PartState,
} from '../../electron/ipc/state.ts';

export interface StepScene {
  readonly ceremony: CeremonyState;
  readonly part: PartState;
  readonly current: CurrentStep;
  /** How messages travel. */
  readonly by: CourierState['by'];
}

export interface StepWords {
  /** In the script. */
  readonly short: string;
  /** The heading. */
  readonly title: string;
  /** What to do, in one to three sentences. */
  readonly lead: (scene: StepScene) => string;
  /** What happens after it. */
  readonly next?: (scene: StepScene) => string;
  /** What happens if one waits. */
  readonly wait?: (scene: StepScene) => string;
  /** Who else takes part in it. */
  readonly second?: string;
  /** Words of the button. */
  readonly submit?: (scene: StepScene) => string;
}

const oldEpoch = ({ ceremony }: StepScene): string =>
  ceremony.epochBefore === null ? 'nothing is in use yet' : `epoch ${ceremony.epochBefore} stays in use`;
const newEpoch = ({ ceremony }: StepScene): string => `epoch ${ceremony.epoch}`;
const holders = ({ ceremony }: StepScene): string => `all ${ceremony.holders} holders`;
const nothingExpires = (scene: StepScene): string => `${oldEpoch(scene)}. Nothing expires.`;

/** What a backup is made on. */
export const BACKUP_WORDS = {
  file: 'file on a medium',
  'recipients-file': 'file to recipients',
  'sealed-sheet': 'paper, sealed',
  'plain-sheet': 'paper, plain, in a bag',
} as const satisfies Readonly<Record<CeremonyState['backups'][number]['kind'], string>>;

/** What stands wherever recipients do. */
export const WHO_OPENS = 'whoever has one of these keys can open the share';

/** True for what is printed. */
export const isSheet = (kind: CeremonyState['backups'][number]['kind'] | null): boolean =>
  kind === 'sealed-sheet' || kind === 'plain-sheet';

/** What a backup to recipients is called below: the same step with other words. */
const RECIPIENTS = 'backups: recipients';

/** What a backup on paper is called below: the same step with other words. */
const SHEET = 'backups: sheet';

/** The kind of the backup that a step is about. */
export function backupKind({
  ceremony,
  part,
  current,
}: Pick<StepScene, 'ceremony' | 'part' | 'current'>): CeremonyState['backups'][number]['kind'] | null {
  if (current.id !== 'backups') return null;
  const holder = Number(part.role.replace('holder-', ''));
  return (
    ceremony.backups.find((backup) => backup.holder === holder && backup.label === current.about)?.kind ??
    null
  );
}

/** The words of the step that is on. */
export function wordsNow(scene: StepScene): StepWords | undefined {
  const kind = backupKind(scene);
  return stepWords(isSheet(kind) ? SHEET : kind === 'recipients-file' ? RECIPIENTS : scene.current.id);
}

const STEPS: Readonly<Record<string, StepWords>> = {
  join: {
    short: 'Compare the four words',
    title: 'Compare the four words of the plan',
    lead: () =>
      'Ask somebody else to read the four words aloud from their screen. Type what you hear, not what you expect.',
    next: () =>
      'this laptop joins. If the words do not fit, somebody has another plan: stop and find out who.',
    wait: nothingExpires,
    second: 'Somebody reads',
    submit: () => 'Join the ceremony',
  },
  approve: {
    short: 'Approve the plan',
    title: 'Approve the plan, or decline it',
    lead: () => 'Is it the right key, the right people, the right number of backups?',
    next: () => 'your answer is signed. One refusal ends the ceremony.',
    wait: nothingExpires,
    submit: () => 'Sign the answer',
  },
  approved: {
    short: 'Wait for approvals',
    title: 'The approvals are being given',
    lead: () => 'Nothing to do here. The plan needs its approvals before a share is touched.',
    wait: nothingExpires,
  },
  deal: {
    short: 'Deal',
    title: 'Making sub-shares for the others',
    lead: () => 'This laptop makes a sub-share for every holder, and seals each one for its laptop.',
    next: ({ by }) =>
      by === 'camera'
        ? 'you show the sealed sub-shares to the administrator, as codes.'
        : 'the sealed sub-shares go into the courier’s folder.',
  },
  dealt: {
    short: 'Wait for the deals',
    title: 'Waiting for what the others deal',
    lead: ({ by }) =>
      by === 'camera'
        ? 'Show your message to the administrator. Then scan what everybody dealt.'
        : 'Your part is in the courier’s folder. Pass the stick on when somebody asks for it.',
    wait: nothingExpires,
  },
  confirm: {
    short: 'Check and confirm',
    title: 'Checking what the others dealt',
    lead: () => 'This laptop opens its sub-shares, checks them against what was announced, and confirms.',
  },
  confirmed: {
    short: 'Wait for confirmations',
    title: 'Waiting for the confirmations',
    lead: (scene) => `The new shares count only once ${holders(scene)} have checked theirs.`,
    wait: nothingExpires,
  },
  backups: {
    short: 'Make the backup',
    title: 'Write the backup of the new share',
    lead: ({ current }) =>
      current.about === null
        ? 'Put the medium in before you go on. A backup that was not read back is not a backup.'
        : `Put the medium for “${current.about}” in before you go on. A backup that was not read back is not a backup.`,
    next: () =>
      'it is written, read back and compared with the public share. Then the medium goes into its bag.',
    second: 'Somebody watches',
    submit: () => 'Write and read back',
  },
  [RECIPIENTS]: {
    short: 'Make the backup',
    title: 'Write the backup to its recipients',
    lead: ({ current }) =>
      `Put the medium for “${current.about ?? ''}” in before you go on. The file has no passphrase: it opens with a key that its recipients keep. Here it is read back with one made for that.`,
    next: () =>
      'it is written, read back and compared with the public share. No recipient’s own key is tried. Then the medium goes into its bag, or to the courier.',
    second: 'Somebody watches',
    submit: () => 'Write and read back',
  },
  [SHEET]: {
    short: 'Make the backup',
    title: 'Print the sheet, and read it back',
    lead: ({ current }) =>
      `The sheet “${current.about ?? ''}” holds your new share. Print it, then hold it before the camera. A sheet that was not read back is not a backup.`,
    next: () => 'what was read is compared with the public share. Then the sheet goes into its bag.',
    second: 'Somebody watches',
    submit: () => 'It is read back',
  },
  secure: {
    short: 'Declare it secure',
    title: 'Proving the new share',
    lead: () => 'This laptop signs with the new share, and declares that it is safe and backed up.',
  },
  certificate: {
    short: 'Wait until all are secure',
    title: 'Waiting until every new share is secure',
    lead: (scene) => `The new epoch can be used once ${holders(scene)} have declared their share secure.`,
    wait: nothingExpires,
  },
  cutover: {
    short: 'Point of no return',
    title: 'Point of no return',
    lead: (scene) =>
      `Every holder has proven, signed and backed up its new share. From here it only goes forward: ${newEpoch(scene)} becomes active on this laptop.`,
    wait: (scene) => `${oldEpoch(scene)} on this laptop. Nothing expires.`,
    second: 'Somebody watches',
    submit: (scene) => `Activate ${newEpoch(scene)}`,
  },
  destroy: {
    short: 'Destroy the old share',
    title: 'Destroy the old share',
    lead: ({ ceremony }) =>
      `The share of epoch ${ceremony.epochBefore ?? 0} on this laptop goes, and with it the key that could open the messages it was made from.`,
    next: () => 'a receipt is signed. The old backups are yours to destroy.',
    wait: () => 'the old share lies here until then.',
    second: 'Somebody watches',
    submit: () => 'Destroy the old share',
  },
  retire: {
    short: 'Sign the receipt',
    title: 'Signing what was done',
    lead: () => 'This laptop states what was destroyed, and signs the transcript so far.',
  },
  retired: {
    short: 'Wait for the others',
    title: 'Waiting until everybody has retired the old epoch',
    lead: (scene) => `Here ${newEpoch(scene)} is in use. The others follow, each at its own pace.`,
    wait: () => 'who comes late catches up from the same messages.',
  },
  attest: {
    short: 'State what you saw',
    title: 'Did the ceremony go as recorded?',
    lead: () =>
      'State what you saw. “Do not agree” undoes nothing: it stands in the record, and your remark says why.',
    next: () => 'your statement is signed and goes into the record.',
    submit: () => 'Sign the statement',
  },
  attested: {
    short: 'Wait for the witnesses',
    title: 'Waiting for the statements of the witnesses',
    lead: () => 'The key is settled. What is missing is what the witnesses have to say.',
    wait: () => 'the record stays open.',
  },
  discard: {
    short: 'Discard what was prepared',
    title: 'Discarding what was prepared',
    lead: (scene) => `The ceremony was ended. What this laptop prepared goes; ${oldEpoch(scene)}.`,
  },
  'sign-checkpoint': {
    short: 'Sign the checkpoint',
    title: 'Comparing the transcript',
    lead: () => 'This laptop compares the transcript with what it saw, and signs its checkpoint.',
  },
  'file-record': {
    short: 'File the record',
    title: 'Filing the record',
    lead: () => 'This laptop puts everything that can be checked later into one folder.',
  },
  'publish-plan': {
    short: 'Show the plan',
    title: 'Showing the plan to everybody',
    lead: ({ by }) =>
      by === 'camera'
        ? 'The plan is shown as codes. Everybody it names can join.'
        : 'The plan goes into the courier’s folder. Everybody it names can join.',
  },
  collect: {
    short: 'Collect the rounds',
    title: 'Who is missing what',
    lead: ({ by }) =>
      by === 'camera'
        ? 'This laptop scans what the others show, and shows every round to all of them.'
        : 'This laptop collects what arrives, and shows every round to all. Pass the stick around.',
    next: ({ by }) =>
      by === 'camera'
        ? 'when a round is complete, it is shown to everybody.'
        : 'when a round is complete, its bundle appears in the courier’s folder by itself.',
    wait: nothingExpires,
  },
  checkpoint: {
    short: 'Sign the checkpoint',
    title: 'Signing the transcript',
    lead: () => 'This laptop signs the checkpoint over the whole transcript.',
  },
};

/**
 * What a field is called in the window, by step and name: the program asks in words that fit a line of text, and here
 * may stand cards to choose from.
 */
const LABELS: Readonly<Record<string, string>> = {
  'join.code': 'The four words that you hear',
  'approve.decision': 'What do you say to this plan?',
  'approve.reason': 'Why do you decline?',
  'attest.statement': 'What do you state?',
  'attest.remarks': 'Remarks for the record, if there are any',
};
/** The program's own question, unless it tells to type what is chosen here. */
export const fieldLabel = (step: string, { name, question, kind }: FieldState): string =>
  LABELS[`${step}.${name}`] ?? (kind === 'choice' && /^Type\b/.test(question) ? 'Choose one' : question);

/** What the administrator does while the others join. */
export const READ_ALOUD = {
  title: 'Read these four words aloud',
  lead: 'Everybody types the words they hear. Whoever hears other words has another plan.',
} as const;

/** Undefined for a step that this window does not know; it is then shown as the program calls it. */
export const stepWords = (id: string): StepWords | undefined => STEPS[id];

/** The names of the rounds, as the board heads its columns. */
export const ROUNDS = ['Approve', 'Deal', 'Confirm', 'Secure', 'Retire', 'Attest'] as const;

/** `Refresh · treasury-btc`. */
export const ceremonyTitle = ({ kind, keyName }: CeremonyState): string =>
  `${kind === 'refresh' ? 'Refresh' : 'Key generation'} · ${keyName}`;
/** `epoch 6 → 7`. */
export const epochs = ({ epochBefore, epoch }: CeremonyState): string =>
  epochBefore === null ? `makes epoch ${epoch}` : `epoch ${epochBefore} → ${epoch}`;
