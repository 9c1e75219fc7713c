/** Whole rehearsals: committees, suites, roles that share a laptop, and holders that cheat. */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAIN, reseal } from '../../test-support/cli.ts';
import { temporaryFolder } from '../../test-support/folders.ts';
import { expectRefreshed, rehearse } from '../../test-support/rehearsals.ts';
import { verifyRecord } from '../../ceremony/verify/verify.ts';
import { SUITE_NAMES } from '../../crypto/suite.ts';
import { readRecord } from '../../laptop/files.ts';
import type { Plan } from '../../ceremony/plan.ts';
import { bytesToHex } from '../../crypto/bytes.ts';
import { readVaultInfo } from '../../devices/vault/vault.ts';
import { MISBEHAVIOURS } from './misbehave.ts';

const PACKAGES = join(import.meta.dirname, '..', '..', 'vectors', 'frost-zcash', 'packages');

describe('a rehearsal', () => {
  // The other committees and suites are in rehearse.slow.test.ts.
  it.each<[string, number, number, string[]]>([
    ['secp256k1', 2, 2, ['--administrator', 'holder']],
    ['p256', 3, 2, ['--identity', 'EdDSA']],
    ['ed25519', 5, 3, []],
  ])('of a refresh on %s, %i holders, threshold %i, %j', async (suite, n, t, words) => {
    const rehearsed = await rehearse([
      '--suite',
      suite,
      '--holders',
      `${n}`,
      '--threshold',
      `${t}`,
      ...words,
    ]);
    expectRefreshed(rehearsed, suite, n, t);
    const { report, out } = rehearsed;
    const shared = words.includes('holder');
    expect(report.laptops.map((laptop) => laptop.seat)).toEqual([
      ...Array.from({ length: n }, (_, at) => `holder-${at + 1}`),
      ...(shared ? [] : ['administrator']),
      'witness',
    ]);
    expect(fs.readdirSync(out).sort()).toEqual([
      'courier',
      'documents',
      'laptops',
      'record',
      'record-generate',
      'report.json',
    ]);
    expect(verifyRecord(readRecord(join(out, 'record-generate')))).toMatchObject({ verdict: 'VALID' });
    const plan = fs.readFileSync(join(report.record, 'plan.json'), 'utf8');
    expect(plan).toContain(`"alg":"${words.includes('EdDSA') ? 'EdDSA' : 'ES256'}"`);
    expect(fs.readFileSync(join(report.record, 'README.txt'), 'utf8')).toMatch(
      /^REHEARSAL: throw-away keys\./,
    );
  });

  it('with backups to recipients: the recovery key opens them all, and so does the age tool', async () => {
    const words = ['--suite', 'p256', '--holders', '2', '--threshold', '2', '--backup', 'recipients-file'];
    const { report, out } = await rehearse(words);
    expect(report).toMatchObject({ verdict: 'VALID', outcome: 'closed', recovered: 2 });
    const key = join(out, 'recovery-key.txt');
    expect(fs.statSync(key).mode & 0o777).toBe(0o600);
    const dir = join(out, 'laptops', 'holder-2', 'backups');
    const names = fs.readdirSync(dir).sort();
    expect(names).toHaveLength(2);
    const content = execFileSync('age', ['-d', '-i', key, join(dir, names[1] ?? '')], { encoding: 'utf8' });
    expect(JSON.parse(content)).toMatchObject({ format: 'reseal-share-1', epoch: 1, index: 2 });
    const verified = await reseal(['verify', report.record]);
    expect(verified.stdout).toContain('names 1 recipient, whose own key was not tried');
  });

  it('of a key generation alone, told as text', async () => {
    const cwd = temporaryFolder();
    const words = [
      'rehearse',
      '--ceremony',
      'generate',
      '--suite',
      'ed25519',
      '--holders',
      '2',
      '--threshold',
      '2',
    ];
    const finished = await reseal(
      [...words, '--out', 'there', '--audit', '--exception', '2:-- we began late'],
      { cwd },
    );
    expect(finished.code).toBe(0);
    expect(finished.stderr).toBe('');
    expect(finished.stdout).toMatch(
      /^REHEARSAL: throw-away keys\.\ngenerate: plan "[^"]+", ceremony [0-9a-f]{32}\n/,
    );
    expect(finished.stdout).toMatch(/^After +epoch 0, group key [0-9a-f]{64}$/m);
    expect(finished.stdout).toMatch(
      /^Exception +round \d: holder 2 \(Bruno\), number 1, at .*: "-- we began late"$/m,
    );
    expect(finished.stdout).toMatch(/^Signature +by holders 1, 2 with epoch 0: valid under the group key/m);
    expect(finished.stdout).toContain('Record      there/record\n');
    expect(finished.stdout).toMatch(/Verdict of "reseal verify there\/record": VALID\n$/);
    expect(finished.stdout).not.toContain('Before ');
    expect(finished.stdout).toMatch(/^Auditor {5}there\/audit: everything/m);
    const audit = join(cwd, 'there', 'audit');
    expect(fs.readdirSync(join(audit, 'documents'))).toEqual(fs.readdirSync(join(cwd, 'there', 'documents')));
    // A second one does not go into the same folder.
    const again = await reseal([...words, '--out', 'there'], { cwd });
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/there is not empty: name a folder that does not exist yet\.\n$/);
  });

  it('with a laptop lost in between: another one has the share from the backup, and takes part', async () => {
    const rehearsed = await rehearse([
      '--suite',
      'ed25519',
      '--holders',
      '2',
      '--threshold',
      '2',
      '--lose',
      '2',
    ]);
    const { report, out, finished } = rehearsed;
    expect(finished.stderr).toBe('');
    expect(report).toMatchObject({ verdict: 'VALID', outcome: 'closed', lost: 'holder-2', epochAfter: 1 });
    expect(report.groupKeyAfter).toBe(report.groupKeyBefore);
    expect(report.trialSignature).toMatchObject({ valid: true });
    const plan = JSON.parse(fs.readFileSync(join(report.record, 'plan.json'), 'utf8')) as Plan;
    expect(plan.replacedCards).toEqual([2]);
    // The old laptop lies aside as it was, still with the epoch before, and no longer in the committee.
    const [lost, other] = ['holder-2-lost', 'holder-2'].map((name) =>
      bytesToHex(readVaultInfo(join(out, 'laptops', name, 'vault')).identity.key),
    );
    expect(plan.before?.holders[1]?.identity?.key).toBe(lost);
    expect(plan.holders[1]?.identity.key).toBe(other);
    expect(plan.holders[1]?.identity.key).not.toBe(lost);
  });

  it('leaves no process behind when it is killed itself', async () => {
    const out = join(temporaryFolder(), 'out');
    const child = spawn(process.execPath, [MAIN, 'rehearse', '--holders', '2', '--out', out], {
      stdio: 'ignore',
    });
    const laptops = (): string[] =>
      fs.readdirSync('/proc').filter((pid) => {
        if (!/^\d+$/.test(pid)) return false;
        try {
          const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
          return words.includes('rehearsal-laptop') && words.includes(join(out, 'courier'));
        } catch {
          return false;
        }
      });
    const until = async (there: boolean): Promise<void> => {
      for (let tries = 0; tries < 300 && laptops().length > 0 !== there; tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(laptops().length > 0).toBe(there);
    };
    await until(true);
    const header = join(out, 'laptops', 'witness', 'vault', 'vault.json');
    const readId = (): string => (JSON.parse(fs.readFileSync(header, 'utf8')) as { id: string }).id;
    const memory = (): string => `/dev/shm/reseal-${process.getuid?.() ?? ''}/${readId()}`;
    for (let tries = 0; tries < 300 && !(fs.existsSync(header) && fs.existsSync(memory())); tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(fs.existsSync(memory())).toBe(true);
    child.kill('SIGKILL');
    await until(false);
    expect(fs.existsSync(memory())).toBe(false);
  });
});

