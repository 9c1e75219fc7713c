/** Does at one window what a test says, and tells what is there to see. Runs in the console's own process. */
import { mkdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { dirname } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { violations } from '../test-support/axe.ts';
import { Gazes } from './air/gaze.ts';
import type { Command, Results, Screen, Target } from './vocabulary.ts';

/** A click or a keystroke that does not come through within this time fails, in milliseconds. */
const PATIENCE = 20_000;

/** How a window is looked at. */
type Shown = Pick<Extract<Command, { do: 'axe' }>, 'size' | 'theme'>;

export class Hands {
  readonly #page: Page;
  readonly #ipc: readonly string[];
  readonly #processes: () => number[];
  readonly #gazes: Gazes;
  readonly #delay = monitorEventLoopDelay({ resolution: 5 });

  constructor(page: Page, ipc: readonly string[], processes: () => number[]) {
    this.#page = page;
    this.#ipc = ipc;
    this.#processes = processes;
    this.#gazes = new Gazes(page);
    page.setDefaultTimeout(PATIENCE);
  }

  async obey(command: Exclude<Command, { do: 'close' }>): Promise<unknown> {
    const page = this.#page;
    switch (command.do) {
      case 'click':
        return this.#at(command.target).click();
      case 'fill':
        return this.#at(command.target).fill(command.text);
      case 'select':
        return this.#select(command.target, command.label);
      case 'press':
        await this.#settled();
        return page.keyboard.press(command.key);
      case 'type':
        await this.#settled();
        return page.keyboard.type(command.text);
      case 'see':
        return this.#at(command.target).waitFor({ state: 'visible', timeout: command.within });
      case 'gone':
        return this.#at(command.target).waitFor({ state: 'hidden', timeout: command.within });
      case 'text':
        return this.#at(command.target).innerText();
      case 'screen':
        return this.#screen();
      case 'focus':
        return page.evaluate(() => {
          const focused = document.activeElement;
          return focused === null
            ? ''
            : `${focused.tagName.toLowerCase()} ${focused.getAttribute('aria-label') ?? focused.textContent}`;
        });
      case 'shoot':
        return this.#shoot(command);
      case 'axe':
        return this.#shownAs(command, () => violations(page));
      case 'state':
        return page.evaluate(async () => {
          const reply = await window.reseal.invoke('state:get', {});
          return reply.ok ? reply.value : reply;
        });
      case 'ipc':
        return this.#ipc;
      case 'watch':
        this.#delay.enable();
        this.#delay.reset();
        return page.evaluate(() => {
          const seen = { longest: 0, last: performance.now() };
          Object.assign(globalThis, { stalls: seen });
          const draw = (): void => {
            const now = performance.now();
            seen.longest = Math.max(seen.longest, now - seen.last);
            seen.last = now;
            requestAnimationFrame(draw);
          };
          requestAnimationFrame(draw);
        });
      case 'stalls':
        return {
          window: await page.evaluate(
            () => (globalThis as unknown as { stalls: { longest: number } }).stalls.longest,
          ),
          program: this.#delay.max / 1e6,
        } satisfies Results['stalls'];
      case 'face':
        return this.#gazes.by(command.lookers, command.seed);
      case 'memory':
        return {
          program: memoryOf(process.pid),
          window: this.#processes().reduce((sum, pid) => sum + memoryOf(pid), 0),
        } satisfies Results['memory'];
    }
  }

  /** What was just drawn has taken its place: people press no key faster than a screen is painted. */
  #settled(): Promise<void> {
    return this.#page.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(() => {
            requestAnimationFrame(() => {
              resolve();
            });
          });
        }),
    );
  }

  async #select(target: Target, words: string): Promise<void> {
    const list = this.#at(target);
    const option = list.locator('option', { hasText: words }).first();
    await list.selectOption((await option.getAttribute('value')) ?? '');
  }

  #at(target: Target): Locator {
    const page = this.#page;
    const exact = 'exact' in target ? (target.exact ?? false) : false;
    if ('role' in target) return page.getByRole(target.role, { name: target.name, exact }).first();
    if ('label' in target) return page.getByLabel(target.label, { exact }).first();
    if ('text' in target) return page.getByText(target.text, { exact }).first();
    return page.locator(target.css).first();
  }

  #screen(): Promise<Screen> {
    return this.#page.evaluate(() => {
      const main = document.querySelector('[data-screen]');
      return {
        screen: main?.getAttribute('data-screen') ?? '',
        step: main?.getAttribute('data-step') ?? null,
        role: main?.getAttribute('data-role') ?? null,
        heading: document.querySelector('h1')?.textContent ?? '',
      };
    });
  }

  #shoot(command: Extract<Command, { do: 'shoot' }>): Promise<void> {
    return this.#shownAs(command, async () => {
      await this.#page.evaluate(() => document.fonts.ready.then(() => undefined));
      mkdirSync(dirname(command.path), { recursive: true });
      await this.#page.screenshot({ path: command.path, animations: 'disabled' });
    });
  }

  /** Does something while the window has another size or theme; afterwards it is as it was. */
  async #shownAs<T>({ size, theme }: Shown, action: () => Promise<T>): Promise<T> {
    const page = this.#page;
    const before = page.viewportSize();
    if (size !== undefined) await page.setViewportSize({ width: size[0], height: size[1] });
    if (theme !== undefined) await page.emulateMedia({ colorScheme: theme });
    if (size !== undefined || theme !== undefined) await this.#settled();
    try {
      return await action();
    } finally {
      if (theme !== undefined) await page.emulateMedia({ colorScheme: null });
      if (size !== undefined && before !== null) await page.setViewportSize(before);
    }
  }
}

/** Proportional set size in bytes: a page that several processes share counts once in their sum. */
function memoryOf(pid: number): number {
  try {
    const [, kilobytes = '0'] =
      /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}
