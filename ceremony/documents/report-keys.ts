/** The part of the ceremony report about the key: before and after, addresses, public shares, signatures by the new shares. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { ethereumAddress, ethereumText, taprootAddress } from '../formats/chain-addresses.ts';
import { keyPoints, type KeyRecord } from '../key-record.ts';
import type { CeremonyFacts } from './facts.ts';
import { code, fact, facts, heading, mono, paragraph, table, type Block, type Cell } from './model.ts';
import { named } from './people.ts';

function addresses(record: KeyRecord): (ReturnType<typeof code> | undefined)[] {
  if (record.suite !== 'secp256k1') return [];
  const { groupKey } = keyPoints(record);
  return [
    code('Taproot address (main network)', taprootAddress(groupKey)),
    code('Ethereum address', ethereumText(ethereumAddress(groupKey))),
  ];
}

export function keys({ before, after, view, context }: CeremonyFacts): Block[] {
  const describe = (record: KeyRecord | undefined, label: string, none: string): Block[] => [
    heading(2, label),
    record === undefined
      ? paragraph(none)
      : facts(
          fact('Epoch', String(record.epoch)),
          code('Fingerprint', record.fingerprint),
          code('Group key', record.groupKey),
          ...addresses(record),
          fact('Came from', record.origin),
        ),
  ];
  const same = after !== undefined && before?.groupKey === after.groupKey;
  return [
    heading(1, 'Keys'),
    ...(same
      ? [
          paragraph(
            'The group key after is the group key before, byte for byte. Addresses that were made from it stay as they are.',
          ),
        ]
      : []),
    ...describe(before ?? undefined, 'Before', 'There was no key before: this ceremony was to make it.'),
    ...describe(
      after,
      'After',
      before === null
        ? 'No key was made.'
        : `As before: the ceremony was ended early, and epoch ${before.epoch} stays in use.`,
    ),
    ...(before === null && after === undefined
      ? []
      : [
          table(
            'Public shares',
            [
              { title: 'Holder', share: 22 },
              { title: 'Before', share: 39 },
              { title: 'After', share: 39 },
            ],
            (after ?? before)?.holders.map(({ index }): Cell[] => [
              named(context.plan, `holder-${index}`),
              mono(shareOf(before, index)),
              mono(shareOf(after, index)),
            ]) ?? [],
          ),
        ]),
    ...(view.secure === undefined
      ? []
      : [
          table(
            'Signatures by the new shares, valid under the group key by ordinary verification',
            [
              { title: 'No.', share: 6 },
              { title: 'Holders', share: 16 },
              { title: 'Scheme', share: 12 },
              { title: 'Signature', share: 66 },
            ],
            view.secure.proofs.map(({ signature }, at): Cell[] => [
              String(at + 1),
              context.plan.proofs[at]?.signers.join(', ') ?? '',
              context.plan.proofs[at]?.scheme ?? '',
              mono(bytesToHex(signature)),
            ]),
          ),
        ]),
  ];
}

const shareOf = (record: KeyRecord | null | undefined, index: number): string =>
  record?.holders.find((holder) => holder.index === index)?.publicShare ?? '–';
