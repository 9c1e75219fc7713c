/**
 * Backups of epochs that are no longer in use: which there are follows from the records on this laptop, what became of them
 * from the statements that were signed since. Nothing else is remembered.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '../crypto/bytes.ts';
import { canonicalJson } from '../ceremony/canonical-json.ts';
import { identityToField } from '../ceremony/card.ts';
import {
  decodeDestructionStatement,
  encodeDestructionStatement,
  makeDestructionStatement,
  type DestructionStatement,
} from '../ceremony/destruction-statement.ts';
import { decodeEnvelope } from '../ceremony/envelope.ts';
import { decodeKeyRecord } from '../ceremony/key-record.ts';
import { BACKUP_NAMES, decodePlan, type BackupKind } from '../ceremony/plan.ts';
import { secureSchema } from '../ceremony/rounds/secure.ts';
import type { Signer } from '../ceremony/ports.ts';
import { isFolder, readBounded } from '../devices/files.ts';
import { UsageError } from './errors.ts';
import { slug, writeOutput } from './files.ts';

const MAX_FILE = 16 * 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A backup of this laptop's own share in an epoch that is no longer in use. Times are RFC 3339 in UTC. */
export interface OldBackup {
  readonly keyName: string;
  readonly fingerprint: string;
  readonly rehearsal: boolean;
  readonly epoch: number;
  readonly holder: number;
  readonly kind: BackupKind;
  readonly label: string;
  readonly serial: string;
  /** By when it is to be destroyed: the plan of the ceremony that took its epoch out of use says so. */
  readonly deadline: string;
  readonly state: 'destroyed' | 'due' | 'overdue';
  /** How it was destroyed. */
  readonly statement: DestructionStatement | null;
}

/** What one record says of a share of this laptop. */
interface Made {
  readonly fingerprint: string;
  readonly keyName: string;
  readonly rehearsal: boolean;
  readonly epoch: number;
  readonly created: string;
  readonly destroyWithinDays: number;
  readonly backups: readonly Pick<OldBackup, 'holder' | 'kind' | 'label' | 'serial'>[];
}

/** Records do not change: each is read once. Null: nothing was made there. */
const known = new Map<string, Made | null>();

/** All old backups of the shares of this laptop's identity, by key and epoch, the oldest first. */
export function oldBackups(home: string, identity: Signer['publicKey'], now: string): OldBackup[] {
  const made = recordsOf(home, identity);
  const statements = statementsOf(home, identity);
  return made
    .flatMap((one) => {
      // Several records may be of one ceremony (aborted, and completed later); its epoch counts.
      const next = made
        .filter(({ fingerprint, epoch }) => fingerprint === one.fingerprint && epoch > one.epoch)
        .sort((a, b) => a.epoch - b.epoch)[0];
      if (next === undefined) return [];
      const end = Date.parse(next.created) + next.destroyWithinDays * DAY_MS;
      return one.backups.map((backup): OldBackup => {
        const { keyName, fingerprint, rehearsal, epoch } = one;
        const statement = statements.find(
          (said) =>
            said.fingerprint === fingerprint &&
            said.epoch === epoch &&
            said.holder === backup.holder &&
            said.label === backup.label,
        );
        return {
          ...backup,
          ...{ keyName, fingerprint, rehearsal, epoch },
          deadline: `${new Date(end).toISOString().slice(0, 19)}Z`,
          state: statement !== undefined ? 'destroyed' : end <= Date.parse(now) ? 'overdue' : 'due',
          statement: statement ?? null,
        };
      });
    })
    .sort((a, b) => a.epoch - b.epoch || a.label.localeCompare(b.label));
}

/** What a person says about the destruction of one of them. */
export interface Destroyed {
  readonly fingerprint: string;
  readonly epoch: number;
  readonly label: string;
  readonly method: string;
  readonly tool: string;
  readonly who: string;
  readonly witness: string;
}

/**
 * Signs a statement that an old backup was destroyed, and files it. Returns it with the path of the file. Throws UsageError
 * for a backup that is not known, still in use, or was destroyed already; CeremonyError for a field that cannot be.
 */
