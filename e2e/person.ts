/**
 * A person at a console: clicks and types, and nothing else. Counts what it takes: screens seen, decisions (buttons
 * that were pressed), clicks, and characters that were typed.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eyeSwitches, makeEye } from './air/eye.ts';
import type { Answer, Command, Gaze, Results, Role, Screen, Target } from './vocabulary.ts';

const PROCESS = fileURLToPath(new URL('./console-process.ts', import.meta.url));
/** How long something on the screen may take to appear, in milliseconds: machines are slow and busy. */
export const SOON = 30_000;

/** What a person has done since the last `reset`. */
export interface Effort {
  screens: number;
  decisions: number;
  clicks: number;
  characters: number;
}

export class Person {
  readonly name: string;
  readonly home: string;
  #child: ChildProcess | undefined;
  #calls = 0;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #effort: Effort = { screens: 0, decisions: 0, clicks: 0, characters: 0 };
  #last = '';
  #errors = '';

  readonly #userHome: string;
  readonly #eye: string | undefined;
  #shows = 0;

  /**
   * `home`: the console's folder. `userHome`: what the file picker calls "Home folder". `eye`: file of the camera (air/eye.ts);
   * absent: this laptop has no camera.
   */
  constructor(name: string, home: string, userHome: string, eye?: string) {
    this.name = name;
    this.home = home;
    this.#userHome = userHome;
    this.#eye = eye;
  }

  /** Starts the console. */
  async start(): Promise<this> {
    const eye = this.#eye;
    if (eye !== undefined) makeEye(eye);
    const switches = eye === undefined ? [] : eyeSwitches(eye);
    const child = fork(PROCESS, [this.home, process.env['RESEAL_E2E_HOST'] ?? 'chromium', ...switches], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: { ...process.env, HOME: this.#userHome },
    });
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        reject(new Error(`${this.name}: the console ended (${code ?? signal ?? ''}). ${this.#errors}`));
      });
      child.on('message', (message: Answer | 'ready') => {
        if (message === 'ready') {
          resolve();
          return;
        }
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        if (message.ok) waiting?.resolve(message.value);
        else waiting?.reject(new Error(message.error));
      });
    });
    child.once('exit', () => {
      for (const waiting of this.#waiting.values())
        waiting.reject(new Error(`${this.name}: the console ended.`));
      this.#waiting.clear();
    });
    return this;
  }

  /** What the program said on standard error: a defect, if anything. */
  get errors(): string {
    return this.#errors;
  }

  async #do(command: Command): Promise<unknown> {
    const child = this.#child;
    if (child === undefined) throw new Error(`${this.name}: no console is open`);
    this.#calls += 1;
    const id = this.#calls;
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        child.send({ id, command });
      });
    } catch (error) {
      const where = command.do === 'screen' ? '' : await this.#where();
      throw new Error(
        `${this.name}: ${JSON.stringify(command).slice(0, 200)}${where}: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }

  async #where(): Promise<string> {
    try {
      const { screen, step, heading } = await this.screen();
      await this.shoot(`.e2e/failed-${this.name.toLowerCase()}.png`);
      return ` at ${screen}${step === null ? '' : `/${step}`} ("${heading}")`;
    } catch {
      return '';
    }
  }

  async #look(): Promise<void> {
    const { screen, step, heading } = await this.screen();
    const now = `${screen} ${step ?? ''} ${heading}`;
    if (now !== this.#last) this.#effort.screens += 1;
    this.#last = now;
  }

  /** Presses a button, a decision. */
  async press(name: string, role: Role = 'button'): Promise<void> {
    this.#effort.decisions += 1;
    await this.click({ role, name });
  }

  async click(target: Target): Promise<void> {
    this.#effort.clicks += 1;
    await this.#do({ do: 'click', target });
    await this.#look();
  }

  async fill(label: string, text: string): Promise<void> {
    await this.fillAt({ label }, text);
  }

  async fillAt(target: Target, text: string): Promise<void> {
    this.#effort.characters += text.length;
    await this.#do({ do: 'fill', target, text });
  }

  async select(label: string, option: string): Promise<void> {
    this.#effort.clicks += 1;
    await this.#do({ do: 'select', target: { label }, label: option });
  }

  async key(key: string): Promise<void> {
    await this.#do({ do: 'press', key });
    await this.#look();
  }

  async type(text: string): Promise<void> {
    this.#effort.characters += text.length;
    await this.#do({ do: 'type', text });
  }

  async sees(what: Target | string, within = SOON): Promise<void> {
    await this.#do({ do: 'see', target: typeof what === 'string' ? { text: what } : what, within });
    await this.#look();
  }

  async seesNo(what: Target | string, within = SOON): Promise<void> {
    await this.#do({ do: 'gone', target: typeof what === 'string' ? { text: what } : what, within });
  }

  /** Waits for a step of the ceremony, or a screen. */
  async comesTo(screen: string, step?: string, within = SOON): Promise<void> {
    await this.sees(
      { css: `[data-screen="${screen}"]${step === undefined ? '' : `[data-step="${step}"]`}` },
      within,
    );
  }

  async reads(target: Target): Promise<string> {
    return (await this.#do({ do: 'text', target })) as string;
  }

  screen(): Promise<Screen> {
    return this.#do({ do: 'screen' }) as Promise<Screen>;
  }

  focus(): Promise<string> {
    return this.#do({ do: 'focus' }) as Promise<string>;
  }

  async shoot(
    path: string,
    options: { size?: readonly [number, number]; theme?: 'light' | 'dark' } = {},
  ): Promise<void> {
    await this.#do({ do: 'shoot', path, ...options });
  }

  axe(options: { size?: readonly [number, number]; theme?: 'light' | 'dark' } = {}): Promise<Results['axe']> {
    return this.#do({ do: 'axe', ...options }) as Promise<Results['axe']>;
  }

  state(): Promise<Results['state']> {
    return this.#do({ do: 'state' }) as Promise<Results['state']>;
  }

  ipc(): Promise<Results['ipc']> {
    return this.#do({ do: 'ipc' }) as Promise<Results['ipc']>;
  }

  memory(): Promise<Results['memory']> {
    return this.#do({ do: 'memory' }) as Promise<Results['memory']>;
  }

  /**
   * Holds the window before the cameras of others from now on; before nobody's: puts it away.
   *
   * @param loss share of pictures that each of them loses
   */
  faces(others: readonly Person[], loss = 0): Promise<Gaze> {
    const lookers = others.map((other) => {
      const eye = other.#eye;
      if (eye === undefined) throw new Error(`${other.name} has no camera`);
      return { eye, loss };
    });
    this.#shows += 1;
    const seed = Buffer.from(this.name).readUInt16BE() * 1000 + this.#shows;
    return this.#do({ do: 'face', lookers, seed }) as Promise<Gaze>;
  }

  /** Begins to watch how long window and program stand still. */
  async watch(): Promise<void> {
    await this.#do({ do: 'watch' });
  }

  stalls(): Promise<Results['stalls']> {
    return this.#do({ do: 'stalls' }) as Promise<Results['stalls']>;
  }

  reset(): void {
    this.#effort = { screens: 0, decisions: 0, clicks: 0, characters: 0 };
  }

  get effort(): Readonly<Effort> {
    return this.#effort;
  }

  /** Closes the window as a person does. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    this.#do({ do: 'close' }).catch(() => undefined);
    await ended;
    this.#child = undefined;
  }

  /** Pulls the plug. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    this.#child = undefined;
  }
}
