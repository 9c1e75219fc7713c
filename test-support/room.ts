/** A room of laptops around a courier's folder, worked on with commands or, where a test only needs the result, faster. */
import fs from 'node:fs';
import { join } from 'node:path';
import { bytesToHex } from '../crypto/bytes.ts';
import { encodeCard, type Card } from '../ceremony/card.ts';
import type { KeyRecord } from '../ceremony/key-record.ts';
import { encodeMessage } from '../ceremony/message.ts';
import { channelPrefix } from '../ceremony/participant.ts';
import { planCode, type PlanContext } from '../ceremony/plan.ts';
import { heldKeys } from '../laptop/keys.ts';
import { enrolLaptop, readCard } from '../laptop/cards.ts';
import { Laptop, type PartReport } from '../laptop/laptop.ts';
import { rehearsalOperator } from '../cli/operator.ts';
import { makePlan, type PlanRequest } from '../laptop/plans.ts';
import { folderChannel } from '../devices/channel/folder.ts';
import { createVault, openVault, type Vault } from '../devices/vault/vault.ts';
import { reseal, type Finished } from './cli.ts';

export const HOLDERS = ['alma', 'bruno', 'chidi'] as const;
/** Everybody, in the order in which one pass over them brings a ceremony forward by a round. */
export const LAPTOPS = [...HOLDERS, 'wim', 'ada'] as const;
export const PEOPLE: Readonly<Record<(typeof LAPTOPS)[number], string>> = {
  alma: 'Alma Ahn',
  bruno: 'Bruno Berg',
  chidi: 'Chidi Cole',
  wim: 'Wim Wit',
  ada: 'Ada Adler',
};

/** Laptops in one folder, each with a vault of its own, and a courier's folder between them. */
export class Room {
  readonly dir: string;
  readonly passphrase: string;
  /** All that was run here. */
  readonly finished: Finished[] = [];
  /** What `pass` and `finish` were told about. */
  readonly problems: string[] = [];

  constructor(dir: string, passphrase = 'a rehearsal passphrase') {
    this.dir = dir;
    this.passphrase = passphrase;
    fs.mkdirSync(this.courier, { recursive: true });
  }

  get courier(): string {
    return join(this.dir, 'courier');
  }

  home(laptop: string): string {
    return join(this.dir, laptop);
  }

  card(laptop: string): string {
    return join(this.dir, `${laptop}.card.json`);
  }

  /** Runs a command that needs no vault. */
  async run(...words: string[]): Promise<Finished> {
    const finished = await reseal(words, { cwd: this.dir });
    this.finished.push(finished);
    return finished;
  }

  /** Runs a command on a laptop, with its vault and its passphrase. */
  async on(laptop: string, ...words: string[]): Promise<Finished> {
    const finished = await reseal([...words, '--home', this.home(laptop), '--passphrase-fd', '3'], {
      passphrases: [this.passphrase],
      cwd: this.dir,
    });
    this.finished.push(finished);
    return finished;
  }

  step(laptop: string, ...words: string[]): Promise<Finished> {
    return this.on(laptop, 'step', '--courier', this.courier, ...words);
  }

  /** Makes a laptop's vault (for rehearsals, unless told otherwise) and its card. Throws when that fails. */
  async enrol(laptop: string, custodian: string, ...words: string[]): Promise<void> {
    const made = await this.on(
      laptop,
      'init',
      '--laptop',
      `Laptop of ${custodian}`,
      '--custodian',
      custodian,
      ...(words.length === 0 ? ['--rehearsal'] : words),
    );
    const enrolled = await this.on(laptop, 'enrol', '--out', this.card(laptop));
    for (const { code, stderr } of [made, enrolled]) if (code !== 0) throw new Error(stderr);
  }

  /** The same as `enrol` for a rehearsal, in this process. */
  async enrolQuickly(laptop: string, custodian: string): Promise<void> {
    fs.mkdirSync(this.home(laptop), { recursive: true });
    const vault = await createVault(join(this.home(laptop), 'vault'), {
      name: `Laptop of ${custodian}`,
      custodian,
      passphrase: this.passphrase,
      rehearsal: true,
    });
    try {
      fs.writeFileSync(this.card(laptop), encodeCard(await enrolLaptop(vault)));
    } finally {
      vault.close();
    }
  }

