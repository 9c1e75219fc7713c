/** The verifiers that need nothing of Reseal, as files to hand on: verify.html and verify.py. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from './errors.ts';

const HERE = import.meta.dirname;
/** Beside the built program both lie ready; from the sources the page is built when it is asked for. */
const BUILT = join(HERE, '..', 'verify.html');
const MAKER = join(HERE, '..', 'scripts', 'verify-page.ts');

function page(): Uint8Array {
  if (existsSync(BUILT)) return readFileSync(BUILT);
  const folder = mkdtempSync(join(tmpdir(), 'reseal-verifier-'));
  try {
    const file = join(folder, 'verify.html');
    execFileSync(process.execPath, [MAKER, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    return readFileSync(file);
  } catch {
    throw new UsageError(
      'verify.html could not be built: run "npm ci" in the folder of the program, then try again.',
      1,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both verifiers by file name. The same program gives the same bytes. Throws UsageError (exit 1). */
export function verifierFiles(): ReadonlyMap<'verify.html' | 'verify.py', Uint8Array> {
  const script = [join(HERE, '..', 'verifiers', 'verify.py'), join(HERE, '..', 'verify.py')].find((path) =>
    existsSync(path),
  );
  if (script === undefined) throw new Error('verify.py does not lie beside the program');
  return new Map([
    ['verify.html', page()],
    ['verify.py', readFileSync(script)],
  ]);
}
