/** `reseal key import|list|export`: shares that come from elsewhere, and what others may have of ours. */
import { resolve } from 'node:path';
import { keyResources } from '../../ceremony/formats/key-resources.ts';
import { encodeKeyRecord } from '../../ceremony/key-record.ts';
import { folderChannel } from '../../devices/channel/folder.ts';
import { dueByKey, dueSentence, type Due } from '../../laptop/due.ts';
import { UsageError } from '../../laptop/errors.ts';
import { readInput, writeOutput } from '../../laptop/files.ts';
import {
  findKey,
  heldKeys,
  importZcashFrost,
  showKeyRecord,
  zcashFiles,
  type HeldKey,
} from '../../laptop/keys.ts';
import type { Command, Given } from '../command.ts';
import type { Output } from '../output.ts';
import { COURIER_OUT_OPTION, now, openFrom, VAULT_OPTIONS } from '../session.ts';
import { typeVersion, UR_OPTIONS, writeUr } from './ur.ts';

const utf8 = (path: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readInput(path, 1024 * 1024));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} is not UTF-8 text.`);
  }
};

export const keyImport: Command = {
  name: 'key import',
  summary: "Take over this holder's share of a key that another implementation made",
  options: {
    ...VAULT_OPTIONS,
    format: { value: 'FORMAT', help: 'zcash-frost (default): JSON of the Zcash Foundation’s FROST crates' },
    name: { value: 'NAME', help: 'name of the key, the same on all laptops', required: true },
    'public-key-package': { value: 'FILE', help: 'PublicKeyPackage', required: true },
    'key-package': { value: 'FILE', help: "this holder's KeyPackage", required: true },
  },
  examples: ['reseal key import --name Treasury --public-key-package public.json --key-package mine.json'],
  async run(given, output) {
    checkFormat(given.text('format') ?? 'zcash-frost', ['zcash-frost']);
    const publicPath = given.required('public-key-package');
    const ownPath = given.required('key-package');
    const packages = [
      { text: utf8(publicPath), path: publicPath },
      { text: utf8(ownPath), path: ownPath },
    ] as const;
    const { vault } = await openFrom(given);
    try {
      const { record, index } = await importZcashFrost(vault, given.required('name'), ...packages);
      output.line(
        `Imported holder ${index}'s share of "${record.name}" (${record.suite}, ${record.threshold} of ${record.holders.length}) as epoch 0.`,
      );
      output.line(`Fingerprint ${record.fingerprint}, group key ${record.groupKey}.`);
      output.line('The files it came from still hold the share: destroy them after the first refresh.');
      output.result({ index, record });
      return 0;
    } finally {
      vault.close();
    }
  },
};

export const keyList: Command = {
  name: 'key list',
  summary: 'List the keys of which this laptop holds a share',
  options: VAULT_OPTIONS,
  async run(given, output) {
    const { vault } = await openFrom(given);
    try {
      const keys = await heldKeys(vault);
      const due = await dueByKey(vault, keys, now());
      if (keys.length === 0) output.line('This laptop holds no share yet.');
      else
        output.table([
          ['KEY', 'FINGERPRINT', 'SUITE', 'THRESHOLD', 'EPOCH', 'REFRESH', 'GROUP KEY'],
          ...keys.map(({ record }) => [
            record.name,
            record.fingerprint,
            record.suite,
            `${record.threshold} of ${record.holders.length}`,
            String(record.epoch),
            refreshColumn(due.get(record.fingerprint)),
            record.groupKey,
          ]),
        ]);
      for (const { record, others } of keys)
        if (others.length > 0) output.line(`"${record.name}" has further epochs here: ${others.join(', ')}.`);
      output.result({
        keys: keys.map(({ record, epochId, others }) => ({
          ...{ epochId, others, record },
          due: due.get(record.fingerprint) ?? null,
        })),
      });
      return 0;
    } finally {
      vault.close();
    }
  },
};

