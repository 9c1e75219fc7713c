/** `reseal plan new`: decides a whole ceremony beforehand. */
import { resolve } from 'node:path';
import {
  BACKUP_KINDS,
  type BackupKind,
  CRYPTOPERIODS,
  planCode,
  USUAL_DESTRUCTION_DAYS,
  USUAL_RETENTION,
  type Plan,
} from '../../ceremony/plan.ts';
import { MOST_RECIPIENTS, planBackup, recipientLines, WHO_OPENS } from '../../ceremony/planned-backup.ts';
import type { Card } from '../../ceremony/card.ts';
import { bytesToHex } from '../../crypto/bytes.ts';
import { suiteByName, SUITE_NAMES } from '../../crypto/suite.ts';
import { folderChannel } from '../../devices/channel/folder.ts';
import type { Command, Given } from '../command.ts';
import { readCard } from '../../laptop/cards.ts';
import { UsageError } from '../../laptop/errors.ts';
import { writeOutput } from '../../laptop/files.ts';
import { readKeyRecord } from '../../laptop/keys.ts';
import type { Output } from '../output.ts';
import { makePlan, replacementNotes, showPlan, sizeNote } from '../../laptop/plans.ts';
import { COURIER_OUT_OPTION } from '../session.ts';

export const planNew: Command = {
  name: 'plan new',
  summary: 'Plan a ceremony from enrolment cards and, for a refresh, the key record',
  options: {
    kind: { value: 'KIND', help: 'generate or refresh', required: true },
    name: { value: 'NAME', help: 'name of the key (generate)' },
    suite: { value: 'SUITE', help: `${SUITE_NAMES.join(', ')} (generate)` },
    threshold: { value: 'T', help: 'signers needed (generate)' },
    record: {
      value: 'FILE',
      help: 'public key record of the current epoch (refresh), or its message: see "reseal key export"',
    },
    holder: { value: 'INDEX=CARD', help: 'enrolment card of a holder', multiple: true },
    replace: {
      value: 'INDEX=CARD',
      help: 'another card of a holder than the key record names: the laptop was lost, its share restored (refresh)',
      multiple: true,
    },
    administrator: { value: 'CARD', help: 'card of the ceremony administrator', required: true },
    approver: { value: 'CARD', help: 'card of somebody who may approve', multiple: true },
    approvals: { value: 'M', help: 'approvals needed (default: all approvers)' },
    witness: { value: 'CARD', help: 'card of a witness', multiple: true },
    backup: {
      value: 'INDEX=[KIND:]LABEL',
      help: `a backup that this holder makes and reads back; KIND: ${BACKUP_KINDS.join(', ')} (default: file)`,
      multiple: true,
    },
    'backup-each': { value: '[KIND:]LABEL', help: 'the same for every holder', multiple: true },
    recipient: {
      value: '[INDEX=]LABEL:RECIPIENT',
      help: `who can open the recipients-file of that label: age1…, the public half of a recovery key (1 to ${MOST_RECIPIENTS} for each; without INDEX: of every holder)`,
      multiple: true,
    },
    scheme: {
      value: 'SCHEME',
      help: 'signature proofs: rfc9591, or bip340 on secp256k1 (default: bip340 there)',
    },
    cryptoperiod: {
      value: 'DAYS',
      help: `days until the next refresh is due: ${CRYPTOPERIODS.join(', ')}, or on-demand (default 90)`,
    },
    'destroy-backups': {
      value: 'DAYS',
      help: `days within which the old epoch's backups are destroyed (default ${USUAL_DESTRUCTION_DAYS})`,
    },
    retention: { value: 'YEARS', help: `years that the record is kept (default ${USUAL_RETENTION})` },
    'legal-hold': { value: 'REASON', help: 'why the record must be kept even after that' },
    out: { value: 'FILE', help: 'write the plan to this file' },
    courier: COURIER_OUT_OPTION,
  },
  examples: [
    'reseal plan new --kind generate --name Treasury --suite ed25519 --threshold 2 --holder 1=a.json --holder 2=b.json --holder 3=c.json --administrator admin.json --courier /media/usb',
    'reseal plan new --kind refresh --record treasury.json --administrator admin.json --backup-each "Safe A" --courier /media/usb',
  ],
  async run(given, output) {
    const out = given.text('out');
    const courier = given.text('courier');
    if (out === undefined && courier === undefined)
      throw new UsageError('Say where the plan goes: --out FILE or --courier DIR.');
    const context = requestOf(given);
    if (out !== undefined) writeOutput(out, context.bytes);
    if (courier !== undefined) await showPlan(folderChannel(resolve(courier)), context);
    report(context.plan, planCode(context), bytesToHex(context.id), output);
    output.result({
      ceremony: bytesToHex(context.id),
      code: planCode(context),
      out: out ?? null,
      courier: courier ?? null,
      plan: context.plan,
    });
    return 0;
  },
};

