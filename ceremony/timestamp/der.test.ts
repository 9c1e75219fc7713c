/** DER: what openssl writes is read, what is read is one form, everything else is refused. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openssl } from '../../test-support/timestamp-authority.ts';
import { CeremonyError } from '../errors.ts';
import {
  elements,
  Fields,
  GENERALIZED_TIME,
  generalizedTime,
  integerBytes,
  INTEGER,
  OBJECT_IDENTIFIER,
  oidOf,
  readDer,
  SEQUENCE,
  smallInteger,
  writeDer,
  writeOid,
} from './der.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const read = (text: string): ReturnType<typeof readDer> => readDer(hex(text), 'X');
const folder = mkdtempSync(join(tmpdir(), 'reseal-der-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
/** What `openssl asn1parse` writes for a description of its own. */
function byOpenssl(description: string): Uint8Array {
  const path = join(folder, 'der');
  openssl('asn1parse', '-genstr', description, '-noout', '-out', path);
  return new Uint8Array(readFileSync(path));
}

describe('elements', () => {
  it('come back as they were written, and nothing shorter or longer does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }).filter((tag) => (tag & 0x1f) !== 0x1f),
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.integer({ min: 0, max: 65535 }).map((n) => new Uint8Array(n)),
        ),
        (tag, content) => {
          const bytes = writeDer(tag, content);
          const found = readDer(bytes, 'X');
          expect(found.tag).toBe(tag);
          expect(Buffer.from(found.content).equals(content)).toBe(true);
          expect(() => readDer(bytes.subarray(0, -1), 'X')).toThrow(CeremonyError);
          expect(() => readDer(Uint8Array.from([...bytes, 0]), 'X')).toThrow('1 bytes follow behind its end');
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of any bytes are read as what they are, or refused as a value', () => {
    const walk = (bytes: Uint8Array, depth = 0): void => {
      for (const one of elements({ tag: SEQUENCE, content: bytes, raw: bytes }, 'X')) {
        // Whoever reads it has one way to write it.
        expect(writeDer(one.tag, one.content)).toEqual(Uint8Array.from(one.raw));
        if (depth < 5 && (one.tag & 0x20) !== 0) walk(one.content, depth + 1);
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          walk(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CeremonyError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['30', 'ends in the middle'],
    ['', 'ends in the middle'],
    ['1f 01 00', 'a tag of more than one byte'],
    ['30 80 00 00', 'a length is indefinite'],
    ['30 84 00 00 00 01 00', 'a length is indefinite, or too large'],
    ['30 81 01 00', 'longer than it need be'],
    ['30 82 00 80', 'longer than it need be'],
    ['30 02 00', 'longer than what it is in'],
  ])('like "%s" are refused', (bytes, sentence) => {
    expect(() => read(bytes)).toThrow(sentence);
  });
});

describe('object identifiers', () => {
  it('are those of openssl', () => {
    for (const oid of [
      '1.2.840.113549.1.9.16.1.4',
      '2.5.29.37',
      '2.16.840.1.101.3.4.2.1',
      '2.999.3',
      '0.9',
    ]) {
      expect(oidOf(readDer(byOpenssl(`OID:${oid}`), 'X'), 'X')).toBe(oid);
      expect(writeOid(oid)).toEqual(byOpenssl(`OID:${oid}`));
    }
  });

  it.each(['06 00', '06 02 80 01', '06 02 2a 80', '06 09 ff ff ff ff ff ff ff ff 7f', '02 01 01'])(
    'like "%s" are refused',
    (bytes) => {
      expect(() => oidOf(read(bytes), 'X')).toThrow(/^X: /);
    },
  );
});

describe('whole numbers', () => {
  it('are those of openssl', () => {
    for (const value of [0, 1, 127, 128, 255, 256, 65535, 2 ** 32 - 1])
      expect(smallInteger(readDer(byOpenssl(`INTEGER:${value}`), 'X'), 'X')).toBe(value);
  });

  it.each(['02 00', '02 02 00 7f', '02 02 ff 80', `02 41 01${'00'.repeat(64)}`])(
    'like "%s" are refused',
    (bytes) => {
      expect(() => integerBytes(read(bytes), 'X')).toThrow(/^X: .*whole number/);
    },
  );

  it.each(['02 01 ff', '02 06 01 00 00 00 00 00'])('like "%s" are not small ones', (bytes) => {
    expect(() => smallInteger(read(bytes), 'X')).toThrow('expected a whole number from 0 on');
  });
});

describe('times', () => {
  const time = (text: string): { text: string; ms: number } =>
    generalizedTime(readDer(writeDer(GENERALIZED_TIME, new TextEncoder().encode(text)), 'X'), 'X');

  it('have seconds, and what is below them', () => {
    expect(time('20261123090000Z')).toEqual({ text: '2026-11-23T09:00:00Z', ms: Date.UTC(2026, 10, 23, 9) });
    expect(time('20261123090000.123456Z')).toEqual({
      text: '2026-11-23T09:00:00.123456Z',
      ms: Date.UTC(2026, 10, 23, 9) + 123,
    });
  });

  it.each([
    ...['20260230090000Z', '20261123090000', '20261123090000.10Z', '20261123090000.Z', '202611230900Z'],
    ...['20261123240000Z', '20261123090000+0100', '20261123090060Z', ''],
  ])('like "%s" are refused', (text) => {
    expect(() => time(text)).toThrow('this is not a time in UTC');
  });
});

describe('fields', () => {
  const sequence = writeDer(SEQUENCE, hex('02 01 05'), hex('06 01 2a'));

  it('are taken in their order, and all of them', () => {
    const fields = new Fields(readDer(sequence, 'X'), 'X');
    expect(fields.optional(OBJECT_IDENTIFIER)).toBeUndefined();
    expect(smallInteger(fields.take(INTEGER, 'number'), 'X')).toBe(5);
    expect(fields.done).toBe(false);
    expect(() => {
      fields.end();
    }).toThrow('X: there is something behind its fields (tag 6)');
    expect(() => fields.take(INTEGER, 'more')).toThrow('X: field "more" is missing, or of another type');
    fields.take(OBJECT_IDENTIFIER, 'name');
    fields.end();
    expect(fields.done).toBe(true);
    expect(() => fields.take(INTEGER, 'more')).toThrow('X: field "more" is missing');
  });

  it('are those of a SEQUENCE', () => {
    expect(() => new Fields(read('02 01 05'), 'X')).toThrow('X: it is not what stands there (tag 2)');
  });
});
