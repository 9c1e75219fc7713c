/** The approval record: what was approved, to the byte, and by whom. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { BACKUP_NAMES, roles, type PlanContext } from '../plan.ts';
import { recipientsOf, WHO_OPENS } from '../planned-backup.ts';
import { common, type CeremonyFacts } from './facts.ts';
import {
  BLANK,
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
  type CeremonyDocument,
} from './model.ts';
import {
  clock,
  epochs,
  kindTitle,
  named,
  nextRefresh,
  otherLaptops,
  plural,
  roleTitle,
  when,
} from './people.ts';

/** Who decided what about the plan. */
export function approvalTable(given: CeremonyFacts): Block {
  const { plan } = given.context;
  const silent = plan.approvers
    .map((_, at) => `approver-${at + 1}`)
    .filter((role) => !given.approvals.some((one) => one.role === role));
  return table(
    'Decisions',
    [
      { title: 'Approver', share: 24 },
      { title: 'Decision', share: 30 },
      { title: 'Signed (UTC)', share: 20 },
      { title: 'SHA-256 of the plan they signed', share: 40 },
    ],
    [
      ...given.approvals.map(({ role, at, body }): Cell[] => [
        named(plan, role),
        body.kind === 'approve' ? strong('approved') : `declined: “${body.reason}”`,
        clock(at),
        mono(bytesToHex(body.plan)),
      ]),
      ...silent.map((role): Cell[] => [named(plan, role), 'no decision in the record', '–', '–']),
    ],
    { empty: 'The plan names no approver.' },
  );
}

/** Who can open which backup without its holder: every recipient in full, for comparing with the paper in the safe. */
function recipientBlocks({ plan }: PlanContext): Block[] {
  const rows = plan.backups.flatMap((backup) =>
    recipientsOf(backup).map((one): Cell[] => [
      named(plan, `holder-${backup.holder}`),
      backup.label,
      mono(one),
    ]),
  );
  if (rows.length === 0) return [];
  return [
    table(
      'Recipients of backups',
      [
        { title: 'Holder', share: 20 },
        { title: 'Label', share: 14 },
        { title: 'Recipient: an age public key', share: 66 },
      ],
      rows,
    ),
    paragraph(
      `Of each backup ${WHO_OPENS}, without its holder and without a passphrase. Compare every character with the paper that lies beside the secret key.`,
      'attention',
    ),
  ];
}

export function approvalRecord(context: PlanContext, given?: CeremonyFacts): CeremonyDocument {
  const { plan } = context;
  return {
    ...common(context),
    name: 'approvals',
    title: 'Approval record',
    purpose: `The plan for the ${kindTitle(plan).toLowerCase()} of “${plan.keyName}”, and what the approvers said to it.`,
    at: given?.at ?? plan.created,
    role: undefined,
    blocks: [
      heading(1, 'What stood in the plan'),
      facts(
        code('SHA-256 of plan.json', bytesToHex(context.hash)),
        code('Its four words', common(context).code),
        fact('Ceremony', `${kindTitle(plan)}, ${epochs(plan)}`),
        fact(
          'Key',
          `${plan.keyName}: ${plan.suite}, any ${plan.threshold} of ${plan.holders.length} holders sign`,
        ),
        plan.before === null ? undefined : code('Group key, which stays', plan.before.groupKey),
        fact('Approvals needed', `${plan.approvalsNeeded} of ${plan.approvers.length} named`),
        fact('Backups', plan.backups.length === 0 ? 'none' : plural(plan.backups.length, 'backup')),
        fact('Proof signatures', String(plan.proofs.length)),
        otherLaptops(plan) === undefined
          ? undefined
          : fact('Other laptops than recorded', otherLaptops(plan) ?? ''),
        fact('Next refresh', nextRefresh(plan)),
        fact('Plan made', when(plan.created)),
      ),
      table(
        'People in the plan',
        [
          { title: 'Role', share: 18 },
          { title: 'Name', share: 32 },
          { title: 'Identity key of the laptop', share: 50 },
        ],
        roles(plan).map(({ role, name, identity }): Cell[] => [
          roleTitle(role),
          name,
          mono(`${identity.alg} ${identity.key}`),
        ]),
      ),
      table(
        'Backups in the plan',
        [
          { title: 'Holder', share: 40 },
          { title: 'Kind', share: 20 },
          { title: 'Label', share: 40 },
        ],
        plan.backups.map(({ holder, kind, label }) => [
          named(plan, `holder-${holder}`),
          BACKUP_NAMES[kind],
          label,
        ]),
        { empty: 'No backup is planned.' },
      ),
      ...recipientBlocks(context),
      heading(1, 'What the approvers said'),
      given === undefined
        ? table(
            'Decisions, by hand: the signed ones are given at the consoles',
            [
              { title: 'Approver', share: 30 },
              { title: 'Decision', share: 25 },
              { title: 'Signature', share: 30 },
              { title: 'Date, time', share: 20 },
            ],
            plan.approvers.map((_, at): Cell[] => [
              named(plan, `approver-${at + 1}`),
              { check: ['approved', 'declined'] },
              BLANK,
              BLANK,
            ]),
            { empty: 'The plan names no approver.', rowHeight: 34 },
          )
        : approvalTable(given),
      paragraph(
        'A decision is a signed message that carries this hash: a plan that differs in a single character has another one. The message itself lies in the record under envelopes/, and check_approvals looks at it again.',
        'note',
      ),
    ],
  };
}
