/**
 * Recipients of age files (age-encryption.org/v1, "The X25519 recipient type"): an X25519 public key in Bech32 with the
 * prefix `age`. Only this type: what stands in a plan must be openable in ten years, with any age tool and no plugin.
 */
import { symbolsOf, symbolsToBytes } from '../paper/codex32/alphabet.ts';
import { bech32Remainder } from './bech32m.ts';

/** 2^255 - 19. */
const FIELD = (1n << 255n) - 19n;
/**
 * u-coordinates of the points of small order (RFC 7748, section 6.1; order 1, 2, 4 and twice 8). Whatever is sealed to
 * one of them comes to the key zero, so age refuses to, and a holder could not make its backup.
 */
const SMALL_ORDER: readonly bigint[] = [
  0n,
  1n,
  FIELD - 1n,
  0xb8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0n,
  0x57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5fn,
];

/** An age recipient has 62 characters. */
const SHAPE = /^age1[023456789acdefghjklmnpqrstuvwxyz]{58}$/;

/** What is wrong with a recipient, as the end of a sentence; undefined for one that a backup can be encrypted to. */
export function recipientProblem(text: string): string | undefined {
  if (/^age-secret-key-/i.test(text))
    return 'this is a secret key, which belongs into the safe and nowhere else: expected the public one, "age1…".';
  if (/^age1(?:pq|tagpq)1/.test(text)) return 'post-quantum recipients are not supported: expected X25519.';
  if (/^age1[a-z0-9+\-._]+1/.test(text)) return 'recipients of a plugin are not supported: expected X25519.';
  if (!SHAPE.test(text)) return 'expected "age1" and 58 more characters, in lower case.';
  const values = symbolsOf(text.slice(4)).map((value) => value ?? 0);
  if (bech32Remainder('age', values) !== 1)
    return 'the checksum is wrong: a character is mistyped. Copy it again from "age-keygen -y".';
  const bytes = symbolsToBytes(values.slice(0, -6), 32);
  if (bytes === null) return 'its last character has bits that belong to no key.';
  const u = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  if (u >= FIELD) return 'the key is not written in the one way that counts (it is above 2^255 - 20).';
  if (SMALL_ORDER.includes(u)) return "this is a point of small order, and nobody's key.";
  return undefined;
}
