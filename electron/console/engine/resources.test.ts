// What others may have of keys and records, through the contract, and what is said of URs that come back.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { fromHex, utf8ToBytes } from '../../../crypto/bytes.ts';
import { suiteByName } from '../../../crypto/suite.ts';
import { keyResources } from '../../../ceremony/formats/key-resources.ts';
import { decodeProof } from '../../../ceremony/formats/proof-file.ts';
import { encodeResource, integerMap, Tagged } from '../../../ceremony/formats/resource-cbor.ts';
import { encodeKeyRecord, makeKeyRecord, type KeyRecord } from '../../../ceremony/key-record.ts';
import { explainForWindow } from '../../../laptop/errors.ts';
import { seenResource } from '../../ipc/resources.ts';
import { ConsoleRoom, PASSPHRASE, TestConsole } from '../../../test-support/consoles.ts';
import { temporaryFolder } from '../../../test-support/folders.ts';
import { generated } from '../../../test-support/records.ts';
import { findSecrets, secretsOf } from '../../../test-support/secrets.ts';
import { seen } from './seen-resource.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
const refused = async (work: Promise<unknown>): Promise<ReturnType<typeof explainForWindow>> => {
  try {
    await work;
  } catch (error) {
    return explainForWindow(error);
  }
  throw new Error('not refused');
};

/** Writes a record into a folder. */
function recordFolder(files: ReadonlyMap<string, Uint8Array>): string {
  const dir = join(temporaryFolder(), 'record');
  for (const [name, bytes] of files) {
    fs.mkdirSync(join(dir, name, '..'), { recursive: true });
    fs.writeFileSync(join(dir, name), bytes);
  }
  return dir;
}
/** A laptop without a vault: what an auditor has. */
const auditor = (): TestConsole => {
  const made = new TestConsole(join(temporaryFolder(), 'auditor'));
  open.push(made);
  return made;
};

/** A record of a key whose secret nobody here knows. */
function recordOf(
  name: string,
  seed: number,
  suiteName: KeyRecord['suite'] = 'secp256k1',
  epoch = 3,
): KeyRecord {
  const suite = suiteByName(suiteName);
  const point = suite.base.multiply(BigInt(seed));
  return makeKeyRecord(
    {
      ...{ rehearsal: false, name, threshold: 2, epoch, origin: 'import test', suite },
      groupKey: point,
      publicShares: new Map(
        [1, 2, 3].map((index) => [index, point.add(suite.base.multiply(BigInt(7 * index)))]),
      ),
    },
    () => ({ name: null, identity: null, sealingKey: null }),
  );
}

