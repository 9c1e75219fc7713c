import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '../../crypto/bytes.ts';
import { fromWords } from '../../crypto/words.ts';
import {
  ceremony,
  committeeOf,
  generated,
  keyAfter,
  type Ended,
  type Shape,
} from '../../test-support/records.ts';
import { RECIPIENTS } from '../../test-support/recipients.ts';
import { planCode, roles, type PlanContext } from '../plan.ts';
import { RULES } from '../rules.ts';
import { script } from '../script.ts';
import { examineRecord } from '../verify/verify.ts';
import { CONTROLS } from './controls.ts';
import { ceremonyDocuments, kindOf, retentionOf } from './documents.ts';
import { factsOf, type CeremonyFacts } from './facts.ts';
import { textOf, type Block, type CeremonyDocument } from './model.ts';
import { oldBackupsOf } from './old-backups.ts';
import { yearsAfter } from './people.ts';
import { STEP_WORDS } from './words.ts';

const SHAPE: Shape = { suite: 'ed25519', holders: 3, threshold: 2, seed: 'contents' };

let first: Ended;
let refresh: Ended;
beforeAll(async () => {
  first = await generated(SHAPE);
  refresh = await ceremony(first.committee, SHAPE, keyAfter(first));
});

const factsIn = ({ files }: Ended): CeremonyFacts => {
  const { view, verdict } = examineRecord(files);
  return factsOf(view!, verdict, files.get('checkpoint')!);
};
const names = (documents: readonly CeremonyDocument[]): string[] => documents.map(({ name }) => name);
const find = (documents: readonly CeremonyDocument[], name: string): CeremonyDocument =>
  documents.find((document) => document.name === name)!;
const of = (ended: Ended): CeremonyDocument[] =>
  ceremonyDocuments({ context: ended.context, given: factsIn(ended) });
const blocks = (document: CeremonyDocument): Block[] =>
  document.blocks.flatMap((block) => (block.kind === 'together' ? block.blocks : [block]));
const HOLDERS = [1, 2, 3];
const SCRIPTS = ['approver-1', ...HOLDERS.map((index) => `holder-${index}`), 'witness-1', 'administrator'];

describe('which documents there are', () => {
  const forHolders = (kind: string): string[] => HOLDERS.map((index) => `${kind}-holder-${index}`);
  const scripts = SCRIPTS.map((role) => `script-${role}`);

  it('before the start: scripts, approvals, acknowledgements, the log; for a refresh the checklists', () => {
    const start = [...scripts, 'approvals', ...forHolders('acknowledgement'), 'custody-log'];
    expect(names(ceremonyDocuments({ context: first.context }))).toEqual(start);
    expect(names(ceremonyDocuments({ context: refresh.context }))).toEqual([
      ...start,
      ...forHolders('destruction-checklist'),
    ]);
  });

  it('afterwards: the report, and certificates where something was destroyed', () => {
    expect(names(of(first)).slice(scripts.length)).toEqual([
      'approvals',
      ...forHolders('acknowledgement'),
      'custody-log',
      'report',
    ]);
    expect(names(of(refresh)).slice(-7)).toEqual([
      ...forHolders('destruction-checklist'),
      ...forHolders('destruction-certificate'),
      'report',
    ]);
    for (const name of names(of(refresh))) expect(kindOf(name), name).toBeDefined();
    expect(kindOf('other')).toBeUndefined();
  });
});

describe('the script', () => {
  it.each(SCRIPTS)(
    'of %s has every step of the role, in order, with the words and the code of the plan',
    (role) => {
      const document = find(ceremonyDocuments({ context: refresh.context }), `script-${role}`);
      const text = textOf(document);
      let from = text.indexOf('\nSteps\n');
      for (const { id, title } of script(refresh.context, role)) {
        const at = text.indexOf(title, from);
        expect(at, id).toBeGreaterThan(from);
        expect(text.indexOf(STEP_WORDS[id].act(refresh.context), at), id).toBeGreaterThan(at);
        from = at;
      }
      expect(text).toContain(planCode(refresh.context));
      expect(text).toContain(bytesToHex(refresh.context.hash));
      for (const { name } of roles(refresh.context.plan)) expect(text).toContain(name);
      expect(text).toContain('Epoch 0 stays in use on every laptop. Destroy nothing');
      expect(text).toContain('Exception, by hand');
      expect(document.role).toBe(role);
    },
  );

  it('has a line for every backup, and none where none is planned', async () => {
    const committee = committeeOf({ ...SHAPE, seed: 'contents/backups' });
    const plan = (labels: string[]): Promise<PlanContext> =>
      committee.plan('ed25519', 2, null, {
        backups: labels.map((label) => ({ holder: 1, kind: 'file', label })),
      });
    const sheet = async (labels: string[], role: string): Promise<string> =>
      textOf(find(ceremonyDocuments({ context: await plan(labels) }), `script-${role}`));
    const two = await sheet(['Safe A', 'Safe B'], 'holder-1');
    expect(two).toContain('read each one back: “Safe A”');
    expect(two).toContain('read each one back: “Safe B”');
    expect(two).toContain('2 empty media with as many tamper-evident bags: “Safe A”, “Safe B”.');
    expect(await sheet(['Safe A'], 'holder-2')).toContain('No backup is planned for you.');
  });
});

