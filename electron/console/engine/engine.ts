/**
 * The program behind the window, in a thread of its own: opens the vault, keeps the ceremonies going, and tells the
 * window one state whenever something changed. Everything secret stays in here.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { bytesToHex } from '../../../crypto/bytes.ts';
import { keyId } from '../../../crypto/identity.ts';
import { toWords } from '../../../crypto/words.ts';
import { CeremonyError } from '../../../ceremony/errors.ts';
import { Participant } from '../../../ceremony/participant.ts';
import { planCode } from '../../../ceremony/plan.ts';
import { isFolder } from '../../../devices/files.ts';
import { listFolder, makeFolderIn, places, realFolder } from '../../../devices/places.ts';
import { nonceMemory } from '../../../devices/nonces/nonces.ts';
import { networksUp, preflight } from '../../../devices/preflight/preflight.ts';
import {
  createVault,
  openVault,
  readVaultInfo,
  type Vault,
  type VaultInfo,
} from '../../../devices/vault/vault.ts';
import { enrolLaptop, showCard } from '../../../laptop/cards.ts';
import { UsageError } from '../../../laptop/errors.ts';
import { makeFolders, removeUnfinishedVaults } from '../../../laptop/files.ts';
import { findKey, showKeyRecord } from '../../../laptop/keys.ts';
import { recipientsInFile } from '../../../laptop/recipients.ts';
import { showPlan } from '../../../laptop/plans.ts';
import type { Part } from '../../../laptop/laptop.ts';
import type { InvokeChannel, InvokeInput, InvokeOutput } from '../../ipc/contract.ts';
import type { ConsoleState, LaptopState } from '../../ipc/state.ts';
import { toScript, toWindow } from './acts.ts';
import { checkDraft, planOf } from './drafts.ts';
import { fitted } from './fitted.ts';
import { keyStates } from './key-states.ts';
import { oldBackupStates } from './old-backups.ts';
import { OpenLaptop, type Courier } from './open-laptop.ts';
import { contentOf, heard, mailbox, takeAll } from './optical.ts';
import { Queue } from './queue.ts';
import { exportOfKey, exportOfRecord } from './resources.ts';
import { seen } from './seen-resource.ts';
import { recordMethods } from './record-methods.ts';
import { Settings } from './settings.ts';
import { restoreMethods } from './restore.ts';
import { judgeSheet, listPrinters, printSheet, writeSheet } from './sheets.ts';

export interface EngineOptions {
  readonly home: string;
  readonly version: string;
  readonly host: 'electron' | 'chromium';
  readonly softwareDigest: string;
  /** Told the whole state whenever it changed. */
  readonly onState: (state: ConsoleState) => void;
  readonly now?: () => Date;
}

/** One method per channel of the contract. */
export type EngineMethods = {
  [C in InvokeChannel]: (input: InvokeInput<C>) => Promise<InvokeOutput<C>> | InvokeOutput<C>;
};

const MAX_NOTICES = 100;

export class Engine {
  readonly methods: EngineMethods;
  readonly #options: EngineOptions;
  readonly #settings: Settings;
  readonly #queue = new Queue();
  readonly #software: ConsoleState['software'];
  #open: OpenLaptop | undefined;
  #notices: ConsoleState['notices'] = [];
  #notice = 0;
  /** Begins with the time, so that a window goes on with an engine that had to be started again. */
  #revision = Date.now();
  #last: ConsoleState | undefined;
  #closed = false;

