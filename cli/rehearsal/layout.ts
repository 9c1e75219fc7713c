/** Where a rehearsal keeps what, and who takes part in it. */
import { join } from 'node:path';
import type { BackupKind } from '../../ceremony/plan.ts';

/** The passphrase of every vault and backup of a rehearsal. It protects nothing, and nothing needs protection. */
export const REHEARSAL_PASSPHRASE = 'rehearsal';

/** Name under which an imported key is filed. */
export const IMPORTED_NAME = 'Imported key';

/** What the backups of a rehearsal are called. */
export const BACKUP_LABELS: Readonly<Record<BackupKind, string>> = {
  file: 'Medium A',
  'recipients-file': 'Courier A',
  'sealed-sheet': 'Sheet A',
  'plain-sheet': 'Sheet B',
};

/** One laptop of a rehearsal. */
export interface Seat {
  /** Folder name: `holder-1`, `administrator`, `witness`. */
  readonly name: string;
  /** The person, as on the enrolment card. */
  readonly person: string;
  readonly holder: number | undefined;
}

const NAMES = [
  'Alma',
  'Bruno',
  'Chidi',
  'Dana',
  'Emil',
  'Farah',
  'Goran',
  'Hana',
  'Ivo',
  'Jun',
  'Kofi',
  'Lena',
] as const;

/** The seats of a committee: its holders, an administrator, and a witness who also approves. */
export function seatsFor(indices: readonly number[], administratorHolds: boolean): Seat[] {
  const holders = indices.map((index, at) => ({
    name: `holder-${index}`,
    person: NAMES[at] ?? `Holder ${index}`,
    holder: index,
  }));
  return [
    ...holders,
    ...(administratorHolds
      ? []
      : [{ name: 'administrator', person: 'Ada Administrator', holder: undefined }]),
    { name: 'witness', person: 'Wim Witness', holder: undefined },
  ];
}

/** How messages get from one laptop to another: in one folder that all of them have, or by screen and camera. */
export const CHANNELS = ['folder', 'optical'] as const;
export type ChannelName = (typeof CHANNELS)[number];

export class Layout {
  readonly out: string;
  readonly channel: ChannelName;
  constructor(out: string, channel: ChannelName) {
    this.out = out;
    this.channel = channel;
  }
  /** Where the desk exchanges messages: with everybody, or with its own screen and camera. */
  get desk(): string {
    return join(this.out, this.channel === 'folder' ? 'courier' : 'desk');
  }
  /** Where a laptop exchanges messages. */
  courier(seat: string): string {
    return this.channel === 'folder' ? this.desk : join(this.home(seat), 'mailbox');
  }
  /** Every reception of an optical rehearsal. */
  get receptions(): string {
    return join(this.out, 'optical.json');
  }
  get record(): string {
    return join(this.out, 'record');
  }
  /** The record of the ceremony that made the key, where there was one before. */
  get recordGenerate(): string {
    return join(this.out, 'record-generate');
  }
  get documents(): string {
    return join(this.out, 'documents');
  }
  get audit(): string {
    return join(this.out, 'audit');
  }
  get report(): string {
    return join(this.out, 'report.json');
  }
  /** The identity of backups to recipients; only in rehearsals that have such. */
  get recoveryKey(): string {
    return join(this.out, 'recovery-key.txt');
  }
  home(seat: string): string {
    return join(this.out, 'laptops', seat);
  }
}

/** What a rehearsal laptop tells the desk, one JSON line each. */
export type LaptopEvent =
  | { event: 'ready'; seat: string; pid: number }
  | {
      event: 'step';
      seat: string;
      ceremony: string;
      kind: string;
      role: string;
      step: string;
      title: string;
      at: number;
    }
  | { event: 'bundle'; seat: string; ceremony: string; kind: string; round: number; at: number }
  | { event: 'problem'; seat: string; sentence: string; at: number }
  | { event: 'ended'; seat: string; ceremony: string; outcome: string; at: number };
