/** verify.html in the system's Chromium, from file:// and without a network, as an auditor opens it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../electron/chromium/host.ts';
import { buildVerifyPage } from '../scripts/verify-page.ts';

export interface VerifyPage {
  readonly page: Page;
  readonly file: string;
  /** Everything that the page asked for beside itself, and what its console said. */
  readonly asked: readonly string[];
  readonly said: readonly string[];
  close(): Promise<void>;
}

/** Builds the page and opens it. */
export async function openVerifyPage(): Promise<VerifyPage> {
  const executablePath = findChromium(process.env);
  if (executablePath === null) throw new Error('There is no Chromium on this machine.');
  const folder = await mkdtemp(join(tmpdir(), 'reseal-verify-html-'));
  const file = join(folder, 'verify.html');
  await buildVerifyPage(file);
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  const context = await browser.newContext({ offline: true, viewport: { width: 1000, height: 900 } });
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const asked: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== address) asked.push(request.url());
  });
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  await page.goto(address);
  return {
    ...{ page, file, asked, said },
    close: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
