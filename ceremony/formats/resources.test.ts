/** What is exported for other tools: against the examples of the specifications, and read back. */
import { beforeAll, describe, expect, it } from 'vitest';
import { writeWhole } from '../../optical/ur/text.ts';
import { bytesToHex, fromHex, utf8ToBytes } from '../../crypto/bytes.ts';
import { suiteByName, type SuiteName } from '../../crypto/suite.ts';
import { generated, keyAfter, type Ended } from '../../test-support/records.ts';
import { decodeKeyRecord, encodeKeyRecord, makeKeyRecord, type KeyRecord } from '../key-record.ts';
import { keyResources, proofResources, type Resource } from './key-resources.ts';
import { decodeProof } from './proof-file.ts';
import { describeResource } from './read-resource.ts';
import { encodeResource, integerMap, Tagged } from './resource-cbor.ts';

/** The record of a key whose secret nobody here knows: its public shares are on P + 7i·G. */
function recordOf(suiteName: SuiteName, groupKey: string, rehearsal = false): KeyRecord {
  const suite = suiteByName(suiteName);
  const point = suite.pointFromBytes(fromHex(groupKey), 'key');
  return makeKeyRecord(
    {
      ...{ rehearsal, name: 'Treasury', threshold: 2, epoch: 3, origin: 'import test', suite },
      groupKey: point,
      publicShares: new Map(
        [1, 2, 3].map((index) => [index, point.add(suite.base.multiply(BigInt(7 * index)))]),
      ),
    },
    () => ({ name: null, identity: null, sealingKey: null }),
  );
}

const hex = ({ cbor }: Resource): string => bytesToHex(cbor);
function named(resources: readonly Resource[], name: Resource['name']): Resource {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found;
}

/** BCR-2020-008, example 2. */
const EXAMPLE = '03bec5163df25d8703150c3a1804eac7d615bb212b7cc9d7ff937aa8bd1c494b7f';
const EXAMPLE_UR = 'eckey/oyaxhdclaxrnskcmfswzhlltaxbzbnftcsaawdsttbbzrkcldnkesotszmmuknpdrycegagrlbemdevtlp';

describe('a key on secp256k1', () => {
  const resources = keyResources(recordOf('secp256k1', EXAMPLE));
  const deprecated = keyResources(recordOf('secp256k1', EXAMPLE), 'deprecated');

  it('is four things, the group key first', () => {
    expect(resources.map(({ name, type }) => [name, type])).toEqual([
      ['key', 'eckey'],
      ['output', 'output-descriptor'],
      ['address', 'address'],
      ['record', 'bytes'],
    ]);
    expect(deprecated.map(({ type }) => type)).toEqual([
      'crypto-eckey',
      'crypto-output',
      'crypto-address',
      'bytes',
    ]);
  });

  it('is an eckey, as in the example of BCR-2020-008', () => {
    const key = named(resources, 'key');
    expect(hex(key)).toBe(`a1035821${EXAMPLE}`);
    expect(writeWhole(key.type, key.cbor)).toBe(`ur:${EXAMPLE_UR}`);
    expect(key).toMatchObject({ title: 'Group public key on secp256k1', text: EXAMPLE, condition: null });
    expect(hex(named(deprecated, 'key'))).toBe(hex(key));
  });

  it('is an output descriptor, built like the examples of BCR-2023-010 and BCR-2020-015', () => {
    const output = named(resources, 'output');
    const [source, keys, name] = ['0166747228403029', `0281d99d72a1035821${EXAMPLE}`, '03685472656173757279'];
    expect(hex(output)).toBe(`a3${source}${keys}${name}`);
    expect(output.condition).toContain('the tweak of BIP-341');
    expect(hex(named(deprecated, 'output'))).toBe(`d90199d90132a1035821${EXAMPLE}`);
  });

  it('has the address of BIP-341', () => {
    const record = recordOf(
      'secp256k1',
      '02d6889cb081036e0faefa3a35157ad71086b123b2b144b649798b494c300a961d',
    );
    const address = 'bc1p2wsldez5mud2yam29q22wgfh9439spgduvct83k3pm50fcxa5dps59h4z5';
    for (const version of ['current', 'deprecated'] as const) {
      const output = named(keyResources(record, version), 'output');
      expect(output.text).toBe(address);
      expect(describeResource(output.type, output.cbor)?.facts).toMatchObject({
        descriptor: 'tr(@0)',
        '@0': record.groupKey,
        address,
      });
    }
  });

  it('has an address of Ethereum, built like the example of BCR-2020-009', () => {
    const generator = bytesToHex(suiteByName('secp256k1').base.toBytes());
    const address = named(keyResources(recordOf('secp256k1', generator)), 'address');
    const data = '7e5f4552091a69125d5dfcb7b8c2659029395bdf';
    expect(hex(address)).toBe(`a201d99d71a101183c0354${data}`);
    expect(address.text).toBe('0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf');
    expect(address.condition).toContain('ECDSA');
    const old = named(keyResources(recordOf('secp256k1', generator), 'deprecated'), 'address');
    expect(hex(old)).toBe(`a201d90131a101183c0354${data}`);
    for (const { type, cbor } of [address, old])
      expect(describeResource(type, cbor)).toEqual({
        title: 'Ethereum address',
        facts: { address: address.text },
      });
  });
});

