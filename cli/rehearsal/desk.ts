/**
 * The desk of a rehearsal: starts one process per laptop, makes the plans from the cards that arrive in its
 * folder, starts a laptop again that was killed, and waits for the ends of the ceremonies. Apart from that it does
 * nothing that a person with files could not do.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { decodeCard, type Card } from '../../ceremony/card.ts';
import { decodeMessage, encodeMessage } from '../../ceremony/message.ts';
import { channelPrefix } from '../../ceremony/participant.ts';
import type { PlanContext } from '../../ceremony/plan.ts';
import { folderChannel, type FolderChannel } from '../../devices/channel/folder.ts';
import { UsageError } from '../../laptop/errors.ts';
import type { Layout, LaptopEvent, Seat } from './layout.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
/** A laptop that dies more often than this is not killed by somebody else. */
const MAX_RESTARTS = 25;

export interface DeskOptions {
  readonly layout: Layout;
  readonly seats: readonly Seat[];
  /** Further words for a seat's process. */
  readonly wordsFor: (seat: Seat) => readonly string[];
  readonly onEvent: (event: LaptopEvent) => void;
  /** Told when a laptop's process is gone that was not done. It is started again. */
  readonly onKilled: (seat: string) => void;
  /** Milliseconds without any event after which the rehearsal is given up. */
  readonly patience: number;
}

export class Desk {
  readonly channel: FolderChannel;
  readonly #options: DeskOptions;
  readonly #children = new Map<string, ChildProcess>();
  readonly #restarts = new Map<string, number>();
  /** Seats that have ended a ceremony, by ceremony. */
  readonly #ended = new Map<string, Set<string>>();
  /** Seats whose process ends because it is told to. */
  readonly #stopped = new Set<string>();
  #lastEvent = Date.now();
  #failure: string | undefined;
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.channel = folderChannel(options.layout.desk);
  }

  start(): void {
    for (const seat of this.#options.seats) this.#start(seat);
  }

  #start(seat: Seat): void {
    const { layout, wordsFor } = this.#options;
    const child = spawn(
      process.execPath,
      [
        MAIN,
        'rehearsal-laptop',
        '--home',
        layout.home(seat.name),
        '--courier',
        layout.courier(seat.name),
        '--seat',
        seat.name,
        '--person',
        seat.person,
        ...wordsFor(seat),
      ],
      // Standard input is a pipe that ends with this process: a laptop must not outlive its rehearsal.
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    this.#children.set(seat.name, child);
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#event(JSON.parse(line) as LaptopEvent);
    });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaints += chunk;
    });
    child.on('close', (code, signal) => {
      this.#children.delete(seat.name);
      if (this.#closed || code === 0 || this.#stopped.has(seat.name)) {
        this.#wake();
        return;
      }
      const restarts = (this.#restarts.get(seat.name) ?? 0) + 1;
      this.#restarts.set(seat.name, restarts);
      if (signal !== null && restarts <= MAX_RESTARTS) {
        this.#options.onKilled(seat.name);
        this.#event({
          event: 'problem',
          seat: seat.name,
          sentence: `The laptop was killed (${signal}); started again.`,
          at: Date.now(),
        });
        this.#start(seat);
        return;
      }
      this.#failure ??= `The laptop ${seat.name} ended with code ${code ?? signal ?? '?'}. ${complaints.trim()}`;
      this.#wake();
    });
  }

  /** Something goes on, though no laptop says so. */
  alive(): void {
    this.#lastEvent = Date.now();
  }

  /** Gives up, with a sentence. */
  fail(sentence: string): void {
    this.#failure ??= sentence;
    this.#wake();
  }

  #event(event: LaptopEvent): void {
    this.alive();
    if (event.event === 'ended') {
      const seats = this.#ended.get(event.ceremony) ?? new Set();
      seats.add(event.seat);
      this.#ended.set(event.ceremony, seats);
    }
    this.#options.onEvent(event);
    this.#wake();
  }

  /** Waits until `ready` gives a value. Throws when a laptop failed, or nothing has happened for too long. */
  async #until<T>(what: string, ready: () => T | undefined | Promise<T | undefined>): Promise<T> {
    for (;;) {
      if (this.#failure !== undefined) throw new UsageError(this.#failure, 1);
      const value = await ready();
      if (value !== undefined) return value;
      if (Date.now() - this.#lastEvent > this.#options.patience)
        throw new UsageError(`The rehearsal came to a halt while waiting for ${what}.`, 1);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 300);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** The cards of all seats, by seat name. */
  cards(): Promise<ReadonlyMap<string, Card>> {
    return this.#until('the enrolment cards', async () => {
      const cards = new Map<string, Card>();
      for (const { source, message: bytes } of await this.channel.receive()) {
        const seat = this.#options.seats.find((candidate) => source.startsWith(`card-${candidate.name}-`));
        if (seat === undefined) continue;
        const message = decodeMessage(bytes, source);
        if (message.type === 'card') cards.set(seat.name, decodeCard(message.card, source));
      }
      return cards.size === this.#options.seats.length ? cards : undefined;
    });
  }

  /** Ends a seat's process, so that its laptop can be taken away. */
  async stop({ name }: Seat): Promise<void> {
    this.#stopped.add(name);
    this.#children.get(name)?.kill('SIGKILL');
    await this.#until('a laptop to end', () => (this.#children.has(name) ? undefined : true));
  }

  /** Starts a seat's process on another laptop, and waits for its card. */
  async startAgain(seat: Seat, before: Card): Promise<Card> {
    this.#stopped.delete(seat.name);
    this.#start(seat);
    return this.#until('the card of the other laptop', async () => {
      for (const { source, message: bytes } of await this.channel.receive()) {
        if (!source.startsWith(`card-${seat.name}-`)) continue;
        const message = decodeMessage(bytes, source);
        if (message.type !== 'card') continue;
        const card = decodeCard(message.card, source);
        if (card.identity.key !== before.identity.key) return card;
      }
      return undefined;
    });
  }

  async announce(context: PlanContext): Promise<void> {
    await this.channel.show(
      `${channelPrefix(context)}-plan`,
      encodeMessage({ reseal: 1, type: 'plan', plan: context.bytes }),
    );
  }

  /** Waits until every laptop has ended this ceremony. */
  async ended(ceremony: string): Promise<void> {
    await this.#until('the end of the ceremony', () =>
      this.#ended.get(ceremony)?.size === this.#options.seats.length ? true : undefined,
    );
  }

  /** Waits until all laptops have closed. */
  async allClosed(): Promise<void> {
    await this.#until('the laptops to close', () => (this.#children.size === 0 ? true : undefined));
  }

  /** Ends all processes at once. */
  close(): void {
    this.#closed = true;
    for (const child of this.#children.values()) child.kill('SIGKILL');
  }
}
