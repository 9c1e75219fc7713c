/** The evidence that stands above a decision: what was shown to be true, in numbers, from the view alone. */
import { contributors, RETIRE, SECURE } from '../../../ceremony/bundle.ts';
import { WHO_OPENS, type PlannedBackup } from '../../../ceremony/planned-backup.ts';
import type { StepId } from '../../../ceremony/script.ts';
import { outcome, recordAfter, type View } from '../../../ceremony/view.ts';
import type { FactState } from '../../ipc/state.ts';

const SUITE_WORDS: Readonly<Record<string, string>> = {
  secp256k1: 'secp256k1 (Bitcoin, Ethereum and others)',
  ed25519: 'Ed25519 (Solana, Stellar and others)',
  p256: 'P-256',
};

const fact = (label: string, value: string, state: FactState['state'] = 'shown'): FactState => ({
  label,
  value,
  state,
});

/** What to look at before answering a step; empty where there is nothing. */
export function factsOf(step: StepId, view: View): FactState[] {
  const { plan } = view.context;
  const holders = plan.holders.length;
  switch (step) {
    case 'join':
      return planFacts(view);
    case 'cutover': {
      const after = recordAfter(view);
      const same = plan.before === null || after?.groupKey === plan.before.groupKey;
      const label = plan.before === null ? 'Group key' : same ? 'Group key unchanged' : 'Group key CHANGED';
      return [...certificate(view), fact(label, short(after?.groupKey ?? ''), same ? 'shown' : 'wrong')];
    }
    case 'destroy':
      return [
        fact('Active on this laptop', `epoch ${plan.epoch}`),
        fact('Declared secure by', `${count(view, SECURE)} of ${holders} holders`),
        fact('To be destroyed on this laptop', `epoch ${plan.epoch - 1}: share and sealing key`, 'said'),
      ];
    case 'attest':
      return outcome(view) === 'aborted'
        ? [fact('Ended without a new epoch', view.abort?.reason ?? '', 'wrong')]
        : [
            ...certificate(view),
            fact(
              plan.kind === 'generate' ? 'Transcript signed by' : 'Old epoch retired by',
              `${count(view, RETIRE)} of ${contributors(view.context, RETIRE).length} holders`,
            ),
          ];
    default:
      return [];
  }
}

/** The first of many names; a screen has no room for hundreds, and a plan may have them. */
export function some(names: readonly string[], most = 12): string {
  return names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} others`;
}

/** What the declarations of all holders show together. */
function certificate(view: View): FactState[] {
  const { plan } = view.context;
  return [
    fact('New shares proven by their holders', `${count(view, SECURE)} of ${plan.holders.length}`),
    fact(
      'Test signatures valid under the group key',
      `${view.secure?.proofs.length ?? 0} of ${plan.proofs.length}`,
    ),
    fact('Backups written and read back', `${backups(view)} of ${plan.backups.length}`),
  ];
}

function planFacts({ context: { plan } }: View): FactState[] {
  const said = (label: string, value: string): FactState => fact(label, value, 'said');
  return [
    said('What', plan.kind === 'generate' ? 'Make a new key' : 'Refresh the shares of a key'),
    said('Key', `${plan.keyName}, ${SUITE_WORDS[plan.suite] ?? plan.suite}`),
    said('Holders', `${some(plan.holders.map(({ name }) => name))}; ${plan.threshold} must sign together`),
    said(
      'Backups',
      plan.backups.length === 0
        ? 'none: a laptop that breaks takes its share with it'
        : some([...new Set(plan.backups.map(({ label }) => label))]),
    ),
    ...recipientFacts(plan.backups).map(([label, value]) => said(label, value)),
  ];
}

/** A screen has no room for hundreds of sets of recipients, and a plan may have them. */
const MOST_SETS = 12;

/** Backups to recipients by label, with the recipients in full; holders may have different ones. */
function recipientFacts(backups: readonly PlannedBackup[]): [string, string][] {
  const found = new Map<string, [string, string]>();
  for (const backup of backups)
    if (backup.kind === 'recipients-file') {
      const value = `${backup.recipients.join(' ')} (${WHO_OPENS})`;
      found.set(`${backup.label} ${value}`, [`Recipients of "${backup.label}"`, value]);
    }
  const all = [...found.values()];
  if (all.length <= MOST_SETS) return all;
  const left = `${all.length - MOST_SETS} more sets of keys: "reseal show" lists them for the file of the plan`;
  return [...all.slice(0, MOST_SETS), ['Recipients of other backups', left]];
}

const count = (view: View, round: number): number =>
  view.bundles.find((bundle) => bundle.round === round)?.envelopes.length ?? 0;

/** Receipts in the accepted declarations. */
function backups(view: View): number {
  const envelopes = view.bundles.find((bundle) => bundle.round === SECURE)?.envelopes ?? [];
  return envelopes.reduce((sum, { payload }) => {
    const receipts = payload.body['backups'];
    return sum + (Array.isArray(receipts) ? receipts.length : 0);
  }, 0);
}

/** Both ends of a group key in hex. */
export const short = (hex: string): string =>
  hex.length > 20 ? `${hex.slice(0, 10)}…${hex.slice(-8)}` : hex;
