/**
 * The destruction certificate of a holder. Fields after NIST SP 800-88 Rev. 2 (2025), which replaced Rev. 1. It states
 * what was done to a medium and who saw it, and never that no other copy exists.
 */
import { BACKUP_NAMES, type PlanContext } from '../plan.ts';
import type { OldBackup } from './destruction.ts';
import { common, type CeremonyFacts } from './facts.ts';
import {
  fact,
  facts,
  fields,
  heading,
  paragraph,
  together,
  type Block,
  type CeremonyDocument,
} from './model.ts';
import { nameOf, roleTitle, when } from './people.ts';

/** The certificate of a holder: what the record states about the laptop, and a form for every old backup. */
export function destructionCertificate(
  context: PlanContext,
  index: number,
  old: readonly OldBackup[] | undefined,
  given: CeremonyFacts,
): CeremonyDocument | undefined {
  const { plan } = context;
  if (plan.before === null || given.outcome !== 'closed') return undefined;
  const role = `holder-${index}`;
  const own = old?.filter(({ holder }) => holder === index) ?? [];
  const forms = own.length === 0 ? [undefined] : own;
  return {
    ...common(context),
    name: `destruction-certificate-${role}`,
    title: `Destruction certificate: ${roleTitle(role)}`,
    purpose: `What was done to the shares of epoch ${plan.before.epoch} of “${plan.keyName}” that ${nameOf(plan, role)} held.`,
    at: given.at,
    role,
    blocks: [
      paragraph(
        'Fields after NIST SP 800-88 Rev. 2 (2025). This certificate states what was done to the things named in it, and who saw it. It does not state that no other copy exists.',
        'note',
      ),
      heading(1, 'On the laptop, from the signed record'),
      ...given.destroyed
        .filter(({ holder }) => holder === index)
        .map((receipt) =>
          facts(
            fact('Epoch', String(receipt.epoch)),
            fact('What held the share', receipt.what),
            fact('What was done', receipt.method),
            fact('Tool', receipt.tool),
            fact('Done by', receipt.who),
            fact('Seen by', receipt.witness),
            fact('At', when(receipt.at)),
          ),
        ),
      paragraph(
        'The sealed data key of the epoch was deleted before its files. Where that key was wrapped by a passphrase, this is not cryptographic erase: whoever has an older copy of the files and the passphrase can still open them. A laptop that leaves the committee is destroyed, or purged by its maker’s own command.',
      ),
      ...forms.flatMap((backup, at) => form(backup, at, forms.length)),
      together(
        heading(1, 'Signatures'),
        paragraph(
          'We were there from the opening of the bag to the end, and what stands above is what was done.',
        ),
        fields(
          { label: 'Done by: name, position', width: 'half' },
          { label: 'Signature, date', width: 'half' },
          { label: 'Second person: name, position', width: 'half' },
          { label: 'Signature, date', width: 'half' },
          { label: 'Place', width: 'half' },
          { label: 'How to reach both (telephone, e-mail)', width: 'half' },
        ),
      ),
    ],
  };
}

function form(backup: OldBackup | undefined, at: number, count: number): Block[] {
  return [
    together(
      heading(1, count === 1 ? 'The old backup' : `Old backup ${at + 1} of ${count}`),
      fields(
        { label: 'Epoch', width: 'half', ...(backup === undefined ? {} : { value: String(backup.epoch) }) },
        {
          label: 'Kind and label',
          width: 'half',
          ...(backup === undefined ? {} : { value: `${BACKUP_NAMES[backup.kind]} “${backup.label}”` }),
        },
        {
          label: 'Serial or bag number in the record',
          width: 'half',
          ...(backup === undefined ? {} : { value: backup.serial }),
        },
        { label: 'Number in the organisation’s inventory', width: 'half' },
        { label: 'Maker and model of the medium', width: 'half' },
        { label: 'Type of medium', width: 'half' },
      ),
      paragraph('Confidentiality of what was on it: a secret share of a signing key.'),
      paragraph('Method of sanitization (one):'),
      { kind: 'checks', items: ['Clear', 'Purge', 'Destroy'] },
      fields(
        { label: 'Technique, and tool with its version', lines: 1 },
        { label: 'How the result was verified, and by whom', lines: 1 },
        { label: 'Validated (was it the right method for what was on it): by whom', lines: 1 },
        { label: 'Where the remains went', width: 'half' },
        { label: 'Date and time (UTC)', width: 'half' },
      ),
    ),
  ];
}