export async function backupDestroyed(
  home: string,
  signer: Signer,
  said: Destroyed,
  now: string,
): Promise<{ statement: DestructionStatement; path: string }> {
  const all = oldBackups(home, signer.publicKey, now);
  const backup = all.find(
    ({ fingerprint, epoch, label }) =>
      fingerprint === said.fingerprint && epoch === said.epoch && label === said.label,
  );
  if (backup === undefined)
    throw new UsageError(
      `There is no old backup "${said.label}" of epoch ${said.epoch} of the key ${said.fingerprint} here: see "reseal status".`,
      1,
    );
  if (backup.state === 'destroyed')
    throw new UsageError(
      `"${said.label}" of epoch ${said.epoch} was destroyed already: ${backup.statement?.at ?? ''}, ${backup.statement?.method ?? ''}.`,
      1,
    );
  const { keyName, fingerprint, rehearsal, epoch, holder, kind, label, serial } = backup;
  const { method, tool, who, witness } = said;
  const statement = await makeDestructionStatement(
    {
      ...{ keyName, fingerprint, rehearsal, epoch, holder, kind, label, serial },
      method,
      tool,
      who,
      witness,
      at: now,
    },
    signer,
  );
  // The label alone may lose what tells two of them apart when it becomes part of a name.
  const place =
    all.filter((other) => other.epoch === epoch && other.fingerprint === fingerprint).indexOf(backup) + 1;
  const path = join(
    home,
    'destroyed',
    `${fingerprint}-epoch-${epoch}-holder-${holder}-${place}-${slug(label)}.json`,
  );
  writeOutput(path, encodeDestructionStatement(statement));
  return { statement, path };
}

/** What to tell a person, without a full stop. */
export function oldBackupSentence({
  kind,
  label,
  serial,
  epoch,
  keyName,
  deadline,
  state,
}: OldBackup): string {
  const what = `${BACKUP_NAMES[kind]} "${label}" (${serial}) of epoch ${epoch} of "${keyName}"`;
  const day = deadline.slice(0, 10);
  return {
    destroyed: `${what}: destroyed`,
    due: `${what}: to be destroyed by ${day}`,
    overdue: `${what}: destruction OVERDUE since ${day}`,
  }[state];
}

function recordsOf(home: string, identity: Signer['publicKey']): Made[] {
  const dir = join(home, 'records');
  if (!isFolder(dir)) return [];
  const own = canonicalJson(identityToField(identity));
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (name.endsWith('.part') || !isFolder(path)) return [];
    const at = `${own} ${path}`;
    let made = known.get(at);
    if (made === undefined) {
      made = madeIn(path, own);
      known.set(at, made);
    }
    return made ?? [];
  });
}

/** Null for a record without a key after it, and for a folder that is none: verifying says what is wrong with it. */
function madeIn(path: string, own: string): Made | null {
  try {
    const { plan } = decodePlan(readBounded(join(path, 'plan.json'), MAX_FILE));
    const after = decodeKeyRecord(readBounded(join(path, 'keys/after.json'), MAX_FILE));
    const holders = plan.holders.filter(({ identity }) => canonicalJson(identity) === own);
    return {
      fingerprint: after.fingerprint,
      keyName: after.name,
      rehearsal: after.rehearsal,
      epoch: after.epoch,
      created: plan.created,
      destroyWithinDays: plan.destroyBackupsWithinDays,
      backups: holders.flatMap(({ index }) => receiptsIn(path, index)),
    };
  } catch {
    return null;
  }
}

function receiptsIn(path: string, holder: number): Made['backups'] {
  const folder = join(path, 'envelopes');
  const name = readdirSync(folder)
    .filter((file) => new RegExp(`^r3-a\\d+-holder-${holder}\\.cose$`).test(file))
    .at(-1);
  if (name === undefined) return [];
  const { payload } = decodeEnvelope(readBounded(join(folder, name), MAX_FILE));
  return secureSchema
    .parse(payload.body)
    .backups.map(({ kind, label, serial }) => ({ holder, kind, label, serial }));
}

function statementsOf(home: string, identity: Signer['publicKey']): DestructionStatement[] {
  const dir = join(home, 'destroyed');
  if (!isFolder(dir)) return [];
  const own = bytesToHex(identity.key);
  return readdirSync(dir)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const statement = statementIn(join(dir, name));
      return statement?.identity.key === own ? [statement] : [];
    });
}

/** Statements by the digest of their bytes: a window asks every two seconds, and signatures take their time. */
const judged = new Map<string, DestructionStatement | null>();

/** Null for a file that is no statement: it proves nothing, and the backup stays on the list. */
function statementIn(path: string): DestructionStatement | null {
  try {
    const bytes = readBounded(path, MAX_FILE);
    const digest = bytesToHex(sha256(bytes));
    let statement = judged.get(digest);
    if (statement === undefined) {
      statement = judge(bytes, path);
      judged.set(digest, statement);
    }
    return statement;
  } catch {
    return null;
  }
}

function judge(bytes: Uint8Array, path: string): DestructionStatement | null {
  try {
    return decodeDestructionStatement(bytes, path);
  } catch {
    return null;
  }
}
