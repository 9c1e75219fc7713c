/** The script of one role on paper, made from the plan alone: what is needed, every step, initials and times. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { holderOf, roles, type PlanContext } from '../plan.ts';
import { script, type Step } from '../script.ts';
import { common } from './facts.ts';
import { emptyException } from './exception-sheet.ts';
import {
  BLANK,
  code,
  fact,
  facts,
  fields,
  heading,
  list,
  paragraph,
  strong,
  table,
  type Block,
  type Cell,
  type CeremonyDocument,
  type Column,
} from './model.ts';
import {
  epochs,
  kindTitle,
  nameOf,
  named,
  nextRefresh,
  otherLaptops,
  plural,
  roleTitle,
  when,
} from './people.ts';
import { STEP_WORDS } from './words.ts';

const COLUMNS: readonly Column[] = [
  { title: 'No.', share: 5 },
  { title: 'Who acts', share: 9 },
  { title: 'What to do', share: 48 },
  { title: 'Expected', share: 20 },
  { title: 'Witness', share: 11 },
  { title: 'Initials', share: 8 },
  { title: 'Time', share: 8 },
];

/** Who acts in a step, as the room sees it. */
const ACTORS: Readonly<Record<Step['actor'], string>> = { person: 'You', laptop: 'Laptop', others: 'Others' };

/** The script of a role. */
export function scriptSheet(context: PlanContext, role: string): CeremonyDocument {
  const { plan } = context;
  return {
    ...common(context),
    name: `script-${role}`,
    title: `Ceremony script: ${roleTitle(role)}`,
    purpose: `For ${nameOf(plan, role)}. ${kindTitle(plan)} of “${plan.keyName}”, ${epochs(plan)}. Made from the plan, before the start.`,
    at: plan.created,
    role,
    blocks: [
      paragraph(
        'The console leads; this sheet is for following it, and for initials. Where the two differ, stop and find out why.',
        'attention',
      ),
      facts(
        code('The four words of the plan', common(context).code),
        code('SHA-256 of the plan', bytesToHex(context.hash)),
        fact('Key', `${plan.keyName}: ${plan.suite}, ${plan.threshold} of ${plan.holders.length}`),
        plan.before === null ? undefined : code('Fingerprint of the key', plan.before.fingerprint),
        fact('Ceremony', `${kindTitle(plan)}, ${epochs(plan)}`),
        fact('Plan made', when(plan.created)),
        otherLaptops(plan) === undefined
          ? undefined
          : fact('Other laptops than recorded', otherLaptops(plan) ?? ''),
        fact('Next refresh', nextRefresh(plan)),
      ),
      ...before(context, role),
      heading(1, 'Steps'),
      paragraph('In this order. A step cannot start before the one above it is done. Times in UTC.', 'note'),
      steps(context, role, false),
      heading(1, 'If the ceremony is ended early'),
      paragraph(
        plan.before === null
          ? 'No key was made, and none is in use.'
          : `Epoch ${plan.before.epoch} stays in use on every laptop. Destroy nothing, keep its backups.`,
      ),
      earlyEnd(context, role),
      heading(1, 'When something is not as it should be'),
      list(
        'F8, or reseal exception: put it on record, in your own words. It ends nothing and blames nobody.',
        ...(holderOf(role) === undefined
          ? ['Only a holder can end the ceremony. Say aloud what you saw; a holder presses F9.']
          : [
              'F9, or reseal stop: end the ceremony for everybody. Only until this laptop has declared its new share secure.',
            ]),
        'A laptop that freezes or loses power is started again and unlocked. It is where it was.',
        'The console cannot be used: write on the exception sheet below.',
      ),
      fields(
        { label: `Followed to the end: ${named(plan, role)} (signature)`, width: 'half' },
        { label: 'Date and time (UTC)', width: 'half' },
      ),
      ...emptyException(),
    ],
  };
}

function before(context: PlanContext, role: string): Block[] {
  const { plan } = context;
  const index = holderOf(role);
  const own = plan.backups.filter(({ holder }) => holder === index);
  return [
    heading(1, 'Before the start'),
    {
      kind: 'checks',
      items: [
        'Everybody in the table below is there, or can be reached in turn. The administrator is there for the start.',
        'Your laptop, its charger and its passphrase. No network cable, radios off. The clock agrees with the clock on the wall.',
        'Preflight on the console shows nothing that is red.',
        ...(index === undefined
          ? []
          : [
              own.length === 0
                ? 'No backup is planned for you.'
                : `${plural(own.length, 'empty medium', 'empty media')} with as many tamper-evident bags: ${own.map(({ label }) => `“${label}”`).join(', ')}.`,
              ...(plan.before === null
                ? []
                : [
                    `The backups of epoch ${plan.before.epoch} are where they should be. They stay there until the checklist says otherwise.`,
                  ]),
            ]),
        ...(role.startsWith('approver-') && plan.approvalsNeeded > 0
          ? [
              `${plural(plan.approvalsNeeded, 'approval is', 'approvals are')} needed, of ${plural(plan.approvers.length, 'approver')} named.`,
            ]
          : []),
        'This script, the custody log, and a pen that does not smear.',
      ],
    },
    table(
      'Who takes part',
      [
        { title: 'Role', share: 20 },
        { title: 'Name', share: 50 },
        { title: 'There', share: 10 },
      ],
      roles(plan).map((entry): Cell[] => [
        roleTitle(entry.role),
        entry.role === role ? strong(`${entry.name} (you)`) : entry.name,
        { check: [' '] },
      ]),
    ),
  ];
}

/** What remains to be done after an early end; the administrator goes on as before. */
function earlyEnd(context: PlanContext, role: string): Block {
  const ids = (aborted: boolean): string =>
    script(context, role, aborted)
      .map(({ id }) => id)
      .join();
  return ids(true) === ids(false)
    ? paragraph(
        'The steps above go on from where they are: collect the statements, sign the checkpoint, file the record.',
      )
    : steps(context, role, true);
}

function steps(context: PlanContext, role: string, aborted: boolean): Block {
  const { plan } = context;
  const rows: Cell[][] = [];
  for (const step of script(context, role, aborted)) {
    const words = STEP_WORDS[step.id];
    const index = holderOf(role);
    const about =
      step.id === 'backups'
        ? plan.backups.filter(({ holder }) => holder === index).map(({ label }) => label)
        : [undefined];
    for (const label of about.length === 0 ? [undefined] : about) {
      const title = label === undefined ? step.title : `${step.title}: “${label}”`;
      rows.push([
        String(rows.length + 1),
        ACTORS[step.actor],
        { lead: `${title}${step.final === true ? ' (cannot be undone)' : ''}`, rest: words.act(context) },
        words.expect(context),
        words.watched === true ? BLANK : '–',
        BLANK,
        BLANK,
      ]);
    }
  }
  return table(
    aborted ? `After an early end: ${named(plan, role)}` : `Steps of ${named(plan, role)}`,
    COLUMNS,
    rows,
    { rowHeight: 30 },
  );
}
