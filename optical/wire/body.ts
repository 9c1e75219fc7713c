/**
 * The body of a stream: SHA-256 over the rest ‖ the rest, which is one or more messages, each after its length. So one
 * look at a screen brings everything that a laptop has to say, and nothing counts before its digest is right.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { MAX_BODY } from './frame.ts';

const DIGEST_BYTES = 32;
/** Most messages in one body. */
export const MAX_MESSAGES = 256;

/** Packs messages into a body. Throws RangeError when there is none, or too much. */
export function packBody(messages: readonly Uint8Array[]): Uint8Array {
  const length = messages.reduce((sum, message) => sum + 4 + message.length, DIGEST_BYTES);
  if (messages.length === 0 || messages.length > MAX_MESSAGES || length > MAX_BODY)
    throw new RangeError(
      `expected 1 to ${MAX_MESSAGES} messages of together less than ${MAX_BODY} bytes, found ${messages.length} of ${length}`,
    );
  const body = new Uint8Array(length);
  const view = new DataView(body.buffer);
  let at = DIGEST_BYTES;
  for (const message of messages) {
    view.setUint32(at, message.length);
    body.set(message, at + 4);
    at += 4 + message.length;
  }
  body.set(sha256(body.subarray(DIGEST_BYTES)));
  return body;
}

/** The messages in a body; undefined when its digest or its lengths are wrong. */
export function unpackBody(body: Uint8Array): Uint8Array[] | undefined {
  if (body.length <= DIGEST_BYTES) return undefined;
  const digest = sha256(body.subarray(DIGEST_BYTES));
  if (digest.some((byte, at) => body[at] !== byte)) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const messages: Uint8Array[] = [];
  for (let at = DIGEST_BYTES; at < body.length;) {
    if (at + 4 > body.length || messages.length === MAX_MESSAGES) return undefined;
    const end = at + 4 + view.getUint32(at);
    if (end > body.length) return undefined;
    messages.push(body.slice(at + 4, end));
    at = end;
  }
  return messages;
}