describe('a holder that cheats', () => {
  it.each(MISBEHAVIOURS.map((kind, at) => [kind, SUITE_NAMES[at % 3] ?? 'p256', (at % 3) + 1] as const))(
    'with %s on %s is named, and the old epoch stays and signs',
    async (kind, suite, holder) => {
      const { report, finished } = await rehearse([
        // A key that is there already saves the generation of one.
        ...['--public-key-package', join(PACKAGES, suite, 'public-key-package.json')],
        ...[1, 2, 3].flatMap((index) => [
          '--key-package',
          join(PACKAGES, suite, `key-package-${index}.json`),
        ]),
        ...['--misbehave', `${holder}:${kind}`],
      ]);
      expect(report).toMatchObject({
        outcome: 'aborted',
        verdict: 'VALID',
        abort: { culprit: `holder-${holder}` },
        epochBefore: 0,
        epochAfter: null,
        groupKeyAfter: null,
        trialSignature: { epoch: 0, valid: true },
      });
      expect(finished.stderr).toBe('');
      expect(report.abort?.reason).toMatch(/\.$/);
      for (const { seat, epochs } of report.laptops)
        if (seat.startsWith('holder-'))
          expect(epochs).toMatchObject([{ epoch: 0, groupKey: report.groupKeyBefore }]);
      const verified = await reseal(['verify', report.record]);
      expect(verified.code).toBe(0);
      expect(verified.stdout).toContain('VALID: a true account of a ceremony that was aborted.');
      expect(verified.stdout).toContain(report.abort?.reason ?? '?');
    },
  );
});
