/**
 * For tests that verify many records: ceremony/view.ts with a memory of the step from one bundle to the next view. It
 * still runs for whatever is new. A factory for `vi.mock`; it imports nothing that imports what it stands for.
 */
import { bundleHash } from '../ceremony/bundle.ts';
import type { Audit, RuleId } from '../ceremony/rules.ts';
import type * as ViewModule from '../ceremony/view.ts';
import { bytesToHex, concatBytes } from '../crypto/bytes.ts';

/** Remembers views. */
export async function rememberView(original: () => Promise<typeof ViewModule>): Promise<typeof ViewModule> {
  const real = await original();
  const known = new Map<string, { next: ViewModule.View; passes: [RuleId, string][] }>();
  const advance: typeof real.advance = (view, bundle, audit) => {
    // The head stands for the plan and all bundles before; the bundle's hash for all bytes of this one.
    const id = bytesToHex(concatBytes(view.context.hash, view.head, bundleHash(view.context, bundle)));
    let answer = known.get(id);
    if (answer === undefined) {
      const passes: [RuleId, string][] = [];
      const listen: Audit = { pass: (...pass) => void passes.push(pass) };
      answer = { next: real.advance(view, bundle, listen), passes };
      known.set(id, answer);
    }
    for (const pass of answer.passes) audit?.pass(...pass);
    // A laptop reads sub-shares off its own copy of the bundle, which the hash does not cover.
    return { ...answer.next, bundles: [...view.bundles, bundle] };
  };
  return { ...real, advance };
}
