/** Timestamps of a record, by an authority of `openssl`: both directions, and what is refused. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../ceremony/hash.ts';
import type { RecordFiles } from '../ceremony/record.ts';
import { MAX_STAMP } from '../ceremony/timestamp/files.ts';
import { makeRequest } from '../ceremony/timestamp/request.ts';
import { readResponse } from '../ceremony/timestamp/response.ts';
import { verifyRecord } from '../ceremony/verify/verify.ts';
import { setFaultHook } from '../devices/files.ts';
import { seededRandom } from '../test-support/random.ts';
import { generated } from '../test-support/records.ts';
import {
  Authority,
  granted,
  openssl,
  TIMESTAMPS_ONLY,
  type Issued,
} from '../test-support/timestamp-authority.ts';
import { readRecord, sameRecord, writeRecord } from './files.ts';
import { attachStamp, readStamps, requestStamp } from './timestamps.ts';

const folder = mkdtempSync(join(tmpdir(), 'reseal-stamps-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files: RecordFiles;
let checkpoint: Uint8Array;
let request: Uint8Array;
let authority: Authority;
let signer: Issued;
let answer: Uint8Array;
let count = 0;
beforeAll(async () => {
  ({ files } = await generated({ suite: 'ed25519', holders: 2, threshold: 2, seed: 'stamps' }));
  checkpoint = files.get('checkpoint') ?? new Uint8Array(0);
  request = requestStamp(files, seededRandom('request'));
  authority = new Authority(join(folder, 'authority'));
  signer = authority.issue('Clock of the tests');
  answer = authority.answer(request, signer);
});

/** A folder of its own with the record in it. */
function record(): string {
  const dir = join(folder, `record-${count++}`);
  writeRecord(dir, files);
  return dir;
}
/** The path of a new file with this content. */
function file(bytes: Uint8Array): string {
  const path = join(folder, `file-${count++}`);
  writeFileSync(path, bytes);
  return path;
}
/** The trusted file for these certificates. */
const trusting = (...certs: readonly Issued[]): { pem: string; what: string } => ({
  pem: certs.map(({ cert }) => readFileSync(cert, 'utf8')).join('\n'),
  what: 'ca.pem',
});
/** The record with stamps in it. */
const stamped = (...stamps: readonly Uint8Array[]): RecordFiles =>
  new Map([...files, ...stamps.map((bytes, at) => [`timestamps/s${at}.tsr`, bytes] as const)]);
/** Attaches an answer to a fresh record; nothing may be left behind when that is refused. */
function attach(bytes: Uint8Array, asked: Uint8Array | undefined = request): ReturnType<typeof attachStamp> {
  const dir = record();
  try {
    return attachStamp(dir, bytes, asked);
  } catch (error) {
    expect(existsSync(join(dir, 'timestamps'))).toBe(false);
    expect(existsSync(`${dir}.tsr.part`)).toBe(false);
    throw error;
  }
}
/** TSTInfo of the good answer, which others sign. */
const info = (): Uint8Array => readResponse(answer).signedContent;
const flip = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, here) => (here === at ? byte ^ 1 : byte));
/** Where a part begins in the whole. */
const offsetOf = (whole: Uint8Array, part: Uint8Array): number => Buffer.from(whole).indexOf(part);

describe('a request', () => {
  it('is what openssl reads as a request for this checkpoint, with a certificate', () => {
    const text = openssl('ts', '-query', '-in', file(request), '-text');
    expect(text).toContain('Version: 1');
    expect(text).toContain('Hash Algorithm: sha256');
    expect(text).toContain('Certificate required: yes');
    expect(text).toMatch(/Nonce: 0x[4-7][0-9A-F]{15}\n/);
    const query = file(new Uint8Array(0));
    openssl('ts', '-query', '-data', file(checkpoint), '-sha256', '-cert', '-out', query);
    // The same bytes but for the nonce, which openssl draws itself.
    const theirs = openssl('ts', '-query', '-in', query, '-text');
    const imprint = (of: string): string => of.slice(of.indexOf('Message data'), of.indexOf('Policy'));
    expect(imprint(text)).toBe(imprint(theirs));
  });

  it('has another nonce each time, always positive and of one length', () => {
    const ones = makeRequest(checkpoint, (length) => new Uint8Array(length).fill(0xff));
    const zeros = makeRequest(checkpoint, (length) => new Uint8Array(length));
    expect(ones.length).toBe(zeros.length);
    expect(ones).not.toEqual(zeros);
    expect(openssl('ts', '-query', '-in', file(ones), '-text')).toContain('Nonce: 0x7FFFFFFFFFFFFFFF');
    expect(openssl('ts', '-query', '-in', file(zeros), '-text')).toContain('Nonce: 0x4000000000000000');
  });

  it('is not made for a record that is not valid', () => {
    const broken = new Map([...files, ['README.txt', new Uint8Array(1)]]);
    expect(() => requestStamp(broken, seededRandom('x'))).toThrow('The record is not valid');
  });
});

