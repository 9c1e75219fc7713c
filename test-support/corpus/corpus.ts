/**
 * The corpus: some hundred records, valid, aborted and tampered with, the same bytes every time. Whoever writes a
 * verifier holds it against them.
 */
import { exceptions } from '../tamper-envelopes.ts';
import { mutations, withChecksums } from '../tamper.ts';
import { ceremonies, type Finished } from './ceremonies.ts';
import { lies, mathematics, otherLies, plans } from './lies.ts';
import { recipientPlans } from './recipients.ts';
import type { Sample } from './sample.ts';
import { stamps } from './stamps.ts';

export type { Sample } from './sample.ts';

/** Every `step`-th mutation of a record, the checksums made to match but in every seventh. */
function tampered(base: Finished, foreign: Finished, step: number): Sample[] {
  const out: Sample[] = [];
  let count = 0;
  for (const { name, files } of mutations(base.files, {
    seed: base.name,
    flips: 2,
    foreign: foreign.files,
  })) {
    if (count++ % step !== 0) continue;
    // What no file system can hold does not reach a verifier.
    if ([...files.keys()].some((path) => path.startsWith('../') || path.length > 200)) continue;
    if ([...files.keys()].some((path) => path.startsWith('SHA256SUMS') && path !== 'SHA256SUMS')) continue;
    out.push({ name: `${base.name}: ${name}`, files: count % 7 === 0 ? files : withChecksums(files) });
  }
  return out;
}

/** Exceptions in another bundle, with another number, of somebody else: every third way. */
function movedExceptions(base: Finished): Sample[] {
  return [...exceptions(base.files)]
    .filter((_, at) => at % 3 === 0)
    .map(({ name, files }) => ({ name: `${base.name}: exception, ${name}`, files: withChecksums(files) }));
}

/** Builds all records. */
export async function corpus(): Promise<Sample[]> {
  const whole = await ceremonies();
  const named = (name: string): Finished => {
    const found = whole.find((one) => one.name === name);
    if (found === undefined) throw new Error(`the corpus has no ceremony "${name}"`);
    return found;
  };
  const bip = named('secp256k1, ES256, refreshed');
  const edwards = named('ed25519, EdDSA, refreshed');
  const made = named('p256, ES256, generated');
  const out: Sample[] = whole.map(({ name, files }) => ({ name, files }));
  out.push(...(await lies(bip, 2)), ...(await lies(edwards, 5)), ...(await lies(made, 5)));
  for (const base of [bip, edwards, made]) out.push(...(await otherLies(base)));
  for (const base of [bip, edwards]) out.push(...(await mathematics(base)));
  out.push(...plans(bip).filter((_, at) => at < 6 || at % 3 === 0));
  out.push(...stamps(edwards));
  out.push(...recipientPlans(named('secp256k1, sheets and legal hold')));
  out.push(...tampered(bip, named('secp256k1, EdDSA, refreshed'), 41));
  out.push(...tampered(named('ed25519, exceptions'), edwards, 37));
  out.push(...movedExceptions(named('ed25519, exceptions')));
  out.push(...tampered(named('p256 generate, wrong-sub-share'), made, 29));
  out.push(...tampered(named('secp256k1, stopped at stage 2'), bip, 31));
  return out;
}