  constructor(options: EngineOptions) {
    this.#options = { ...options, home: resolve(options.home) };
    this.#settings = new Settings(this.#options.home);
    this.#software = {
      digest: options.softwareDigest,
      words: toWords(Uint8Array.from(Buffer.from(options.softwareDigest.slice(0, 8), 'hex'))),
    };
    if (this.#settings.damaged)
      this.#tell(
        'The settings of this console could not be read and were begun anew. Keys are not affected.',
      );
    this.methods = this.#makeMethods();
  }

  get #vaultDir(): string {
    return join(this.#options.home, 'vault');
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  /** Everything the window can ask for. Vault and ceremonies are worked on one call at a time. */
  #makeMethods(): EngineMethods {
    const one =
      <I, O>(what: string | null, work: (input: I) => Promise<O> | O) =>
      (input: I): Promise<O> =>
        this.#queue.run(() => this.#busy(what, async () => work(input)));
    const sheet = one(
      'Making the sheet',
      ({ ceremony, role, label }: InvokeInput<'sheet:write'> | InvokeInput<'sheet:print'>) =>
        this.#opened.laptop.sheet(this.#part(ceremony, role), label),
    );
    return {
      'state:get': () => this.#queue.run(() => this.#state()),
      'vault:create': one('Making the vault of this laptop', (input) => this.#create(input)),
      'vault:open': one('Opening the vault', (input) => this.#unlock(input.passphrase)),
      'vault:lock': one(null, () => this.#lock()),
      'settings:set': one(null, (change) => {
        const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
        this.#settings.set({ settings: { ...this.#settings.settings, ...given } });
        return {};
      }),
      'place:set': one(null, (place) => {
        this.#settings.set({ place });
        return {};
      }),
      'notice:dismiss': one(null, ({ id }) => {
        this.#notices = this.#notices.filter((notice) => notice.id !== id);
        return {};
      }),
      // Looking around on the disk must not wait for a ceremony's work.
      'folder:list': (input) => this.#list(input.path, input.files),
      'folder:make': ({ parent, name }) => ({ path: makeFolderIn(parent, name) }),
      'courier:choose': one('Looking into the folder', (input) => this.#chooseCourier(input.path)),
      'courier:look': one('Looking into the folder', async () => {
        await this.#opened.sync();
        return {};
      }),
      'courier:camera': one('Taking up screen and camera', () => this.#useCamera()),
      'optical:content': one(null, ({ id }) => contentOf(this.#opened, id)),
      'optical:hear': one(null, ({ topic, ceremony }) => heard(this.#opened, topic, ceremony)),
      'optical:take': one('Looking at what the camera saw', async ({ messages, ceremony }) => {
        this.#requireCourier();
        return { messages: await takeAll(this.#opened, messages, ceremony) };
      }),
      'ur:export': one('Reading what others may have', ({ of }) =>
        'key' in of ? exportOfKey(this.#opened.vault, of.key) : exportOfRecord(of.record),
      ),
      'ur:read': one(null, async ({ type, cbor }) => seen(type, cbor, await this.#opened.shelf.known())),
      'card:make': one('Making an enrolment card', () => this.#makeCard()),
      'card:list': one(null, async () => {
        const cards = await this.#opened.shelf.cards();
        return { cards: cards.slice(0, 1000) };
      }),
      'card:read': one(null, ({ path }) => this.#opened.shelf.readCard(path)),
      'key:records': one(null, async () => {
        const records = await this.#opened.shelf.records();
        return { records: records.slice(0, 1000) };
      }),
      'key:read': one(null, ({ path }) => this.#opened.shelf.readRecord(path)),
      'key:show': one(null, ({ fingerprint }) => this.#showKey(fingerprint)),
      'recipients:read': one(null, ({ path }) => ({ recipients: recipientsInFile(path) })),
      'plan:check': one(null, (draft) =>
        checkDraft(draft, this.#opened.shelf, this.#opened.vault.info.rehearsal),
      ),
      'plan:make': one('Making the plan', (draft) => this.#makePlan(draft)),
      'step:answer': one('Going on', (input) => this.#answer(input)),
      'sheet:check': ({ text }) => judgeSheet(text),
      'sheet:printers': () => listPrinters(),
      // Only the making waits in the queue: a printer without paper must not hold up a ceremony.
      'sheet:print': async (input) => printSheet(await sheet(input), input.printer),
      'sheet:write': async (input) => writeSheet(await sheet(input), input.folder),
      ...restoreMethods(
        one,
        () => this.#opened,
        () => this.#now(),
      ),
      'exception:record': one('Signing the exception', async ({ ceremony, role, category, text }) => {
        await this.#part(ceremony, role).runner.exception(category, text);
        await this.#opened.sync();
        return {};
      }),
      'ceremony:stop': one('Stopping the ceremony', async ({ ceremony, role, reason }) => {
        const { runner } = this.#part(ceremony, role);
        if (!(runner instanceof Participant))
          throw new CeremonyError(
            'too-late-to-stop',
            'Only a holder can stop a ceremony.',
            'Tell the holders.',
          );
        await runner.stop(reason);
        await this.#opened.sync();
        return {};
      }),
      'preflight:run': one('Checking this laptop', () => this.#preflight()),
      ...recordMethods(
        one,
        this.#options.home,
        () => this.#opened,
        () => this.#now(),
      ),
    };
  }

  /** Runs an operation with a state before it (what is being done) and one after it (what came of it). */
  async #busy<T>(what: string | null, work: () => Promise<T>): Promise<T> {
    if (what !== null) this.#working(what);
    try {
      return await work();
    } finally {
      await this.#changed();
    }
  }

  /** Says what is being worked on, without asking the disk for anything. */
  #working(what: string): void {
    if (this.#last === undefined) return;
    this.#push({ ...this.#last, busy: { what, since: this.#now().getTime() } });
  }

  #push(state: ConsoleState): void {
    this.#revision += 1;
    this.#last = { ...state, revision: this.#revision };
    this.#options.onState(this.#last);
  }

  /** Tells the window, if anything is different from what it knows. */
  async #changed(): Promise<void> {
    if (this.#closed) return;
    const state = await this.#state();
    const same = (a: ConsoleState): string => JSON.stringify({ ...a, revision: 0 });
    if (this.#last === undefined || same(this.#last) !== same(state)) this.#push(state);
  }

  async #state(): Promise<ConsoleState> {
    return fitted(await this.#whole());
  }

  async #whole(): Promise<ConsoleState> {
    const { home, version, host } = this.#options;
    const opened = this.#open;
    const info = opened?.vault.info ?? (isFolder(this.#vaultDir) ? readVaultInfo(this.#vaultDir) : undefined);
    return {
      revision: this.#revision,
      version,
      software: this.#software,
      host,
      home,
      phase: info === undefined ? 'no-vault' : opened === undefined ? 'locked' : 'open',
      laptop: info === undefined ? null : laptopState(info),
      keys: opened === undefined ? [] : await keyStates(opened.vault, this.#now()),
      oldBackups: opened === undefined ? [] : oldBackupStates(home, opened.vault, this.#now()),
      courier: opened?.courier ?? null,
      ceremonies: (await opened?.ceremonies()) ?? [],
      outgoing: (await this.#open?.outgoing()) ?? [],
      notices: this.#notices,
      networks: networksUp(),
      settings: this.#settings.settings,
      place: this.#settings.place,
      busy: null,
    };
  }

  #tell(sentence: string): void {
    this.#notice += 1;
    const notice = { id: this.#notice, at: this.#now().toISOString(), sentence: sentence.slice(0, 2000) };
    this.#notices = [...this.#notices, notice].slice(-MAX_NOTICES);
  }

  get #opened(): OpenLaptop {
    if (this.#open === undefined) throw new UsageError('The vault is locked: unlock it first.', 1);
    return this.#open;
  }

  #part(ceremony: string, role: string): Part {
    const part = this.#opened.part(ceremony, role);
    if (part === undefined)
      throw new CeremonyError('not-for-this-laptop', `This laptop is not ${role} in that ceremony.`);
    return part;
  }

  async #create(input: InvokeInput<'vault:create'>): Promise<InvokeOutput<'vault:create'>> {
    if (existsSync(this.#vaultDir))
      throw new UsageError(`There is a vault in ${this.#vaultDir} already: it was not touched.`, 1);
    makeFolders(this.#options.home);
    removeUnfinishedVaults(this.#options.home);
    const vault = await createVault(this.#vaultDir, {
      name: input.laptop.trim(),
      custodian: input.custodian.trim(),
      passphrase: input.passphrase,
      rehearsal: input.rehearsal,
      alg: input.alg,
    });
    this.#settings.set({});
    await this.#enter(vault, input.passphrase);
    return {};
  }

  async #unlock(passphrase: string): Promise<InvokeOutput<'vault:open'>> {
    if (this.#open !== undefined) return {};
    await this.#enter(await openVault(this.#vaultDir, passphrase), passphrase);
    return {};
  }

  async #enter(vault: Vault, passphrase: string): Promise<void> {
    try {
      this.#open = await OpenLaptop.open(vault, this.#courier(), {
        home: this.#options.home,
        passphrase,
        backupDir: () => this.#settings.settings.backupFolder,
        onProblem: (sentence) => {
          this.#tell(sentence);
        },
        onWork: (what) => {
          this.#working(what);
        },
      });
      await this.#open.sync();
    } catch (error) {
      vault.close();
      this.#open = undefined;
      throw error;
    }
    void this.#watch(this.#open);
  }

  #lock(): InvokeOutput<'vault:lock'> {
    this.#open?.close();
    this.#open = undefined;
    return {};
  }

  /** Goes on whenever something arrives, until the vault is locked. */
  async #watch(opened: OpenLaptop): Promise<void> {
    while (this.#open === opened && !this.#closed) {
      await opened.waitForChange();
      await this.#queue.run(async () => {
        if (this.#open !== opened || this.#closed) return;
        try {
          await opened.sync();
        } catch (error) {
          this.#tell(sentenceOf(error));
        }
        // A state that cannot be read now is told at the next look; it must not end this thread.
        await this.#changed().catch((error: unknown) => {
          this.#tell(sentenceOf(error));
        });
      });
    }
  }

  #list(path: string | null, files: boolean): InvokeOutput<'folder:list'> {
    const shortcuts = places();
    const start = path ?? shortcuts[0]?.path ?? homedir();
    const listing = listFolder(start, files);
    return { ...listing, entries: [...listing.entries], places: shortcuts };
  }

  async #chooseCourier(path: string): Promise<InvokeOutput<'courier:choose'>> {
    const opened = this.#opened;
    const real = realFolder(path);
    if (real === undefined)
      throw new UsageError(`${path} is not a folder that is there: choose another one.`, 1);
    this.#settings.set({ courier: real, by: 'folder' });
    opened.useCourier({ path: real, by: 'folder' });
    await opened.sync();
    return {};
  }

  #courier(): Courier {
    const { courier, by } = this.#settings;
    return by === 'camera' ? mailbox(this.#options.home) : { path: courier, by };
  }

  async #useCamera(): Promise<InvokeOutput<'courier:camera'>> {
    const opened = this.#opened;
    const courier = mailbox(this.#options.home);
    this.#settings.set({ by: 'camera' });
    opened.useCourier(courier);
    await opened.sync();
    return {};
  }

  async #makeCard(): Promise<InvokeOutput<'card:make'>> {
    const opened = this.#opened;
    this.#requireCourier();
    const card = await enrolLaptop(opened.vault);
    await showCard(opened.laptop.channel, card);
    await opened.sync();
    const made = (await opened.shelf.cards()).find(({ own, created }) => own && created === card.created);
    if (made === undefined) throw new UsageError('The card was made and cannot be found again.', 1);
    return made;
  }

  async #showKey(fingerprint: string): Promise<InvokeOutput<'key:show'>> {
    this.#requireCourier();
    const { record } = await findKey(this.#opened.vault, fingerprint);
    await showKeyRecord(this.#opened.laptop.channel, record);
    await this.#opened.sync();
    return {};
  }

  #requireCourier(): void {
    if (this.#opened.courier?.state !== 'ready')
      throw new UsageError(
        this.#opened.courier?.sentence ??
          'No folder for messages is chosen: choose the courier’s folder first.',
        1,
      );
  }

  async #makePlan(draft: InvokeInput<'plan:make'>): Promise<InvokeOutput<'plan:make'>> {
    this.#requireCourier();
    const opened = this.#opened;
    const context = planOf(draft, opened.shelf, opened.vault.info.rehearsal);
    await showPlan(opened.laptop.channel, context);
    const own = await opened.laptop.add(context);
    await opened.sync();
    return { ceremony: bytesToHex(context.id), code: planCode(context).split(' '), own };
  }

  async #answer(input: InvokeInput<'step:answer'>): Promise<InvokeOutput<'step:answer'>> {
    const { ceremony, role, step, about, seen, answers } = input;
    const opened = this.#opened;
    const part = this.#part(ceremony, role);
    if (opened.courier?.state !== 'ready') await opened.sync();
    this.#requireCourier();
    const asked = opened.desk.asked(ceremony, role);
    if (asked?.step !== step || asked.about !== about)
      throw new CeremonyError(
        'evidence-rejected',
        'This step is over, or not on yet: nothing was done with the answer.',
        'Look at the step that is on now.',
      );
    opened.desk.submit(ceremony, role, asked, seen, toScript(step, answers));
    await opened.sync();
    const { refusal } = part;
    if (refusal !== undefined) {
      // The question is asked again, with what went wrong beside it.
      const { message, next } = refusal;
      opened.desk.failed(ceremony, role, asked, { message, next });
      await opened.sync();
      throw new CeremonyError('evidence-rejected', message, next ?? undefined);
    }
    this.#requireCourier();
    const complaints = opened.desk.complaints(ceremony, role, asked);
    if (complaints.size === 0 && !opened.desk.wasUsed(ceremony, role, asked))
      throw new CeremonyError(
        'evidence-rejected',
        'Something else arrived while you answered, so nothing was signed or done with the answer.',
        'Look at the step as it stands now, and answer again.',
      );
    return { complaints: toWindow(step, complaints) };
  }

  #preflight(): InvokeOutput<'preflight:run'> {
    const opened = this.#open;
    return {
      at: this.#now().toISOString(),
      checks: preflight({
        home: isFolder(this.#options.home) ? this.#options.home : homedir(),
        courier: opened?.courier?.path ?? this.#settings.courier ?? undefined,
        backupDir: this.#settings.settings.backupFolder,
        nonces: opened?.laptop.nonces ?? nonceMemory(),
        software: this.#software,
        now: this.#now(),
      }),
    };
  }

  /** Zeroes what was opened. A look at the folder that is still waiting ends by itself, and does nothing. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.run(() => Promise.resolve(this.#lock()));
  }
}

function laptopState(info: VaultInfo): LaptopState {
  const id = keyId(info.identity);
  return {
    name: info.name,
    custodian: info.custodian,
    rehearsal: info.rehearsal,
    identity: { alg: info.identity.alg, id: bytesToHex(id), words: toWords(id.slice(0, 4)) },
    created: info.created,
  };
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
