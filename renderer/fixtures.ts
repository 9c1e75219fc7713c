/** Made-up states of a laptop, one for every screen: what the tests of the window render. */
import type { CardSummary, PlanCheck, PreflightReport, RecordReport } from '../electron/ipc/documents.ts';
import type {
  BoardRow,
  CeremonyState,
  ConsoleState,
  CurrentStep,
  FieldState,
  PartState,
  ScriptStep,
} from '../electron/ipc/state.ts';

const AT = '2026-11-24T14:0';
const at = (minute: number): string => `${AT}${minute}:12Z`;
export const CEREMONY = '7f3ac91e00112233445566778899aabb';
const WORDS = ['ribcage', 'article', 'snowslide', 'coherence'];
const GROUP_KEY = '02a1633cafcc01ebfb6d78e39f687a1f0995c62fc95f51ead10a02ee0be551b5dc';

export const laptop: NonNullable<ConsoleState['laptop']> = {
  name: 'vault-3',
  custodian: 'Maria Okafor',
  rehearsal: false,
  identity: { alg: 'ES256', id: '51d007ab9e20c4f1', words: ['obtuse', 'hamlet', 'drifter', 'Virginia'] },
  created: at(0),
};

export const state: ConsoleState = {
  revision: 1,
  version: '0.1.0',
  software: { digest: '6c1f'.repeat(16), words: ['glucose', 'hamlet', 'drifter', 'councilman'] },
  host: 'chromium',
  home: '/home/maria/.reseal',
  phase: 'open',
  laptop,
  keys: [
    {
      fingerprint: '7f3ac91e5d20b177',
      name: 'treasury-btc',
      suite: 'secp256k1',
      threshold: 3,
      holders: 5,
      epoch: 6,
      index: 3,
      groupKey: GROUP_KEY,
      since: '2026-08-28T10:00:00Z',
      cryptoperiod: 90,
      due: '2026-11-26T10:00:00Z',
      dueState: 'soon',
      otherEpochs: [],
    },
    {
      fingerprint: '51d007abffe01928',
      name: 'validators-sol',
      suite: 'ed25519',
      threshold: 4,
      holders: 7,
      epoch: 2,
      index: 1,
      groupKey: '11'.repeat(32),
      since: '2026-05-30T10:00:00Z',
      cryptoperiod: 365,
      due: '2027-05-30T10:00:00Z',
      dueState: 'later',
      otherEpochs: ['1 (kept: an attempt at epoch 3 was called off)'],
    },
  ],
  courier: { path: '/media/maria/COURIER', state: 'ready', messages: 12, sentence: null },
  ceremonies: [],
  notices: [],
  settings: { theme: 'light', projector: false, backupFolder: '/media/maria/BACKUP-A' },
  place: { screen: 'home' },
  busy: null,
};

const noVault: Partial<ConsoleState> = { laptop: null, keys: [], courier: null };
export const firstStart: ConsoleState = { ...state, ...noVault, phase: 'no-vault' };
export const locked: ConsoleState = { ...state, phase: 'locked', keys: [] };
export const empty: ConsoleState = {
  ...state,
  keys: [],
  courier: null,
  notices: [
    {
      id: 1,
      at: at(1),
      sentence: 'The file “holiday.jpg” in the courier’s folder is none of ours. It was left alone.',
    },
  ],
};

const HOLDER_STEPS: readonly (readonly [string, string, string, ScriptStep['actor']])[] = [
  ['join', 'Compare the four words of the plan with the other people, and join', 'Opening', 'person'],
  ['approved', 'Wait for the approvals', 'Opening', 'others'],
  ['deal', 'Deal: make and seal the sub-shares for the others', '1 Deal', 'laptop'],
  ['dealt', 'Wait for the deals of all holders', '1 Deal', 'others'],
  ['confirm', 'Check what the others dealt, and confirm', '2 Confirm', 'laptop'],
  ['confirmed', 'Wait for the confirmations of all holders', '2 Confirm', 'others'],
  ['backups', 'Write the planned backups of the new share and read each one back', '3 Secure', 'person'],
  ['secure', 'Prove the new share and declare it secure', '3 Secure', 'laptop'],
  ['certificate', 'Wait until every holder has declared its new share secure', '3 Secure', 'others'],
  ['cutover', 'Point of no return: make the new share the active one', '4 Cutover', 'person'],
  ['destroy', 'Destroy the old share on this laptop', '4 Cutover', 'person'],
  ['retire', 'State what was destroyed, and sign the transcript so far', '4 Cutover', 'laptop'],
  ['retired', 'Wait until every holder has retired the old epoch', '5 Closing', 'others'],
  ['attested', 'Wait for the statements of the witnesses', '5 Closing', 'others'],
  ['sign-checkpoint', 'Compare the transcript and sign its checkpoint', '5 Closing', 'laptop'],
  ['file-record', 'File the record', '5 Closing', 'laptop'],
];

