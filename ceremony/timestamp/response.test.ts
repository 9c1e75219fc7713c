/** Answers whose structure is not that of RFC 3161: each is a good one with one part of it changed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change, int, put } from '../../test-support/der.ts';
import { seededRandom } from '../../test-support/random.ts';
import { Authority, openssl, type Issued } from '../../test-support/timestamp-authority.ts';
import { writeDer, writeOid } from './der.ts';
import { makeRequest, readRequest } from './request.ts';
import { readResponse } from './response.ts';

const folder = mkdtempSync(join(tmpdir(), 'reseal-answers-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let authority: Authority;
let signer: Issued;
let answer: Uint8Array;
const request = makeRequest(Uint8Array.of(1), seededRandom('request'));
beforeAll(() => {
  authority = new Authority(join(folder, 'authority'));
  signer = authority.issue('Clock of the tests');
  answer = authority.answer(request, signer);
});

const read = (path: readonly number[], edit: (parts: Uint8Array[]) => Uint8Array[]): (() => unknown) => {
  const changed = change(answer, path, edit);
  return () => readResponse(changed);
};

// Where things are: answer / token / [0] / SignedData, its fields, and the attributes in its one SignerInfo.
const TOKEN = [1];
const SIGNED = [1, 1, 0];
const SIGNER = [...SIGNED, 4, 0];
const ATTRIBUTES = [...SIGNER, 3];

describe('an answer', () => {
  it('is read', () => {
    expect(change(answer, ATTRIBUTES, (parts) => parts)).toEqual(answer);
    const { info, certificates, signer: by } = readResponse(answer);
    expect(info).toMatchObject({
      policy: '1.2.3.4.1',
      accuracy: 1_500_100,
      nonce: readRequest(request).nonce,
    });
    expect(certificates).toHaveLength(1);
    expect(by).toMatchObject({
      digestAlgorithm: '2.16.840.1.101.3.4.2.1',
      signatureAlgorithm: '1.2.840.10045.4.3.2',
    });
    expect(by.certificate.map(({ algorithm }) => algorithm)).toEqual(['sha256']);
  });

  it('has nothing behind the token, and a token of signed data', () => {
    expect(read([], (parts) => [...parts, int(1)])).toThrow('there is something behind its fields');
    expect(read([0], (parts) => [...parts, int(1)])).toThrow('status: there is something behind its fields');
    expect(read(TOKEN, put(0, writeOid('1.2.840.113549.1.7.1')))).toThrow('its token is not signed data');
    expect(read(TOKEN, (parts) => [...parts, int(1)])).toThrow('token: there is something behind');
    expect(read([1, 1], (parts) => [...parts, int(1)])).toThrow('token: there is something behind');
  });

  it('has one signature in signed data of version 3, which lists its hash', () => {
    expect(read(SIGNED, put(0, int(1)))).toThrow('SignedData: its version is 1, expected 3');
    expect(read(SIGNED, put(1, writeDer(0x31)))).toThrow('it does not list the hash that it is signed with');
    expect(read(SIGNED, (parts) => [...parts, int(1)])).toThrow('SignedData: there is something behind');
    expect(read([...SIGNED, 2], put(0, writeOid('1.2.840.113549.1.7.1')))).toThrow(
      'what is signed is of type 1.2.840.113549.1.7.1, expected TSTInfo',
    );
    expect(read([...SIGNED, 2], (parts) => parts.slice(0, 1))).toThrow('field "eContent" is missing');
    expect(read([...SIGNED, 2], (parts) => [...parts, int(1)])).toThrow('there is something behind');
    expect(read([...SIGNED, 2, 1], (parts) => [...parts, int(1)])).toThrow('there is something behind');
    expect(read([...SIGNED, 4], (parts) => [...parts, ...parts])).toThrow(
      'it has 2 signatures, expected one',
    );
    expect(read([...SIGNED, 4], () => [])).toThrow('it has 0 signatures, expected one');
  });

  it('has a signer that is named in the way that its version says', () => {
    expect(read(SIGNER, put(0, int(3)))).toThrow('which does not fit how it names its signer');
    expect(read(SIGNER, put(1, writeDer(0x80, Uint8Array.of(1))))).toThrow('which does not fit how it names');
    expect(read(SIGNER, put(1))).toThrow('SignerInfo');
    expect(read([...SIGNER, 1], (parts) => [...parts, int(1)])).toThrow('there is something behind');
    expect(read(SIGNER, (parts) => [...parts, int(1)])).toThrow('SignerInfo: there is something behind');
    expect(read(SIGNER, put(3))).toThrow('field "signedAttrs" is missing');
  });

  it('has each signed attribute once, and those that there must be', () => {
    const attribute = (oid: string, ...values: Uint8Array[]): Uint8Array =>
      writeDer(0x30, writeOid(oid), writeDer(0x31, ...values));
    const CONTENT_TYPE = '1.2.840.113549.1.9.3';
    const DIGEST = '1.2.840.113549.1.9.4';
    const CERTIFICATE = '1.2.840.113549.1.9.16.2.47';
    /** Without an attribute, and with another one in its place. */
    const instead =
      (oid: string, ...more: Uint8Array[]) =>
      (parts: Uint8Array[]): Uint8Array[] => [
        ...parts.filter((part) => Buffer.from(part).indexOf(writeOid(oid)) < 0),
        ...more,
      ];
    expect(read(ATTRIBUTES, instead(CONTENT_TYPE))).toThrow('contentType does not say TSTInfo');
    expect(read(ATTRIBUTES, instead(CONTENT_TYPE, attribute(CONTENT_TYPE, writeOid('1.2.3'))))).toThrow(
      'contentType does not say TSTInfo',
    );
    expect(read(ATTRIBUTES, instead(DIGEST))).toThrow('messageDigest is missing');
    expect(read(ATTRIBUTES, instead(DIGEST, attribute(DIGEST, int(1))))).toThrow('messageDigest is missing');
    expect(read(ATTRIBUTES, instead(CERTIFICATE))).toThrow('(signingCertificate)');
    expect(read(ATTRIBUTES, (parts) => [...parts, ...parts.slice(0, 1)])).toThrow('does not have one value');
    expect(read(ATTRIBUTES, (parts) => [...parts, attribute('1.2.3', int(1), int(2))])).toThrow(
      'its signed attribute 1.2.3 does not have one value',
    );
    expect(read(ATTRIBUTES, (parts) => [...parts, attribute('1.2.3')])).toThrow('does not have one value');
    expect(read([...ATTRIBUTES, 0], (parts) => [...parts, int(1)])).toThrow('there is something behind');
    const none = writeDer(0x30, writeDer(0x30));
    expect(read(ATTRIBUTES, instead(CERTIFICATE, attribute(CERTIFICATE, none)))).toThrow(
      'names no certificate',
    );
    const md5 = writeDer(0x30, writeOid('1.2.840.113549.2.5'));
    const odd = writeDer(0x30, writeDer(0x30, writeDer(0x30, md5, writeDer(0x04, Uint8Array.of(1)))));
    expect(read(ATTRIBUTES, instead(CERTIFICATE, attribute(CERTIFICATE, odd)))).toThrow(
      'it names its certificate by an unknown hash (1.2.840.113549.2.5)',
    );
  });

  it('states what it states in a TSTInfo of version 1, without critical extensions', () => {
    const { signedContent } = readResponse(answer);
    const info = (path: readonly number[], edit: (parts: Uint8Array[]) => Uint8Array[]): (() => unknown) => {
      const sealed = authority.seal(change(signedContent, path, edit), signer);
      return () => readResponse(sealed);
    };
    expect(info([], (parts) => parts)).not.toThrow();
    expect(info([], put(0, int(2)))).toThrow('TSTInfo: its version is 2, expected 1');
    expect(info([], (parts) => [...parts, int(1), int(1)])).toThrow('TSTInfo: there is something behind');
    expect(info([2], (parts) => [...parts, int(1)])).toThrow('imprint: there is something behind');
    expect(info([5], (parts) => [...parts, int(1)])).toThrow('accuracy: there is something behind');
    expect(info([], put(4, writeDer(0x18, Uint8Array.of(0x30))))).toThrow('this is not a time in UTC');
    const extension = (...critical: Uint8Array[]): Uint8Array =>
      writeDer(0xa1, writeDer(0x30, writeOid('1.2.3'), ...critical, writeDer(0x04, Uint8Array.of(5, 0))));
    expect(info([], (parts) => [...parts, extension()])).not.toThrow();
    expect(info([], (parts) => [...parts, extension(writeDer(0x01, Uint8Array.of(0xff)))])).toThrow(
      'it has a critical extension (1.2.3) that Reseal does not know',
    );
    const more = writeDer(0xa1, writeDer(0x30, writeOid('1.2.3'), writeDer(0x04), int(1)));
    expect(info([], (parts) => [...parts, more])).toThrow('extension: there is something behind');
    expect(info([], (parts) => [...parts, writeDer(0xa1, writeDer(0x30, writeOid('1.2.3')))])).toThrow(
      'extnValue',
    );
    const bare = authority.seal(
      change(signedContent, [], (parts) => parts.slice(0, 5)),
      signer,
    );
    expect(readResponse(bare).info).toMatchObject({ accuracy: undefined, nonce: undefined });
  });
});

describe('a request', () => {
  const asked = (path: readonly number[], edit: (parts: Uint8Array[]) => Uint8Array[]): (() => unknown) => {
    const changed = change(request, path, edit);
    return () => readRequest(changed);
  };

  it('is read, also with what only others put into one', () => {
    const query = join(folder, 'query.tsq');
    openssl(
      'ts',
      '-query',
      '-digest',
      '00'.repeat(32),
      '-sha256',
      '-tspolicy',
      '1.2.3.4.1',
      '-no_nonce',
      '-out',
      query,
    );
    expect(readRequest(new Uint8Array(readFileSync(query)))).toEqual({
      imprint: { algorithm: '2.16.840.1.101.3.4.2.1', hash: new Uint8Array(32) },
      nonce: undefined,
    });
  });

  it('is refused in another form', () => {
    expect(asked([], put(0, int(2)))).toThrow('Request: its version is 2, expected 1');
    expect(asked([], (parts) => [...parts, int(1)])).toThrow('Request: there is something behind');
    expect(asked([1, 0], (parts) => [...parts, int(1)])).toThrow('has parameters that Reseal does not know');
    expect(() => readRequest(new Uint8Array(70_000))).toThrow('at most 65536 are read');
  });
});
