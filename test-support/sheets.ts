/** A key whose shares the test knows, for share sheets. */
import { commit } from '../crypto/feldman.ts';
import { evaluate, randomPolynomial } from '../crypto/polynomial.ts';
import { suiteByName, type SuiteName } from '../crypto/suite.ts';
import { makeKeyRecord, type KeyRecord } from '../ceremony/key-record.ts';
import { seededRandom } from './random.ts';

export interface KnownKey {
  readonly record: KeyRecord;
  /** Encoded, by index. */
  readonly shares: ReadonlyMap<number, Uint8Array>;
}

/** A 2-of-3 key (holders 2, 7, 300) at epoch 4. */
export function knownKey(
  options: { suite?: SuiteName; rehearsal?: boolean; epoch?: number; seed?: string; name?: string } = {},
): KnownKey {
  const { suite: suiteName = 'secp256k1', rehearsal = true, epoch = 4, name = 'Treasury' } = options;
  const suite = suiteByName(suiteName);
  const random = seededRandom(options.seed ?? 'known key');
  const polynomial = randomPolynomial(suite, 1, suite.randomScalar(random), random);
  const scalars = new Map([2, 7, 300].map((index) => [index, evaluate(suite, polynomial, index)]));
  const [groupKey] = commit(suite, polynomial, 0);
  const record = makeKeyRecord(
    {
      ...{ rehearsal, name, threshold: 2, epoch, origin: 'import test', suite },
      groupKey: groupKey!,
      publicShares: new Map([...scalars].map(([index, scalar]) => [index, suite.base.multiply(scalar)])),
    },
    (index) => ({ name: `Holder ${index}`, identity: null, sealingKey: null }),
  );
  return {
    record,
    shares: new Map([...scalars].map(([index, scalar]) => [index, suite.scalarToBytes(scalar)])),
  };
}
