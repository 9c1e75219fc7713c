/** The end-to-end suite against real Electron: `npm run e2e:electron`. Says plainly when it cannot run. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findElectron } from '../electron/chromium/launch.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
if (findElectron(root) === null) {
  console.error(
    'NOT RUN: Electron’s binary is not on this machine. Where a network is, "npx electron --version" fetches it.',
  );
  process.exit(1);
}
const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
if (display === undefined) {
  console.error(
    'NOT RUN: Electron needs a display. Start one, for example: xvfb-run -a npm run e2e:electron.',
  );
  process.exit(1);
}
const { status } = spawnSync(join(root, 'node_modules/.bin/vitest'), ['run', 'e2e'], {
  stdio: 'inherit',
  cwd: root,
  env: { ...process.env, RESEAL_E2E_HOST: 'electron' },
});
process.exitCode = status ?? 1;