describe('keys on other curves', () => {
  it('Ed25519: a COSE key (RFC 9053, 7.2)', () => {
    // RFC 8032, 7.1, test 1.
    const text = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    const [key, record, ...rest] = keyResources(recordOf('ed25519', text));
    expect(rest).toEqual([]);
    expect(record?.name).toBe('record');
    expect(key).toMatchObject({ name: 'key', type: 'cose-key', title: 'Group public key on Ed25519', text });
    expect(bytesToHex(key!.cbor)).toBe(`a3010120062158 20${text}`.replaceAll(' ', ''));
    expect(describeResource('cose-key', key!.cbor)).toEqual({
      title: 'Public key on Ed25519',
      facts: { key: text },
    });
  });

  it('P-256: a COSE key with both coordinates (RFC 9053, 7.1.1)', () => {
    const suite = suiteByName('p256');
    for (const point of [suite.base, suite.base.negate()]) {
      const text = bytesToHex(point.toBytes());
      const [key] = keyResources(recordOf('p256', text));
      // The generator's x-coordinate is that of SEC 2, 2.4.2.
      const x = '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296';
      expect(text.slice(2)).toBe(x);
      expect(bytesToHex(key!.cbor)).toMatch(new RegExp(`^a401022001215820${x}225820[0-9a-f]{64}$`));
      expect(describeResource('cose-key', key!.cbor)).toEqual({
        title: 'Public key on P-256',
        facts: { key: text },
      });
    }
  });
});

describe('a record', () => {
  it('comes back from bytes', () => {
    const record = recordOf('p256', bytesToHex(suiteByName('p256').base.toBytes()));
    const whole = named(keyResources(record), 'record');
    expect(whole).toMatchObject({ type: 'bytes', text: record.fingerprint });
    const { payload } = describeResource('bytes', whole.cbor)!;
    expect(payload).toEqual(encodeKeyRecord(record));
    expect(decodeKeyRecord(payload!)).toEqual(record);
  });

  it('of a rehearsal says so, wherever there is room for it', () => {
    const resources = keyResources(recordOf('secp256k1', EXAMPLE, true));
    for (const { title } of resources) expect(title).toMatch(/^REHEARSAL: /);
    const output = named(resources, 'output');
    expect(describeResource(output.type, output.cbor)?.facts).toMatchObject({
      name: 'Treasury',
      note: 'REHEARSAL',
    });
  });
});

