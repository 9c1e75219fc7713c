/** SHA-256 with a domain and unambiguous framing: every digest of the ceremony is made here. */
import { sha256 } from '@noble/hashes/sha2.js';
import { frame, utf8ToBytes } from '../crypto/bytes.ts';

export { sha256 };

/** SHA-256 over the framed domain `reseal/v1/<domain>` and the framed parts. 32 bytes. */
export function digest(domain: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(frame(utf8ToBytes(`reseal/v1/${domain}`), ...parts));
}