const field = (given: Partial<FieldState> & Pick<FieldState, 'name' | 'question' | 'kind'>): FieldState => ({
  expected: null,
  choices: [],
  complaint: null,
  ...given,
});

/** The script of a holder, with `now` as the step that is on. */
export function holderPart(now: string, given: Partial<CurrentStep> = {}): PartState {
  const place = HOLDER_STEPS.findIndex(([id]) => id === now);
  const step = HOLDER_STEPS[place];
  return {
    role: 'holder-3',
    title: 'Holder 3',
    steps: HOLDER_STEPS.map(([id, title, act, actor], index) => ({
      id,
      title,
      act,
      actor,
      state: index < place ? 'done' : index === place ? 'now' : 'later',
      at: index < place ? at(Math.min(index, 9)) : null,
      final: id === 'cutover' || id === 'destroy',
    })),
    current:
      step === undefined
        ? null
        : {
            id: step[0],
            title: step[1],
            actor: step[3],
            about: null,
            fields: [],
            final: false,
            waiting: null,
            waitingFor: [],
            facts: [],
            ...given,
          },
    refusal: null,
    finished: step === undefined,
    cannotStop: null,
  };
}

const cell = (state: BoardRow['cells'][number]['state'], minute?: number): BoardRow['cells'][number] => ({
  state,
  at: minute === undefined ? null : at(minute),
});
const NAMES = ['Ana Silva', 'Ben Ito', 'Maria Okafor', 'Dov Levi', 'Eva Horn'];
const board: BoardRow[] = [
  ...NAMES.map((name, index) => ({
    role: `holder-${index + 1}`,
    title: `Holder ${index + 1}`,
    name,
    own: index === 2,
    cells: [
      cell('none'),
      cell('done', 2),
      index === 2 ? cell('here', 3) : index === 3 ? cell('due') : cell('done', 3),
      cell('none'),
      cell('none'),
      cell('none'),
    ],
  })),
  {
    role: 'witness-1',
    title: 'Witness 1',
    name: 'Uwe Brandt',
    own: false,
    cells: [cell('none'), cell('none'), cell('none'), cell('none'), cell('none'), cell('due')],
  },
];

export const ceremony: CeremonyState = {
  id: CEREMONY,
  code: WORDS,
  kind: 'refresh',
  keyName: 'treasury-btc',
  fingerprint: '7f3ac91e5d20b177',
  suite: 'secp256k1',
  threshold: 3,
  holders: 5,
  epochBefore: 6,
  epoch: 7,
  rehearsal: true,
  created: at(0),
  cryptoperiod: 90,
  backups: NAMES.map((_, index) => ({ holder: index + 1, label: 'stick A' })),
  proofs: 6,
  approvalsNeeded: 1,
  outcome: 'open',
  abort: null,
  activeEpoch: 6,
  parts: [holderPart('backups')],
  board,
  exceptions: [],
  groupKeyBefore: GROUP_KEY,
  groupKeyAfter: null,
  record: null,
  finished: false,
};

/** The console in a ceremony. */
export const inCeremony = (given: Partial<CeremonyState>): ConsoleState => ({
  ...state,
  ceremonies: [{ ...ceremony, ...given }],
  place: { screen: 'ceremony', ceremony: CEREMONY, role: null },
});

const WAITING = [
  { who: 'Holder 4, Dov Levi', what: 'confirmation' },
  { who: 'Holder 5, Eva Horn', what: 'confirmation' },
];