describe('backups to recipients', () => {
  it('stand in the approval record in full, and say everywhere who opens them', async () => {
    const shape = { ...SHAPE, seed: 'contents/recipients' };
    const backups = [
      { holder: 1, kind: 'recipients-file' as const, label: 'Courier', recipients: [...RECIPIENTS] },
    ];
    const one = await ceremony(committeeOf(shape), shape, null, { change: { backups } });
    const documents = of(one);
    const approvals = textOf(find(documents, 'approvals'));
    for (const recipient of RECIPIENTS) expect(approvals).toContain(recipient);
    expect(approvals).toContain('whoever has one of these keys can open the share, without its holder');
    expect(textOf(find(of(first), 'approvals'))).not.toContain('Recipients');
    const mine = textOf(find(documents, 'acknowledgement-holder-1'));
    expect(mine).toContain('A file to recipients has no passphrase: whoever has one of these keys');
    expect(mine).not.toContain('sealed with a passphrase');
    for (const name of ['custody-log', 'report'])
      expect(textOf(find(documents, name))).toContain('names 3 recipients, none of whose own keys was tried');
    const next = await ceremony(one.committee, shape, keyAfter(one));
    const old = oldBackupsOf(next.context, factsIn(one));
    expect(old).toMatchObject([{ kind: 'recipients-file', label: 'Courier' }]);
    const destruction = ceremonyDocuments({ context: next.context, given: factsIn(next), old });
    const checklist = textOf(find(destruction, 'destruction-checklist-holder-1'));
    expect(checklist).toContain('file to recipients “Courier”');
    expect(checklist).toContain(
      'Nobody can show that no copy is left: while the secret key of a recipient lives',
    );
    expect(textOf(find(destruction, 'destruction-certificate-holder-1'))).toContain(
      'file to recipients “Courier”',
    );
  });
});

describe('destruction', () => {
  it('names the backups of the record before, to their holders only', () => {
    const given = factsIn(refresh);
    const old = oldBackupsOf(refresh.context, factsIn(first));
    expect(old).toHaveLength(3);
    const documents = ceremonyDocuments({ context: refresh.context, given, old });
    for (const index of HOLDERS)
      for (const kind of ['checklist', 'certificate']) {
        const text = textOf(find(documents, `destruction-${kind}-holder-${index}`));
        for (const { holder, serial } of old) if (holder === index) expect(text).toContain(serial);
        expect(text).toContain('Medium A');
      }
    const checklist = textOf(find(documents, 'destruction-checklist-holder-1'));
    expect(checklist).toContain('2026-12-23 (the plan gives 30 days)');
    expect(checklist).toContain('Nor is it cryptographic erase while the passphrase lives');
    expect(checklist).not.toMatch(/Rev\. 1|r1\b/);
    const without = textOf(find(of(refresh), 'destruction-checklist-holder-1'));
    expect(without).toContain('The record of the earlier ceremony was not at hand');
  });

  it('states the receipts of the record in the certificate, and claims no more', () => {
    const text = textOf(find(of(refresh), 'destruction-certificate-holder-2'));
    const receipt = factsIn(refresh).destroyed.find(({ holder }) => holder === 2)!;
    for (const said of [receipt.what, receipt.method, receipt.tool, receipt.who, receipt.witness])
      expect(text).toContain(said);
    expect(text).toContain('It does not state that no other copy exists.');
    expect(text).toContain('NIST SP 800-88 Rev. 2 (2025)');
    for (const field of [
      'Maker and model',
      'Technique, and tool',
      'verified',
      'Validated',
      'Where the remains went',
    ])
      expect(text).toContain(field);
  });

  it('is forbidden after an early end, and nobody signs for an epoch that is not in use', async () => {
    const committee = committeeOf({ ...SHAPE, seed: 'contents/stopped' });
    const before = keyAfter(await ceremony(committee, SHAPE));
    const stopped = await ceremony(committee, SHAPE, before, {
      disturb: async (run) => {
        await run.participants.get('holder-2')?.stop('The wrong room.');
      },
    });
    const documents = of(stopped);
    expect(names(documents).filter((name) => /acknowledgement|certificate/.test(name))).toEqual([]);
    const sheet = textOf(find(documents, 'destruction-checklist-holder-1'));
    expect(sheet).toContain('Destroy nothing. Epoch 0 stays in use');
    expect(sheet).toContain('until a later epoch is in use on every laptop');
    const report = textOf(find(documents, 'report'));
    expect(report).toContain('Ended early: holder 2 (');
    expect(report).toContain('stopped the ceremony: "The wrong room.".');
    expect(report).toContain('In use now: epoch 0, as before.');
    expect(report).toContain('Nothing was destroyed: the ceremony was ended early');
    expect(textOf(find(documents, 'custody-log'))).toContain('is not a backup of the key that is in use');
  });
});

