/**
 * Destruction of old backups, by holder: the checklist for two people. What counts for which medium follows NIST SP
 * 800-88 Rev. 2 (2025).
 */
import { BACKUP_NAMES, type BackupKind, type PlanContext } from '../plan.ts';
import { common, type CeremonyFacts } from './facts.ts';
import {
  BLANK,
  fact,
  facts,
  fields,
  heading,
  mono,
  paragraph,
  table,
  together,
  type Block,
  type Cell,
  type CeremonyDocument,
} from './model.ts';
import { daysAfter, nameOf, roleTitle } from './people.ts';

/** An old backup as an earlier record tells of it. */
export interface OldBackup {
  readonly epoch: number;
  readonly holder: number;
  readonly kind: BackupKind;
  readonly label: string;
  readonly serial: string;
}

const METHODS: readonly (readonly [string, string, string])[] = [
  [
    'USB stick, memory card, solid-state disk: a file, sealed with a passphrase, to recipients, or not at all',
    'Destroy: shred or disintegrate the whole medium, chips included',
    'Erasing or overwriting the file, or formatting. Flash keeps old blocks that no program reaches: this is not Purge. Nor is it cryptographic erase while the passphrase lives, in a head or a safe, or the secret key of a recipient',
  ],
  ['Paper', 'Destroy: cross-cut shred, then burn or pulp', 'Strips that can be put together; a bin'],
  ['Optical disc', 'Destroy: shred or grind', 'A scratch, or a broken disc'],
  [
    'Key in a token or an HSM that never gave it out',
    'Purge: its own command for deleting the key, and then looking that it is gone while the token answers',
    'Taking “no object found” for proof: a token that was pulled out says the same',
  ],
];

/** Only where there may be such. */
const COURIERED: (typeof METHODS)[number] = [
  'File to recipients that a courier brought into a store',
  'Deleted by the keepers of the store, with old versions and their own backups; they say so in writing',
  'Deleting what a listing shows. Nobody can show that no copy is left: while the secret key of a recipient lives, such a copy opens. Destroying that key would also close the newer backups to it',
];

/** The holders' old backups of this ceremony, or undefined where none can exist. */
function appliesTo(context: PlanContext, given: CeremonyFacts | undefined): boolean {
  return context.plan.before !== null || given?.outcome === 'aborted';
}

function methods(couriered: boolean): Block {
  return table(
    'Method by medium',
    [
      { title: 'Medium', share: 24 },
      { title: 'What counts', share: 36 },
      { title: 'What does not', share: 40 },
    ],
    couriered ? [...METHODS, COURIERED] : METHODS,
  );
}