function requestOf(given: Given): ReturnType<typeof makePlan> {
  const kind = given.required('kind');
  const cryptoperiodDays = cryptoperiod(given);
  const replaced = numbered(given.all('replace'), 'replace');
  if (kind !== 'refresh' && replaced.length > 0)
    throw new UsageError('--replace: only a refresh starts from a record whose cards can be replaced.');
  const cards = [...numbered(given.all('holder'), 'holder'), ...replaced].map(
    ([index, path]) => [index, readCard(path)] as const,
  );
  const administrator = readCard(given.required('administrator'));
  const approvers = given.all('approver').map(readCard);
  const common = {
    holders: unique(cards),
    replacedCards: replaced.map(([index]) => index),
    administrator,
    approvers,
    approvalsNeeded: given.number('approvals', 0, 32) ?? approvers.length,
    witnesses: given.all('witness').map(readCard),
    cryptoperiodDays,
    destroyBackupsWithinDays: given.number('destroy-backups', 1, 365) ?? USUAL_DESTRUCTION_DAYS,
    retentionYears: given.number('retention', 1, 100) ?? USUAL_RETENTION,
    legalHold: given.text('legal-hold') ?? null,
    ...scheme(given),
  };
  if (kind === 'refresh') {
    const path = given.required('record');
    for (const name of ['name', 'suite', 'threshold'])
      if (given.text(name) !== undefined)
        throw new UsageError(`--${name}: a refresh takes this from the key record.`);
    const before = readKeyRecord(path);
    const indices = before.holders.map((holder) => holder.index);
    return makePlan({
      ...common,
      kind,
      keyName: before.name,
      suite: before.suite,
      threshold: before.threshold,
      rehearsal: before.rehearsal,
      before,
      backups: backups(given, indices),
    });
  }
  if (kind !== 'generate') throw new UsageError(`--kind: expected generate or refresh, found "${kind}".`);
  const threshold = given.number('threshold', 2, 256);
  if (threshold === undefined) throw new UsageError('--threshold is missing.');
  return makePlan({
    ...common,
    kind,
    keyName: given.required('name'),
    suite: suiteByName(given.required('suite')).name,
    threshold,
    rehearsal: administrator.rehearsal,
    before: null,
    backups: backups(
      given,
      cards.map(([index]) => index),
    ),
  });
}

function cryptoperiod(given: Given): Plan['cryptoperiodDays'] {
  const value = given.text('cryptoperiod') ?? '90';
  if (value === 'on-demand') return null;
  const known = CRYPTOPERIODS.find((days) => String(days) === value);
  if (known === undefined)
    throw new UsageError(
      `--cryptoperiod: expected ${CRYPTOPERIODS.join(', ')} or on-demand, found "${value}".`,
    );
  return known;
}

function scheme(given: Given): { scheme?: 'rfc9591' | 'bip340' } {
  const value = given.text('scheme');
  if (value === undefined) return {};
  if (value !== 'rfc9591' && value !== 'bip340')
    throw new UsageError(`--scheme: expected rfc9591 or bip340, found "${value}".`);
  return { scheme: value };
}

/** `3=something`, several times. */
function numbered(values: readonly string[], option: string): [number, string][] {
  return values.map((value) => {
    const [, index, rest] = /^(\d{1,5})=(.+)$/su.exec(value) ?? [];
    if (index === undefined || rest === undefined)
      throw new UsageError(`--${option}: expected INDEX=…, found "${value}".`);
    return [Number(index), rest];
  });
}

function unique(cards: readonly (readonly [number, Card])[]): Map<number, Card> {
  const map = new Map<number, Card>();
  for (const [index, card] of cards) {
    if (map.has(index)) throw new UsageError(`--holder: there are two cards for holder ${index}.`);
    map.set(index, card);
  }
  return map;
}