describe.each(['rsa', 'p256'] as const)('an answer signed with %s', (kind) => {
  let own: Authority;
  let clock: Issued;
  beforeAll(() => {
    own = new Authority(join(folder, kind), kind);
    clock = own.issue(`Clock ${kind}`);
  });

  it('is taken by openssl and by Reseal, and says when and who', () => {
    const given = own.answer(request, clock);
    const [tsr, tsq] = [file(given), file(request)];
    for (const what of [
      ['-queryfile', tsq],
      ['-data', file(checkpoint)],
    ])
      openssl('ts', '-verify', ...what, '-in', tsr, '-CAfile', own.root.cert);
    const dir = record();
    const kept = attachStamp(dir, given, request);
    expect(kept).toMatchObject({ state: 'good', nonce: 'equal', trust: 'not asked', trustedBy: null });
    expect(kept.file).toMatch(/^timestamps\/\d{8}T\d{6}Z-[0-9a-f]{8}\.tsr$/);
    expect(new Uint8Array(readFileSync(join(dir, kept.file)))).toEqual(given);

    const text = openssl('ts', '-reply', '-in', tsr, '-text');
    const [stamp] = readStamps(readRecord(dir), trusting(own.root));
    expect(stamp).toMatchObject({
      ...{ state: 'good', problems: [], imprint: true, signature: true, policy: '1.2.3.4.1' },
      ...{ authority: `CN=Clock ${kind}`, trust: 'trusted', trustedBy: 'CN=Root of the tests' },
      ...{ accuracy: 1.5001, serial: /Serial number: 0x0*([0-9A-F]+)/.exec(text)?.[1]?.padStart(4, '0') },
    });
    const time = /Time stamp: (.+)/.exec(text)?.[1] ?? '';
    expect(Date.parse(stamp?.time ?? '')).toBe(Date.parse(time));
  });

  it('may answer a request that openssl made, and may lead over another authority', () => {
    const query = join(folder, `${kind}.tsq`);
    openssl('ts', '-query', '-data', file(checkpoint), '-sha256', '-cert', '-out', query);
    const middle = own.issueAuthority('Middle of the tests');
    const low = own.issue('Low clock', TIMESTAMPS_ONLY, { by: middle });
    const given = own.answer(new Uint8Array(readFileSync(query)), low, [middle]);
    expect(attach(given, new Uint8Array(readFileSync(query))).state).toBe('good');
    const end = (...certs: Issued[]): unknown => readStamps(stamped(given), trusting(...certs))[0]?.trustedBy;
    expect(end(own.root)).toBe('CN=Root of the tests');
    expect(end(middle)).toBe('CN=Middle of the tests');
    expect(end(low)).toBe('CN=Low clock');
    const without = own.answer(new Uint8Array(readFileSync(query)), low);
    expect(readStamps(stamped(without), trusting(own.root))[0]).toMatchObject({ trust: 'not trusted' });
    expect(readStamps(stamped(without), trusting(own.root, middle))[0]).toMatchObject({ trust: 'trusted' });
  });

  it('is refused with one bit of its signature changed, and of what it states', () => {
    const given = own.answer(request, clock);
    const { signer: made, signedContent } = readResponse(given);
    const last = offsetOf(given, made.signature) + made.signature.length - 1;
    expect(() => attach(flip(given, last))).toThrow(`its signature is not one of "CN=Clock ${kind}"`);
    // The serial number of the stamp, 0x0100 or so: the last byte of it.
    const serial =
      offsetOf(given, signedContent) + offsetOf(signedContent, Uint8Array.of(0x02, 0x02, 0x01)) + 3;
    expect(() => attach(flip(given, serial))).toThrow(
      'the hash that is signed is not the one of what it states',
    );
    expect(readStamps(stamped(flip(given, last)))[0]).toMatchObject({
      ...{ state: 'warning', imprint: true, signature: false },
    });
  });
});

