/** Certificates of another structure: each is a good one with one part of it changed. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDer } from '../../ceremony/timestamp/der.ts';
import { change, more, put, type Edit } from '../../test-support/der.ts';
import { Authority, TIMESTAMPS_ONLY } from '../../test-support/timestamp-authority.ts';
import { pathLengthOf, purposesOf, readCertificate, signedBy } from './certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'reseal-certificates-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let authority: Authority;
let good: Uint8Array;
const derOf = (path: string): Uint8Array => new Uint8Array(new X509Certificate(readFileSync(path)).raw);
beforeAll(() => {
  authority = new Authority(join(folder, 'authority'));
  good = derOf(
    authority.issue('Clock\nof the tests', `${TIMESTAMPS_ONLY}\nsubjectKeyIdentifier = hash`).cert,
  );
});
const read = (path: readonly number[], edit: Edit): (() => unknown) => {
  const changed = change(good, path, edit);
  return () => readCertificate(changed, 'X');
};

describe('a certificate', () => {
  it('is read as Node reads it', () => {
    const found = readCertificate(good, 'X');
    expect(found.raw).toEqual(good);
    expect(found.name).toMatch(/^CN=Clock/);
    expect(found.name).not.toContain('\n');
    expect(new Date(found.from).toISOString()).toBe('2020-01-01T00:00:00.000Z');
    expect(new Date(found.to).toISOString()).toBe('2049-12-31T23:59:59.999Z');
    expect(purposesOf(found, 'X')).toEqual({ critical: true, purposes: ['1.3.6.1.5.5.7.3.8'] });
    const root = readCertificate(derOf(authority.root.cert), 'X');
    expect(signedBy(found, root)).toBe(true);
    expect(signedBy(root, found)).toBe(false);
    const other = new Authority(join(folder, 'other'));
    expect(signedBy(found, readCertificate(derOf(other.root.cert), 'X'))).toBe(false);
    const short = authority.issueAuthority('Short', undefined, 'CA:TRUE,pathlen:3');
    expect(pathLengthOf(readCertificate(derOf(short.cert), 'X'), 'X')).toBe(3);
  });

  it('has no further fields', () => {
    // Certificate, its content, and the list of extensions in that: [3], around a SEQUENCE.
    expect(read([], more)).toThrow('X: there is something behind its fields');
    expect(read([0], more)).toThrow('X: there is something behind its fields');
    expect(read([0, 7], more)).toThrow('X: there is something behind its fields');
    expect(read([0, 7, 0, 0], more)).toThrow('X, extension: there is something behind its fields');
    expect(read([0, 7, 0], (parts) => [...parts, ...parts.slice(0, 1)])).toThrow(
      'its extension 2.5.29.37 is there twice',
    );
    expect(read([0], put(1))).toThrow('X: field "serialNumber" is missing');
  });

  it('has a key and names that can be read', () => {
    expect(read([0], put(6, writeDer(0x30)))).toThrow('X: this is not a certificate that can be read');
    expect(read([0], put(4, writeDer(0x30)))).toThrow('X: this is not a certificate that can be read');
  });
});
