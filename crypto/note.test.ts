import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/random.ts';
import { bytesToHex, concatBytes, fromHex, utf8ToBytes } from './bytes.ts';
import { CryptoError } from './errors.ts';
import { generateIdentity, signWithIdentity } from './identity.ts';
import type { IdentityAlgorithm, IdentityPublicKey } from './identity.ts';
import { leafHash, treeRoot } from './merkle.ts';
import {
  checkpointText,
  formatNote,
  MAX_NOTE_SIGNATURES,
  noteKeyHash,
  noteSignature,
  parseCheckpoint,
  parseNote,
  publicKeyPem,
  signatureFromDer,
  signatureToDer,
  signNote,
  spkiDer,
  verifyNoteSignature,
} from './note.ts';
import type { NoteSignature, NoteSigner } from './note.ts';

interface Example {
  verifierKey: string;
  note: string;
}
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/signed-note/notes.json', import.meta.url), 'utf8'),
) as {
  golang: Example & { signerKey: string };
  rekor: Example;
  pixel: Example;
  c2spNote: string;
  c2spCheckpoint: string;
};

const random = seededRandom('note');
const text = checkpointText('reseal.example/key', 3, leafHash(utf8ToBytes('entry')));

function signer(name: string, alg: IdentityAlgorithm): NoteSigner {
  const identity = generateIdentity(alg, random);
  return { name, publicKey: identity.publicKey, sign: (message) => signWithIdentity(identity, message) };
}
const anna = signer('anna', 'EdDSA');
const bert = signer('bert', 'ES256');
const note = signNote(text, [anna, bert]);
const parsed = parseNote(note);

function errorOf(run: () => unknown): CryptoError | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof CryptoError) return error;
    throw error;
  }
  return undefined;
}
const codeOf = (run: () => unknown): string => errorOf(run)?.code ?? 'no error';
const verifies = (found: NoteSignature, by: NoteSigner, over = text): boolean =>
  verifyNoteSignature(over, found, by.name, by.publicKey);

/** Takes a verifier key of Go's note package apart: name+hash+base64(type ‖ key). */
function verifierKey(encoded: string): { name: string; hash: string; publicKey: IdentityPublicKey } {
  const [, name, hash, data] = /^([^+]+)\+([0-9a-f]{8})\+(.*)$/.exec(encoded)!;
  const bytes = new Uint8Array(Buffer.from(data!, 'base64'));
  const key = bytes.slice(1);
  if (bytes[0] === 1) return { name: name!, hash: hash!, publicKey: { alg: 'EdDSA', key } };
  const [x, y] = [key.slice(-64, -32), key.slice(-32)];
  const compressed = concatBytes(Uint8Array.of(2 + (y[31]! & 1)), x);
  expect(spkiDer({ alg: 'ES256', key: compressed })).toEqual(key);
  return { name: name!, hash: hash!, publicKey: { alg: 'ES256', key: compressed } };
}