function backups(given: Given, indices: readonly number[]): Plan['backups'] {
  const single = numbered(given.all('backup'), 'backup').map(([holder, label]) => ({
    holder,
    ...kindAndLabel(label),
  }));
  const each = given
    .all('backup-each')
    .flatMap((label) => indices.map((holder) => ({ holder, ...kindAndLabel(label) })));
  return withRecipients([...each, ...single], given.all('recipient').map(recipient));
}

/** `sealed-sheet:Safe A`; a label alone is that of a file. */
function kindAndLabel(value: string): { kind: BackupKind; label: string } {
  const kind = BACKUP_KINDS.find((known) => value.startsWith(`${known}:`));
  return kind === undefined ? { kind: 'file', label: value } : { kind, label: value.slice(kind.length + 1) };
}

interface Recipient {
  /** Undefined: of every holder. */
  readonly holder: number | undefined;
  readonly label: string;
  readonly recipient: string;
}

/** `1=Safe:age1…`, or `Safe:age1…`. A secret key that was taken for a recipient is not repeated. */
function recipient(value: string): Recipient {
  const [, index, label, key] = /^(?:(\d{1,5})=)?(.+):([^:]+)$/su.exec(value) ?? [];
  if (label === undefined || key === undefined)
    throw new UsageError('--recipient: expected [INDEX=]LABEL:age1….');
  return { holder: index === undefined ? undefined : Number(index), label, recipient: key };
}

/** Every recipient at the backups it is for. One that is for none is a mistake. */
function withRecipients(
  planned: readonly { readonly holder: number; readonly kind: BackupKind; readonly label: string }[],
  recipients: readonly Recipient[],
): Plan['backups'] {
  const fits = (one: Recipient, backup: (typeof planned)[number]): boolean =>
    backup.kind === 'recipients-file' &&
    backup.label === one.label &&
    (one.holder === undefined || one.holder === backup.holder);
  const lost = recipients.find((one) => !planned.some((backup) => fits(one, backup)));
  if (lost !== undefined)
    throw new UsageError(
      `--recipient: ${lost.holder === undefined ? 'no holder' : `holder ${lost.holder}`} has ${lost.holder === undefined ? 'a' : 'no'} recipients-file "${lost.label}": plan it with --backup or --backup-each.`,
    );
  return planned.map((backup) =>
    planBackup(
      backup.holder,
      backup.kind,
      backup.label,
      recipients.filter((one) => fits(one, backup)).map((one) => one.recipient),
    ),
  );
}

function report(plan: Plan, code: string, id: string, output: Output): void {
  output.line(
    `${plan.rehearsal ? 'REHEARSAL  ' : ''}${plan.kind} of "${plan.keyName}", ${plan.suite}, ${plan.threshold} of ${plan.holders.length}, makes epoch ${plan.epoch}`,
  );
  output.line(`Ceremony   ${id}`);
  output.line(`Plan code  ${code}`);
  output.table([
    ...plan.holders.map((holder) => [`  holder ${holder.index}`, holder.name]),
    ['  administrator', plan.administrator.name],
    ...plan.approvers.map((who, at) => [`  approver ${at + 1}`, who.name]),
    ...plan.witnesses.map((who, at) => [`  witness ${at + 1}`, who.name]),
  ]);
  output.line(
    `Approvals needed: ${plan.approvalsNeeded}. Backups: ${plan.backups.length}. Proof signatures: ${plan.proofs.length}. Next refresh: ${plan.cryptoperiodDays === null ? 'on demand' : `due after ${plan.cryptoperiodDays} days`}.`,
  );
  printRecipients(plan, output);
  if (plan.backups.length === 0)
    output.note('The plan asks for no backup: a laptop that breaks takes its share with it.');
  for (const note of replacementNotes(plan)) output.note(note);
  const large = sizeNote(plan.holders.length);
  if (large !== undefined) output.note(large);
  output.line('Next: "reseal step" on every laptop; each asks for the four words of the plan.');
}

/** Who can open backups without their holders, in full, for whoever decides about the plan. */
export function printRecipients({ backups: planned }: Plan, output: Output): void {
  const lines = recipientLines(planned);
  if (lines.length === 0) return;
  output.line(`Recipients of backups, ${WHO_OPENS}:`);
  for (const line of lines) output.line(`  ${line}`);
}
