/** All commands, in the order in which people need them. */
import type { Command } from '../command.ts';
import { approve } from './approve.ts';
import { backupDestroyedCommand } from './backup-destroyed.ts';
import { consoleCommand } from './console.ts';
import { disclose } from './disclose.ts';
import { documents } from './documents.ts';
import { enrol } from './enrol.ts';
import { exception } from './exception.ts';
import { init } from './init.ts';
import { keyExport, keyImport, keyList } from './key.ts';
import { opticalRead, opticalShow } from './optical.ts';
import { planNew } from './plan.ts';
import { recordAudit, recordPack, recordUnpack } from './record.ts';
import { rehearsalLaptop, rehearse } from './rehearse.ts';
import { keyRestore } from './restore.ts';
import { sheetMake, sheetRead } from './sheet.ts';
import { show } from './show.ts';
import { status } from './status.ts';
import { step } from './step.ts';
import { preflight } from './preflight.ts';
import { stop } from './stop.ts';
import { timestampAttach, timestampRequest, timestampVerify } from './timestamp.ts';
import { ur, urMake } from './ur.ts';
import { verify } from './verify.ts';

export const COMMANDS: readonly Command[] = [
  consoleCommand,
  rehearse,
  verify,
  recordPack,
  recordUnpack,
  recordAudit,
  disclose,
  timestampRequest,
  timestampAttach,
  timestampVerify,
  show,
  documents,
  init,
  enrol,
  keyImport,
  keyList,
  keyExport,
  keyRestore,
  sheetMake,
  sheetRead,
  planNew,
  approve,
  step,
  status,
  backupDestroyedCommand,
  exception,
  opticalShow,
  opticalRead,
  preflight,
  stop,
  ur,
  urMake,
  rehearsalLaptop,
];