describe("other people's notes", () => {
  it.each(['golang', 'rekor', 'pixel'] as const)('%s: key hash and signature', (which) => {
    const { name, hash, publicKey } = verifierKey(vectors[which].verifierKey);
    const { text: signed, signatures } = parseNote(vectors[which].note);
    expect(bytesToHex(noteKeyHash(name, publicKey))).toBe(hash);
    expect(signatures).toHaveLength(1);
    expect(verifyNoteSignature(signed, signatures[0]!, name, publicKey)).toBe(true);
    expect(verifyNoteSignature(`${signed}\n`, signatures[0]!, name, publicKey)).toBe(false);
    expect(verifyNoteSignature(signed, signatures[0]!, `${name}x`, publicKey)).toBe(false);
    expect(formatNote(signed, signatures)).toBe(vectors[which].note);
  });

  it("golang: signing gives the package's own note byte for byte", () => {
    const { golang } = vectors;
    const { name, publicKey } = verifierKey(golang.verifierKey);
    const seed = new Uint8Array(Buffer.from(golang.signerKey.split('+').slice(4).join('+'), 'base64'));
    const secret = { alg: 'EdDSA', secretKey: seed.slice(1) } as const;
    const sign = (message: Uint8Array): Uint8Array => signWithIdentity(secret, message);
    expect(signNote(parseNote(golang.note).text, [{ name, publicKey, sign }])).toBe(golang.note);
  });

  it('C2SP: a note whose text has a blank line', () => {
    const { text: poem, signatures } = parseNote(vectors.c2spNote);
    expect(poem).toMatch(/^Ognuno sta solo [^]*\n\ned è subito sera\.\n$/);
    expect(signatures[0]!.name).toBe('quasimodo.example/salvatore');
    expect(signatures[0]!.signature).toHaveLength(64);
    expect(formatNote(poem, signatures)).toBe(vectors.c2spNote);
    expect(parseNote(utf8ToBytes(vectors.c2spNote))).toEqual(parseNote(vectors.c2spNote));
  });

  it('C2SP: a checkpoint', () => {
    const { origin, size, root } = parseCheckpoint(parseNote(vectors.c2spCheckpoint).text);
    expect([origin, size, root.length]).toEqual(['example.com/behind-the-sofa', 20852163, 32]);
    expect(vectors.c2spCheckpoint.startsWith(checkpointText(origin, size, root))).toBe(true);
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('the openssl command line', () => {
  /** Runs openssl in a folder with text, signature and PEM key. True when it reports success. */
  function opensslVerifies(by: NoteSigner, signature: Uint8Array, message: string): boolean {
    const folder = mkdtempSync(join(tmpdir(), 'note-'));
    try {
      writeFileSync(join(folder, 'text'), message);
      writeFileSync(join(folder, 'signature'), signature);
      writeFileSync(join(folder, 'key.pem'), publicKeyPem(by.publicKey));
      const args =
        by.publicKey.alg === 'EdDSA'
          ? 'pkeyutl -verify -pubin -inkey key.pem -rawin -in text -sigfile signature'
          : 'dgst -sha256 -verify key.pem -signature signature text';
      return spawnSync('openssl', args.split(' '), { cwd: folder }).status === 0;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it.each([
    ['EdDSA', anna, 0],
    ['ES256', bert, 1],
  ] as const)('verifies our %s signatures, and refuses them over another text', (_alg, by, index) => {
    const { signature } = parsed.signatures[index]!;
    expect(opensslVerifies(by, signature, parsed.text)).toBe(true);
    expect(opensslVerifies(by, signature, parsed.text.replace('3', '4'))).toBe(false);
  });

  it.each([anna, bert])('reads our keys: $name', (by) => {
    const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], {
      input: publicKeyPem(by.publicKey),
    });
    expect(new Uint8Array(der)).toEqual(spkiDer(by.publicKey));
  });
});

describe('signNote and verifyNoteSignature', () => {
  it('verify what was signed', () => {
    expect(parsed.text).toBe(text);
    expect(parsed.signatures.map(({ name }) => name)).toEqual(['anna', 'bert']);
    expect(verifies(parsed.signatures[0]!, anna)).toBe(true);
    expect(verifies(parsed.signatures[1]!, bert)).toBe(true);
  });

  it('hand the signers exactly the bytes of the text', () => {
    const seen: Uint8Array[] = [];
    const sign = (message: Uint8Array): Uint8Array => {
      seen.push(message);
      return new Uint8Array(64);
    };
    signNote('è\n', [{ ...anna, sign }]);
    expect(seen).toEqual([utf8ToBytes('è\n')]);
  });

  it.each([anna, bert])('refuse another text, name, key, key hash or signature: $name', (by) => {
    const found = parsed.signatures.find(({ name }) => name === by.name)!;
    const stranger = signer(by.name, by.publicKey.alg);
    expect(verifies(found, by)).toBe(true);
    expect(verifies(found, by, text.replace('3', '4'))).toBe(false);
    expect(verifies(found, by, text.trimEnd())).toBe(false);
    expect(verifies(found, stranger)).toBe(false);
    expect(verifies({ ...found, name: 'carl' }, by)).toBe(false);
    expect(verifies(found, { ...by, name: 'carl' })).toBe(false);
    const strangersHash = noteKeyHash(by.name, stranger.publicKey);
    expect(verifies({ ...found, keyHash: strangersHash }, by)).toBe(false);
    expect(verifies({ ...found, keyHash: strangersHash }, stranger)).toBe(false);
    for (let at = 0; at < found.signature.length; at++) {
      const changed = found.signature.slice();
      changed[at]! ^= 1;
      expect(verifies({ ...found, signature: changed }, by)).toBe(false);
    }
    expect(verifies({ ...found, signature: concatBytes(found.signature, Uint8Array.of(0)) }, by)).toBe(false);
  });

  it('refuse a name that belongs to an ECDSA key though its hash does not contain the name', () => {
    const renamed = { ...parsed.signatures[1]!, name: 'anna' };
    expect(verifies(renamed, bert)).toBe(false);
  });

  it('refuse a raw P-256 signature where DER is due', () => {
    const raw = signatureFromDer(parsed.signatures[1]!.signature);
    expect(verifies({ ...parsed.signatures[1]!, signature: raw }, bert)).toBe(false);
  });

  it('refuse a text that is no note text, though the signature fits its bytes', () => {
    const over = (signed: string): NoteSignature =>
      noteSignature(anna.name, anna.publicKey, anna.sign(utf8ToBytes(signed)));
    expect(verifies(over('a\n'), anna, 'a\n')).toBe(true);
    expect(verifies(over('a'), anna, 'a')).toBe(false);
    // UTF-8 writes half a surrogate pair as U+FFFD: a second string for the same bytes.
    expect(verifies(over('\ufffd\n'), anna, '\ufffd\n')).toBe(true);
    expect(verifies(over('\ufffd\n'), anna, '\ud800\n')).toBe(false);
  });

  it('take signatures that were made elsewhere', () => {
    const later = noteSignature(bert.name, bert.publicKey, bert.sign(utf8ToBytes(text)));
    expect(formatNote(text, [parsed.signatures[0]!, later])).toBe(note);
    expect(codeOf(() => noteSignature('x', anna.publicKey, new Uint8Array(63)))).toBe('bad-length');
  });

  it.each([
    ['no newline at the end', 'abc'],
    ['empty', ''],
    ['tab', 'a\tb\n'],
    ['carriage return', 'a\r\n'],
    ['NUL', 'a\0\n'],
    ['half a surrogate pair', 'a\ud800\n'],
  ])('refuse a text: %s', (_name, wrong) => {
    expect(codeOf(() => signNote(wrong, [anna]))).toBe('bad-encoding');
  });

  it.each(['', 'a b', 'a+b', 'a\n', 'a\u00a0b', 'a\u2003b', 'a\u2028b', 'a\u0007', 'a\ud800'])(
    'refuse the key name %j',
    (name) => {
      expect(codeOf(() => signNote(text, [{ ...anna, name }]))).toBe('bad-encoding');
      expect(codeOf(() => noteKeyHash(name, bert.publicKey))).toBe('bad-encoding');
    },
  );

  it('refuse no signatures, two by one key, and more than anybody reads', () => {
    expect(codeOf(() => signNote(text, []))).toBe('bad-encoding');
    expect(errorOf(() => signNote(text, [anna, bert, anna]))?.message).toContain('the same key signs twice');
    expect(signNote(text, [anna, signer('anna', 'EdDSA')])).toContain('anna');
    const crowd = Array.from({ length: MAX_NOTE_SIGNATURES + 1 }, (_, i) => ({
      ...parsed.signatures[0]!,
      name: `n${i}`,
    }));
    expect(formatNote(text, crowd.slice(1))).toContain('n1 ');
    expect(codeOf(() => formatNote(text, crowd))).toBe('bad-encoding');
  });

  it('refuse malformed signature entries', () => {
    const good = parsed.signatures[0]!;
    expect(codeOf(() => formatNote(text, [{ ...good, keyHash: new Uint8Array(3) }]))).toBe('bad-encoding');
    expect(codeOf(() => formatNote(text, [{ ...good, signature: new Uint8Array(0) }]))).toBe('bad-encoding');
  });
});

describe('parseNote', () => {
  const [, , , , lineA = '', lineB = ''] = note.split('\n');

  it('is the inverse of writing, for texts with blank lines too', () => {
    const line = fc.string({ unit: 'grapheme' }).map((s) => s.replace(/\p{Cc}/gu, ''));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
        const body = `${lines.join('\n')}\n`;
        const written = formatNote(body, parsed.signatures);
        expect(parseNote(written)).toEqual({ text: body, signatures: parsed.signatures });
        expect(parseNote(utf8ToBytes(written)).text).toBe(body);
      }),
    );
  });

  it('takes the last blank line for the border, so signature lines inside a text are text', () => {
    const nested = formatNote(note, [parsed.signatures[0]!]);
    expect(parseNote(nested).text).toBe(note);
    expect(parseNote(nested).signatures).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['no signatures', `${text}\n`],
    ['no blank line', `${text}${lineA}\n`],
    ['no newline at the end', `${text}\n${lineA}`],
    ['garbage after the signatures', `${note}garbage\n`],
    ['a blank line after the signatures', `${note}\n`],
    ['a hyphen for the dash', `${text}\n${lineA.replace('\u2014', '-')}\n`],
    ['two spaces', `${text}\n${lineA.replace(' ', '  ')}\n`],
    ['a space at the end', `${text}\n${lineA} \n`],
    ['a field too many', `${text}\n${lineA} more\n`],
    ['a carriage return', `${text}\n${lineA}\r\n`],
    ['a plus in the name', `${text}\n${lineA.replace('anna', 'an+na')}\n`],
    ['a no-break space in the name', `${text}\n${lineA.replace('anna', 'an\u00a0na')}\n`],
    ['no name', `${text}\n${lineA.replace('anna', '')}\n`],
    ['the same signer twice', `${text}\n${lineA}\n${lineB}\n${lineA}\n`],
    ['base64 without padding', `${text}\n${lineA.replace(/=+$/, '')}\n`],
    ['base64 of the URL alphabet', `${text}\n\u2014 anna -_-_-_-_\n`],
    ['base64 with unused bits set', `${text}\n\u2014 anna AAAAAAB=\n`],
    ['a signature of no bytes', `${text}\n\u2014 anna AAAAAA==\n`],
    ['less than a key hash', `${text}\n\u2014 anna AAAA\n`],
  ])('refuses %s', (_name, wrong) => {
    expect(codeOf(() => parseNote(wrong))).toBe('bad-encoding');
    expect(codeOf(() => parseNote(utf8ToBytes(wrong)))).toBe('bad-encoding');
  });

  it('accepts the neighbours of those refusals', () => {
    expect(lineA).toMatch(/^\u2014 anna [^ ]+=$/);
    expect(parseNote(`${text}\n${lineA}\n`).signatures).toHaveLength(1);
    expect(parseNote(`${text}\n\u2014 anna AAAAAAA=\n`).signatures[0]!.signature).toEqual(Uint8Array.of(0));
  });

  it('refuses bytes that are not UTF-8, and does not swallow a byte order mark', () => {
    expect(codeOf(() => parseNote(concatBytes(Uint8Array.of(0xc3), utf8ToBytes(note))))).toBe('bad-encoding');
    const marked = concatBytes(Uint8Array.of(0xef, 0xbb, 0xbf), utf8ToBytes(note));
    expect(parseNote(marked).text).toBe(`\ufeff${text}`);
  });
});

describe('DER signatures', () => {
  it('are the inverse of the raw form', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.nat(64), (raw, zeros) => {
        for (const start of [0, 32]) raw.fill(0, start, start + Math.min(zeros, 32));
        expect(signatureFromDer(signatureToDer(raw))).toEqual(raw);
      }),
    );
    expect(bytesToHex(signatureToDer(new Uint8Array(64)))).toBe('3006020100020100');
    expect(codeOf(() => signatureToDer(new Uint8Array(65)))).toBe('bad-length');
  });

  it.each([
    ['nothing', ''],
    ['an empty sequence', '3000'],
    ['one integer', '3003020101'],
    ['a byte behind', '300602010102010100'],
    ['a byte inside', '30070201010201010'.concat('0')],
    ['a third integer', '3009020101020101020101'],
    ['a long-form length', '308106020101020101'],
    ['an indefinite length', '30800201010201010000'],
    ['a set', '3106020101020101'],
    ['an octet string', '3006040101020101'],
    ['a needless zero', '300702020001020101'],
    ['a negative integer', '3006020181020101'],
    ['an integer of no bytes', '30050200020101'],
    ['a cut integer', '3006020101020201'],
    ['257 bits', `3026022101${'00'.repeat(32)}020101`],
    ['33 bytes behind a zero', `302702220001${'00'.repeat(32)}020101`],
  ])('refuse %s', (_name, hex) => {
    expect(codeOf(() => signatureFromDer(fromHex(hex)))).toBe('bad-encoding');
  });
});