describe('a key that this laptop holds, and the record of its ceremony', { timeout: 300_000 }, () => {
  it('are told without a secret, and are the same when a camera sees them again', async () => {
    const room = new ConsoleRoom(temporaryFolder());
    open.push(room);
    await room.begin();
    const [alma] = room.holders;
    const made = await room.administrator.ask(
      'plan:make',
      room.draft({ suite: 'secp256k1', scheme: 'bip340' }),
    );
    await room.toEnd(made.ceremony, made.code);
    const [key] = (await alma!.now()).keys;

    const own = await alma!.ask('ur:export', { of: { key: key!.fingerprint } });
    expect(own).toMatchObject({ keyName: 'Treasury', rehearsal: true });
    expect(own.about).toBe(`secp256k1 · epoch 0 · ${key!.fingerprint.match(/.{4}/g)!.join('·')}`);
    expect(own.resources.map(({ name, type, older }) => [name, type, older?.type ?? null])).toEqual([
      ['key', 'eckey', 'crypto-eckey'],
      ['output', 'output-descriptor', 'crypto-output'],
      ['address', 'address', 'crypto-address'],
      ['record', 'bytes', null],
    ]);
    expect(own.resources[0]).toMatchObject({ text: key!.groupKey, condition: null });
    expect(own.resources[1]!.condition).toContain('the tweak of BIP-341');

    const { record } = await alma!.ceremony(made.ceremony);
    const ofRecord = await alma!.ask('ur:export', { of: { record: record! } });
    expect({ ...ofRecord, resources: ofRecord.resources.slice(0, 4) }).toEqual(own);
    const proofs = ofRecord.resources.slice(4);
    expect(new Set(proofs.map(({ name, type }) => `${name} ${type}`))).toEqual(
      new Set(['proof bytes', 'signature signature']),
    );

    // What was shown comes back before the camera of the administrator, who holds no share of the key.
    for (const { type, cbor, name, text } of ofRecord.resources) {
      const back = await room.administrator.ask('ur:read', { type, cbor });
      if (name !== 'proof') expect(back.text, name).toBe(text);
      expect(back.compared?.verdict ?? null, name).toBe(name === 'signature' ? null : 'same');
    }
    for (const { older } of ofRecord.resources)
      if (older !== null)
        expect((await room.administrator.ask('ur:read', older)).compared?.sentence).toMatch(
          /^This is the (?:group key|Taproot address|Ethereum address) of “Treasury”: the same\.$/,
        );

    await alma!.ask('vault:lock', {});
    const secrets = await secretsOf(alma!.home, PASSPHRASE);
    expect(secrets.size).toBeGreaterThan(0);
    const bytes = [...own.resources, ...ofRecord.resources].map(({ name, cbor }) => [name, cbor] as const);
    expect(findSecrets(new Map(secrets), bytes)).toEqual([]);
    // Nothing of the vault without it; of a record anybody may have everything.
    expect(await refused(alma!.ask('ur:export', { of: { key: key!.fingerprint } }))).toMatchObject({
      message: 'The vault is locked: unlock it first.',
    });
    expect(await alma!.ask('ur:export', { of: { record: record! } })).toEqual(ofRecord);
  });

  it('are not what is not there', async () => {
    const { files } = await generated({ suite: 'secp256k1', holders: 3, threshold: 2 });
    const console = auditor();
    const changed = new Map(files).set('proofs/1.json', utf8ToBytes('{}'));
    expect(await refused(console.ask('ur:export', { of: { record: recordFolder(changed) } }))).toEqual({
      reason: 'bad-record',
      message: 'This record is not valid: nothing of it is used.',
      next: 'Open the record. It says which rule is not kept.',
    });
    expect(
      await refused(console.ask('ur:export', { of: { record: join(console.home, 'no') } })),
    ).toMatchObject({
      message: expect.stringContaining('is not a folder') as string,
    });
    const whole = await console.ask('ur:export', { of: { record: recordFolder(files) } });
    expect(whole.resources.length).toBeGreaterThan(4);
  });
});

describe('a key on another curve', { timeout: 300_000 }, () => {
  it('is a key and a record: there is no address to choose', () => {
    for (const suite of ['ed25519', 'p256'] as const)
      for (const { type, cbor, name } of keyResources(recordOf('Validators', 5, suite)))
        expect([name, seen(type, cbor, [recordOf('Validators', 5, suite)]).compared?.verdict]).toEqual([
          name,
          'same',
        ]);
  });
});