/** What a holder has to destroy, or after an early end has to keep; undefined where there is nothing of either. */
export function destructionChecklist(
  context: PlanContext,
  index: number,
  old: readonly OldBackup[] | undefined,
  given?: CeremonyFacts,
): CeremonyDocument | undefined {
  if (!appliesTo(context, given)) return undefined;
  const { plan } = context;
  const role = `holder-${index}`;
  const aborted = given?.outcome === 'aborted';
  const base = { ...common(context), at: given?.at ?? plan.created, role };
  if (aborted) return { ...base, ...leftovers(context, index) };
  const own = old?.filter(({ holder }) => holder === index);
  const days = plan.destroyBackupsWithinDays;
  const deadline = `${daysAfter(plan.created, days)} (the plan gives ${days} ${days === 1 ? 'day' : 'days'})`;
  return {
    ...base,
    name: `destruction-checklist-${role}`,
    title: `Destruction checklist: ${roleTitle(role)}`,
    purpose: `For ${nameOf(plan, role)} and a second person: the backups of epochs before ${plan.epoch} of “${plan.keyName}”.`,
    blocks: [
      paragraph(
        given === undefined
          ? `Do not start before the ceremony is completed and its record is VALID. Until then these are the backups of the key.`
          : `Epoch ${plan.epoch} is in use. Whoever finds ${plan.threshold} old backups of one epoch, and what opens them (passphrases, or the secret key of a recipient), can still sign for this key.`,
        'attention',
      ),
      facts(
        fact('Done by', nameOf(plan, role)),
        fact('With', 'a second person who is not a holder of this key'),
        fact('Deadline', deadline),
      ),
      heading(1, 'Before anything is destroyed'),
      {
        kind: 'checks',
        items: [
          'The record of the ceremony says VALID and completed.',
          `The backups of epoch ${plan.epoch} are in their bags, and in the custody log.`,
          'No legal hold covers the old backups. Somebody who knows has said so: write down who.',
          'Two people are there, from the opening of the bag to the end.',
        ],
      },
      heading(1, 'What is to be destroyed'),
      ...(own === undefined
        ? [
            paragraph(
              'The record of the earlier ceremony was not at hand: its backups are written in by hand, from its custody log.',
            ),
          ]
        : own.length === 0
          ? [
              paragraph(
                'The earlier record knows of no backup of this holder. Write in any that is known otherwise, from the custody log.',
              ),
            ]
          : []),
      table(
        'Old backups',
        [
          { title: 'Epoch', share: 8 },
          { title: 'Kind, label', share: 24 },
          { title: 'Serial or bag number', share: 20 },
          { title: 'Seal whole', share: 10 },
          { title: 'Method (see below)', share: 18 },
          { title: 'Done by, initials', share: 13 },
          { title: 'Seen by, initials', share: 13 },
          { title: 'Date, time', share: 12 },
        ],
        [
          ...(own ?? []).map(({ epoch, kind, label, serial }): Cell[] => [
            String(epoch),
            `${BACKUP_NAMES[kind]} “${label}”`,
            mono(serial),
            { check: ['yes', 'no'] },
            BLANK,
            BLANK,
            BLANK,
            BLANK,
          ]),
          ...Array.from({ length: own === undefined || own.length === 0 ? 3 : 1 }, (): Cell[] => [
            BLANK,
            BLANK,
            BLANK,
            { check: ['yes', 'no'] },
            BLANK,
            BLANK,
            BLANK,
            BLANK,
          ]),
        ],
        { rowHeight: 30 },
      ),
      methods([...plan.backups, ...(own ?? [])].some(({ kind }) => kind === 'recipients-file')),
      together(
        {
          kind: 'checks',
          items: [
            'Nothing was left over: every bag of the old epoch is opened and empty, or written down here as missing.',
          ],
        },
        fields(
          { label: 'Missing, and reported to' },
          { label: 'Done by (name, signature, date)', width: 'half' },
          { label: 'Second person (name, signature, date)', width: 'half' },
        ),
      ),
    ],
  };
}

/** After an early end nothing old is destroyed, and what was written for the new epoch is kept apart. */
function leftovers(
  context: PlanContext,
  index: number,
): Pick<CeremonyDocument, 'name' | 'title' | 'purpose' | 'blocks'> {
  const { plan } = context;
  const role = `holder-${index}`;
  const planned = plan.backups.filter(({ holder }) => holder === index);
  return {
    name: `destruction-checklist-${role}`,
    title: `What stays and what is left over: ${roleTitle(role)}`,
    purpose: `For ${nameOf(plan, role)}: the ceremony was ended early, and nothing is destroyed now.`,
    blocks: [
      paragraph(
        plan.before === null
          ? 'No key was made. There is nothing in use, and nothing to destroy yet.'
          : `Destroy nothing. Epoch ${plan.before.epoch} stays in use: its share and its backups are the key.`,
        'attention',
      ),
      heading(1, 'What may be left over'),
      ...(planned.length === 0
        ? []
        : [
            paragraph(
              `Backups of epoch ${plan.epoch} may have been written before the end. They open nothing that is in use. Keep them sealed and apart until a later epoch is in use on every laptop, then destroy them with the backups of the epoch before.`,
            ),
          ]),
      table(
        `Backups of epoch ${plan.epoch}, as planned`,
        [
          { title: 'Kind, label', share: 34 },
          { title: 'Was it written', share: 18 },
          { title: 'Serial or bag number', share: 26 },
          { title: 'Where it is kept', share: 26 },
        ],
        planned.map(({ kind, label }): Cell[] => [
          `${BACKUP_NAMES[kind]} “${label}”`,
          { check: ['yes', 'no'] },
          BLANK,
          BLANK,
        ]),
        { empty: 'The plan asked this holder for no backup.', rowHeight: 34 },
      ),
      fields({ label: `${nameOf(plan, role)}, signature`, width: 'half' }, { label: 'Date', width: 'half' }),
    ],
  };
}
