/**
 * One laptop of a rehearsal, as a process of its own. It can be killed at any instant and started again with the same
 * words: it finds its vault, its card and its ceremonies, and goes on.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToHex } from '../../crypto/bytes.ts';
import { decodeCard, encodeCard, type Card } from '../../ceremony/card.ts';
import { encodeMessage } from '../../ceremony/message.ts';
import { folderChannel } from '../../devices/channel/folder.ts';
import { createVault, openVault, type Vault } from '../../devices/vault/vault.ts';
import type { IdentityAlgorithm } from '../../crypto/identity.ts';
import { outcome } from '../../ceremony/view.ts';
import { heldKeys, importZcashFrost } from '../../laptop/keys.ts';
import { enrolLaptop } from '../../laptop/cards.ts';
import { UsageError } from '../../laptop/errors.ts';
import { readInput, removeUnfinishedVaults } from '../../laptop/files.ts';
import { Laptop } from '../../laptop/laptop.ts';
import { rehearsalOperator } from '../operator.ts';
import { REHEARSAL_PASSPHRASE, type LaptopEvent } from './layout.ts';
import { readingSheets } from './sheets.ts';
import { dishonest, equivocate, type MisbehaviourKind } from './misbehave.ts';

export interface LaptopProcessOptions {
  readonly home: string;
  readonly courier: string;
  readonly seat: string;
  readonly person: string;
  readonly identity: IdentityAlgorithm;
  /** Ends when this many ceremonies have ended on this laptop. */
  readonly ceremonies: number;
  readonly import: { publicKeyPackage: string; keyPackage: string; name: string } | undefined;
  readonly misbehave: MisbehaviourKind | undefined;
  /** Put on record in the last ceremony. */
  readonly exception: string | undefined;
  readonly emit: (event: LaptopEvent) => void;
}

/** Runs until all ceremonies have ended. */
export async function runLaptop(options: LaptopProcessOptions): Promise<void> {
  const { seat, emit } = options;
  const vault = await openOrMake(options);
  await prepare(vault, options);
  emit({ event: 'ready', seat, pid: process.pid });
  const laptop: Laptop = new Laptop(vault, {
    home: options.home,
    courier: options.courier,
    backupPassphrase: REHEARSAL_PASSPHRASE,
    backupDir: () => join(options.home, 'backups'),
    operator: (context, role) =>
      readingSheets(rehearsalOperator(context), options.home, () => laptop, context, role),
    onProblem: (sentence) => {
      emit({ event: 'problem', seat, sentence, at: Date.now() });
    },
    onStep: (role, step, { id, plan }) => {
      emit({
        event: 'step',
        seat,
        ceremony: bytesToHex(id),
        kind: plan.kind,
        role,
        step: step.id,
        title: step.title,
        at: Date.now(),
      });
    },
    onBundle: (round, { id, plan }) => {
      emit({ event: 'bundle', seat, ceremony: bytesToHex(id), kind: plan.kind, round, at: Date.now() });
    },
    contributions: (role, context) =>
      options.misbehave === undefined || !role.startsWith('holder-') || context.plan.kind !== 'refresh'
        ? undefined
        : dishonest(options.misbehave, context),
  });
  // Also when the rehearsal ends around this laptop.
  process.once('exit', () => {
    laptop.nonces.close();
  });
  try {
    await laptop.resume();
    const ended = new Set<string>();
    let equivocating = options.misbehave === 'equivocation';
    for (;;) {
      const refused = (await laptop.sync()).find((report) => report.refusal !== null);
      if (refused !== undefined) throw new UsageError(`${refused.role}: ${refused.waiting ?? ''}`, 1);
      await sayOnce(laptop, options);
      if (equivocating && (await equivocateOnce(laptop))) equivocating = false;
      for (const part of laptop.parts) {
        const id = bytesToHex(part.context.id);
        const all = laptop.parts.filter((other) => bytesToHex(other.context.id) === id);
        if (ended.has(id) || !all.every((other) => other.finished)) continue;
        ended.add(id);
        emit({ event: 'ended', seat, ceremony: id, outcome: outcome(part.runner.view), at: Date.now() });
      }
      if (ended.size >= options.ceremonies) return;
      await laptop.channel.waitForChange(2000);
    }
  } finally {
    laptop.close();
  }
}

async function openOrMake(options: LaptopProcessOptions): Promise<Vault> {
  const dir = join(options.home, 'vault');
  if (existsSync(dir)) return openVault(dir, REHEARSAL_PASSPHRASE);
  mkdirSync(options.home, { recursive: true, mode: 0o700 });
  removeUnfinishedVaults(options.home);
  return createVault(dir, {
    name: `Laptop ${options.seat}`,
    custodian: options.person,
    passphrase: REHEARSAL_PASSPHRASE,
    rehearsal: true,
    alg: options.identity,
  });
}

/** Imports the given share, makes a card unless there is one, and shows it. */
async function prepare(vault: Vault, options: LaptopProcessOptions): Promise<void> {
  // A key without a current epoch is an import that was interrupted; importing again finishes it.
  if (options.import !== undefined && (await heldKeys(vault)).length === 0) {
    const read = (path: string): { text: string; path: string } => ({
      text: new TextDecoder().decode(readInput(path)),
      path,
    });
    await importZcashFrost(
      vault,
      options.import.name,
      read(options.import.publicKeyPackage),
      read(options.import.keyPackage),
    );
  }
  // Once a first ceremony has ended, its card is erased, and the next ceremony uses the keys in the key record.
  if ((await vault.ceremonyIds()).length > 0) return;
  const [known] = await vault.cards.list();
  const card: Card = known === undefined ? await enrolLaptop(vault) : decodeCard(known.card);
  await folderChannel(options.courier).show(
    `card-${options.seat}`,
    encodeMessage({ reseal: 1, type: 'card', card: encodeCard(card) }),
  );
}

/** Puts the exception on record in the last of the ceremonies, unless that was done before. */
async function sayOnce(laptop: Laptop, options: LaptopProcessOptions): Promise<void> {
  if (options.exception === undefined) return;
  for (const { role, context, runner } of laptop.parts) {
    const last = options.ceremonies === 1 || context.plan.kind === 'refresh';
    if (!last || !role.startsWith('holder-') || runner.view.next === undefined) continue;
    const known = await runner.exceptions();
    if (!known.some((one) => one.role === role)) await runner.exception('other', options.exception);
  }
}

/** Signs and shows a second deal once the first was shown. Returns true when it has. */
async function equivocateOnce(laptop: Laptop): Promise<boolean> {
  for (const part of laptop.parts)
    if (part.role.startsWith('holder-') && part.context.plan.kind === 'refresh')
      return equivocate(part.context, part.role, {
        signer: laptop.vault.signer,
        journal: laptop.vault.journal(bytesToHex(part.context.id)),
        channel: laptop.channel,
      });
  return false;
}