const ours = recordOf('Treasury', 11);
const known = [ours, recordOf('Ops', 13), recordOf('Validators', 5, 'ed25519')];
const of = (record: KeyRecord, name: string) => {
  const found = keyResources(record).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const told = (record: KeyRecord, name: string): string => {
  const { type, cbor } = of(record, name);
  const { compared } = seen(type, cbor, known);
  return `${compared?.verdict ?? 'nothing'}: ${compared?.sentence ?? ''}`;
};

describe('what is said of a UR', { timeout: 300_000 }, () => {
  it('names the key that it is, in each of its forms', () => {
    expect(told(ours, 'key')).toBe('same: This is the group key of “Treasury”: the same.');
    expect(told(ours, 'output')).toBe('same: This is the Taproot address of “Treasury”: the same.');
    expect(told(ours, 'address')).toBe('same: This is the Ethereum address of “Treasury”: the same.');
    expect(told(ours, 'record')).toBe('same: This is the record of “Treasury”, epoch 3: the same.');
    const long = suiteByName('secp256k1').pointFromBytes(fromHex(ours.groupKey), 'key');
    const { x, y } = long as unknown as { x: bigint; y: bigint };
    const flat = [x, y].map((value) => value.toString(16).padStart(64, '0')).join('');
    for (const bytes of [flat, `04${flat}`])
      expect(seen('eckey', encodeResource(integerMap([[3, fromHex(bytes)]])), known).compared).toMatchObject({
        verdict: 'same',
      });
  });

  it('names the keys that it is not, of the same curve only', () => {
    const other = recordOf('Somebody’s', 17);
    expect(told(other, 'key')).toBe('other: This is another group key than that of “Treasury”, “Ops”.');
    expect(told(other, 'output')).toContain('another Taproot address than');
    expect(told(other, 'record')).toBe('other: This laptop knows no key with this fingerprint.');
    expect(told(recordOf('P', 3, 'p256'), 'key')).toBe(
      'unknown: This laptop knows no key on p256 to compare it with.',
    );
  });

  it('warns of a name that is ours on a key that is not', () => {
    expect(told(recordOf('Treasury', 17), 'output')).toContain(
      'It calls itself “Treasury”, and it is not: find out where it comes from.',
    );
  });

  it('knows the key of another epoch, and a record that says something else', () => {
    expect(told(recordOf('Treasury', 11, 'secp256k1', 4), 'record')).toBe(
      'same: The group key is that of “Treasury”: the same. Of this epoch the laptop has no record.',
    );
    expect(told(recordOf('Renamed', 11), 'record')).toMatch(
      /^other: The group key is that of “Treasury”, and the rest of the record is not/,
    );
  });

  it('shows nothing of secrets, nor of bytes that might be one', () => {
    const secret = createHash('sha256').update('secret').digest();
    const share = new Uint8Array(secret);
    const cases: [string, Uint8Array][] = [
      ['seed', encodeResource(integerMap([[1, share]]))],
      [
        'eckey',
        encodeResource(
          integerMap([
            [2, true],
            [3, share],
          ]),
        ),
      ],
      [
        'hdkey',
        encodeResource(
          integerMap([
            [2, true],
            [3, new Uint8Array([0, ...share])],
            [4, share],
          ]),
        ),
      ],
      ['bytes', encodeResource(share)],
      [
        'bytes',
        encodeResource(utf8ToBytes(`{"format":"reseal-share-1","share":"${secret.toString('hex')}"}`)),
      ],
      ['no-such-type', encodeResource(share)],
    ];
    for (const [type, cbor] of cases) {
      const said = JSON.stringify(seen(type, cbor, known));
      expect(said).not.toContain(secret.toString('hex'));
      expect(said).toContain('"compared":null');
    }
  });

  it('is short, and fits the contract, whatever somebody made', () => {
    const long = 'x'.repeat(100_000);
    const keys = Array.from(
      { length: 500 },
      () => new Tagged(40306, integerMap([[3, fromHex(ours.groupKey)]])),
    );
    const descriptor = integerMap([
      [1, long],
      [2, keys],
      [3, long],
      [4, long],
    ]);
    const flood = seen('output-descriptor', encodeResource(descriptor), known);
    expect(seenResource.parse(flood).facts).toHaveLength(20);
    const types = [
      'bytes',
      'eckey',
      'hdkey',
      'address',
      'output-descriptor',
      'crypto-output',
      'cose-key',
      'signature',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        (type, cbor) => {
          seenResource.parse(seen(type, cbor, known));
        },
      ),
      { numRuns: 2000 },
    );
    // As deep as it can be nested.
    seenResource.parse(seen('eckey', new Uint8Array(1024 * 1024).fill(0x81), known));
  });

  it('of a proof says that its signature is valid, and of which key', async () => {
    const { files } = await generated({ suite: 'secp256k1', holders: 3, threshold: 2 });
    const proof = files.get('proofs/1.json')!;
    const { title, compared } = seen('bytes', encodeResource(proof), known);
    const { signers } = decodeProof(proof, 'proofs/1.json');
    expect(title).toBe(`Proof by holders ${signers.join(', ')}: its signature is valid`);
    expect(compared).toEqual({
      verdict: 'other',
      sentence: 'It is a signature of a key that this laptop does not know.',
    });
    expect(encodeKeyRecord(ours).length).toBeGreaterThan(0);
  });
});
