/**
 * The Chromium host: the same window, bridge and application as under Electron, in the system's Chromium, driven by
 * playwright-core over a pipe (no port is opened). For machines without Electron's binary, and for tests.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { chromium, type BrowserContext, type Frame, type Page, type Route } from 'playwright-core';
import type { Dispatch, RunningConsole, Sender, StartConsole } from '../console/host.ts';
import type { Reply } from '../ipc/contract.ts';
import { openAssets, type Assets } from '../main/assets.ts';
import { measureSoftware } from '../main/software.ts';
import { programIn, reporter } from '../main/surroundings.ts';
import {
  allowsRequest,
  CHROMIUM_ORIGIN,
  commandLine,
  disabledFeatures,
  isStartPage,
  originOf,
  responseHeaders,
} from '../security/policy.ts';
import { BINDING, preloadScript, type Call } from './bridge.ts';

/** One message between window and program, as it crossed. */
export type IpcEntry =
  | { readonly kind: 'invoke'; readonly channel: unknown; readonly input: unknown; readonly reply: Reply }
  | { readonly kind: 'push'; readonly channel: string; readonly payload: unknown };

export interface ChromiumOptions {
  /** Folder of this laptop. */
  readonly home: string;
  readonly startConsole: StartConsole;
  readonly version: string;
  /** The built program: `out`. */
  readonly out: string;
  /** False: a window. Default true. */
  readonly headless?: boolean;
  /** Chromium to run; default: the system's. */
  readonly executable?: string;
  /** Further switches, with their `--`: a fake camera, for example. */
  readonly args?: readonly string[];
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly deviceScaleFactor?: number;
  readonly reducedMotion?: 'reduce' | 'no-preference';
  /** Environment of Chromium: DISPLAY, for example. Default: this process's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Is told every message, both ways, after it crossed. For tests. */
  readonly onIpc?: (entry: IpcEntry) => void;
  /** Is told of unforeseen errors; default: standard error. */
  readonly report?: (error: unknown) => void;
}

export interface ChromiumConsole {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly origin: string;
  /** Addresses that the window asked for and did not get. */
  readonly refused: readonly string[];
  /** Settles when the window is gone, the application closed and the profile removed; whoever closed it. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Features that playwright-core switches off so that requests can be answered; a second list would replace its own. */
const PLAYWRIGHT_NEEDS = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'PaintHolding',
];

/** Switches that playwright-core sets for tests, and that a console should not have. */
const NOT_FROM_PLAYWRIGHT = [
  '--disable-popup-blocking',
  '--disable-ipc-flooding-protection',
  '--enable-unsafe-swiftshader',
  '--unsafely-disable-devtools-self-xss-warnings',
  '--allow-pre-commit-input',
  // Shared memory in files on the disk.
  '--disable-dev-shm-usage',
];

/** Chromium's switches: the policy's, and what hosting needs. */
export function chromiumArguments(): string[] {
  const policy = commandLine.map(([name, value]) => {
    if (name === 'disable-features')
      return `--${name}=${[...disabledFeatures, ...PLAYWRIGHT_NEEDS].join(',')}`;
    return value === '' ? `--${name}` : `--${name}=${value}`;
  });
  return [...policy, '--disable-gpu', '--force-color-profile=srgb', '--font-render-hinting=none'];
}

/** The system's Chromium, or null. */
export function findChromium(environment: Readonly<Record<string, string | undefined>>): string | null {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = ['chromium', 'chromium-browser'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** Where the profile lies while the window is open: in memory, where the system has such a folder for each person. */
export function temporaryFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_RUNTIME_DIR: inMemory = '' } = environment;
  return inMemory !== '' && existsSync(inMemory) ? inMemory : tmpdir();
}

/**
 * Opens the console in Chromium.
 *
 * @throws Error when there is no Chromium, or when it does not start
 */
export async function openInChromium(options: ChromiumOptions): Promise<ChromiumConsole> {
  const executablePath = options.executable ?? findChromium(process.env);
  if (executablePath === null) throw new Error('There is no Chromium on this machine.');
  const program = programIn(options.out);
  const report = options.report ?? reporter((line) => process.stderr.write(line), process.env);
  const [assets, preload, software] = await Promise.all([
    openAssets(program.renderer, CHROMIUM_ORIGIN),
    readFile(program.preload, 'utf8'),
    measureSoftware(program.out),
  ]);

  const profile = await mkdtemp(join(temporaryFolder(process.env), 'reseal-window-'));
  const removeProfile = (): Promise<void> => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  let context: BrowserContext;
  try {
    context = await launch(profile, executablePath, options);
  } catch (error) {
    await removeProfile();
    throw error;
  }

  const refused: string[] = [];
  const pushes = new Pushes();
  let running: RunningConsole | undefined;
  // Also when the person closes the window: then Chromium ends, and with it the context.
  const closed = new Promise<void>((settle) =>
    context.once('close', () => {
      settle();
    }),
  ).then(async () => {
    await running?.close();
    await removeProfile();
  });

  try {
    const page = context.pages()[0] ?? (await context.newPage());
    let dispatch: Dispatch | undefined;
    await context.route('**/*', (route) => answer(route, assets, refused).catch(gone));
    await context.exposeBinding(BINDING, async ({ frame }, said: Call): Promise<unknown> => {
      const sender = senderOf(frame, page);
      if (said.ask === 'push') {
        if (!sender.isMainFrame || originOf(sender.frameUrl) !== CHROMIUM_ORIGIN)
          return await new Promise(() => undefined);
        return await pushes.next();
      }
      if (dispatch === undefined) throw new Error('the console has not started');
      const reply = clone(await dispatch(sender, said.channel, clone(said.input))) as Reply;
      options.onIpc?.({ kind: 'invoke', channel: said.channel, input: said.input, reply });
      return reply;
    });
    await context.addInitScript({ content: preloadScript(preload) });
    confine(context, page, refused);

    running = options.startConsole({
      kind: 'chromium',
      appOrigin: CHROMIUM_ORIGIN,
      home: options.home,
      version: options.version,
      engine: program.engine,
      softwareDigest: software.digest,
      serve: (given) => {
        dispatch = given;
      },
      send: (channel, payload) => {
        const sent = clone(payload);
        pushes.add([channel, sent]);
        options.onIpc?.({ kind: 'push', channel, payload: sent });
      },
      report,
    });
    await page.goto(`${CHROMIUM_ORIGIN}/`);
    return {
      page,
      context,
      origin: CHROMIUM_ORIGIN,
      refused,
      closed,
      close: async () => {
        await context.close();
        await closed;
      },
    };
  } catch (error) {
    await context.close();
    await closed;
    throw error;
  }
}