  /** Steps on each of these laptops in turn, as often as said, in this process, with the right answer to every question. */
  async pass(passes: number, ...laptops: string[]): Promise<void> {
    await this.#work(laptops, async (sync) => {
      for (let pass = 0; pass < passes; pass++) await sync();
    });
  }

  /** The same until nothing is left to do on any of these laptops. Throws when that does not come about. */
  async finish(...laptops: string[]): Promise<void> {
    await this.#work(laptops, async (sync) => {
      for (let pass = 1; ; pass++) {
        const reports = await sync();
        if (reports.every((report) => report.waiting === undefined)) return;
        if (pass === 15) throw new Error(JSON.stringify(reports, null, 2));
      }
    });
  }

  async #work(
    names: readonly string[],
    action: (sync: () => Promise<PartReport[]>) => Promise<void>,
  ): Promise<void> {
    const laptops: Laptop[] = [];
    try {
      for (const name of names) {
        const laptop = new Laptop(await openVault(join(this.home(name), 'vault'), this.passphrase), {
          home: this.home(name),
          courier: this.courier,
          backupPassphrase: this.passphrase,
          backupDir: () => join(this.home(name), 'backups'),
          operator: rehearsalOperator,
          onProblem: (sentence) => this.problems.push(sentence),
        });
        laptops.push(laptop);
        await laptop.resume();
      }
      await action(async () => {
        const reports: PartReport[] = [];
        for (const laptop of laptops) reports.push(...(await laptop.sync()));
        return reports;
      });
    } finally {
      for (const laptop of laptops) laptop.close();
    }
  }

  /**
   * Makes a plan for alma, bruno and chidi (2 of 3), with ada as administrator and wim as approver and witness, shows it
   * in the courier's folder, and writes it to a file of the room. `change` overrides parts of it.
   */
  async plan(
    kind: 'generate' | 'refresh',
    change: Partial<PlanRequest> = {},
  ): Promise<{ context: PlanContext; code: string; id: string; path: string }> {
    const card = (laptop: string): Card => readCard(this.card(laptop));
    const request: PlanRequest = {
      kind,
      keyName: 'Treasury',
      suite: 'ed25519',
      threshold: 2,
      rehearsal: true,
      before: kind === 'refresh' ? await this.keyRecord('alma') : null,
      holders: new Map(kind === 'refresh' ? [] : HOLDERS.map((laptop, at) => [at + 1, card(laptop)])),
      administrator: card('ada'),
      approvers: [card('wim')],
      approvalsNeeded: 1,
      witnesses: [card('wim')],
      backups: [1, 2, 3].map((holder) => ({ holder, kind: 'file', label: 'Safe A' })),
      replacedCards: [],
      cryptoperiodDays: 90,
      destroyBackupsWithinDays: 30,
      retentionYears: 7,
      legalHold: null,
    };
    const context = makePlan({ ...request, ...change });
    const id = bytesToHex(context.id);
    const path = join(this.dir, `plan-${id.slice(0, 8)}.json`);
    fs.writeFileSync(path, context.bytes);
    await folderChannel(this.courier).show(
      `${channelPrefix(context)}-plan`,
      encodeMessage({ reseal: 1, type: 'plan', plan: context.bytes }),
    );
    return { context, code: planCode(context), id, path };
  }

  /** Does something with a laptop's open vault. */
  async vault<T>(laptop: string, action: (vault: Vault) => Promise<T>): Promise<T> {
    const vault = await openVault(join(this.home(laptop), 'vault'), this.passphrase);
    try {
      return await action(vault);
    } finally {
      vault.close();
    }
  }

  /** The record of the current epoch of the only key on a laptop. */
  keyRecord(laptop: string): Promise<KeyRecord> {
    return this.vault(laptop, async (vault) => {
      const [key] = await heldKeys(vault);
      if (key === undefined) throw new Error(`${laptop} holds no key`);
      return key.record;
    });
  }

  /** Names in the journal of a ceremony on a laptop, sorted. */
  journal(laptop: string, ceremony: string): string[] {
    const path = join(this.home(laptop), 'vault', 'ceremonies', ceremony, 'journal');
    return fs.existsSync(path) ? fs.readdirSync(path).sort() : [];
  }

  /** The same room as it is now, in another folder. */
  copyTo(dir: string): Room {
    fs.cpSync(this.dir, dir, { recursive: true });
    return new Room(dir, this.passphrase);
  }
}