describe('keys', () => {
  it('are refused when they are not points', () => {
    const wrong: IdentityPublicKey = { alg: 'ES256', key: new Uint8Array(33) };
    for (const use of [spkiDer, publicKeyPem, (key: IdentityPublicKey) => noteKeyHash('x', key)]) {
      expect(codeOf(() => use(wrong))).toBe('point-off-curve');
      expect(codeOf(() => use({ alg: 'EdDSA', key: new Uint8Array(31) }))).toBe('bad-length');
    }
    expect(verifyNoteSignature(text, parsed.signatures[1]!, 'bert', wrong)).toBe(false);
  });
});

describe('checkpoints', () => {
  const root = treeRoot([]);

  it('are read back as written', () => {
    for (const size of [0, 1, 10, Number.MAX_SAFE_INTEGER])
      expect(parseCheckpoint(checkpointText('a.example/b c', size, root))).toEqual({
        origin: 'a.example/b c',
        size,
        root,
      });
  });

  it('are not written with a bad origin, size or root', () => {
    for (const origin of ['', 'a\nb', 'a\tb'])
      expect(codeOf(() => checkpointText(origin, 1, root))).toBe('bad-encoding');
    for (const size of [-1, 0.5, NaN, 2 ** 53])
      expect(codeOf(() => checkpointText('a', size, root))).toBe('index-invalid');
    expect(codeOf(() => checkpointText('a', 1, root.slice(1)))).toBe('bad-length');
  });

  const base64 = Buffer.from(root).toString('base64');
  it.each([
    ['an extension line', `a\n1\n${base64}\nmore\n`, 'bad-encoding'],
    ['an empty line behind', `a\n1\n${base64}\n\n`, 'bad-encoding'],
    ['no newline at the end', `a\n1\n${base64}`, 'bad-encoding'],
    ['two lines', `a\n1\n`, 'bad-encoding'],
    ['an empty origin', `\n1\n${base64}\n`, 'bad-encoding'],
    ['a leading zero', `a\n01\n${base64}\n`, 'bad-encoding'],
    ['a sign', `a\n+1\n${base64}\n`, 'bad-encoding'],
    ['no size', `a\n\n${base64}\n`, 'bad-encoding'],
    ['other digits', `a\n\u0661\n${base64}\n`, 'bad-encoding'],
    ['an exponent', `a\n1e3\n${base64}\n`, 'bad-encoding'],
    ['a size above 2^53', `a\n9007199254740993\n${base64}\n`, 'index-invalid'],
    ['base64 without padding', `a\n1\n${base64.slice(0, -1)}\n`, 'bad-encoding'],
    ['base64 with unused bits set', `a\n1\n${base64.slice(0, -2)}V=\n`, 'bad-encoding'],
    ['a short root', `a\n1\nAAAA\n`, 'bad-length'],
  ])('refuse %s', (_name, wrong, code) => {
    expect(codeOf(() => parseCheckpoint(wrong))).toBe(code);
  });
});
