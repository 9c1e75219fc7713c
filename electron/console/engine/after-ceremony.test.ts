// What is left to do after a ceremony, through the contract: documents, a record as one file, old backups.
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeDestructionStatement } from '../../../ceremony/destruction-statement.ts';
import { readRecordAt } from '../../../laptop/record-archive.ts';
import { ConsoleRoom, PASSPHRASE, TestConsole } from '../../../test-support/consoles.ts';
import { pageTexts, pdfInfo } from '../../../test-support/pdf.ts';
import type { InvokeInput } from '../../ipc/contract.ts';

const DAY = 86_400_000;
const dir = fs.mkdtempSync(join(tmpdir(), 'reseal-test-'));
const room = new ConsoleRoom(join(dir, 'room'));
const [alma, , chidi] = room.holders as [TestConsole, TestConsole, TestConsole];
const folder = (name: string): string => {
  const path = join(dir, name);
  fs.mkdirSync(path);
  return path;
};
const refused = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('not refused');
};
let before: Awaited<ReturnType<typeof documents>>;
let refresh = '';
let record = '';
let first = '';

const documents = (console: TestConsole, of: InvokeInput<'documents:make'>['of'], into: string) =>
  console.ask('documents:make', { of, folder: into });

beforeAll(async () => {
  await room.begin();
  const made = await room.administrator.ask('plan:make', room.draft());
  await room.toEnd(made.ceremony, made.code);
  first = (await alma.ceremony(made.ceremony)).record ?? '';
  const { records } = await room.administrator.ask('key:records', {});
  const draft = room.draft({ kind: 'refresh', holders: [], record: records[0]?.id ?? null });
  const next = await room.administrator.ask('plan:make', draft);
  refresh = next.ceremony;
  // The administrator knows the words; nobody else has typed them.
  before = await documents(room.administrator, { ceremony: refresh }, folder('before'));
  await alma.ask('courier:look', {});
  expect((await alma.ceremony(refresh)).code).toBeNull();
  expect(await refused(documents(alma, { ceremony: refresh }, dir))).toContain(
    'The words of the plan are not compared yet',
  );
  await room.toEnd(refresh, next.code);
  record = (await alma.ceremony(refresh)).record ?? '';
}, 240_000);
afterAll(async () => {
  await room.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

describe('the documents', () => {
  it('of a plan are what is needed before the start, in a folder of their own', () => {
    expect(before.folder).toBe(
      join(fs.realpathSync(dir), 'before', `documents-before-refresh-${refresh.slice(0, 8)}`),
    );
    expect(before).toMatchObject({ kept: 0, verdict: null, oldBackups: 'listed' });
    const names = before.documents.map(({ name }) => name);
    expect(names).toContain('script-holder-2.pdf');
    expect(names).toContain('custody-log.pdf');
    expect(names).not.toContain('report.pdf');
    expect(fs.readdirSync(before.folder).sort()).toEqual([...names].sort());
  });

  it('of a record are all of them, need no vault, and list the old backups that a record here tells of', async () => {
    await alma.ask('vault:lock', {});
    const into = folder('after');
    const made = await documents(alma, { record }, into);
    await alma.ask('vault:open', { passphrase: PASSPHRASE });
    expect(made.folder).toBe(join(fs.realpathSync(into), `documents-refresh-${refresh.slice(0, 8)}`));
    expect(made).toMatchObject({ kept: 0, verdict: 'VALID', oldBackups: 'listed' });
    for (const { name, title, pages } of made.documents) {
      const info = pdfInfo(join(made.folder, name));
      expect(info['Pages'], name).toBe(String(pages));
      expect(info['Title']).toContain(title);
    }
    expect(made.documents.map(({ name }) => name)).toContain('report.pdf');
    expect(pageTexts(join(made.folder, 'destruction-checklist-holder-1.pdf')).join()).toContain('bag 7');

    // The same again changes nothing.
    const again = await documents(alma, { record }, into);
    expect(again.kept).toBe(made.documents.length);
  });

  it('leave lines for the old backups on a laptop that knows of none, such as an auditor’s', async () => {
    const auditor = new TestConsole(join(dir, 'auditor'));
    const made = await documents(auditor, { record }, folder('audit'));
    expect(made).toMatchObject({ verdict: 'VALID', oldBackups: 'unknown' });
    expect(pageTexts(join(made.folder, 'destruction-checklist-holder-1.pdf')).join()).not.toContain('bag 7');
    await auditor.close();
  });

  it('of a ceremony that made the key have no old backups to list', async () => {
    expect(await documents(alma, { record: first }, folder('first'))).toMatchObject({ oldBackups: 'none' });
  });

  it('never overwrite, and then nothing is written', async () => {
    const into = folder('other');
    const out = join(into, `documents-refresh-${refresh.slice(0, 8)}`);
    fs.mkdirSync(out);
    fs.writeFileSync(join(out, 'report.pdf'), 'mine');
    const said = await refused(documents(alma, { record }, into));
    expect(said).toContain('report.pdf is there already, and is another document: nothing was written');
    expect(fs.readdirSync(out)).toEqual(['report.pdf']);
    expect(fs.readFileSync(join(out, 'report.pdf'), 'utf8')).toBe('mine');
  });

  it('are refused where they do not belong, or cannot be made', async () => {
    const of = { record };
    expect(await refused(documents(alma, of, join(dir, 'nowhere')))).toContain(
      'nowhere is not there: insert',
    );
    expect(await refused(documents(alma, of, join(record, 'keys')))).toContain('is inside a record');
    for (const own of ['vault', 'records'])
      expect(await refused(documents(alma, of, join(alma.home, own)))).toContain(
        'kept by this laptop for itself',
      );
    expect(await refused(documents(alma, { record: folder('empty') }, dir))).toContain('is not a record');
    expect(await refused(documents(alma, { ceremony: 'ab'.repeat(16) }, dir))).toContain(
      'no part in that ceremony',
    );
    const broken = join(folder('broken'), 'record');
    fs.cpSync(record, broken, { recursive: true });
    fs.writeFileSync(join(broken, 'plan.json'), '{}\n');
    expect(await refused(documents(alma, { record: broken }, dir))).toContain(
      'no document can be made from it',
    );
    const file = join(dir, 'a-file');
    fs.writeFileSync(file, '');
    expect(await refused(documents(alma, of, file))).toContain('a-file is not there');
    await alma.ask('vault:lock', {});
    expect(await refused(documents(alma, { ceremony: refresh }, dir))).toContain('The vault is locked');
    await alma.ask('vault:open', { passphrase: PASSPHRASE });
  });
});

describe('a record as one file', () => {
  it('holds every file of the record, and is written over nothing', async () => {
    const into = folder('packed');
    const { file, files, bytes } = await alma.ask('record:pack', { path: record, folder: into });
    expect(file).toBe(join(fs.realpathSync(into), `refresh-${refresh.slice(0, 8)}.reseal`));
    expect(fs.statSync(file).size).toBe(bytes);
    const packed = readRecordAt(file);
    expect(packed).toEqual(readRecordAt(record));
    expect(packed.size).toBe(files);
    expect(await refused(alma.ask('record:pack', { path: record, folder: into }))).toContain(
      'is there already: nothing was written',
    );
    expect(fs.statSync(file).size).toBe(bytes);
  });

  it('is refused for what is no record, and inside of one', async () => {
    expect(await refused(alma.ask('record:pack', { path: folder('nothing'), folder: dir }))).toContain(
      'is not a record',
    );
    expect(await refused(alma.ask('record:pack', { path: record, folder: record }))).toContain(
      'is inside a record',
    );
    expect(await refused(alma.ask('record:pack', { path: record, folder: join(dir, 'gone') }))).toContain(
      'gone is not there',
    );
  });
});

describe('lines of a record', () => {
  it('are disclosed in a file, or refused with nothing written', async () => {
    const into = folder('disclosed');
    const made = await alma.ask('record:disclose', { path: record, lines: [2, 0], folder: into });
    expect(made).toMatchObject({ lines: 2 });
    expect(fs.readdirSync(into)).toEqual([`disclosure-refresh-${refresh.slice(0, 8)}-0-2.json`]);
    for (const [lines, words] of [
      [[9999], 'there is no entry 9999'],
      [[1, 1], 'each once'],
    ] as const)
      expect(
        await refused(alma.ask('record:disclose', { path: record, lines: [...lines], folder: into })),
      ).toContain(words);
    const broken = join(folder('not-valid'), 'record');
    fs.cpSync(record, broken, { recursive: true });
    fs.appendFileSync(join(broken, 'README.txt'), 'more');
    expect(await refused(alma.ask('record:disclose', { path: broken, lines: [1], folder: into }))).toContain(
      'This record is not valid, so it proves nothing',
    );
    expect(await refused(alma.ask('timestamp:request', { path: broken, folder: into }))).toContain(
      'The record is not valid, so nothing is stamped',
    );
    expect(await refused(alma.ask('record:audit', { path: broken, folder: into }))).toContain(
      'This record is not valid',
    );
    expect(
      await refused(alma.ask('timestamp:attach', { path: record, answer: join(record, 'README.txt') })),
    ).toContain('Answer');
    expect(fs.existsSync(join(record, 'timestamps'))).toBe(false);
    expect(fs.readdirSync(into)).toHaveLength(1);
  });
});

describe('an old backup', () => {
  const said = (change: Partial<InvokeInput<'backup:destroyed'>> = {}): InvokeInput<'backup:destroyed'> => ({
    ...{ fingerprint: '', epoch: 0, label: 'Safe A', method: 'Destroy: shredded', tool: 'HSM 411.2' },
    ...{ who: 'Chidi', witness: 'Alma', ...change },
  });
  let fingerprint = '';

  it('is in the state of whoever holds one, with its deadline and what is recommended', async () => {
    const { oldBackups, keys } = await chidi.now();
    fingerprint = keys[0]?.fingerprint ?? '';
    expect(oldBackups).toMatchObject([
      {
        ...{ fingerprint, epoch: 0, label: 'Safe A', keyName: 'Treasury', holder: 3, kind: 'file' },
        ...{ serial: 'bag 7', state: 'due' },
      },
    ]);
    expect(oldBackups[0]?.methods[0]).toContain('shredded');
    expect((await room.administrator.now()).oldBackups).toEqual([]);
    await chidi.ask('vault:lock', {});
    expect((await chidi.now()).oldBackups).toEqual([]);
    expect(await refused(chidi.ask('backup:destroyed', said({ fingerprint })))).toContain(
      'The vault is locked',
    );
    await chidi.ask('vault:open', { passphrase: PASSPHRASE });
  });

  it('says what is wrong at each field, and signs nothing', async () => {
    const wrong = said({
      fingerprint,
      method: '',
      tool: ' shredder',
      who: 'x'.repeat(201),
      witness: '\u202eamlA',
    });
    const { complaints, path } = await chidi.ask('backup:destroyed', wrong);
    expect(path).toBeNull();
    expect(complaints).toEqual({
      method: 'Expected some text, found nothing.',
      tool: 'Expected text without leading or trailing space, found " shredder".',
      who: `Expected at most 200 characters, found "${'x'.repeat(60)}".`,
      witness: 'Expected text without control characters, found "\\u202eamlA".',
    });
    const alone = await chidi.ask('backup:destroyed', said({ fingerprint, witness: ' chidi '.trim() }));
    expect(alone.complaints).toEqual({
      witness: '"chidi" cannot watch themselves. Name the second person who was there.',
    });
    expect(await refused(chidi.ask('backup:destroyed', said({ fingerprint, label: 'Safe B' })))).toContain(
      'There is no old backup "Safe B"',
    );
    expect(await refused(chidi.ask('backup:destroyed', said({ fingerprint, epoch: 1 })))).toContain(
      'There is no old backup "Safe A" of epoch 1',
    );
    expect(fs.existsSync(join(chidi.home, 'destroyed'))).toBe(false);
    expect((await chidi.now()).oldBackups).toHaveLength(1);
  });

  it('is overdue once the days of the plan are over', async () => {
    await chidi.close();
    const later = new TestConsole(chidi.home, () => new Date(Date.now() + 31 * DAY));
    await later.ask('vault:open', { passphrase: PASSPHRASE });
    expect((await later.now()).oldBackups).toMatchObject([{ label: 'Safe A', state: 'overdue' }]);
    await later.close();
  });

  it('is off the list once two people are named who destroyed it, and cannot be destroyed twice', async () => {
    const again = new TestConsole(chidi.home);
    room.holders[2] = again;
    await again.ask('vault:open', { passphrase: PASSPHRASE });
    const { complaints, path } = await again.ask('backup:destroyed', said({ fingerprint }));
    expect(complaints).toEqual({});
    expect(again.state?.oldBackups).toEqual([]);
    const statement = decodeDestructionStatement(new Uint8Array(fs.readFileSync(path ?? '')));
    expect(statement).toMatchObject({ who: 'Chidi', witness: 'Alma', label: 'Safe A', serial: 'bag 7' });
    expect(await refused(again.ask('backup:destroyed', said({ fingerprint })))).toContain(
      'was destroyed already',
    );
  });
});

describe('a holder whose laptop was lost', () => {
  it('comes with another card, by the plan: whoever joins is asked to hear it from that person', async () => {
    const { administrator, cards } = room;
    const { records } = await administrator.ask('key:records', {});
    const newest = records.reduce((a, b) => (b.epoch > a.epoch ? b : a));
    const draft = room.draft({ kind: 'refresh', record: newest.id, holders: [{ index: 2, card: null }] });
    const { warnings } = await administrator.ask('plan:check', draft);
    expect(warnings.join()).not.toContain('another laptop');
    const lost = { ...draft, holders: [{ index: 2, card: cards[1]?.id ?? null }] };
    const checked = await administrator.ask('plan:check', lost);
    expect(checked.problems).toEqual([]);
    expect(checked.warnings[0]).toMatch(
      /^Holder 2 \(Bruno\) comes with another laptop than the key record names\. Hear from Bruno in person/,
    );
    const made = await administrator.ask('plan:make', lost);
    await alma.ask('courier:look', {});
    const { replaced, parts } = await alma.ceremony(made.ceremony);
    expect(replaced).toEqual([2]);
    expect(parts[0]?.current?.fields[0]?.question).toMatch(
      /^holder 2 \(Bruno\): comes with another laptop .* Only then: the four words of the plan/,
    );
  });
});