describe.each(['sha1', 'sha512'] as const)('an answer that names its certificate by %s', (hash) => {
  it('is taken, with that certificate alone', () => {
    const own = new Authority(join(folder, `names-${hash}`), 'p256', hash);
    const given = own.answer(request, own.issue('Clock'));
    const [named] = readResponse(given).signer.certificate;
    expect(named?.algorithm).toBe(hash);
    expect(attach(given).state).toBe('good');
    const at = offsetOf(given, named?.hash ?? new Uint8Array(0));
    expect(() => attach(flip(given, at))).toThrow(
      'none of its certificates is the one that it was signed with',
    );
  });
});

describe('an answer is refused', () => {
  it('about something else, be it another checkpoint or another hash', () => {
    const other = authority.answer(makeRequest(Uint8Array.of(1), seededRandom('x')), signer);
    expect(() => attach(other)).toThrow('it is about something else: SHA-256 4bf5122f344554c5');
    const query = join(folder, 'sha512.tsq');
    openssl('ts', '-query', '-data', file(checkpoint), '-sha512', '-cert', '-out', query);
    const longer = authority.answer(new Uint8Array(readFileSync(query)), signer);
    expect(() => attach(longer)).toThrow('it is about a hash by 2.16.840.1.101.3.4.2.3, expected SHA-256');
  });

  it('to another request: with another nonce, or with none; without the request nothing is compared', () => {
    const again = authority.answer(requestStamp(files, seededRandom('again')), signer);
    expect(() => attach(again)).toThrow('its nonce is not the one of the request');
    const query = join(folder, 'no-nonce.tsq');
    openssl('ts', '-query', '-data', file(checkpoint), '-sha256', '-cert', '-no_nonce', '-out', query);
    const bare = authority.answer(new Uint8Array(readFileSync(query)), signer);
    expect(() => attach(bare)).toThrow('its nonce is not the one of the request');
    expect(attach(bare, new Uint8Array(readFileSync(query))).nonce).toBe('equal');
    expect(attachStamp(record(), again, undefined).nonce).toBe('not compared');
  });

  it('with the request of another record', () => {
    const other = makeRequest(Uint8Array.of(1), seededRandom('request'));
    expect(() => attach(answer, other)).toThrow('Request: it was made for another record.');
    expect(() => attach(answer, answer)).toThrow('Request: field "version" is missing');
  });

  it('when the authority did not grant it, with its words', () => {
    const query = join(folder, 'sha1.tsq');
    openssl('ts', '-query', '-data', file(checkpoint), '-sha1', '-cert', '-out', query);
    const rejected = authority.answer(new Uint8Array(readFileSync(query)), signer);
    expect(() => attach(rejected)).toThrow(
      'did not grant a timestamp (status 2, rejected). It says: "Message digest algorithm is not supported.".',
    );
    const token = Uint8Array.from(answer.subarray(offsetOf(answer, Uint8Array.of(0x06, 0x09, 0x2a)) - 4));
    expect(attach(granted(token, 1)).state).toBe('good');
    expect(() => attach(granted(token, 3))).toThrow('(status 3, waiting)');
    expect(() => attach(granted(new Uint8Array(0)))).toThrow('it says "granted", but holds no timestamp');
    expect(() => attach(token)).toThrow('this is a token alone, expected the whole answer');
  });

  it('without the certificate, and with another one than it is bound to', () => {
    const query = join(folder, 'no-cert.tsq');
    openssl('ts', '-query', '-data', file(checkpoint), '-sha256', '-out', query);
    const bare = authority.answer(new Uint8Array(readFileSync(query)), signer);
    expect(() => attach(bare, new Uint8Array(readFileSync(query)))).toThrow('it holds no certificate');
    const other = authority.issue('Other clock');
    const foreign = authority.seal(info(), signer, ['-nocerts', '-certfile', other.cert]);
    expect(() => attach(foreign)).toThrow('none of its certificates is the one that it was signed with');
    expect(() => attach(authority.seal(info(), signer, ['-nocades']))).toThrow(
      'do not say which certificate it was made with (signingCertificate)',
    );
    expect(attach(authority.seal(info(), signer)).state).toBe('good');
    expect(attach(authority.seal(info(), signer, ['-keyid']), undefined).state).toBe('good');
  });

  it('with a certificate that is not for timestamps, or not for them alone', () => {
    const wrong = (extensions: string): (() => unknown) => {
      const sealed = authority.seal(info(), authority.issue('Wrong clock', extensions));
      return () => attach(sealed);
    };
    const sentence = 'it is not one for timestamps alone';
    expect(wrong('subjectKeyIdentifier = hash')).toThrow(sentence);
    expect(wrong('extendedKeyUsage = critical,emailProtection')).toThrow(sentence);
    expect(wrong('extendedKeyUsage = critical,timeStamping,emailProtection')).toThrow(sentence);
    expect(wrong('extendedKeyUsage = timeStamping')).toThrow('its extended key usage is not critical');
    expect(wrong(`${TIMESTAMPS_ONLY}\nkeyUsage = critical,keyAgreement`)).toThrow(
      'its key usage does not allow signatures',
    );
    expect(wrong(`${TIMESTAMPS_ONLY}\nkeyUsage = critical,nonRepudiation`)).not.toThrow();
  });

  it('with a certificate that was not valid at the time that was stamped', () => {
    const old = authority.issue('Old clock', TIMESTAMPS_ONLY, { to: '20210101000000Z' });
    expect(() => attach(authority.answer(request, old))).toThrow(
      /it is valid from 2020-01-01T00:00:00Z to 2021-01-01T00:00:00Z, and not at 20/,
    );
    const young = authority.issue('Young clock', TIMESTAMPS_ONLY, { from: '20480101000000Z' });
    expect(() => attach(authority.answer(request, young))).toThrow('it is valid from 2048-01-01T00:00:00Z');
  });

  it('with a weak key, or one of another kind', () => {
    const key = join(folder, 'weak.key');
    openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024', '-out', key);
    const weak = authority.issue('Weak clock', TIMESTAMPS_ONLY, { key });
    expect(() => attach(authority.seal(info(), weak))).toThrow('its RSA key has 1024 bits, expected 2048');
    const curve = join(folder, 'curve.key');
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1', '-out', curve);
    const odd = authority.issue('Odd clock', TIMESTAMPS_ONLY, { key: curve });
    expect(() => attach(authority.seal(info(), odd))).toThrow('its key is of a kind (ec) whose signatures');
  });

  it('signed with another hash than SHA-2, or in another way', () => {
    const sha1 = authority.seal(info(), signer, ['-md', 'sha1']);
    expect(() => attach(sha1)).toThrow('it is signed in a way that Reseal does not check (1.3.14.3.2.26');
    const rsa = new Authority(join(folder, 'pss'), 'rsa');
    const clock = rsa.issue('Clock pss');
    const pss = rsa.seal(info(), clock, ['-keyopt', 'rsa_padding_mode:pss']);
    expect(() => attach(pss)).toThrow('has parameters that Reseal does not know');
  });

  it('with something else inside than a TSTInfo', () => {
    const mail = authority.seal(info(), signer, [], '1.2.840.113549.1.7.1');
    expect(() => attach(mail)).toThrow(/SignedData: (?:its version is 1|what is signed is of type)/);
    expect(() => attach(authority.seal(Uint8Array.of(1, 2), signer))).toThrow(
      'TSTInfo: an element is longer',
    );
  });

  it('with a certificate that can be read as two', () => {
    // Node looks for PEM inside of what it is given.
    const hex = Buffer.from(`\n${readFileSync(signer.cert, 'utf8').trim()}\n`).toString('hex');
    const double = authority.issue('Double clock', `${TIMESTAMPS_ONLY}\n1.2.3.4 = DER:${hex}`);
    const sealed = authority.seal(info(), double);
    expect(() => attach(sealed)).toThrow('it can be read as two different certificates');
  });

  it('too large, cut off, with bytes behind it, or of another form', () => {
    expect(() => attach(new Uint8Array(MAX_STAMP + 1))).toThrow(`at most ${MAX_STAMP} are read`);
    expect(() => attach(Uint8Array.from([...answer, 0]))).toThrow('1 bytes follow behind its end');
    for (let length = 0; length < answer.length; length += 97)
      expect(() => attachStamp(folder, answer.subarray(0, length), undefined), `${length}`).toThrow();
    expect(() => readResponse(answer.subarray(0, -1))).toThrow('an element is longer than what it is in');
    expect(() => readResponse(Uint8Array.of(0x30, 0x80, 0, 0))).toThrow('a length is indefinite');
    expect(() => readResponse(Uint8Array.of(0x30, 0x81, 0x01, 0))).toThrow('longer than it need be');
    expect(() => readResponse(new TextEncoder().encode('<html>'))).toThrow('Answer');
  });
});

