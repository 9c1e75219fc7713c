/** The digest that a laptop shows of the program it runs: over the files as they lie there, computed at every start. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that the build writes about itself; they are not part of the program. */
export const NOT_MEASURED: readonly string[] = ['software.json', '.built'];

/** What out/software.json says: the digest, and SHA-256 of every file by its path. */
export interface Software {
  readonly digest: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * SHA-256 over the lines that `sha256sum` would print for all files below `out`, sorted by path:
 * hash, two spaces, path, newline. So the digest can be checked without this program.
 *
 * @param out folder of the built program; may lie in an ASAR archive
 */
export async function measureSoftware(out: string): Promise<Software> {
  const paths = (await list(out, '')).filter((path) => !NOT_MEASURED.includes(path)).sort();
  const files: Record<string, string> = {};
  for (const path of paths) files[path] = sha256(await readFile(join(out, path)));
  const lines = paths.map((path) => `${files[path] ?? ''}  ${path}\n`);
  return { digest: sha256(lines.join('')), files };
}

async function list(root: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, prefix), { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) found.push(...(await list(root, `${path}/`)));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
