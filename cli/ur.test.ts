/** URs at the command line: what is printed, drawn and read, what is refused, and how it ends. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex, fromHex, utf8ToBytes } from '../crypto/bytes.ts';
import { suiteByName } from '../crypto/suite.ts';
import { encodeKeyRecord, makeKeyRecord, type KeyRecord } from '../ceremony/key-record.ts';
import { encodeResource } from '../ceremony/formats/resource-cbor.ts';
import { keyResources, proofResources } from '../ceremony/formats/key-resources.ts';
import { decodeProof } from '../ceremony/formats/proof-file.ts';
import { openUrSender } from '../optical/ur/sender.ts';
import { writeWhole } from '../optical/ur/text.ts';
import { UrReceiver } from '../optical/ur/receiver.ts';
import { json, MAIN, reseal, type Finished } from '../test-support/cli.ts';
import { generated } from '../test-support/records.ts';
import { Room } from '../test-support/room.ts';

const PACKAGES = join(import.meta.dirname, '..', 'vectors', 'frost-zcash', 'packages', 'secp256k1');
const room = new Room(fs.mkdtempSync(join(tmpdir(), 'reseal-test-')));
let record: KeyRecord;
let proof: Uint8Array;

afterAll(() => {
  fs.rmSync(room.dir, { recursive: true, force: true });
});
beforeAll(async () => {
  await room.enrolQuickly('alma', 'Alma Ahn');
  const imported = await room.on(
    'alma',
    ...['key', 'import', '--name', 'Treasury', '--json'],
    ...['--public-key-package', join(PACKAGES, 'public-key-package.json')],
    ...['--key-package', join(PACKAGES, 'key-package-1.json')],
  );
  record = json(imported)['record'] as KeyRecord;
  fs.writeFileSync(join(room.dir, 'record.json'), encodeKeyRecord(record));
  const { files } = await generated({ suite: 'secp256k1', holders: 3, threshold: 2 });
  proof = files.get('proofs/1.json')!;
  fs.writeFileSync(join(room.dir, 'proof.json'), proof);
});

/** The same without a vault. */
const make = (...words: string[]): Promise<Finished> => room.run('ur', 'make', 'record.json', ...words);
/** A file of these lines, read by `reseal ur`. */
async function read(lines: readonly string[], ...words: string[]): Promise<Finished> {
  const path = join(room.dir, 'lines.txt');
  fs.writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return room.run('ur', 'lines.txt', ...words);
}
const resource = (name: string, from = keyResources(record)): (typeof from)[number] =>
  from.find((one) => one.name === name)!;

describe('key export --format ur', () => {
  const exportUr = (...words: string[]): Promise<Finished> =>
    room.on('alma', 'key', 'export', '--key', 'Treasury', '--format', 'ur', ...words);

  it('prints the group key as one line, draws it, and puts nothing else on standard output', async () => {
    const finished = await exportUr('--png', 'key.png', '--svg', 'key.svg');
    const { type, cbor } = resource('key');
    expect(finished.stdout).toBe(`${writeWhole(type, cbor)}\n`);
    expect(finished.stdout).toMatch(/^ur:eckey\/[a-z]+\n$/);
    expect(finished.stderr).toBe(
      `REHEARSAL: Group public key on secp256k1: ${record.groupKey}.\nWrote key.png\nWrote key.svg\n`,
    );
    expect(finished.code).toBe(0);
    const { data, width, height } = PNG.sync.read(fs.readFileSync(join(room.dir, 'key.png')));
    const seen = jsQR.default(new Uint8ClampedArray(data), width, height)?.data;
    expect(seen).toBe(finished.stdout.trim().toUpperCase());
    expect(fs.readFileSync(join(room.dir, 'key.svg'), 'utf8')).toMatch(/^<svg [^]*<\/svg>\s*$/);
  });

  it.each([['--out', '.'], ['--courier', '.'], ['--no-min-signers']])('refuses %s', async (...words) => {
    const finished = await exportUr(...words);
    expect(finished.stderr).toContain(`${words[0]} does not belong to --format ur`);
    expect([finished.code, finished.stdout]).toEqual([2, '']);
  });

  it.each([['--fragment', '50'], ['--deprecated-types']])('keeps %s to itself', async (...words) => {
    const finished = await room.on('alma', 'key', 'export', '--key', 'Treasury', '--out', 'o', ...words);
    expect(finished.stderr).toContain(`${words[0]} belongs to --format ur.`);
    expect(finished.code).toBe(2);
  });
});

