/** What a custodian is given, and what they take on with it, to be signed by them. */
import { BACKUP_NAMES, type PlanContext } from '../plan.ts';
import { WHO_OPENS } from '../planned-backup.ts';
import { common, type CeremonyFacts } from './facts.ts';
import {
  code,
  fact,
  facts,
  fields,
  heading,
  list,
  paragraph,
  table,
  mono,
  BLANK,
  type Cell,
  type CeremonyDocument,
} from './model.ts';
import { nameOf, plural, roleTitle } from './people.ts';

/**
 * The acknowledgement of one holder; with numbers of media where the record has them. Undefined after an early end: there
 * is nothing to take on, and what was signed for the epoch in use stays in force.
 */
export function acknowledgement(
  context: PlanContext,
  index: number,
  given?: CeremonyFacts,
): CeremonyDocument | undefined {
  if (given !== undefined && given.after === undefined) return undefined;
  const { plan } = context;
  const role = `holder-${index}`;
  const name = nameOf(plan, role);
  const own = plan.backups.filter(({ holder }) => holder === index);
  const toRecipients = own.some(({ kind }) => kind === 'recipients-file');
  return {
    ...common(context),
    name: `acknowledgement-${role}`,
    title: `Custodian acknowledgement: ${roleTitle(role)}`,
    purpose: `What ${name} holds of “${plan.keyName}”, and what that asks for.`,
    at: given?.at ?? plan.created,
    role,
    blocks: [
      facts(
        fact('Custodian', name),
        fact('Role', `${roleTitle(role)} of ${plan.holders.length}; any ${plan.threshold} together can sign`),
        fact('Key', plan.keyName),
        given?.after === undefined ? undefined : code('Fingerprint of the key', given.after.fingerprint),
        fact('Epoch', String(plan.epoch)),
      ),
      heading(1, 'What I am given'),
      list(
        'A laptop with my share, sealed in its vault. The share opens with my passphrase, which only I know.',
        own.length === 0
          ? 'No backup: the plan asks for none.'
          : `${plural(own.length, 'backup')} of my share, ${toRecipients ? '' : 'sealed with a passphrase, '}in the bags below.`,
        ...(toRecipients
          ? [
              `A file to recipients has no passphrase: ${WHO_OPENS}, without me. The keys stand in the approval record.`,
            ]
          : []),
      ),
      ...(own.length === 0
        ? []
        : [
            table(
              'Backups',
              [
                { title: 'Backup', share: 30 },
                { title: 'Serial or bag number', share: 30 },
                { title: 'Where it is kept', share: 40 },
              ],
              own.map((backup): Cell[] => {
                const receipt = given?.backups.find(
                  (one) => one.holder === index && one.label === backup.label,
                );
                return [
                  `${BACKUP_NAMES[backup.kind]} “${backup.label}”`,
                  receipt === undefined ? BLANK : mono(receipt.serial),
                  BLANK,
                ];
              }),
              { rowHeight: 26 },
            ),
          ]),
      heading(1, 'What I take on'),
      list(
        'I tell nobody my passphrases, and write them down nowhere but where the policy says.',
        'I keep laptop and bags where they belong, give neither to anybody who is not in the custody log, and let nobody use the laptop in my name.',
        'I make no copy of the share or of a backup beside those in the plan.',
        'I use my share only in a ceremony or a signing that was approved, and I compare its words or its message myself.',
        'I report at once: a lost or opened bag, a lost laptop, a passphrase that somebody may have seen, somebody who asked for my share. Reporting has no cost for me; silence does.',
        `I come to the next refresh, or say in time that I cannot. When I leave, I hand over in a ceremony, not by hand.`,
        ...(plan.before === null
          ? []
          : [
              `I destroy my backups of epoch ${plan.before.epoch} after this ceremony, by the destruction checklist, with a second person.`,
            ]),
      ),
      paragraph('I have read and understood this, and I accept it.'),
      fields(
        { label: 'Custodian', width: 'half', value: name },
        { label: 'Signature', width: 'half' },
        { label: 'Place', width: 'half' },
        { label: 'Date', width: 'half' },
        { label: 'Received for the organisation (name, position)', width: 'half' },
        { label: 'Signature', width: 'half' },
      ),
    ],
  };
}
