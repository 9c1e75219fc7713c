/**
 * The engine's thread as seen from the main thread: calls go in by number, answers come back, and if the thread dies
 * (a defect, or out of memory) a new one is started with a locked vault. Nothing is lost by that: whatever was done was
 * on disk before it was shown.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { releaseOwnLocks } from '../../devices/vault/lock.ts';
import type { InvokeChannel } from '../ipc/contract.ts';
import type { ConsoleState } from '../ipc/state.ts';
import type { Refusal } from './explain.ts';

/** What the engine needs to know to start. */
export interface Start {
  readonly home: string;
  readonly version: string;
  readonly host: 'electron' | 'chromium';
  readonly softwareDigest: string;
}

export interface Call {
  readonly id: number;
  readonly channel: InvokeChannel;
  readonly input: unknown;
}

export type FromEngine =
  | { readonly type: 'state'; readonly state: ConsoleState }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | ({ readonly type: 'refusal'; readonly id: number } & Refusal)
  | { readonly type: 'closed' };

/** A refusal that came from the engine, with the words for the person. */
export class EngineRefusal extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.internal ? refusal.detail : refusal.message);
    this.name = 'EngineRefusal';
    this.refusal = refusal;
  }
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** An engine that ends this often within this time, in milliseconds, has something that starting again does not mend. */
const MAX_DEATHS = 5;
const DEATHS_WITHIN = 60_000;
/** How long a closing engine may take, in milliseconds, before its thread is ended. */
const CLOSING = 10_000;

export class EngineClient {
  readonly #url: URL;
  readonly #start: Start;
  readonly #onState: (state: ConsoleState) => void;
  readonly #report: (error: unknown) => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker;
  #calls = 0;
  #deaths: number[] = [];
  #isDead = false;
  #ended: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    url: URL,
    start: Start,
    on: { readonly state: (state: ConsoleState) => void; readonly report: (error: unknown) => void },
  ) {
    this.#url = url;
    this.#start = start;
    this.#onState = on.state;
    this.#report = on.report;
    this.#worker = this.#spawn();
  }

  #spawn(): Worker {
    // Nothing of this process's environment or arguments is the engine's business but where nonces may be kept, and where printing is done.
    const worker = new Worker(this.#url, {
      workerData: this.#start,
      argv: [],
      env: {
        RESEAL_NONCES: process.env['RESEAL_NONCES'],
        HOME: process.env['HOME'],
        TZ: process.env['TZ'],
        XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'],
        CUPS_SERVER: process.env['CUPS_SERVER'],
      },
    });
    worker.on('message', (message: FromEngine) => {
      this.#receive(message);
    });
    worker.on('error', (error) => {
      this.#report(error);
    });
    worker.on('exit', () => {
      this.#died();
    });
    return worker;
  }

  #receive(message: FromEngine): void {
    if (message.type === 'state') {
      this.#onState(message.state);
      return;
    }
    if (message.type === 'closed') return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(new EngineRefusal(message));
  }

  #died(): void {
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const call of lost)
      call.reject(
        new EngineRefusal({
          internal: false,
          reason: 'engine-stopped',
          message: 'The program behind the window stopped and was started again.',
          next: 'Unlock the vault: everything is where it was.',
        }),
      );
    if (this.#ended !== undefined) {
      this.#ended();
      return;
    }
    // The dead thread held the vault in this process's name, which still lives.
    releaseOwnLocks(join(this.#start.home, 'vault'));
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WITHIN), now];
    if (this.#deaths.length >= MAX_DEATHS) {
      this.#isDead = true;
      this.#report(new Error('The engine ends again and again: it is not started any more.'));
      return;
    }
    this.#worker = this.#spawn();
    // The window learns from the new state that the vault is locked again.
    this.call('state:get', {}).then(
      (state) => {
        this.#onState(state as ConsoleState);
      },
      (error: unknown) => {
        this.#report(error);
      },
    );
  }

  /** Calls the engine. Rejects with EngineRefusal. */
  call(channel: InvokeChannel, input: unknown): Promise<unknown> {
    if (this.#isDead)
      return Promise.reject(
        new EngineRefusal({
          internal: false,
          reason: 'engine-stopped',
          message: 'The program behind the window does not start.',
          next: 'Close Reseal and start it again. Everything is on the disk as it was.',
        }),
      );
    this.#calls += 1;
    const call: Call = { id: this.#calls, channel, input };
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.id, { resolve, reject });
      this.#worker.postMessage(call);
    });
  }

  /** Ends the thread as a defect would. For tests. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Lets the engine zero what it has opened, then ends its thread. Safe to repeat. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    if (this.#isDead) return;
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#worker.postMessage('close');
    const limit = setTimeout(() => {
      void this.#worker.terminate();
    }, CLOSING);
    await ended;
    clearTimeout(limit);
  }
}