describe('ur make', () => {
  it.each([
    ['output', [], 'ur:output-descriptor/', 'adds the tweak of BIP-341'],
    ['output', ['--deprecated-types'], 'ur:crypto-output/', 'adds the tweak of BIP-341'],
    ['address', [], 'ur:address/', 'signs with ECDSA'],
    ['record', [], 'ur:bytes/', 'Public record of the key, epoch 0'],
  ])('prints the %s %j, and says what it takes', async (content, words, start, sentence) => {
    const finished = await make('--content', content, ...words);
    expect(finished.code).toBe(0);
    expect(finished.stdout.startsWith(start)).toBe(true);
    expect(finished.stdout.split('\n')).toHaveLength(2);
    expect(finished.stderr).toContain(sentence);
  });

  it('prints parts in capital letters, of which any are enough', async () => {
    const few = await make('--content', 'record', '--fragment', '100');
    const { type, cbor } = resource('record');
    const sender = openUrSender(type, cbor, 100);
    expect(few.stdout.trimEnd().split('\n')).toHaveLength(sender.count);
    expect(few.stdout).toBe(few.stdout.toUpperCase());
    const many = await make('--content', 'record', '--fragment', '100', '--parts', '40');
    const lines = many.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(40);
    expect(lines[39]).toBe(sender.part(40).toUpperCase());
    const receiver = new UrReceiver();
    const heard = lines.reverse().map((line) => receiver.add(line));
    expect(heard.find(({ what }) => what === 'finished')).toMatchObject({ type, cbor });
    const back = await read(lines.slice(0, 30), '--out', 'back.json');
    expect(back.code).toBe(0);
    expect(new Uint8Array(fs.readFileSync(join(room.dir, 'back.json')))).toEqual(encodeKeyRecord(record));
  });

  it('says everything with --json', async () => {
    const { cbor, condition } = resource('output');
    const said = json(await make('--content', 'output', '--fragment', '40', '--json'));
    expect(said).toMatchObject({ type: 'output-descriptor', cbor: bytesToHex(cbor), condition, files: [] });
    expect(said['text']).toMatch(/^bc1p[a-z0-9]{58}$/);
    expect(said['lines']).toHaveLength(said['fragments'] as number);
  });

  it.each<[string[], number, string]>([
    [['--content', 'proof'], 2, '--content: this has key or output or address or record, found "proof".'],
    [['--parts', '9'], 2, '--parts needs --fragment beside it'],
    [['--fragment', '9'], 2, '--fragment: expected a whole number from 10 to 1048576, found "9".'],
    [['--fragment', '10', '--png', 'x.png'], 2, '--png draws a single UR: leave --fragment out'],
    [['--svg', 'record.json'], 1, 'exists already: choose another name, or remove it.'],
  ])('refuses %j', async (words, code, sentence) => {
    const finished = await make(...words);
    expect(finished.stderr).toContain(sentence);
    expect([finished.code, finished.stdout]).toEqual([code, '']);
    expect(fs.existsSync(join(room.dir, 'x.png'))).toBe(false);
  });

  it('prints a proof, whole or its signature', async () => {
    const resources = proofResources(decodeProof(proof, 'proof'));
    for (const [words, name] of [
      [[], 'proof'],
      [['--content', 'signature'], 'signature'],
    ] as const) {
      const finished = await room.run('ur', 'make', 'proof.json', ...words);
      const { type, cbor } = resource(name, resources);
      expect(finished.stdout).toBe(`${writeWhole(type, cbor)}\n`);
    }
    const shown = await read([writeWhole('bytes', resource('proof', resources).cbor)]);
    expect(shown.stdout).toContain('A signature by the shares of holders');
    expect(shown.code).toBe(0);
  });

  it('refuses other files, and a proof that proves nothing', async () => {
    const other = await room.run('ur', 'make', 'alma.card.json');
    expect(other.stderr).toContain('is no key record and no proof of a ceremony, but a file of type "card".');
    expect(other.code).toBe(2);
    const text = new TextDecoder().decode(proof);
    fs.writeFileSync(join(room.dir, 'spoof.json'), text.replace('key share proof', 'key share spoof'));
    const spoof = await room.run('ur', 'make', 'spoof.json');
    expect(spoof.stderr).toContain('spoof.json: the signature does not verify under the group key.\nNext: ');
    expect(spoof.code).toBe(1);
  });

  it('refuses to draw what no code holds', async () => {
    const suite = suiteByName('ed25519');
    const many = makeKeyRecord(
      {
        ...{ rehearsal: false, name: 'Large', threshold: 2, epoch: 0, origin: 'import test', suite },
        groupKey: suite.base,
        publicShares: new Map(
          Array.from({ length: 40 }, (_, at) => [at + 1, suite.base.multiply(BigInt(at + 2))]),
        ),
      },
      () => ({ name: null, identity: null, sealingKey: null }),
    );
    fs.writeFileSync(join(room.dir, 'large.json'), encodeKeyRecord(many));
    const finished = await room.run('ur', 'make', 'large.json', '--content', 'record', '--svg', 'large.svg');
    expect(finished.stderr).toMatch(/^\d{5} characters do not fit into one code, which holds 4296: /);
    expect(finished.code).toBe(1);
  });
});

