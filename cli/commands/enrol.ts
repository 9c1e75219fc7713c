/** `reseal enrol`: makes an enrolment card for the next key this laptop takes part in. */
import { resolve } from 'node:path';
import { keyId } from '../../crypto/identity.ts';
import { bytesToHex } from '../../crypto/bytes.ts';
import { cardId, encodeCard } from '../../ceremony/card.ts';
import { folderChannel } from '../../devices/channel/folder.ts';
import type { Command } from '../command.ts';
import { enrolLaptop, showCard } from '../../laptop/cards.ts';
import { UsageError } from '../../laptop/errors.ts';
import { writeOutput } from '../../laptop/files.ts';
import { COURIER_OUT_OPTION, openFrom, VAULT_OPTIONS } from '../session.ts';

export const enrol: Command = {
  name: 'enrol',
  summary: "Make an enrolment card: this laptop's identity and a sealing key for one key",
  options: {
    ...VAULT_OPTIONS,
    out: { value: 'FILE', help: 'write the card to this file' },
    courier: COURIER_OUT_OPTION,
  },
  examples: ['reseal enrol --out carol.card.json'],
  async run(given, output) {
    const out = given.text('out');
    const courier = given.text('courier');
    if (out === undefined && courier === undefined)
      throw new UsageError('Say where the card goes: --out FILE or --courier DIR.');
    const { vault } = await openFrom(given);
    try {
      const card = await enrolLaptop(vault);
      if (out !== undefined) writeOutput(out, encodeCard(card));
      if (courier !== undefined) await showCard(folderChannel(resolve(courier)), card);
      const identity = bytesToHex(keyId(vault.info.identity));
      output.line(`Made card ${cardId(card)} of "${card.name}" (${card.laptop}), identity ${identity}.`);
      output.line('One card serves one key. Whoever makes the plan compares the identity with this laptop.');
      output.result({
        card: cardId(card),
        name: card.name,
        laptop: card.laptop,
        identity,
        out: out ?? null,
        courier: courier ?? null,
      });
      return 0;
    } finally {
      vault.close();
    }
  },
};
