/** Where the ceremonies of a laptop stand, read from its journals without doing anything. */
import { CeremonyLog } from '../ceremony/log.ts';
import { decodePlan, planCode, rolesOf } from '../ceremony/plan.ts';
import { exceptionsOf } from '../ceremony/exceptions.ts';
import { outcome } from '../ceremony/view.ts';
import type { Vault } from '../devices/vault/vault.ts';

/** One role of this laptop in one ceremony. */
export interface CeremonyStatus {
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
  /** Exceptions on record, as far as this laptop has seen. */
  readonly exceptions: number;
  readonly recordFiled: boolean;
}

/** All of them, in the order of their ids. */
export async function ceremonyStates(vault: Vault): Promise<CeremonyStatus[]> {
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
        exceptions: exceptionsOf(view).length,
        recordFiled: (await journal.get(administrator ? 'admin-file-record' : `filed-${role}`)) !== undefined,
      });
    }
  }
  return states;
}
