import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../crypto/bytes.ts';
import { factsOf, transcriptCode, type CeremonyFacts } from '../../ceremony/documents/facts.ts';
import { planCode } from '../../ceremony/plan.ts';
import { EXCEPTION_CATEGORIES } from '../../ceremony/rounds/exception.ts';
import type { RecordFiles } from '../../ceremony/record.ts';
import { examineRecord } from '../../ceremony/verify/verify.ts';
import {
  codesOn,
  onDisk,
  overlapping,
  pageTexts,
  pdfInfo,
  qpdfCheck,
  structure,
  structureText,
  tinted,
  words,
} from '../../test-support/pdf.ts';
import {
  ceremony,
  committeeOf,
  generated,
  keyAfter,
  type Ended,
  type Shape,
} from '../../test-support/records.ts';
import { seededRandom } from '../../test-support/random.ts';
import { edit } from '../../test-support/tamper.ts';
import { Authority } from '../../test-support/timestamp-authority.ts';
import { requestStamp } from '../timestamps.ts';
import { makeDocuments } from './documents.ts';

const SHAPE: Shape = { suite: 'secp256k1', holders: 3, threshold: 2, seed: 'documents' };

let first: Ended;
let refresh: Ended;
let stopped: Ended;
beforeAll(async () => {
  first = await generated(SHAPE);
  refresh = await ceremony(first.committee, SHAPE, keyAfter(first), {
    disturb: async (run) => {
      await run.participants.get('holder-1')?.exception('medium', 'The stick of Safe A\nis scratched.');
    },
  });
  const other = await generated({ ...SHAPE, seed: 'documents/stopped' });
  stopped = await ceremony(other.committee, SHAPE, keyAfter(other), {
    disturb: async (run) => {
      await run.participants.get('holder-2')?.stop('The wrong room.');
    },
  });
});

const factsIn = ({ files }: Ended): CeremonyFacts => {
  const { view, verdict } = examineRecord(files);
  return factsOf(view!, verdict, files.get('checkpoint')!);
};

const all = (ended: Ended, earlier?: Ended): Promise<Map<string, Uint8Array>> =>
  makeDocuments({
    from: { record: ended.files },
    ...(earlier === undefined ? {} : { earlier: [earlier.files] }),
  });

describe('every document', () => {
  it.each([
    ['a generation', () => all(first)],
    ['a refresh', () => all(refresh, first)],
    ['an early end', () => all(stopped)],
    ['a plan', () => makeDocuments({ from: { plan: refresh.context.bytes } })],
  ])('of %s is sound, tagged, numbered, named, and has its fonts in it', async (_, make) => {
    const made = await make();
    expect(made.size).toBeGreaterThan(8);
    for (const [name, bytes] of made) {
      const path = onDisk(bytes);
      expect(qpdfCheck(path), name).toContain('No syntax or stream encoding errors found');
      const info = pdfInfo(path);
      expect(info, name).toMatchObject({
        Tagged: 'yes',
        'Page size': '595.28 x 841.89 pts (A4)',
        Producer: 'Reseal',
      });
      expect(info['Title'], name).toMatch(/^REHEARSAL: .+: Test key$/);
      const pages = pageTexts(path);
      expect(String(pages.length), name).toBe(info['Pages']);
      for (const [at, page] of pages.entries()) {
        expect(page, name).toContain(`Page ${at + 1} of ${pages.length}`);
        expect(page, name).toContain('Test key');
        expect(page, name).toMatch(/REHEARSAL/);
      }
      const tree = structure(path);
      for (const tag of ['Document', 'H1', 'H2', 'P'])
        expect(tree, name).toMatch(new RegExp(`^\\s*${tag}\\b`, 'm'));
    }
  });

  it('is the same, byte for byte, when it is made again', async () => {
    const [one, two] = [await all(refresh, first), await all(refresh, first)];
    expect([...one.keys()]).toEqual([...two.keys()]);
    for (const [name, bytes] of one) expect(Buffer.compare(bytes, two.get(name)!), name).toBe(0);
  });

  it('that is needed before the start is the same from the plan and from the record', async () => {
    const before = await makeDocuments({ from: { plan: refresh.context.bytes } });
    const after = await all(refresh, first);
    const scripts = [...before.keys()].filter((name) => name.startsWith('script-'));
    expect(scripts).toHaveLength(6);
    for (const name of scripts) expect(Buffer.compare(before.get(name)!, after.get(name)!), name).toBe(0);
    expect([...before.keys()]).not.toContain('report.pdf');
  });

  it('of a real ceremony is not marked as a rehearsal', async () => {
    const real = await first.committee.plan('secp256k1', 2, null, { rehearsal: false });
    const made = await makeDocuments({ from: { plan: real.bytes } });
    for (const [name, bytes] of made) {
      const path = onDisk(bytes);
      expect(pageTexts(path).join(''), name).not.toMatch(/rehearsal|throw-away/i);
      expect(pdfInfo(path)['Title'], name).not.toMatch(/rehearsal/i);
    }
    const script = 'script-witness-1.pdf';
    expect(tinted(onDisk(made.get(script)!))).toBeLessThan(0.001);
    const marked = await makeDocuments({ from: { plan: first.context.bytes }, role: 'witness-1' });
    expect(tinted(onDisk(marked.get(script)!))).toBeGreaterThan(0.02);
  });
});