describe('proofs of a ceremony', () => {
  const ended = {} as Record<'secp256k1' | 'ed25519', Ended>;
  beforeAll(async () => {
    for (const suite of ['secp256k1', 'ed25519'] as const)
      ended[suite] = await generated({ suite, holders: 3, threshold: 2 });
  });

  it('are whole files, and on secp256k1 a signature', () => {
    for (const suite of ['secp256k1', 'ed25519'] as const) {
      const file = ended[suite].files.get('proofs/1.json')!;
      const proof = decodeProof(file, 'proofs/1.json');
      expect(proof.groupKey).toBe(keyAfter(ended[suite]).groupKey);
      const resources = proofResources(proof);
      const whole = named(resources, 'proof');
      expect(describeResource(whole.type, whole.cbor)?.payload).toEqual(file);
      expect(resources.map(({ type }) => type)).toEqual(
        suite === 'secp256k1' ? ['bytes', 'signature'] : ['bytes'],
      );
      if (suite !== 'secp256k1') continue;
      const signature = named(resources, 'signature');
      // BCR-2023-011: 64 bytes, and nothing around them.
      expect(hex(signature)).toBe(`5840${proof.signature}`);
      expect(describeResource('signature', signature.cbor)?.facts).toEqual({ signature: proof.signature });
    }
  });

  it.each<[string, (text: string) => string, string]>([
    [
      'another message',
      (text) => text.replace('Reseal key share proof', 'Reseal key share spoof'),
      'the signature does not verify under the group key.',
    ],
    [
      'another signature',
      (text) => text.replace(/"signature":"../, '"signature":"ff'),
      'the signature does not verify under the group key.',
    ],
    [
      'an unknown field',
      (text) => text.replace('{"groupKey"', '{"a":1,"groupKey"'),
      'Unrecognized key: "a".',
    ],
    [
      'a scheme of another curve',
      (text) => text.replace('"rfc9591"', '"bip340"'),
      'BIP-340 signatures exist on secp256k1 only.',
    ],
    ['no JSON', () => '{', 'this is not JSON.'],
  ])('are refused with %s', (_, change, sentence) => {
    const text = new TextDecoder().decode(ended.ed25519.files.get('proofs/1.json'));
    expect(change(text)).not.toBe(text);
    expect(() => decodeProof(utf8ToBytes(change(text)), 'proof')).toThrow(`proof: ${sentence}`);
  });
});

describe('what others write', () => {
  const key = integerMap([[3, fromHex(EXAMPLE)]]);
  it.each<[string, string, string, string]>([
    ['BCR-2020-008, example 2', 'eckey', `a1035821${EXAMPLE}`, 'Public key on secp256k1'],
    [
      'BCR-2020-009, example 1',
      'address',
      'a1035477bff20c60e522dfaa3350c39b030a5d004e839a',
      'Bitcoin address',
    ],
    [
      'BCR-2020-009, example 2',
      'address',
      'a201d99d71a201183c0201035481b7e08f65bdf5648606c89998a9cc8164397647',
      'Ethereum address on a test network',
    ],
    [
      'the same of version 1',
      'crypto-address',
      'a201d90131a201183c0201035481b7e08f65bdf5648606c89998a9cc8164397647',
      'Ethereum address on a test network',
    ],
    [
      'BCR-2023-010, example 1',
      'output-descriptor',
      'a20166706b284030290281d99d72a103582103e220e776d811c44075a4a260734445c8967865f5357ba98ead3bc6a6552c36f2',
      'Bitcoin output descriptor',
    ],
    [
      'BCR-2023-010, example 2',
      'output-descriptor',
      'a2016861646472284030290281d99d73a301d99d71a10201020203544efd3ded47d967e4122982422c9d84db60503972',
      'Bitcoin output descriptor',
    ],
    ['a form of output that is not read', 'crypto-output', 'd90191d90132a0', 'Bitcoin output in a form'],
    ['an ECDSA signature', 'signature', `8201 5840${'11'.repeat(64)}`.replace(' ', ''), 'ECDSA signature'],
    ['a type that is not known', 'psbt', '40', 'Content of type psbt, which Reseal does not know'],
    ['a name that every object has', 'constructor', '40', 'Content of type constructor'],
  ])('%s', (_, type, cbor, title) => {
    expect(describeResource(type, fromHex(cbor))?.title).toContain(title);
  });

  it('EIP-55 for an address of Ethereum', () => {
    const cbor = fromHex('a201d99d71a201183c0201035481b7e08f65bdf5648606c89998a9cc8164397647');
    expect(describeResource('address', cbor)?.facts['address']).toBe(
      '0x81b7E08F65Bdf5648606c89998A9CC8164397647',
    );
  });

  const secret = '8c05c4b4f3e88840a4f4b5f155cfd69473ea169f3d0431b7a6787a23777f08aa';
  it.each<[string, string, Uint8Array]>([
    ['a private eckey', 'eckey', fromHex(`a202f5035820${secret}`)],
    [
      'a private eckey in a descriptor',
      'output-descriptor',
      fromHex(`a20167706b68284030290281d99d72a202f5035820${secret}`),
    ],
    ['a private hdkey', 'crypto-hdkey', fromHex(`a202f503582100${secret}`)],
    ['a master hdkey', 'hdkey', fromHex(`a301f503582100${secret}045820${secret}`)],
    ['a hdkey that denies it', 'hdkey', fromHex(`a103582100${secret}`)],
    [
      'a private COSE key',
      'cose-key',
      encodeResource(
        new Map<number, unknown>([
          [1, 1],
          [-1, 6],
          [-2, new Uint8Array(32)],
          [-4, fromHex(secret)],
        ]),
      ),
    ],
    ['a seed', 'seed', fromHex(`a1015820${secret}`)],
    ['a part of a seed', 'sskr', fromHex(`5820${secret}`)],
    ['content that is not known', 'x-secret', fromHex(`5820${secret}`)],
  ])('nothing is shown of %s', (_, type, cbor) => {
    const described = describeResource(type, cbor);
    expect(described).toBeDefined();
    expect(JSON.stringify(described)).not.toContain(secret.slice(0, 16));
    expect(described?.payload).toBeUndefined();
  });

  it.each<[string, string, unknown]>([
    ['bytes', 'text', 'text'],
    ['eckey', 'no map', 1],
    ['eckey', 'no data', integerMap([[1, 0]])],
    [
      'eckey',
      'another curve',
      integerMap([
        [1, 1],
        [3, fromHex(EXAMPLE)],
      ]),
    ],
    ['eckey', '32 bytes that are said to be public', integerMap([[3, new Uint8Array(32)]])],
    ['hdkey', '32 bytes', integerMap([[3, new Uint8Array(32).fill(2)]])],
    [
      'address',
      'coin info without its tag',
      integerMap([
        [1, integerMap([[1, 60]])],
        [3, new Uint8Array(20)],
      ]),
    ],
    [
      'address',
      'an Ethereum address of 21 bytes',
      integerMap([
        [1, new Tagged(40305, integerMap([[1, 60]]))],
        [3, new Uint8Array(21)],
      ]),
    ],
    [
      'address',
      'a form that is none',
      integerMap([
        [2, 3],
        [3, new Uint8Array(20)],
      ]),
    ],
    ['output-descriptor', 'no text', integerMap([[1, 1]])],
    [
      'output-descriptor',
      'keys that are none',
      integerMap([
        [1, 'pk(@0)'],
        [2, [1]],
      ]),
    ],
    [
      'output-descriptor',
      'a key without its tag',
      integerMap([
        [1, 'pk(@0)'],
        [2, [key]],
      ]),
    ],
    [
      'cose-key',
      'another curve',
      new Map([
        [1, 2],
        [-1, 2],
      ]),
    ],
    [
      'cose-key',
      'no y',
      new Map<number, unknown>([
        [1, 2],
        [-1, 1],
        [-2, new Uint8Array(32)],
      ]),
    ],
    ['signature', '63 bytes', new Uint8Array(63)],
  ])('%s is refused with %s', (type, _, value) => {
    expect(describeResource(type, encodeResource(value))).toBeUndefined();
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['two items', '4040'],
    ['a map with a key twice', 'a203410003 4101'.replace(' ', '')],
    ['an unknown tag', 'd9ffff40'],
    ['no end', '5f4100ff'],
    ['arrays that nest too deep', '81'.repeat(100_000)],
  ])('CBOR is refused with %s', (_, cbor) => {
    for (const type of ['bytes', 'eckey', 'crypto-output', 'signature'])
      expect(describeResource(type, fromHex(cbor))).toBeUndefined();
  });

  it('a name and a note do not reach a terminal as they are', () => {
    const cbor = encodeResource(
      integerMap([
        [1, 'tr(@0)\n'],
        [3, 'a\u001b[31m'],
        [4, '\u202e'],
      ]),
    );
    expect(describeResource('output-descriptor', cbor)?.facts).toEqual({
      descriptor: 'tr(@0)\\u000a',
      name: 'a\\u001b[31m',
      note: '\\u202e',
    });
  });
});
