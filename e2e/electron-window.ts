/** The same window under real Electron, driven by playwright-core. Only where Electron's binary is there. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import { findElectron } from '../electron/chromium/launch.ts';
import { Hands } from './hands.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function openInElectron(
  home: string,
  ipc: string[],
  switches: readonly string[],
): Promise<{ hands: Hands; close(): Promise<void> }> {
  const executablePath = findElectron(root);
  if (executablePath === null) throw new Error('Electron’s binary is not on this machine.');
  const app = await _electron.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...switches,
      join(root, 'out/main/main.js'),
      `--home=${home}`,
    ],
  });
  const page = await app.firstWindow();
  return {
    hands: new Hands(page, ipc, () => [app.process().pid ?? 0]),
    close: () => app.close(),
  };
}