describe('ur', () => {
  it('says what a key, an output and an address are, in one file', async () => {
    const [key, output, address] = keyResources(record);
    const finished = await read([key!, output!, address!].map(({ type, cbor }) => writeWhole(type, cbor)));
    expect(finished.code).toBe(0);
    expect(finished.stderr).toBe('');
    expect(finished.stdout).toBe(
      [
        'Public key on secp256k1.',
        '  type: eckey',
        `  key: ${record.groupKey}`,
        'Bitcoin output descriptor.',
        '  type: output-descriptor',
        '  descriptor: tr(@0)',
        `  @0: ${record.groupKey}`,
        `  address: ${output!.text!}`,
        '  name: Treasury',
        '  note: REHEARSAL',
        'Ethereum address.',
        '  type: address',
        `  address: ${address!.text!}`,
        '',
      ].join('\n'),
    );
  });

  it('reads parts in any order, mixed with those of other messages, from standard input', async () => {
    const one = openUrSender('bytes', encodeResource(new Uint8Array(300).fill(1)), 50);
    const two = openUrSender('bytes', encodeResource(new Uint8Array(2000).fill(2)), 50);
    const lines = Array.from({ length: 60 }, (_, at) => [two.part(60 - at), one.part(99 - at).toUpperCase()]);
    const child = spawn(process.execPath, [MAIN, 'ur', '-', '--json'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(`${lines.flat().join('\r\n')}\r\n`);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    const messages = [
      { type: 'bytes', parts: one.count, sentence: 'Bytes, 300 of them.', facts: { hex: '01'.repeat(300) } },
      {
        type: 'bytes',
        parts: two.count,
        facts: { next: 'too long to print: write it with --out' },
        bytes: 2000,
      },
    ];
    expect(JSON.parse(text)).toMatchObject({ file: '-', messages, unfinished: [], out: null });
    expect(code).toBe(0);
  });

  it('writes what is in bytes, and of other types the CBOR', async () => {
    const bytes = await read([writeWhole('bytes', fromHex('43010203'))], '--out', 'bytes');
    expect(bytes.stdout).toBe('Bytes, 3 of them.\n  type: bytes\n  hex: 010203\nWrote bytes\n');
    expect([...fs.readFileSync(join(room.dir, 'bytes'))]).toEqual([1, 2, 3]);
    const unknown = await read(['UR:TEST/LSADAOAXJYGONESW'], '--out', 'cbor');
    expect(unknown.stdout).toContain('Content of type test, which Reseal does not know.');
    expect([...fs.readFileSync(join(room.dir, 'cbor'))]).toEqual([0x83, 1, 2, 3]);
    expect([bytes.code, unknown.code]).toEqual([0, 0]);
  });

  it('says what is missing, and that it waits', async () => {
    const { type, cbor } = resource('record');
    const sender = openUrSender(type, cbor, 100);
    const finished = await read([sender.part(1), sender.part(1), sender.part(7)]);
    expect(finished.stdout).toBe(
      `A message of type bytes is not whole: 2 of ${sender.count} parts. At least ${sender.count - 2} more are missing; which ones does not matter.\n`,
    );
    expect(finished.code).toBe(1);
    const out = await read([sender.part(1)], '--out', 'nothing');
    expect(out.stderr).toContain('--out takes one message, and lines.txt holds 0 that are whole');
    expect(out.code).toBe(1);
    expect(fs.existsSync(join(room.dir, 'nothing'))).toBe(false);
  });

  it('shows nothing of a secret', async () => {
    const secret = '8c05c4b4f3e88840a4f4b5f155cfd69473ea169f3d0431b7a6787a23777f08aa';
    const share = fs.readFileSync(join(PACKAGES, 'key-package-1.json'));
    const { signing_share: scalar } = JSON.parse(share.toString()) as { signing_share: string };
    const finished = await read([
      writeWhole('eckey', fromHex(`a202f5035820${secret}`)),
      writeWhole('seed', fromHex(`a1015820${secret}`)),
      writeWhole('bytes', encodeResource(new Uint8Array(share))),
    ]);
    expect(finished.code).toBe(0);
    expect(finished.stdout).toContain('A private key: nothing of it is shown.');
    expect(finished.stdout).toContain('It contains a secret share; nothing of it is shown.');
    expect(finished.stdout).not.toContain(secret.slice(0, 16));
    expect(scalar).toMatch(/^[0-9a-f]{64}$/);
    expect(finished.stdout).not.toContain(scalar.slice(0, 16));
    expect(finished.stdout).not.toContain(bytesToHex(utf8ToBytes(scalar.slice(0, 16))));
  });

  const whole = 'ur:test/lsadaoaxjygonesw';
  it.each<[string, string[], string[], number, string]>([
    ['another text', [whole, '', 'bc1q…'], [], 2, 'lines.txt, line 3: this does not begin with "ur:".'],
    [
      'content of another type',
      [writeWhole('eckey', fromHex('43010203'))],
      [],
      1,
      'its content is not of that type.',
    ],
    [
      'two messages for one file',
      [whole, 'ur:bytes/gdaebycpeofygoiyktlonlpkrksfutwyzmwmfyeozs'],
      ['--out', 'never'],
      1,
      'holds 2: give it',
    ],
  ])('refuses %s', async (_, lines, words, code, sentence) => {
    const finished = await read(lines, ...words);
    expect(finished.stderr).toContain(sentence);
    expect([finished.code, finished.stdout]).toEqual([code, '']);
    expect(fs.existsSync(join(room.dir, 'never'))).toBe(false);
  });

  it('refuses what is no text, and what is not there', async () => {
    fs.writeFileSync(join(room.dir, 'binary'), Uint8Array.of(0xff, 0xfe));
    const binary = await room.run('ur', 'binary');
    expect(binary.stderr).toContain('binary is not text: expected lines that begin with "ur:".');
    const none = await reseal(['ur', 'no such file']);
    expect(none.stderr).toContain('no such file was not found');
    expect([binary.code, none.code]).toEqual([2, 2]);
  });
});