export const join = inCeremony({
  code: null,
  parts: [
    holderPart('join', {
      fields: [
        field({
          name: 'code',
          question: 'The four words of the plan, as read aloud by somebody else',
          kind: 'words',
        }),
      ],
    }),
  ],
});
export const approve = inCeremony({
  parts: [
    {
      ...holderPart('join'),
      role: 'approver-1',
      title: 'Approver 1',
      current: {
        id: 'approve',
        title: 'Approve the plan, or decline it',
        actor: 'person',
        about: null,
        final: false,
        waiting: null,
        waitingFor: [],
        facts: [],
        fields: [
          field({
            name: 'decision',
            question: 'Your decision',
            kind: 'choice',
            choices: [
              { value: 'approve', label: 'Approve' },
              { value: 'decline', label: 'Decline' },
            ],
          }),
          field({ name: 'reason', question: 'Reason, if you decline', kind: 'long' }),
        ],
      },
    },
  ],
});
export const waiting = inCeremony({
  parts: [
    holderPart('confirmed', {
      waiting: 'Waits for the confirmations of holders 4 and 5.',
      waitingFor: WAITING,
    }),
  ],
});
export const backups = inCeremony({
  parts: [
    holderPart('backups', {
      about: 'stick A',
      fields: [
        field({
          name: 'serial',
          question: 'Serial number of the medium, or number of the bag',
          kind: 'text',
          complaint: 'Expected some text.',
        }),
        field({ name: 'witness', question: 'Name of the person who watched', kind: 'text' }),
      ],
    }),
  ],
});
export const cutover = inCeremony({
  parts: [
    holderPart('cutover', {
      final: true,
      fields: [
        field({
          name: 'phrase',
          question: 'Type "use the new shares"',
          kind: 'phrase',
          expected: 'use the new shares',
        }),
      ],
      facts: [
        { label: 'New shares proven to belong to the same key', value: '5 of 5', ok: true },
        { label: 'Test signatures valid under the old public key', value: '6 of 6', ok: true },
        { label: 'Backups written and read back', value: '5 of 5', ok: true },
      ],
    }),
  ],
});
const destroyPart = holderPart('destroy', {
  final: true,
  fields: [
    field({
      name: 'phrase',
      question: 'Type "destroy the old shares"',
      kind: 'phrase',
      expected: 'destroy the old shares',
    }),
    field({ name: 'witness', question: 'Name of the person who watched', kind: 'text' }),
  ],
});
export const destroy = inCeremony({ activeEpoch: 7, parts: [destroyPart] });
const collect: PartState = {
  role: 'administrator',
  title: 'Administrator',
  steps: [
    ['publish-plan', 'Show the plan to everybody', 'done'] as const,
    ['collect', 'Collect every round and show it to all', 'now'] as const,
    ['checkpoint', 'Sign the checkpoint over the transcript', 'later'] as const,
    ['file-record', 'File the record', 'later'] as const,
  ].map(([id, title, state]) => ({
    id,
    title,
    act: id === 'publish-plan' ? 'Opening' : id === 'collect' ? 'Rounds' : 'Closing',
    actor: 'laptop',
    state,
    at: state === 'done' ? at(1) : null,
    final: false,
  })),
  current: {
    id: 'collect',
    title: 'Collect every round and show it to all',
    actor: 'laptop',
    about: null,
    fields: [],
    final: false,
    waiting: 'Waits for the confirmations of holders 4 and 5.',
    waitingFor: WAITING,
    facts: [],
  },
  refusal: null,
  finished: false,
  cannotStop: 'The administrator cannot stop a ceremony. Any holder that has not sent round 3 can.',
};
export const administrator = inCeremony({ parts: [collect] });
export const opening = inCeremony({
  parts: [collect, { ...holderPart('join'), role: 'witness-1', title: 'Witness 1' }, holderPart('dealt')],
  board: board.map((row) => ({ ...row, cells: row.cells.map(() => cell('due')) })),
});
export const attest = inCeremony({
  parts: [
    {
      ...holderPart('attested'),
      role: 'witness-1',
      title: 'Witness 1',
      current: {
        id: 'attest',
        title: 'State whether the ceremony went as recorded',
        actor: 'person',
        about: null,
        final: false,
        waiting: null,
        waitingFor: [],
        facts: [{ label: 'Exceptions on record', value: '1', ok: false }],
        fields: [
          field({
            name: 'statement',
            question: 'Your statement',
            kind: 'choice',
            choices: [
              { value: 'agree', label: 'Agree' },
              { value: 'do not agree', label: 'Do not agree' },
            ],
          }),
          field({ name: 'remarks', question: 'Remarks for the record', kind: 'long' }),
        ],
      },
    },
  ],
});
export const refused = inCeremony({
  parts: [
    {
      ...holderPart('dealt'),
      refusal: {
        code: 'two-bundles',
        message: 'There are two different bundles of round 1. Somebody is shown something else than you.',
        next: 'Do not go on. Keep the stick, and compare on all laptops.',
      },
    },
  ],
});
const EXCEPTIONS: CeremonyState['exceptions'] = [
  {
    who: 'Holder 4, Dov Levi',
    role: 'holder-4',
    at: at(3),
    category: 'delay',
    text: 'The courier came an hour late.',
    state: 'recorded',
  },
];
export const withExceptions = inCeremony({ exceptions: EXCEPTIONS });
export const cannotStop = inCeremony({
  parts: [
    {
      ...holderPart('cutover'),
      cannotStop: 'This laptop has already declared its new share secure. Go on; nothing is lost.',
    },
  ],
});
const over: Partial<CeremonyState> = {
  finished: true,
  parts: [{ ...holderPart('over'), finished: true }],
  record: '/home/maria/.reseal/records/refresh-7f3ac91e',
};
export const completed = inCeremony({
  ...over,
  outcome: 'closed',
  activeEpoch: 7,
  groupKeyAfter: GROUP_KEY,
  exceptions: EXCEPTIONS,
});
export const aborted = inCeremony({
  ...over,
  outcome: 'aborted',
  abort: {
    reason: 'Holder 2 dealt a sub-share that does not fit its commitment.',
    culprit: 'Holder 2, Ben Ito',
    rule: 'deal-share-fits',
  },
});
export const busyHome: ConsoleState = {
  ...state,
  keys: [...state.keys, ...state.keys.slice(0, 0)],
  ceremonies: [
    ...cutover.ceremonies,
    {
      ...ceremony,
      id: '8'.repeat(32),
      keyName: 'validators-sol',
      rehearsal: false,
      epochBefore: null,
      kind: 'generate',
      epoch: 0,
      parts: [holderPart('confirmed', { waitingFor: WAITING })],
    },
    ...completed.ceremonies.map((one) => ({ ...one, id: '9'.repeat(32) })),
  ],
};

