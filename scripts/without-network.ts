/**
 * Runs a command in a network namespace of its own, without any interface: `node scripts/without-network.ts vitest run`.
 * Whatever passes there has not used a network. Where this machine does not allow that, it says so and runs it as it is.
 */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isolate } from '../electron/chromium/launch.ts';

const [command, ...words] = process.argv.slice(2);
if (command === undefined) {
  console.error('Name the command that is to run without a network.');
  process.exit(2);
}
const bin = join(fileURLToPath(new URL('..', import.meta.url)), 'node_modules', '.bin');
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
};
// Headless: no display has to be reached from inside.
const isolation = isolate(
  { kind: 'x11', socket: 'none' },
  process.getuid?.() === 0,
  ([first = '', ...rest]) => spawnSync(first, rest, { stdio: 'ignore' }).status === 0,
);
console.log(
  isolation.prefix.length > 0
    ? 'In a network namespace of its own: there is no network.'
    : 'This machine does not allow a network namespace: the tests run with whatever network there is.',
);
const [first = '', ...rest] = [...isolation.prefix, command, ...words];
const { status, error } = spawnSync(first, rest, {
  stdio: 'inherit',
  env: { ...env, RESEAL_WITHOUT_NETWORK: isolation.prefix.length > 0 ? 'yes' : 'no' },
});
if (error !== undefined) console.error(error.message);
process.exitCode = status ?? 1;
