/** The parts of the ceremony report that are read off the record: who, what was compared, keys, media, statements, times. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { toWords } from '../../crypto/words.ts';
import { CONFIRM, RETIRE } from '../bundle.ts';
import { BACKUP_NAMES } from '../plan.ts';
import { nameRound } from '../verify/replay.ts';
import { stepTitle } from './exception-sheet.ts';
import { transcriptCode, type CeremonyFacts } from './facts.ts';
import {
  code,
  fact,
  facts,
  heading,
  mono,
  paragraph,
  strong,
  table,
  type Block,
  type Cell,
} from './model.ts';
import { named, plural, roleTitle, clock } from './people.ts';

export function attendance({ presence }: CeremonyFacts): Block[] {
  return [
    heading(1, 'Attendance'),
    paragraph(
      'What each laptop in the plan signed. A signature shows that the laptop took part; whose hands were on it is what the witnesses state. The administrator has no message of their own in a record: they sign its checkpoint.',
      'note',
    ),
    table(
      'Everybody in the plan',
      [
        { title: 'Role', share: 16 },
        { title: 'Name', share: 24 },
        { title: 'First signed (UTC)', share: 22 },
        { title: 'Last signed (UTC)', share: 22 },
        { title: 'Messages', share: 12 },
        { title: 'Checkpoint', share: 14 },
      ],
      presence.map(({ role, name, messages, first, last, signedCheckpoint }): Cell[] => [
        roleTitle(role),
        name,
        first === undefined ? '–' : clock(first),
        last === undefined ? '–' : clock(last),
        String(messages),
        signedCheckpoint ? 'signed' : 'not signed',
      ]),
    ),
  ];
}

/** What several people held against what they had before them, with the evidence for it. */
export function compared(given: CeremonyFacts): Block[] {
  const { view, context, presence, checkpointSigners } = given;
  const { plan } = context;
  const senders = (round: number): string[] =>
    view.bundles.find((bundle) => bundle.round === round)?.envelopes.map(({ payload }) => payload.sender) ??
    [];
  const names = (of: readonly string[]): string =>
    of.length === 0 ? 'nobody' : of.map((role) => named(plan, role)).join('; ');
  const heads = senders(RETIRE);
  const rows: Cell[][] = [
    [
      'The plan',
      'Four words read aloud and typed before joining; every message is bound to the SHA-256',
      mono(bytesToHex(context.hash)),
      names(presence.filter(({ messages }) => messages > 0).map(({ role }) => role)),
    ],
  ];
  if (given.after !== undefined)
    rows.push([
      'New public shares and group key',
      'Each holder’s laptop computed them from what all dealt, and signed the result in round 2',
      mono(given.after.groupKey),
      names(senders(CONFIRM)),
    ]);
  if (heads.length > 0)
    rows.push([
      'Everything up to the certificate',
      'Each holder signed the hash of the certificate that its laptop had accepted',
      mono(
        bytesToHex(
          view.bundles.find(({ round }) => round === RETIRE)?.envelopes[0]?.payload.prev ?? new Uint8Array(0),
        ),
      ),
      names(heads),
    ]);
  rows.push([
    'The transcript',
    'Each laptop computed it from what it had seen, and signed its checkpoint',
    mono(bytesToHex(given.transcript.root)),
    names(checkpointSigners),
  ]);
  return [
    heading(1, 'Values compared, and by whom'),
    table(
      'Comparisons',
      [
        { title: 'What', share: 18 },
        { title: 'How', share: 28 },
        { title: 'Value', share: 28 },
        { title: 'By', share: 30 },
      ],
      rows,
    ),
  ];
}

export function backups({ context, backups: written, outcome }: CeremonyFacts): Block[] {
  const { plan } = context;
  return [
    heading(1, 'Backups'),
    ...(outcome === 'aborted' && plan.backups.length > 0
      ? [
          paragraph(
            `The ceremony was ended early. A backup of epoch ${plan.epoch} that was written is no backup of the key in use; whether one was written is known only where a receipt stands here. Ask the holders.`,
          ),
        ]
      : []),
    table(
      'Planned backups and their receipts',
      [
        { title: 'Holder', share: 18 },
        { title: 'Backup', share: 18 },
        { title: 'Serial or bag number', share: 18 },
        { title: 'Read back', share: 20 },
        { title: 'Watched by', share: 15 },
        { title: 'At (UTC)', share: 15 },
      ],
      plan.backups.map(({ holder, kind, label }): Cell[] => {
        const receipt = written.find((one) => one.holder === holder && one.label === label);
        const planned = [named(plan, `holder-${holder}`), `${BACKUP_NAMES[kind]} “${label}”`];
        return receipt === undefined
          ? [...planned, 'no receipt in the record', '–', '–', '–']
          : [...planned, mono(receipt.serial), receipt.readBack, receipt.witness, clock(receipt.at)];
      }),
      { empty: 'The plan asked for no backup.' },
    ),
  ];
}