describe('every bit of an answer', () => {
  it('that is changed is noticed, but for the one that says how it was granted', () => {
    const good = readStamps(stamped(answer), trusting(authority.root))[0];
    expect(good?.state).toBe('good');
    const changed: number[] = [];
    for (let at = 0; at < answer.length; at++) {
      const [stamp] = readStamps(stamped(flip(answer, at)), trusting(authority.root));
      if (stamp?.state === 'good') {
        expect(stamp, `byte ${at}`).toEqual(good);
        changed.push(at);
      }
    }
    // The status: "granted" and "granted, with changes" (RFC 3161 §2.4.2). What was changed is checked field by field.
    expect(changed).toEqual([8]);
    expect(answer.subarray(4, 9)).toEqual(Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00));
  });
});

describe('a chain', () => {
  const trust = (bytes: Uint8Array, ...ends: Issued[]): string =>
    readStamps(stamped(bytes), trusting(...ends))[0]?.problems.join(' ') ?? '';

  it('does not end at somebody else, nor lead through a certificate that is no authority', () => {
    const stranger = new Authority(join(folder, 'stranger'));
    expect(trust(answer, stranger.root)).toContain(
      'the chain of certificates ends at "CN=Clock of the tests": nobody among those that you trust',
    );
    const person = authority.issue('Person', 'keyUsage = critical,digitalSignature');
    const below = authority.issue('Below a person', TIMESTAMPS_ONLY, { by: person });
    expect(trust(authority.answer(request, below, [person]), authority.root)).not.toBe('');
    const loose = authority.issue('Loose', 'basicConstraints = CA:FALSE');
    const under = authority.issue('Below a loose one', TIMESTAMPS_ONLY, { by: loose });
    expect(trust(authority.answer(request, under, [loose]), authority.root)).toContain(
      'ends at "CN=Loose": it is not the certificate of an authority',
    );
  });

  it('is not longer than a certificate in it allows', () => {
    const first = authority.issueAuthority('First', undefined, 'CA:TRUE,pathlen:0');
    const second = authority.issueAuthority('Second', first);
    const low = authority.issue('Low clock', TIMESTAMPS_ONLY, { by: second });
    expect(trust(authority.answer(request, low, [second, first]), authority.root)).toContain(
      'ends at "CN=First": it allows no chain as long as this',
    );
    const direct = authority.issue('Direct clock', TIMESTAMPS_ONLY, { by: first });
    expect(trust(authority.answer(request, direct, [first]), authority.root)).toBe('');
  });

  it('has no certificate that was not valid then, is signed by SHA-1, or has an unknown critical extension', () => {
    const middle = (extensions: string, more: { to?: string; digest?: string } = {}): string => {
      const one = authority.issue('Middle', `basicConstraints = critical,CA:TRUE\n${extensions}`, more);
      const low = authority.issue('Low clock', TIMESTAMPS_ONLY, { by: one });
      return trust(authority.answer(request, low, [one]), authority.root);
    };
    expect(middle('subjectKeyIdentifier = hash')).toBe('');
    expect(middle('', { to: '20210101000000Z' })).toContain('it was not valid at the time that was stamped');
    expect(middle('nameConstraints = critical,permitted;DNS:example.org')).toContain(
      'it has a critical extension (2.5.29.30) that Reseal does not know',
    );
    const sha1 = authority.issue('Middle by SHA-1', 'basicConstraints = critical,CA:TRUE', {
      digest: 'sha1',
    });
    const low = authority.issue('Low clock', TIMESTAMPS_ONLY, { by: sha1 });
    expect(trust(authority.answer(request, low, [sha1]), authority.root)).toContain(
      'ends at "CN=Middle by SHA-1"',
    );
  });

  it('needs certificates that can be read', () => {
    for (const pem of ['', 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
      expect(() => readStamps(stamped(answer), { pem, what: 'ca.pem' })).toThrow(/^ca\.pem/);
  });
});

describe('a record with stamps', () => {
  it('is the record that it was: same verdict, same transcript, and filed again it is the same', () => {
    const dir = record();
    const { file: kept } = attachStamp(dir, answer, request);
    expect(verifyRecord(readRecord(dir))).toEqual(verifyRecord(files));
    expect(sameRecord(dir, files)).toBe(true);
    writeRecord(dir, files);
    execFileSync('sha256sum', ['--check', '--quiet', '--strict', 'SHA256SUMS'], { cwd: dir });
    expect(readdirSync(join(dir, 'timestamps'))).toEqual([kept.slice('timestamps/'.length)]);
  });

  it('takes each answer once, and several authorities', () => {
    const dir = record();
    attachStamp(dir, answer, request);
    expect(() => attachStamp(dir, answer, request)).toThrow(
      'This answer is in the record already: timestamps/',
    );
    attachStamp(dir, authority.answer(request, authority.issue('Second clock')), request);
    expect(readStamps(readRecord(dir)).map(({ state }) => state)).toEqual(['good', 'good']);
    expect(() => attachStamp(file(answer), answer, request)).toThrow('A packed record is unpacked first');
  });

  it('has a checkpoint', () => {
    const dir = record();
    rmSync(join(dir, 'checkpoint'));
    expect(() => attachStamp(dir, answer, request)).toThrow('The record has no checkpoint');
    const without = new Map([...stamped(answer)].filter(([path]) => path !== 'checkpoint'));
    expect(readStamps(without)[0]).toMatchObject({ state: 'warning', imprint: false, signature: true });
  });

  it('overwrites nothing', () => {
    const dir = record();
    const { file: kept } = attachStamp(dir, answer, request);
    writeFileSync(join(dir, kept), 'other');
    expect(() => attachStamp(dir, answer, request)).toThrow('exists already, with another content');
    expect(readFileSync(join(dir, kept), 'utf8')).toBe('other');
  });

  it('has a stamp whole or not at all, wherever writing it ends, and takes it afterwards', () => {
    for (let stop = 0; ; stop++) {
      const dir = record();
      let left = stop;
      setFaultHook(() => {
        if (left-- === 0) throw new Error('stopped');
      });
      let failed = false;
      try {
        attachStamp(dir, answer, request);
      } catch {
        failed = true;
      } finally {
        setFaultHook(undefined);
      }
      const found = readRecord(dir);
      expect(verifyRecord(found).verdict, `stopped at ${stop}`).toBe('VALID');
      expect(readStamps(found).every(({ state }) => state === 'good')).toBe(true);
      if (readStamps(found).length === 0) attachStamp(dir, answer, request);
      if (!failed) {
        expect(stop).toBeGreaterThan(5);
        break;
      }
    }
  });

  it('names a stamp that is foreign or cannot be read, and has no place for other files', () => {
    const other = authority.answer(makeRequest(Uint8Array.of(1), seededRandom('x')), signer);
    const noise = sha256(Uint8Array.of(7));
    const found = readStamps(stamped(answer, other, noise));
    expect(found.map(({ state }) => state)).toEqual(['good', 'warning', 'warning']);
    expect(found[1]).toMatchObject({ imprint: false, signature: true });
    expect(found[2]).toMatchObject({ imprint: null, signature: null, time: null });
    expect(found[2]?.problems[0]).toContain('timestamps/s2.tsr: ');
    expect(verifyRecord(stamped(answer, other, noise)).verdict).toBe('VALID');
    for (const [path, bytes] of [
      ['timestamps/a.txt', answer],
      ['timestamps/.a.tsr', answer],
      ['timestamps/a/b.tsr', answer],
      ['timestamps/a b.tsr', answer],
      ['a.tsr', answer],
      ['timestamps/large.tsr', new Uint8Array(MAX_STAMP + 1)],
      ['timestamps/empty.tsr', new Uint8Array(0)],
    ] as const)
      expect(verifyRecord(new Map([...files, [path, bytes]])).rules[0], path).toMatchObject({
        ...{ rule: 'check_files', state: 'failed', failure: { file: path } },
      });
  });
});
