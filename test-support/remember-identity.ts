/**
 * For tests that verify many records: crypto/identity.ts with a memory of what it answered for the same bytes. It still
 * runs for whatever is new. A factory for `vi.mock`; it imports nothing that imports what it stands for.
 */
import { bytesToHex } from '../crypto/bytes.ts';
import type * as Identity from '../crypto/identity.ts';

/** Remembers signatures and keys. */
export async function rememberIdentity(original: () => Promise<typeof Identity>): Promise<typeof Identity> {
  const real = await original();
  const verified = new Map<string, boolean>();
  const verifyIdentity: typeof real.verifyIdentity = (publicKey, message, signature) => {
    const id = `${publicKey.alg} ${bytesToHex(publicKey.key)} ${bytesToHex(signature)} ${bytesToHex(message)}`;
    const answer = verified.get(id) ?? real.verifyIdentity(publicKey, message, signature);
    verified.set(id, answer);
    return answer;
  };
  const decoded = new Map<string, Identity.IdentityPublicKey>();
  const decodeIdentityKey: typeof real.decodeIdentityKey = (alg, key, field) => {
    const id = `${alg} ${bytesToHex(key)}`;
    const answer = decoded.get(id) ?? real.decodeIdentityKey(alg, key, field);
    decoded.set(id, answer);
    return answer;
  };
  return { ...real, verifyIdentity, decodeIdentityKey };
}
