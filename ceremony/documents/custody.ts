/** The custody log: what was written on what, which bag it went into, and through whose hands it passed since. */
import { BACKUP_NAMES, type PlanContext } from '../plan.ts';
import { common, type CeremonyFacts } from './facts.ts';
import {
  BLANK,
  fields,
  heading,
  list,
  mono,
  paragraph,
  table,
  type Cell,
  type CeremonyDocument,
} from './model.ts';
import { clock, kindTitle, named } from './people.ts';

/** The log: from the plan, with media and times where the record has them. */
export function custodyLog(context: PlanContext, given?: CeremonyFacts): CeremonyDocument {
  const { plan } = context;
  const aborted = given?.outcome === 'aborted';
  const rows = plan.backups.map((backup): { who: string; what: string; cells: Cell[] } => {
    const receipt = given?.backups.find(
      ({ holder, label }) => holder === backup.holder && label === backup.label,
    );
    const who = named(plan, `holder-${backup.holder}`);
    const what = `${BACKUP_NAMES[backup.kind]} “${backup.label}”`;
    return {
      who,
      what,
      cells: [
        who,
        what,
        receipt === undefined ? BLANK : mono(receipt.serial),
        receipt === undefined ? BLANK : receipt.readBack,
        receipt === undefined ? BLANK : receipt.witness,
        receipt === undefined ? BLANK : clock(receipt.at),
      ],
    };
  });
  return {
    ...common(context),
    name: 'custody-log',
    title: 'Custody and bag log',
    purpose: `Backups of “${plan.keyName}”, epoch ${plan.epoch}: where each one is, and who had it in hand.`,
    at: given?.at ?? plan.created,
    role: undefined,
    blocks: [
      ...(aborted && plan.backups.length > 0
        ? [
            paragraph(
              `The ceremony was ended early: epoch ${plan.epoch} is not in use. A backup listed here is of no use now, and is not a backup of the key that is in use. Keep it sealed, and apart, until a later epoch is in use on every laptop.`,
              'attention',
            ),
          ]
        : []),
      list(
        'Every medium goes into a bag of its own, as soon as it was read back. Bag number and serial number are written here by one person and read by another.',
        'Whoever takes a bag looks at the seal first. A broken seal: stop, keep the bag, put it on record as an exception.',
        'The log goes with the bags. A copy of every page goes to the record.',
      ),
      table(
        'Backups',
        [
          { title: 'Holder', share: 20 },
          { title: 'Backup', share: 20 },
          { title: 'Serial or bag number', share: 20 },
          { title: 'Read back', share: 20 },
          { title: 'Watched by', share: 16 },
          { title: 'Written (UTC)', share: 16 },
        ],
        rows.map(({ cells }) => cells),
        { empty: 'The plan asks for no backup.', rowHeight: 26 },
      ),
      table(
        'Bags',
        [
          { title: 'Bag number', share: 16 },
          { title: 'What is in it', share: 30 },
          { title: 'Sealed by (name, initials)', share: 20 },
          { title: 'Seen by (name, initials)', share: 20 },
          { title: 'Date, time', share: 14 },
        ],
        [
          ...rows.map(({ who, what }): Cell[] => [BLANK, `${what} of ${who}`, BLANK, BLANK, BLANK]),
          ...Array.from({ length: 2 }, (): Cell[] => [BLANK, BLANK, BLANK, BLANK, BLANK]),
        ],
        { rowHeight: 28 },
      ),
      heading(1, 'Movements'),
      paragraph(
        `Every time a bag changes hands or place, from the end of the ${kindTitle(plan).toLowerCase()} on.`,
      ),
      table(
        'Movements of bags',
        [
          { title: 'Date, time', share: 13 },
          { title: 'Bag number', share: 13 },
          { title: 'From (name, initials)', share: 18 },
          { title: 'To (name, initials)', share: 18 },
          { title: 'Place, and why', share: 24 },
          { title: 'Seal whole', share: 14 },
        ],
        Array.from({ length: 14 }, (): Cell[] => [
          BLANK,
          BLANK,
          BLANK,
          BLANK,
          BLANK,
          { check: ['yes', 'no'] },
        ]),
        { rowHeight: 32 },
      ),
      fields({ label: 'Kept by (name, signature)', width: 'half' }, { label: 'From, to', width: 'half' }),
    ],
  };
}