describe('timestamps', () => {
  it('are listed in the report of a record that has some, each with what was found', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reseal-report-'));
    const authority = new Authority(join(folder, 'authority'));
    const request = requestStamp(first.files, seededRandom('report'));
    const answer = authority.answer(request, authority.issue('Clock of the tests'));
    rmSync(folder, { recursive: true });
    const files = edit(first.files, {
      'timestamps/one.tsr': answer,
      'timestamps/two.tsr': Uint8Array.of(1),
    });
    const report = async (record: RecordFiles): Promise<{ path: string; text: string }> => {
      const path = onDisk((await makeDocuments({ from: { record }, only: ['report'] })).get('report.pdf')!);
      return { path, text: structureText(path) };
    };
    const { path, text } = await report(files);
    expect(qpdfCheck(path)).toContain('No syntax or stream encoding errors found');
    expect(overlapping(words(path).words)).toEqual([]);
    for (const found of [
      'Timestamps beside the record',
      'CN=Clock of the tests',
      'about this checkpoint, signature holds',
      'WARNING: timestamps/two.tsr: it ends in the middle of an element',
      'This report trusts nobody for them',
    ])
      expect(text).toContain(found.replaceAll(' ', ''));
    expect((await report(first.files)).text).not.toContain('Timestamps');
  });
});

describe('the report', () => {
  it.each([
    ['a generation', () => first],
    ['a refresh', () => refresh],
    ['an early end', () => stopped],
  ])('of %s states every fact of its record', async (_, ended) => {
    const given = factsIn(ended());
    const { context, transcript } = given;
    const made = await makeDocuments({ from: { record: ended().files }, only: ['report'] });
    const text = structureText(onDisk(made.get('report.pdf')!));
    const facts = [
      planCode(context),
      bytesToHex(context.id),
      bytesToHex(context.hash),
      bytesToHex(transcript.root),
      ...given.presence.flatMap(({ name, first: from, last }) => [name, from ?? '', last ?? '']),
      ...given.approvals.flatMap(({ at, body }) => [at, bytesToHex(body.plan)]),
      ...given.backups.flatMap(({ label, serial, readBack, witness, at }) => [
        label,
        serial,
        readBack,
        witness,
        at,
      ]),
      ...given.destroyed.flatMap(({ what, method, tool, who, witness, at }) => [
        what,
        method,
        tool,
        who,
        witness,
        at,
      ]),
      ...given.statements.flatMap(({ at, body }) => [at, body.remarks]),
      ...given.exceptions.flatMap(({ at, category, text: said }) => [at, category, said]),
      ...given.rounds.flatMap(({ name, last }) => [name, last ?? '']),
      ...[given.before, given.after].flatMap((record) =>
        record === null || record === undefined
          ? []
          : [record.fingerprint, record.groupKey, ...record.holders.map(({ publicShare }) => publicShare)],
      ),
      ...given.verdict.rules.flatMap(({ rule, sentence, state }) => [rule, sentence, state]),
      given.abort?.reason ?? '',
    ];
    const plain = (fact: string): string =>
      fact.replace(/^(\d{4}-\d{2}-\d{2})T([\d:]{8})Z$/, '$1$2').replace(/\s+/g, '');
    for (const fact of facts) expect(text).toContain(plain(fact));
  });

  it('has a code that other programs read, and that says what the checkpoint says', async () => {
    const made = await makeDocuments({ from: { record: refresh.files }, only: ['report'] });
    const path = onDisk(made.get('report.pdf')!);
    const page = pageTexts(path).findIndex((text) => text.includes('QR code of the transcript')) + 1;
    expect(codesOn(path, page)).toEqual([transcriptCode(factsIn(refresh))]);
    const [, lines, root] = new TextDecoder().decode(refresh.files.get('checkpoint')).split('\n');
    expect(transcriptCode(factsIn(refresh))).toBe(
      `reseal transcript ${bytesToHex(refresh.context.id)} ${lines ?? ''} ${Buffer.from(root ?? '', 'base64').toString('hex')}`,
    );
  });
});

