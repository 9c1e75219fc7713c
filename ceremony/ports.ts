/**
 * What a ceremony needs of the outside world, as small interfaces. The engine never opens a file, reads a clock or
 * draws randomness by itself; devices/ implements these, tests hand in simple ones.
 */
import type { IdentityPublicKey } from '../crypto/identity.ts';
import type { KeyRecord } from './key-record.ts';

/** The laptop's clock. */
export interface Clock {
  /** Now, as RFC 3339 in UTC with whole seconds: `2026-11-23T09:00:00Z`. */
  now(): string;
}

/** Signs with the laptop's identity key, wherever that key lives. */
export interface Signer {
  readonly publicKey: IdentityPublicKey;
  /** 64 bytes: r||s with low s for ES256, RFC 8032 for EdDSA. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/**
 * The durable memory of one ceremony on one laptop: public bytes under short names. What `put` has returned from
 * survives a killed process and a pulled plug.
 */
export interface Journal {
  /**
   * Stores `bytes` under `name` (`[a-z0-9-]+`). Storing the same bytes again does nothing; other bytes under a name
   * that exists are refused, because a laptop never says two different things in one place.
   */
  put(name: string, bytes: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  /** All names, sorted. */
  names(): Promise<readonly string[]>;
}

/** A few secrets under one data key of their own. Destroying the folder destroys the data key first. */
export interface SecretFolder {
  /** Stores a secret (`[a-z0-9-]+`), sealed, durable, read back and compared before it returns. Overwrites nothing. */
  put(name: string, secret: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  /** Destroys the data key, then the files. Safe to repeat, and finished at the next opening when interrupted. */
  destroy(): Promise<void>;
}

/** One epoch of one key on this laptop. */
export interface EpochSummary {
  /** Folder name: `epoch-<number>-<origin>`, unique per key. */
  readonly id: string;
  readonly current: boolean;
}

/** The keys of a laptop. A key is named by its fingerprint (16 hex characters). */
export interface KeyStore {
  fingerprints(): Promise<readonly string[]>;
  epochs(fingerprint: string): Promise<readonly EpochSummary[]>;
  /** The public record (canonical JSON bytes) of an epoch. */
  record(fingerprint: string, epochId: string): Promise<Uint8Array>;
  /** The epoch's secrets: `share` (32 bytes) and `sealing` (32 bytes). */
  secrets(fingerprint: string, epochId: string): Promise<SecretFolder>;
  /**
   * Writes a new epoch beside the current one. Durable and read back before it returns; the current epoch is not
   * touched. Repeating it with the same content does nothing.
   */
  stage(
    fingerprint: string,
    epochId: string,
    content: { record: Uint8Array; share: Uint8Array; sealing: Uint8Array },
  ): Promise<void>;
  /** Makes a staged epoch the current one: one atomic rename. Repeating it does nothing. */
  activate(fingerprint: string, epochId: string): Promise<void>;
  /** Destroys an epoch that is not the current one. Repeating it, or destroying one that is gone, does nothing. */
  destroy(fingerprint: string, epochId: string): Promise<void>;
}

/**
 * Signing nonces between two rounds. They live in memory only: a process's own, or a file system that is memory
 * (tmpfs). A machine that restarted or was rolled back does not have them, and makes a new attempt.
 */
export interface NonceKeeper {
  keep(label: string, nonces: Uint8Array): Promise<void>;
  /** Returns the nonces and forgets them in the same instant; `undefined` if they are gone. Never gives them twice. */
  take(label: string): Promise<Uint8Array | undefined>;
  /** True while `take` would return something. */
  has(label: string): Promise<boolean>;
}

/** Messages in and out. The courier behind it may lose, repeat, reorder and invent: nothing from it is trusted. */
export interface Channel {
  /** Shows a message (encoded, see message.ts) under a descriptive name. Showing the same message again is harmless. */
  show(name: string, message: Uint8Array): Promise<void>;
  /** All messages that can be seen now, in any order, with the name of the place each came from. */
  receive(): Promise<readonly { source: string; message: Uint8Array }[]>;
}

/** Makes backups of a share where the operator keeps them, and reads them back from there. */
export interface BackupWriter {
  /**
   * Writes `content` as the backup called `label` and returns what reading it back gave. Repeating it after an
   * interruption finishes or confirms the first write.
   */
  write(label: string, content: Uint8Array): Promise<Uint8Array>;
  /**
   * The same for a backup that only the holders of the recipients' secret keys open: read back with a key that is made for
   * this one write and forgotten. Resolves only when the file that was read back names as many recipients. Repeating it
   * writes it anew.
   */
  writeFor(recipients: readonly string[], label: string, content: Uint8Array): Promise<Uint8Array>;
  /**
   * The share (32 bytes) on a printed sheet, of which somebody scanned the code or typed the lines. Rejects with a
   * sentence where the text is damaged, is that of another sheet or does not open. The caller erases the share.
   */
  readSheet(
    kind: 'sealed-sheet' | 'plain-sheet',
    text: string,
    record: KeyRecord,
    index: number,
  ): Promise<Uint8Array>;
}

/** The person at the laptop. */
export interface Operator {
  /**
   * Answers a question of a step. `undefined` means: not now. `about` says what the question is about where a step
   * asks it more than once (the label of a backup). `complaint` is what was wrong with the answer before.
   */
  answer(question: {
    step: string;
    title: string;
    field: string;
    question: string;
    about: string | undefined;
    complaint: string | undefined;
  }): Promise<string | undefined>;
}