describe('the report', () => {
  it('says the digest of the transcript in words that lead back to it', () => {
    const given = factsIn(refresh);
    const rows = find(of(refresh), 'report').blocks.flatMap((block) =>
      block.kind === 'table' && block.caption.includes('in words') ? block.rows : [],
    );
    const words = rows.flatMap((row) =>
      row.slice(1).map((cell) => (typeof cell === 'object' && 'text' in cell ? cell.text : '')),
    );
    expect(fromWords(words)).toEqual(given.transcript.root);
  });

  it('gives everybody room to agree and not to agree', () => {
    const { blocks: all } = find(of(refresh), 'report');
    const signatures = all.filter((block) => block.kind === 'together');
    expect(signatures).toHaveLength(3);
    for (const block of signatures)
      expect(
        block.blocks.some(
          (one) => one.kind === 'checks' && one.items.some((item) => item.startsWith('I do not agree')),
        ),
      ).toBe(true);
  });

  it('puts a witness who does not agree at the top', () => {
    const given = factsIn(refresh);
    const [statement] = given.statements;
    const doubt = {
      ...given,
      statements: [{ ...statement!, body: { ...statement!.body, statement: 'do-not-agree' as const } }],
    };
    const report = find(ceremonyDocuments({ context: refresh.context, given: doubt }), 'report');
    const top = blocks(report).filter((block) => block.kind === 'paragraph' && block.tone === 'attention');
    expect(top.map((block) => (block.kind === 'paragraph' ? block.text : ''))[1]).toMatch(
      /^Witness 1, .* does not agree/,
    );
    expect(textOf(report)).toContain('DO NOT AGREE');
  });

  it('says that a control map is no finding, and names rules that exist', () => {
    const text = textOf(find(of(refresh), 'report'));
    expect(text).toContain('It does not say that a control is met');
    for (const { number, rules } of CONTROLS) {
      expect(text).toContain(number);
      for (const rule of rules) expect(Object.keys(RULES)).toContain(rule);
    }
  });
});

describe('how long to keep the record', () => {
  it('is as the plan says, and a hold may come later', () => {
    const { context } = refresh;
    expect(retentionOf({ context })).toEqual({ years: 7, legalHold: null });
    expect(retentionOf({ context, hold: 'Case 12' })).toEqual({ years: 7, legalHold: 'Case 12' });
    const said = { ...context, plan: { ...context.plan, retentionYears: 5, legalHold: 'Case 7' } };
    expect(retentionOf({ context: said, hold: 'Case 12' })).toEqual({ years: 5, legalHold: 'Case 7' });
  });

  it('stands in the report, with a legal hold', () => {
    const given = factsIn(refresh);
    const plain = textOf(find(ceremonyDocuments({ context: refresh.context, given }), 'report'));
    expect(plain).toContain('2033-11-23 (7 years after 2026-11-23)');
    const held = ceremonyDocuments({ context: refresh.context, given, hold: 'Case 12' });
    expect(textOf(find(held, 'report'))).toContain('While the legal hold lasts');
  });

  it('counts from 29 February to 1 March', () => {
    expect(yearsAfter('2028-02-29T10:00:00Z', 7)).toBe('2035-03-01');
  });
});
