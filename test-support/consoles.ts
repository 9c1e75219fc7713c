/** Consoles without a window: engines in this process around one courier's folder, asked through the contract. */
import fs from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../electron/console/engine/engine.ts';
import {
  invokeContract,
  pushContract,
  type InvokeChannel,
  type InvokeInput,
  type InvokeOutput,
} from '../electron/ipc/contract.ts';
import type { CardSummary, PlanDraft } from '../electron/ipc/documents.ts';
import type { CeremonyState, ConsoleState, PartState } from '../electron/ipc/state.ts';

export const PASSPHRASE = 'rehearsal passphrase';

/** One console. Everything that crosses the contract is checked against it, and kept. */
export class TestConsole {
  readonly home: string;
  readonly engine: Engine;
  /** All that went out to the window, in order. */
  readonly out: unknown[] = [];
  state: ConsoleState | undefined;

  constructor(home: string, now?: () => Date) {
    this.home = home;
    this.engine = new Engine({
      home,
      version: 'test',
      host: 'chromium',
      softwareDigest: 'ab'.repeat(32),
      onState: (state) => {
        this.out.push(pushContract.state.parse(state));
        this.state = state;
      },
      ...(now === undefined ? {} : { now }),
    });
  }

  async ask<C extends InvokeChannel>(channel: C, input: InvokeInput<C>): Promise<InvokeOutput<C>> {
    const method = this.engine.methods[channel] as (given: unknown) => unknown;
    const output = await method(invokeContract[channel].input.parse(input));
    this.out.push(output);
    return invokeContract[channel].output.parse(output) as InvokeOutput<C>;
  }

  now(): Promise<ConsoleState> {
    return this.ask('state:get', {});
  }

  async ceremony(id?: string): Promise<CeremonyState> {
    const { ceremonies } = await this.now();
    const found = ceremonies.find((one) => id === undefined || one.id === id);
    if (found === undefined) throw new Error(`${this.home} has no such ceremony`);
    return found;
  }

  /** First start: a vault for rehearsals and a courier's folder. */
  async begin(custodian: string, courier: string): Promise<CardSummary> {
    await this.ask('vault:create', {
      laptop: `Laptop of ${custodian}`,
      custodian,
      passphrase: PASSPHRASE,
      alg: 'ES256',
      rehearsal: true,
    });
    await this.ask('courier:choose', { path: courier });
    return this.ask('card:make', {});
  }

  /** Gives the right answers at whatever step waits for a person; true when there was one. */
  async goOn(id: string, answers: Readonly<Record<string, string>> = {}): Promise<boolean> {
    const { parts } = await this.ceremony(id);
    for (const part of parts) {
      const answer = this.#answersFor(part, answers);
      if (answer === undefined || part.current === null) continue;
      const { complaints } = await this.ask('step:answer', {
        ceremony: id,
        role: part.role,
        step: part.current.id,
        about: part.current.about,
        seen: part.current.seen,
        answers: answer,
      });
      if (Object.keys(complaints).length > 0) throw new Error(JSON.stringify(complaints));
      return true;
    }
    await this.ask('courier:look', {});
    return false;
  }

  #answersFor(
    part: PartState,
    answers: Readonly<Record<string, string>>,
  ): Record<string, string> | undefined {
    const { current } = part;
    if (current === null || current.fields.length === 0) return undefined;
    return Object.fromEntries(
      current.fields.map((field) => [
        field.name,
        answers[`${current.id}.${field.name}`] ??
          field.expected ??
          field.choices[0]?.value ??
          (field.kind === 'long' ? '' : 'bag 7'),
      ]),
    );
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}

/** Three holders and an administrator who approves and is the witness, around one folder. */
export class ConsoleRoom {
  readonly courier: string;
  readonly holders: TestConsole[];
  readonly administrator: TestConsole;
  readonly cards: CardSummary[] = [];

  constructor(dir: string) {
    this.courier = join(dir, 'courier');
    fs.mkdirSync(this.courier, { recursive: true });
    this.holders = ['alma', 'bruno', 'chidi'].map((name) => new TestConsole(join(dir, name)));
    this.administrator = new TestConsole(join(dir, 'ada'));
  }

  get all(): TestConsole[] {
    return [...this.holders, this.administrator];
  }

  async begin(): Promise<void> {
    const names = ['Alma', 'Bruno', 'Chidi', 'Ada'];
    for (const [at, console] of this.all.entries())
      this.cards.push(await console.begin(names[at] ?? '', this.courier));
    await this.administrator.ask('courier:look', {});
  }

  /** A draft that makes a 2-of-3 key, or refreshes it. */
  draft(change: Partial<PlanDraft> = {}): PlanDraft {
    const own = this.cards[3]?.id ?? '';
    return {
      kind: 'generate',
      keyName: 'Treasury',
      suite: 'ed25519',
      threshold: 2,
      record: null,
      holders: this.cards.slice(0, 3).map(({ id }, at) => ({ index: at + 1, card: id })),
      administrator: own,
      approvers: [own],
      approvalsNeeded: 1,
      witnesses: [own],
      backups: ['Safe A'],
      cryptoperiod: 90,
      scheme: 'rfc9591',
      ...change,
    };
  }

  /** Goes round until every console has finished. Throws when that does not come about. */
  async toEnd(id: string, code: readonly string[]): Promise<void> {
    await this.#until(id, code, async (console) => (await console.ceremony(id)).finished);
  }

  /** Goes round until every holder is at this step, and leaves it there. */
  async toStep(id: string, code: readonly string[], step: string): Promise<void> {
    await this.#until(id, code, async (console) => {
      const { parts } = await console.ceremony(id);
      return console === this.administrator
        ? parts.every(({ current }) => current === null || current.fields.length === 0)
        : parts.some(({ current }) => current?.id === step);
    });
  }

  async #until(
    id: string,
    code: readonly string[],
    isThere: (console: TestConsole) => Promise<boolean>,
  ): Promise<void> {
    const answers = { 'join.code': code.join(' ') };
    for (let round = 0; round < 40; round++) {
      let all = true;
      for (const console of this.all) {
        await console.ask('courier:look', {});
        while (!(await isThere(console)) && (await console.goOn(id, answers)));
        all &&= await isThere(console);
      }
      if (all) return;
    }
    throw new Error('the ceremony did not come that far');
  }

  async close(): Promise<void> {
    for (const console of this.all) await console.close();
  }
}
