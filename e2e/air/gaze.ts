/** Holds a window before the cameras of other consoles: real screenshots of it, as a camera sees them, again and again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { CDPSession, Page } from 'playwright-core';
import type { Gaze, Looker } from '../vocabulary.ts';
import type { Order } from './darkroom.ts';
import type { Area } from './screenshot.ts';

/** Pictures a second, at the most: two cores have a lot to do beside. */
const RATE = 6;

export class Gazes {
  readonly #page: Page;
  #session: Promise<CDPSession> | undefined;
  #darkroom: Worker | undefined;
  #lookers: readonly Looker[] = [];
  #running: Promise<void> | undefined;
  #sum: Gaze = { pictures: 0, lost: 0, milliseconds: 0 };

  constructor(page: Page) {
    this.#page = page;
  }

  /**
   * These cameras look from now on; none: nobody does. Returns what was shown to cameras so far.
   *
   * @param seed of where the cameras stand, and of what gets lost; counts when the first of them begins
   */
  async by(lookers: readonly Looker[], seed: number): Promise<Gaze> {
    this.#lookers = lookers;
    if (lookers.length > 0) {
      if (this.#running !== undefined) return this.#sum;
      this.#darkroom = new Worker(new URL('./darkroom.ts', import.meta.url), { workerData: { seed } });
      this.#running = this.#go();
      // Whoever puts the window away is told of it.
      this.#running.catch(() => undefined);
      return this.#sum;
    }
    await this.#running;
    if (this.#running !== undefined) await this.#develop({ lookers: [] });
    this.#running = undefined;
    await this.#darkroom?.terminate();
    return this.#sum;
  }

  async #go(): Promise<void> {
    const begun = performance.now();
    let codes: Area | null = null;
    while (this.#lookers.length > 0) {
      const next = sleep(1000 / RATE);
      codes = around(codes, await this.#codes());
      const png = await this.#screenshot();
      const lookers = this.#lookers;
      const lost = await this.#develop({ lookers, png, codes });
      const { pictures, milliseconds } = this.#sum;
      this.#sum = { pictures: pictures + 1, lost: this.#sum.lost + lost, milliseconds };
      await next;
    }
    this.#sum = { ...this.#sum, milliseconds: this.#sum.milliseconds + performance.now() - begun };
  }

  /** Where codes are on the screen: people point their cameras at them. */
  async #codes(): Promise<Area | null> {
    for (const canvas of await this.#page.locator('canvas').all()) {
      const area = await canvas.boundingBox().catch(() => null);
      if (area !== null && area.width > 0 && area.height > 0) return area;
    }
    return null;
  }

  async #screenshot(): Promise<Uint8Array> {
    this.#session ??= this.#page.context().newCDPSession(this.#page);
    const { data } = await (
      await this.#session
    ).send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
    return Buffer.from(data, 'base64');
  }

  /** Returns how many pictures were lost. */
  #develop(order: Order): Promise<number> {
    const darkroom = this.#darkroom;
    if (darkroom === undefined) throw new Error('nobody looks');
    return new Promise((resolve, reject) => {
      darkroom.once('error', reject);
      darkroom.once('message', (lost: number) => {
        darkroom.removeListener('error', reject);
        resolve(lost);
      });
      darkroom.postMessage(order);
    });
  }
}

/** People point at the codes; whoever has stepped back for larger ones stays there. */
function around(before: Area | null, now: Area | null): Area | null {
  if (before === null || now === null) return now;
  const [width, height] = [Math.max(before.width, now.width), Math.max(before.height, now.height)];
  return {
    x: now.x + (now.width - width) / 2,
    y: now.y + (now.height - height) / 2,
    width,
    height,
  };
}
