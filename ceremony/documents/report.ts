/** The ceremony report: what a compliance officer files, all of it read off the record, with room for what it cannot know. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { CONTROLS, CONTROLS_CAVEAT } from './controls.ts';
import { approvalTable } from './approvals.ts';
import { common, type CeremonyFacts } from './facts.ts';
import {
  BLANK,
  code,
  fact,
  facts,
  fields,
  heading,
  paragraph,
  strong,
  table,
  together,
  type Block,
  type Cell,
  type CeremonyDocument,
} from './model.ts';
import {
  day,
  epochs,
  kindTitle,
  named,
  nextRefresh,
  otherLaptops,
  roleTitle,
  when,
  yearsAfter,
} from './people.ts';
import { keys } from './report-keys.ts';
import {
  attendance,
  backups,
  compared,
  destruction,
  statements,
  times,
  transcriptDigest,
} from './report-sections.ts';
import { timestamps } from './report-stamps.ts';

/** How long the record is kept. */
export interface Retention {
  readonly years: number;
  /** Why it may not be destroyed even then; null: nothing holds it. */
  readonly legalHold: string | null;
}

export function ceremonyReport(given: CeremonyFacts, retention: Retention): CeremonyDocument {
  const { context } = given;
  const { plan } = context;
  return {
    ...common(context),
    name: 'report',
    title: 'Ceremony report',
    purpose: `${kindTitle(plan)} of “${plan.keyName}”, ${epochs(plan)}. Made from the record; whatever is written by hand stands on lines.`,
    at: given.at,
    role: undefined,
    blocks: [
      ...result(given, retention),
      ...attendance(given),
      heading(1, 'Approvals'),
      paragraph(
        plan.approvalsNeeded === 0
          ? 'The plan asked for no approval.'
          : `The plan asked for ${plan.approvalsNeeded} of ${plan.approvers.length} approvers.`,
      ),
      approvalTable(given),
      ...compared(given),
      ...keys(given),
      ...backups(given),
      ...destruction(given),
      ...statements(given),
      ...times(given),
      ...transcriptDigest(given),
      ...timestamps(given.stamps ?? []),
      ...verification(given),
      ...controlMap(given),
      ...keeping(given, retention),
      ...signatures(given),
    ],
  };
}

/** Which epoch is in use after this ceremony, in a sentence. */
export function inForce({ after, before }: CeremonyFacts): string {
  if (after !== undefined) return `epoch ${after.epoch}`;
  return before === null ? 'none: no key was made' : `epoch ${before.epoch}, as before`;
}

function result(given: CeremonyFacts, retention: Retention): Block[] {
  const { context, abort, verdict, exceptions, view } = given;
  const { plan } = context;
  const against = given.statements.filter(({ body }) => body.statement === 'do-not-agree');
  const sentence =
    abort === undefined
      ? `Completed. In use now: ${inForce(given)}.`
      : `Ended early: ${abort.reason} In use now: ${inForce(given)}.`;
  return [
    heading(1, 'Result'),
    paragraph(sentence, 'attention'),
    ...against.map(({ role }) =>
      paragraph(
        `${named(plan, role)} does not agree that the ceremony went as recorded. See the statements.`,
        'attention',
      ),
    ),
    ...view.faults.map((fault) =>
      paragraph(`After the certificate, when nothing could be undone: ${fault.reason}`, 'attention'),
    ),
    facts(
      fact('Record', `${verdict.verdict} by ${verdict.rules.length} rules`),
      abort === undefined
        ? undefined
        : fact(
            'Ended by',
            `${abort.culprit === undefined ? 'a stop, or a breach that is nobody’s alone' : named(plan, abort.culprit)} (${abort.rule})`,
          ),
      fact(
        'Key',
        `${plan.keyName}: ${plan.suite}, any ${plan.threshold} of ${plan.holders.length} holders sign`,
      ),
      fact('Ceremony', `${kindTitle(plan)}, ${epochs(plan)}`),
      code('Ceremony id', bytesToHex(context.id)),
      code('SHA-256 of the plan', bytesToHex(context.hash)),
      code('The four words of the plan', common(context).code),
      fact('Plan made', when(plan.created)),
      otherLaptops(plan) === undefined
        ? undefined
        : fact('Other laptops than recorded', otherLaptops(plan) ?? ''),
      fact('Last signed message', when(given.at)),
      fact('Exceptions', exceptions.length === 0 ? 'none on record' : `${exceptions.length} on record`),
      fact(
        'Next refresh',
        abort === undefined
          ? nextRefresh(plan)
          : plan.before === null
            ? 'none: there is no key'
            : 'as the plan of the epoch in use says; this ceremony did not move it',
      ),
      fact('Keep until', keepUntil(given, retention)),
    ),
  ];
}

