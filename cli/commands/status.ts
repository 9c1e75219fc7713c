/** `reseal status`: what this laptop holds and where its ceremonies stand, without doing anything. */
import { bytesToHex } from '../../crypto/bytes.ts';
import { keyId } from '../../crypto/identity.ts';
import { decodePlan, planCode, rolesOf } from '../../ceremony/plan.ts';
import { CeremonyLog } from '../../ceremony/log.ts';
import { ROUND_NAMES } from '../../ceremony/bundle.ts';
import { outcome } from '../../ceremony/view.ts';
import type { Vault } from '../../devices/vault/vault.ts';
import type { Command } from '../command.ts';
import { openFrom, VAULT_OPTIONS } from '../session.ts';
import { heldKeys } from './key.ts';

interface CeremonyStatus {
  readonly ceremony: string;
  readonly code: string;
  readonly kind: string;
  readonly keyName: string;
  readonly epoch: number;
  readonly rehearsal: boolean;
  readonly role: string;
  readonly outcome: string;
  /** Round whose bundle this laptop waits for; null when there is none. */
  readonly nextRound: number | null;
  readonly recordFiled: boolean;
}

export const status: Command = {
  name: 'status',
  summary: 'Say what this laptop holds and where its ceremonies stand; does nothing',
  options: VAULT_OPTIONS,
  async run(given, output) {
    const { vault, home } = await openFrom(given);
    try {
      const { info } = vault;
      const keys = await heldKeys(vault);
      const ceremonies = await ceremonyStates(vault);
      const identity = bytesToHex(keyId(info.identity));
      output.line(
        `${info.name}, ${info.custodian}; identity ${identity}${info.rehearsal ? '; REHEARSAL' : ''}`,
      );
      if (keys.length === 0) output.line('Keys: none.');
      for (const { record, others } of keys)
        output.line(
          `Key "${record.name}" ${record.fingerprint}: ${record.suite}, ${record.threshold} of ${record.holders.length}, epoch ${record.epoch}` +
            (others.length === 0 ? '' : `; also here: ${others.join(', ')}`),
        );
      if (ceremonies.length === 0) output.line('Ceremonies: none.');
      for (const one of ceremonies) output.line(sentence(one));
      output.result({
        home,
        laptop: info.name,
        custodian: info.custodian,
        rehearsal: info.rehearsal,
        identity,
        keys: keys.map(({ record, epochId, others }) => ({ epochId, others, record })),
        ceremonies,
      });
      return 0;
    } finally {
      vault.close();
    }
  },
};

function sentence(one: CeremonyStatus): string {
  const what = `${one.rehearsal ? 'REHEARSAL ' : ''}${one.kind} of "${one.keyName}" to epoch ${one.epoch} (${one.code}), as ${one.role}`;
  if (one.recordFiled) return `${what}: ${one.outcome}, record filed.`;
  if (one.nextRound === null) return `${what}: ${one.outcome}, waits for the signed checkpoint.`;
  return `${what}: ${one.outcome}, waits for round ${one.nextRound} (${ROUND_NAMES[one.nextRound] ?? ''}).`;
}

async function ceremonyStates(vault: Vault): Promise<CeremonyStatus[]> {
  const states: CeremonyStatus[] = [];
  for (const id of await vault.ceremonyIds()) {
    const journal = vault.journal(id);
    const bytes = await journal.get('plan');
    if (bytes === undefined) continue;
    const context = decodePlan(bytes);
    for (const role of rolesOf(context.plan, vault.info.identity)) {
      const administrator = role === 'administrator';
      const { view } = await CeremonyLog.load(context, journal, administrator ? 'shown' : `bundle-${role}`);
      states.push({
        ceremony: id,
        code: planCode(context),
        kind: context.plan.kind,
        keyName: context.plan.keyName,
        epoch: context.plan.epoch,
        rehearsal: context.plan.rehearsal,
        role,
        outcome: outcome(view),
        nextRound: view.next ?? null,
        recordFiled: (await journal.get(administrator ? 'admin-file-record' : `filed-${role}`)) !== undefined,
      });
    }
  }
  return states;
}