export const keyExport: Command = {
  name: 'key export',
  summary: "Write a key's public record, or what other tools read of it",
  options: {
    ...VAULT_OPTIONS,
    key: { value: 'NAME', help: 'name or fingerprint of the key', required: true },
    format: {
      value: 'FORMAT',
      help: 'record (default, public), ur (public, printed) or zcash-frost (contains the share)',
    },
    out: { value: 'DIR', help: 'folder to write to' },
    courier: { ...COURIER_OUT_OPTION, help: `record: ${COURIER_OUT_OPTION.help}` },
    'no-min-signers': {
      help: 'zcash-frost: leave min_signers out of the PublicKeyPackage (versions before 3)',
    },
    ...Object.fromEntries(
      Object.entries(UR_OPTIONS).map(([name, option]) => [name, { ...option, help: `ur: ${option.help}` }]),
    ),
  },
  examples: [
    'reseal key export --key Treasury --out .',
    'reseal key export --key Treasury --courier /media/usb',
    'reseal key export --key Treasury --format zcash-frost --out /media/usb',
    'reseal key export --key Treasury --format ur --content output --png address.png',
  ],
  async run(given, output) {
    const format = given.text('format') ?? 'record';
    checkFormat(format, ['record', 'ur', 'zcash-frost']);
    if (format === 'ur') return exportUr(given, output);
    for (const name of Object.keys(UR_OPTIONS))
      if (given.text(name) !== undefined || given.flag(name))
        throw new UsageError(`--${name} belongs to --format ur.`);
    const out = given.text('out');
    const courier = given.text('courier');
    if (out === undefined && (courier === undefined || format !== 'record'))
      throw new UsageError(`Say where it goes: --out DIR${format === 'record' ? ' or --courier DIR' : ''}.`);
    // What contains a share has no business where messages are exchanged.
    if (courier !== undefined && format !== 'record')
      throw new UsageError(`--courier: only the public record is shown there, not --format ${format}.`);
    const { vault } = await openFrom(given);
    try {
      const key = await findKey(vault, given.required('key'));
      const files =
        out === undefined
          ? []
          : format === 'record'
            ? recordFile(key)
            : await zcashFiles(vault, key, !given.flag('no-min-signers'));
      const paths = files.map(([name, bytes]) => {
        const path = `${out ?? '.'}/${name}`;
        writeOutput(path, bytes);
        return path;
      });
      for (const path of paths) output.line(`Wrote ${path}`);
      if (courier !== undefined) {
        await showKeyRecord(folderChannel(resolve(courier)), key.record);
        output.line(`Showed the public record of "${key.record.name}", epoch ${key.record.epoch}.`);
      }
      if (format !== 'record')
        output.note('The key package contains the share of this holder: it is as secret as the vault.');
      output.result({
        ...{ format, files: paths, courier: courier ?? null },
        ...{ fingerprint: key.record.fingerprint, epoch: key.record.epoch },
      });
      return 0;
    } finally {
      vault.close();
    }
  },
};

/** Prints a UR. It is on standard output, and so needs no folder. */
async function exportUr(given: Given, output: Output): Promise<0> {
  for (const name of ['out', 'courier', 'no-min-signers'])
    if (given.text(name) !== undefined || given.flag(name))
      throw new UsageError(`--${name} does not belong to --format ur, which prints; --png and --svg draw.`);
  const { vault } = await openFrom(given);
  try {
    const { record } = await findKey(vault, given.required('key'));
    return await writeUr(keyResources(record, typeVersion(given)), given, output);
  } finally {
    vault.close();
  }
}

/** What `key list` says about the next refresh. */
function refreshColumn(due: Due | undefined): string {
  return (due === undefined ? undefined : dueSentence(due))?.replace(/^refresh /, '') ?? 'not known';
}

function checkFormat(format: string, known: readonly string[]): void {
  if (!known.includes(format))
    throw new UsageError(`--format: expected ${known.join(' or ')}, found "${format}".`);
}

function recordFile(key: HeldKey): [string, Uint8Array][] {
  return [
    [`key-record-${key.record.fingerprint}-epoch-${key.record.epoch}.json`, encodeKeyRecord(key.record)],
  ];
}