export function destruction({ context, destroyed, outcome }: CeremonyFacts): Block[] {
  const { plan } = context;
  const empty =
    plan.before === null
      ? 'A key generation: there was no earlier share to destroy.'
      : outcome === 'aborted'
        ? `Nothing was destroyed: the ceremony was ended early, and epoch ${plan.before.epoch} stays in use.`
        : 'The record has no receipt.';
  return [
    heading(1, 'Destruction'),
    table(
      'Receipts for old shares on laptops, as the holders signed them',
      [
        { title: 'Holder', share: 16 },
        { title: 'Epoch', share: 8 },
        { title: 'What', share: 22 },
        { title: 'What was done', share: 24 },
        { title: 'Tool', share: 9 },
        { title: 'By; seen by', share: 18 },
        { title: 'At (UTC)', share: 14 },
      ],
      destroyed.map((receipt): Cell[] => [
        named(plan, `holder-${receipt.holder}`),
        String(receipt.epoch),
        receipt.what,
        receipt.method,
        receipt.tool,
        `${receipt.who}; ${receipt.witness}`,
        clock(receipt.at),
      ]),
      { empty },
    ),
    ...(destroyed.length === 0
      ? []
      : [
          paragraph(
            'A receipt states what was done and who saw it. It does not state that no other copy exists. Old backups are outside of the record: their certificates are filed beside it.',
            'note',
          ),
        ]),
  ];
}

export function statements(given: CeremonyFacts): Block[] {
  const { context, exceptions, statements: made } = given;
  const { plan } = context;
  const silent = plan.witnesses
    .map((_, at) => `witness-${at + 1}`)
    .filter((role) => !made.some((one) => one.role === role));
  return [
    heading(1, 'Exceptions'),
    table(
      `${plural(exceptions.length, 'exception')} on record`,
      [
        { title: 'No.', share: 5 },
        { title: 'At (UTC)', share: 14 },
        { title: 'By', share: 18 },
        { title: 'Category', share: 12 },
        { title: 'At the step', share: 20 },
        { title: 'What was said', share: 45 },
      ],
      exceptions.map((one, at): Cell[] => [
        String(at + 1),
        clock(one.at),
        named(plan, one.role),
        one.category,
        stepTitle(context, one.role, one.step),
        one.text,
      ]),
      { empty: 'Nobody put an exception on record.' },
    ),
    heading(1, 'Statements of the witnesses'),
    table(
      'Did the ceremony go as recorded?',
      [
        { title: 'Witness', share: 24 },
        { title: 'Statement', share: 18 },
        { title: 'Remarks', share: 40 },
        { title: 'At (UTC)', share: 18 },
      ],
      [
        ...made.map(({ role, at, body }): Cell[] => [
          named(plan, role),
          body.statement === 'agree' ? 'agree' : strong('DO NOT AGREE'),
          body.remarks === '' ? '–' : body.remarks,
          clock(at),
        ]),
        ...silent.map((role): Cell[] => [named(plan, role), 'no statement in the record', '–', '–']),
      ],
      { empty: 'The plan names no witness.' },
    ),
  ];
}

export function times({ rounds }: CeremonyFacts): Block[] {
  return [
    heading(1, 'Times by round'),
    table(
      'By the clocks of the laptops that signed',
      [
        { title: 'Round', share: 24 },
        { title: 'Attempt', share: 10 },
        { title: 'Messages', share: 12 },
        { title: 'First (UTC)', share: 24 },
        { title: 'Last (UTC)', share: 24 },
      ],
      rounds.map(({ round, attempt, messages, first, last }): Cell[] => [
        nameRound(round),
        String(attempt),
        String(messages),
        first === undefined ? '–' : clock(first),
        last === undefined ? '–' : clock(last),
      ]),
    ),
  ];
}

/** The digest of the transcript in three forms: to be searched for, read aloud, and scanned. */
export function transcriptDigest(given: CeremonyFacts): Block[] {
  const { transcript } = given;
  const words = toWords(transcript.root);
  const rows = Array.from({ length: words.length / 4 }, (_, at): Cell[] => [
    String(at * 4 + 1),
    ...words.slice(at * 4, at * 4 + 4).map((word) => mono(word)),
  ]);
  return [
    heading(1, 'Transcript'),
    facts(
      fact('Lines', String(transcript.lines)),
      code('Root of its tree (RFC 6962), SHA-256', bytesToHex(transcript.root)),
    ),
    table(
      'The same root in words, to be read aloud',
      [{ title: 'From', share: 8 }, ...[1, 2, 3, 4].map((at) => ({ title: `Word ${at}`, share: 23 }))],
      rows,
    ),
    {
      kind: 'code',
      content: transcriptCode(given),
      alt: `QR code of the transcript: ceremony id, number of lines (${transcript.lines}) and root. It reads: ${transcriptCode(given)}`,
    },
  ];
}
