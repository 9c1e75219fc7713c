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
import { capacityOf } from '../optical/symbol/draw.ts';
import { Receiver } from '../optical/wire/receiver.ts';
import { openSender } from '../optical/wire/sender.ts';
import { decodeTopic } from '../optical/wire/topic.ts';

export const PASSPHRASE = 'rehearsal passphrase';

/** What a console said of something that was held before its camera. */
export interface Glance {
  readonly hearing: InvokeOutput<'optical:hear'>;
  readonly messages: InvokeOutput<'optical:take'>['messages'];
}

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

  /** First start: a vault for rehearsals and a courier's folder; null: screen and camera. */
  async begin(custodian: string, courier: string | null): Promise<CardSummary> {
    await this.ask('vault:create', {
      laptop: `Laptop of ${custodian}`,
      custodian,
      passphrase: PASSPHRASE,
      alg: 'ES256',
      rehearsal: true,
    });
    await (courier === null ? this.ask('courier:camera', {}) : this.ask('courier:choose', { path: courier }));
    return this.ask('card:make', {});
  }

  /** Holds this screen before the other's camera: frames of what is shown, and what the other made of it. */
  async showTo(other: TestConsole, id: string, ceremony: string | null): Promise<Glance> {
    const { body, topic } = await this.ask('optical:content', { id });
    const about = decodeTopic(topic);
    if (about === undefined) throw new Error('a topic that nobody can read');
    const sender = openSender(body, about, capacityOf(25));
    const receiver = new Receiver();
    for (let sequence = 0; ; sequence++) {
      const heard = receiver.add(sender.frame(sequence));
      if (heard.what !== 'message') continue;
      const hearing = await other.ask('optical:hear', { topic, ceremony });
      if (hearing.verdict !== 'wanted') return { hearing, messages: [] };
      const { messages } = await other.ask('optical:take', { messages: [...heard.messages], ceremony });
      return { hearing, messages };
    }
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
  /** Not used where messages travel by screen and camera. */
  readonly courier: string;
  readonly #by: 'folder' | 'camera';
  readonly holders: TestConsole[];
  readonly administrator: TestConsole;
  readonly cards: CardSummary[] = [];

  constructor(dir: string, by: 'folder' | 'camera' = 'folder') {
    this.courier = join(dir, 'courier');
    this.#by = by;
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
      this.cards.push(await console.begin(names[at] ?? '', this.#by === 'camera' ? null : this.courier));
    await this.#pass(null);
    await this.administrator.ask('courier:look', {});
  }

  /** Everybody holds what is due before the cameras of those who need it. */
  async #pass(ceremony: string | null): Promise<void> {
    if (this.#by === 'folder') return;
    for (const console of this.all) {
      const { ceremonies, outgoing } = await console.now();
      const own = ceremonies.find(({ id }) => id === ceremony);
      const [due] = ceremony === null ? outgoing : (own?.exchange.show ?? []);
      if (due === undefined) continue;
      for (const other of due.to === 'everybody' ? this.all : [this.administrator]) {
        if (other === console) continue;
        const { hearing, messages } = await console.showTo(other, due.id, own === undefined ? null : own.id);
        // Whoever has not seen yet that a round begins anew is told so, and sees it next.
        if (hearing.sentence?.includes('has to be repeated first') === true) continue;
        const refused = messages.find(({ verdict }) => verdict === 'refused');
        if (hearing.verdict === 'other' || refused !== undefined)
          throw new Error(`${due.title}: ${refused?.sentence ?? hearing.sentence ?? ''}`);
      }
    }
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
      backups: [{ kind: 'file', label: 'Safe A' }],
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
      await this.#pass(id);
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