export const cards: CardSummary[] = ['Ana Silva', 'Ben Ito', 'Dov Levi', 'Maria Okafor'].map(
  (name, index) => ({
    id: `${index}`.repeat(16),
    name,
    laptop: `vault-${index + 1}`,
    rehearsal: false,
    created: at(index),
    identity: `${index}`.repeat(16),
    words: ['obtuse', 'hamlet', 'drifter', 'Virginia'],
    source: `/media/maria/COURIER/card-${index}.json`,
    own: name === laptop.custodian,
  }),
);
export const planCheck: PlanCheck = {
  problems: [],
  warnings: ['One witness is usual. This plan has none.'],
  summary: {
    epoch: 7,
    holders: 5,
    threshold: 3,
    proofs: 6,
    backups: 5,
    rehearsal: false,
    due: '2027-02-22T14:00:00Z',
  },
};
export const preflight: PreflightReport = {
  at: at(5),
  checks: [
    {
      id: 'clock',
      title: 'Clock',
      state: 'ask',
      found: 'Only you can tell.',
      next: 'Set the clock before you start.',
    },
    { id: 'network', title: 'Network', state: 'ok', found: 'No network device is up.', next: null },
    {
      id: 'courier',
      title: 'Courier’s folder',
      state: 'ok',
      found: 'Can be written to. 2.1 GB free.',
      next: null,
    },
    {
      id: 'swap',
      title: 'Swap',
      state: 'attention',
      found: 'Swap is on and not encrypted.',
      next: 'Turn it off: swapoff -a.',
    },
    {
      id: 'backups',
      title: 'Backups folder',
      state: 'failed',
      found: '/media/maria/BACKUP-A is not there.',
      next: 'Put the stick in, or choose another folder.',
    },
  ],
};
export const recordReport: RecordReport = {
  path: '/home/maria/.reseal/records/refresh-7f3ac91e',
  verdict: 'VALID',
  outcome: 'closed',
  rehearsal: true,
  ceremony: {
    id: CEREMONY,
    code: WORDS.join(' '),
    kind: 'refresh',
    keyName: 'treasury-btc',
    suite: 'secp256k1',
    threshold: 3,
    holders: 5,
    epochBefore: 6,
    epochAfter: 7,
    groupKeyBefore: GROUP_KEY,
    groupKeyAfter: GROUP_KEY,
    abort: null,
  },
  rules: [
    {
      rule: 'plan-canonical',
      sentence: 'The plan is in its canonical form.',
      state: 'ok',
      evidence: ['plan.json: 4211 bytes'],
      failures: [],
    },
    {
      rule: 'deal-zero',
      sentence: 'Every dealt polynomial leaves the key as it is.',
      state: 'ok',
      evidence: ['holder-1', 'holder-2'],
      failures: [],
    },
    {
      rule: 'optional',
      sentence: 'Every complaint was answered.',
      state: 'not applicable',
      evidence: [],
      failures: [],
    },
  ],
  transcript: [{ at: at(1), actor: 'Administrator', type: 'plan', text: 'Showed the plan.' }],
  files: [{ path: 'plan.json', size: 4211 }],
};