function keepUntil({ at }: CeremonyFacts, { years, legalHold }: Retention): string {
  const date = `${yearsAfter(at, years)} (${years} years after ${day(at)})`;
  return legalHold === null ? date : `${date}, and no earlier than the end of the legal hold`;
}

function verification({ verdict }: CeremonyFacts): Block[] {
  return [
    heading(1, 'Verification'),
    paragraph(
      `${verdict.verdict}: every rule below was run over the record when this report was made. Run them again, on any machine: reseal verify. By hand, with ordinary tools: docs/record.md.`,
    ),
    table(
      'Rules',
      [
        { title: 'Rule', share: 26 },
        { title: 'What it says', share: 54 },
        { title: 'State', share: 16 },
      ],
      verdict.rules.map(({ rule, sentence, state, failure }): Cell[] => [
        { text: rule, mono: true },
        failure === undefined ? sentence : `${sentence}\n${failure.file}: ${failure.message}`,
        state === 'ok' || state === 'not applicable' ? state : strong(state),
      ]),
    ),
  ];
}

function controlMap({ verdict }: CeremonyFacts): Block[] {
  const state = (rule: string): string => verdict.rules.find((one) => one.rule === rule)?.state ?? '?';
  return [
    heading(1, 'Control map'),
    paragraph(CONTROLS_CAVEAT),
    table(
      'Evidence by control',
      [
        { title: 'Standard', share: 24 },
        { title: 'Control', share: 10 },
        { title: 'What it is about', share: 26 },
        { title: 'Part of this report', share: 22 },
        { title: 'Rules, and their state', share: 30 },
      ],
      CONTROLS.map(({ standard, number, about, evidence, rules }): Cell[] => [
        standard,
        strong(number),
        about,
        evidence,
        rules.length === 0
          ? '–'
          : { text: rules.map((rule) => `${rule}: ${state(rule)}`).join('\n'), mono: true },
      ]),
    ),
  ];
}

function keeping(given: CeremonyFacts, retention: Retention): Block[] {
  return [
    heading(1, 'Retention'),
    facts(
      fact('Keep record and report until', keepUntil(given, retention)),
      fact('Legal hold', retention.legalHold ?? 'none'),
    ),
    ...(retention.legalHold === null
      ? []
      : [
          paragraph(
            'While the legal hold lasts, neither this record nor what it covers is destroyed, whatever date stands here.',
            'attention',
          ),
        ]),
    heading(1, 'Beside the record, by hand'),
    table(
      'What the laptops do not know',
      [
        { title: 'What', share: 46 },
        { title: 'Where it is filed', share: 34 },
        { title: 'Checked by, date', share: 24 },
      ],
      [
        'Others who were in the room, and since when',
        'Custody log and numbers of bags',
        'Signed acknowledgements of the custodians',
        'Destruction certificates of old backups',
        'Exceptions that came too late for the record',
      ].map((what): Cell[] => [what, BLANK, BLANK]),
      { rowHeight: 30 },
    ),
  ];
}

/** Everybody answers for themselves; the compliance officer last. */
function signatures({ context }: CeremonyFacts): Block[] {
  const { plan } = context;
  const people = [
    ...plan.witnesses.map((who, at) => [roleTitle(`witness-${at + 1}`), who.name] as const),
    ['Administrator', plan.administrator.name] as const,
    ['Compliance officer', undefined] as const,
  ];
  return [
    heading(1, 'Signatures'),
    paragraph(
      'On paper, beside the signed statements in the record. To disagree is an answer: it undoes nothing, and it is read.',
    ),
    ...people.map(([role, name]) =>
      together(
        heading(3, role),
        {
          kind: 'checks',
          items: ['I agree: this report says what I saw.', 'I do not agree, for the reason below.'],
        },
        fields(
          { label: 'Reason, remarks' },
          { label: 'Name', width: 'half', ...(name === undefined ? {} : { value: name }) },
          { label: 'Signature, date', width: 'half' },
        ),
      ),
    ),
  ];
}
