/** `reseal sheet make|read`: a share on paper, and whether a sheet can still be read. */
import { openContent } from '../../ceremony/paper/seal.ts';
import { sheetKdf } from '../../devices/backup/sheet-kdf.ts';
import { UsageError } from '../../laptop/errors.ts';
import { writeOutput } from '../../laptop/files.ts';
import { findKey, ownShare, readKeyRecord } from '../../laptop/keys.ts';
import { forgetContent, makeSheet, requireSheetOf, shareOfSheet } from '../../laptop/paper/sheets.ts';
import type { Command } from '../command.ts';
import { now, openFrom, passphraseFor, VAULT_OPTIONS } from '../session.ts';
import { sheetInput } from '../sheet-input.ts';

export const SHEET_PASSPHRASE_OPTION = {
  value: 'N',
  help: 'read the passphrase of the sheet or backup from file descriptor N instead of asking',
} as const;

export const sheetMake: Command = {
  name: 'sheet make',
  summary: "Write this holder's share of a key as a page to print",
  options: {
    ...VAULT_OPTIONS,
    key: { value: 'NAME', help: 'name or fingerprint of the key', required: true },
    out: {
      value: 'FILE',
      help: 'the page (PDF), a new file on a medium that goes to the printer',
      required: true,
    },
    plain: { help: 'not sealed: whoever sees the page has the share' },
    'sheet-passphrase-fd': SHEET_PASSPHRASE_OPTION,
    'ceremony-code': { value: 'WORDS', help: 'the four words of the ceremony, to stand on the page' },
  },
  examples: ['reseal sheet make --key Treasury --out /media/usb/share.pdf'],
  async run(given, output) {
    const plain = given.flag('plain');
    if (plain && given.text('sheet-passphrase-fd') !== undefined)
      throw new UsageError('--sheet-passphrase-fd: a plain sheet has no passphrase.');
    const { vault } = await openFrom(given);
    try {
      const key = await findKey(vault, given.required('key'));
      const { suite, share, index } = await ownShare(vault, key);
      const passphrase = plain
        ? ''
        : await passphraseFor(given, 'Passphrase of the new sheet', {
            option: 'sheet-passphrase-fd',
            confirm: true,
          });
      const bytes = suite.scalarToBytes(share);
      const facts = { at: now(), ceremonyCode: given.text('ceremony-code') };
      const kind = plain ? 'plain-sheet' : 'sealed-sheet';
      const made = await makeSheet(key.record, index, bytes, kind, passphrase, facts);
      bytes.fill(0);
      const out = given.required('out');
      writeOutput(out, made.pdf);
      made.pdf.fill(0);
      const { name, epoch, fingerprint } = key.record;
      output.line(
        `Wrote ${out}: sheet ${made.identifier}, holder ${index}'s share of "${name}", epoch ${epoch}.`,
      );
      output.note(
        plain
          ? 'The file is as secret as the vault: print it, then destroy it and what the printer keeps.'
          : 'Print it, read the page back with "reseal sheet read", then remove the file. Keep the passphrase elsewhere.',
      );
      output.result({
        kind,
        file: out,
        identifier: made.identifier,
        lines: made.lines.length,
        index,
        epoch,
        fingerprint,
      });
      return 0;
    } finally {
      vault.close();
    }
  },
};

export const sheetRead: Command = {
  name: 'sheet read',
  summary: 'Check a share sheet: typed lines, or a picture of its code; proposes corrections',
  arguments: ['FILE'],
  options: {
    record: { value: 'FILE', help: 'public key record that the sheet must belong to' },
    open: { help: 'also open a sealed sheet with its passphrase' },
    'sheet-passphrase-fd': SHEET_PASSPHRASE_OPTION,
  },
  examples: [
    'reseal sheet read typed.txt --record key-record.json',
    'reseal sheet read scan.png --record key-record.json --open',
  ],
  async run(given, output) {
    const { content, accepted } = await sheetInput(given.positionals[0] ?? '');
    const { kind, facts } = content;
    const recordPath = given.text('record');
    const open = given.flag('open') || given.text('sheet-passphrase-fd') !== undefined;
    const passphrase = (): Promise<string> =>
      passphraseFor(given, 'Passphrase of the sheet', { option: 'sheet-passphrase-fd' });
    const matched = recordPath === undefined ? null : readKeyRecord(recordPath);
    let opened = false;
    try {
      if (matched !== null) {
        requireSheetOf(facts, matched, facts.index);
        if (kind === 'plain-sheet' || open) {
          (await shareOfSheet(content, matched, facts.index, passphrase)).fill(0);
          opened = true;
        }
      } else if (open && content.kind === 'sealed-sheet') {
        (await openContent(content, await passphrase(), sheetKdf)).fill(0);
        opened = true;
      }
    } finally {
      forgetContent(content);
    }
    output.line(
      `A ${kind === 'plain-sheet' ? 'plain' : 'sealed'} sheet${facts.rehearsal ? ' of a rehearsal' : ''}: holder ${facts.index}, epoch ${facts.epoch} of key ${facts.fingerprint} (${facts.suite}, threshold ${facts.threshold}).`,
    );
    output.line(
      accepted === 0 ? 'Every line is right.' : `Every line is right with ${accepted} corrected characters.`,
    );
    if (matched !== null)
      output.line(
        opened
          ? `Its share belongs to the public share in the record of "${matched.name}".`
          : `It says that it belongs to the record of "${matched.name}"; --open also tries its share.`,
      );
    output.result({ kind, ...facts, corrected: accepted, record: recordPath ?? null, opened });
    return 0;
  },
};
