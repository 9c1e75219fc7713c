/**
 * What CUPS keeps of what was printed, as far as its settings can be read: warnings for a person, before a sheet with a
 * secret is printed.
 *
 * The scheduler writes every document into its spool (RequestRoot), from where filters read it. `PreserveJobFiles`
 * (cupsd.conf(5)) says whether it stays there after printing: for a day unless it is set. Deleting does not overwrite, so
 * only a spool in memory leaves nothing on the disk.
 */
import fs from 'node:fs';
import { readBounded, systemCode } from '../files.ts';
import { MEMORY_FILE_SYSTEMS } from '../nonces/nonces.ts';
import { oneLine } from './tools.ts';

const MAX_SETTINGS = 1024 * 1024;
const OWN_SCHEDULER = /^(|localhost(:631)?|(\/var)?\/run\/cups\/cups\.sock)$/;

/** Where to look. Defaults are those of Debian. */
export interface SpoolPlaces {
  readonly cupsd?: string;
  readonly cupsFiles?: string;
  /** Which scheduler is printed to: `CUPS_SERVER`. */
  readonly server?: string;
}

/** Warnings, each a sentence with a next step. None when CUPS deletes at once from a spool in memory. Does not throw. */
export function spoolNotes(places: SpoolPlaces = {}): string[] {
  const { cupsd = '/etc/cups/cupsd.conf', cupsFiles = '/etc/cups/cups-files.conf' } = places;
  const server = places.server ?? process.env['CUPS_SERVER'] ?? '';
  if (!OWN_SCHEDULER.test(server) && places.cupsd === undefined)
    return [
      `CUPS_SERVER names another printing service (${oneLine(server)}): whether it keeps what is printed cannot be seen ` +
        'from here. Print secrets only through this laptop’s own service.',
    ];
  return [...preserved(cupsd), ...root(cupsFiles)];
}

function preserved(path: string): string[] {
  const settings = read(path);
  const next = `Set “PreserveJobFiles No” in ${path}, and restart CUPS.`;
  if (typeof settings === 'string')
    return [`Whether CUPS keeps printed documents is unknown: ${path} ${settings}. ${next}`];
  const value = settings.get('preservejobfiles') ?? '86400';
  if (/^(no|off|false|0+)$/i.test(value)) return [];
  const long = /^\d+$/.test(value) ? `for ${value} seconds` : 'for good';
  return [`CUPS keeps every printed document in its spool ${long} (PreserveJobFiles). ${next}`];
}

function root(path: string): string[] {
  const settings = read(path);
  const unread = typeof settings === 'string' && !settings.endsWith('is not there');
  if (unread) return [`Where CUPS keeps documents while it prints them is unknown: ${path} ${settings}.`];
  const set = typeof settings === 'string' ? new Map<string, string>() : settings;
  const spool = set.get('requestroot') ?? '/var/spool/cups';
  const places = [
    ['RequestRoot', spool],
    ['TempDir', set.get('tempdir') ?? `${spool}/tmp`],
  ] as const;
  return places.flatMap(([name, place]) => {
    const memory = isMemory(place);
    if (memory === true) return [];
    const found = memory === null ? 'cannot be looked at' : 'is on a disk';
    // Below the spool, the temporary folder is where the spool is: one sentence is enough.
    if (name === 'TempDir' && isMemory(spool) !== true && place.startsWith(`${spool}/`)) return [];
    return [
      `CUPS writes documents to ${oneLine(place)} while it prints them, which ${found}: deleted is not erased there. ` +
        `Mount a tmpfs there, or name a folder in memory as ${name} in ${path}, and restart CUPS.`,
    ];
  });
}

/** Null where it cannot be told. */
function isMemory(place: string): boolean | null {
  try {
    return MEMORY_FILE_SYSTEMS.includes(fs.statfsSync(place).type);
  } catch {
    return null;
  }
}

/** Settings by lower-case name, the last one of a name as CUPS takes it; or what keeps the file from being read. */
function read(path: string): ReadonlyMap<string, string> | string {
  let text: string;
  try {
    text = Buffer.from(readBounded(path, MAX_SETTINGS)).toString('utf8');
  } catch (error) {
    const missing = !fs.existsSync(path);
    return missing ? 'is not there' : `cannot be read (${codeOf(error)})`;
  }
  const settings = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*([A-Za-z]+)\s+(.*?)\s*$/.exec(line.replace(/#.*$/, '')) ?? [];
    if (name !== undefined && value !== undefined) settings.set(name.toLowerCase(), value);
  }
  return settings;
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return systemCode(error) || systemCode(cause) || 'not a plain file';
}