async function launch(
  profile: string,
  executablePath: string,
  options: ChromiumOptions,
): Promise<BrowserContext> {
  const headless = options.headless ?? true;
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless,
    // Chromium's own sandbox refuses to work for root, and only for root.
    chromiumSandbox: process.getuid?.() !== 0,
    ignoreDefaultArgs: NOT_FROM_PLAYWRIGHT,
    args: [
      ...chromiumArguments(),
      // A window without address bar and tabs, without the bar that warns of switches.
      ...(headless
        ? ['--hide-scrollbars']
        : [
            '--app=data:text/html,<title>Reseal</title>',
            '--class=reseal',
            '--test-type',
            '--window-size=1280,800',
          ]),
      ...(options.args ?? []),
    ],
    ...(headless
      ? {
          viewport: options.viewport ?? { width: 1280, height: 800 },
          deviceScaleFactor: options.deviceScaleFactor ?? 1,
        }
      : { viewport: options.viewport ?? null }),
    // Chromium's own temporary files go with the profile.
    env: { ...(options.environment ?? process.env), TMPDIR: profile },
    colorScheme: options.colorScheme ?? null,
    reducedMotion: options.reducedMotion ?? null,
    serviceWorkers: 'block',
    acceptDownloads: false,
    bypassCSP: false,
    ignoreHTTPSErrors: false,
    locale: 'en-GB',
    timeout: 60_000,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  // Granting one permission refuses all others, without asking anybody.
  await context.grantPermissions(['camera'], { origin: CHROMIUM_ORIGIN });
  return context;
}

/** A request is answered from the program's own files, or it does not happen. */
async function answer(route: Route, assets: Assets, refused: string[]): Promise<void> {
  const request = route.request();
  if (request.isNavigationRequest() && !isStartPage(request.url(), CHROMIUM_ORIGIN)) {
    refused.push(request.url());
    // "No content": the window stays where it is. An aborted navigation would show Chromium's error page instead.
    await route.fulfill({ status: 204, headers: responseHeaders });
    return;
  }
  if (!allowsRequest(request.url(), CHROMIUM_ORIGIN)) {
    refused.push(request.url());
    await route.abort('blockedbyclient');
    return;
  }
  const response = await assets(request.url(), request.method());
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  });
}

/** The window goes nowhere, opens nothing and keeps no downloads. */
function confine(context: BrowserContext, page: Page, refused: string[]): void {
  context.on('page', (other) => {
    if (other === page) return;
    refused.push(other.url());
    other.close().catch(gone);
  });
  page.on('framenavigated', (frame) => {
    // Requests are refused already; this is for addresses that need none (`about:`, `chrome:`).
    if (frame !== page.mainFrame() || originOf(frame.url()) === CHROMIUM_ORIGIN) return;
    refused.push(frame.url());
    page.goto(`${CHROMIUM_ORIGIN}/`).catch(gone);
  });
  page.on('dialog', (dialog) => {
    dialog.dismiss().catch(gone);
  });
  page.on('download', (download) => {
    download.cancel().catch(gone);
  });
  // A window without a process behind it helps nobody.
  page.on('crash', () => {
    context.close().catch(gone);
  });
  page.on('close', () => {
    context.close().catch(gone);
  });
}

/** What was asked of a window that closed meanwhile needs no answer. */
function gone(): void {
  return undefined;
}

function senderOf(frame: Frame, page: Page): Sender {
  return { frameUrl: frame.url(), isMainFrame: frame === page.mainFrame() };
}

/** What Electron does with everything that crosses; a function in it throws there, too. */
function clone(value: unknown): unknown {
  return deserialize(serialize(value));
}

/** Pushes that the window has not fetched yet, in their order. */
class Pushes {
  readonly #queue: unknown[] = [];
  #waiting: ((push: unknown) => void) | undefined;

  add(push: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#queue.push(push);
    else waiting(push);
  }

  /** The next push. A window that was loaded anew asks again, and the old question is never answered. */
  next(): Promise<unknown> {
    if (this.#queue.length > 0) return Promise.resolve(this.#queue.shift());
    return new Promise((settle) => {
      this.#waiting = settle;
    });
  }
}