describe('a large committee with much to say', () => {
  it('has no word beside the page, and no two on one another', { timeout: 300_000 }, async () => {
    const shape: Shape = { suite: 'ed25519', holders: 16, threshold: 9, seed: 'documents/large' };
    const committee = committeeOf(shape);
    const drawn = await committee.plan(shape.suite, shape.threshold, null);
    const long = (at: number): string =>
      [
        `Maximiliane-Alexandrina von und zu Łódź-Święcicka ${'de la Torre y Fernández '.repeat(6)}`
          .trim()
          .slice(0, 180),
        'W'.repeat(200),
        'Ярослава Чорновіл 王小明 מרים',
        'fi ffi fl Ǆ',
      ][at % 4]!.trim();
    const large = await ceremony(committee, shape, null, {
      change: {
        keyName: `Treasury ${'very-long-name-of-a-key/'.repeat(7)}`,
        holders: drawn.plan.holders.map((holder, at) => ({ ...holder, name: long(at) })),
        backups: drawn.plan.holders.flatMap(({ index }) =>
          ['Safe A ', 'S'].map((label) => ({
            holder: index,
            kind: 'file' as const,
            label: label.repeat(28).trim(),
          })),
        ),
      },
      disturb: async (run) => {
        for (let at = 0; at < 40; at += 1)
          await run.participants
            .get(`holder-${1 + (at % 16)}`)
            ?.exception(
              EXCEPTION_CATEGORIES[at % EXCEPTION_CATEGORIES.length]!,
              at % 3 === 0
                ? 'It went on and on.\n\n'.repeat(100).trim()
                : at % 3 === 1
                  ? 'x'.repeat(2000)
                  : 'Short.',
            );
      },
    });
    const given = factsIn(large);
    expect(given.exceptions).toHaveLength(40);
    const made = await all(large);
    for (const [name, bytes] of made) {
      const path = onDisk(bytes);
      expect(qpdfCheck(path), name).toContain('No syntax or stream encoding errors');
      const page = words(path);
      expect(page.words.length, name).toBeGreaterThan(100);
      const outside = page.words.filter(
        ({ left, right, top, bottom }) =>
          left < 36 || right > page.width - 36 || top < 20 || bottom > page.height - 20,
      );
      expect(outside, name).toEqual([]);
      expect(overlapping(page.words), name).toEqual([]);
    }
    const text = structureText(onDisk(made.get('report.pdf')!));
    expect(text).toContain('ЯрославаЧорновіл[U+738B][U+5C0F][U+660E]');
    expect(text).toContain('x'.repeat(2000));
  });
});

describe('documents are refused', () => {
  it('for a role that is not in the plan', async () => {
    await expect(makeDocuments({ from: { plan: first.context.bytes }, role: 'holder-9' })).rejects.toThrow(
      'there is no holder-9 in this plan: expected one of approver-1, holder-1',
    );
  });

  it('from a record that does not tell how the ceremony went', async () => {
    const files = new Map(first.files);
    files.delete('envelopes/r1-a1-holder-2.cose');
    await expect(makeDocuments({ from: { record: files } })).rejects.toThrow(/The record is not valid/);
  });

  it('with an earlier record of another key, of no epoch, or of a later one', async () => {
    const other = await generated({ ...SHAPE, seed: 'documents/other' });
    const from = { record: refresh.files };
    await expect(makeDocuments({ from, earlier: [other.files] })).rejects.toThrow('it is of another key');
    await expect(makeDocuments({ from, earlier: [refresh.files] })).rejects.toThrow(
      'it made epoch 1; expected epoch 0',
    );
    await expect(makeDocuments({ from, earlier: [stopped.files] })).rejects.toThrow('was ended early');
    await expect(makeDocuments({ from: { record: first.files }, earlier: [first.files] })).rejects.toThrow(
      'makes a new key',
    );
  });

  it('but are made, with a warning, from a record that was changed where it can be computed', async () => {
    const files = new Map(first.files);
    files.set('README.txt', new TextEncoder().encode('changed'));
    const made = await makeDocuments({ from: { record: files }, only: ['report'] });
    const text = structureText(onDisk(made.get('report.pdf')!));
    expect(text).toContain('TherecordthatthiswasmadefromisNOTVALID.');
    expect(text).toContain('README.txt:itsSHA-256is');
  });
});
