/** What people type or pipe in, within bounds. */
import { UsageError } from '../laptop/errors.ts';

/** More than anybody types. */
export const MAX_TYPED = 64 * 1024;
const MAX_PIPED = 16 * 1024 * 1024;

/** Standard input as bytes. Throws UsageError beyond 16 MiB. */
export async function standardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > MAX_PIPED) throw new UsageError('Standard input is longer than 16 MiB.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
