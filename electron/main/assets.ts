/**
 * Serves the built window. The list of files is made once, at the start: whatever is not in it does not exist, so no
 * address can name anything else on the disk. Both hosts ask it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { originOf, responseHeaders } from '../security/policy.ts';

/** Types that a window consists of. Files of other types are not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** Names that a build makes. Nothing in them needs to be encoded in an address, so nothing is ever decoded. */
const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** Answers a request for a file of the window. Never rejects. */
export type Assets = (url: string, method: string) => Promise<Response>;

/**
 * @param root folder of the built window; may lie in an ASAR archive. Links in it are not followed
 * @param origin the one origin that is answered
 * @throws the file system's error when `root` cannot be listed
 */
export async function openAssets(root: string, origin: string): Promise<Assets> {
  const files = new Map<string, { readonly file: string; readonly type: string }>();
  await list(root, '/', files);

  return async (url, method) => {
    if (method !== 'GET') return refuse(405);
    const parsed = URL.parse(url);
    if (parsed === null || originOf(url) !== origin || parsed.search !== '' || parsed.username !== '')
      return refuse(404);
    const found = files.get(parsed.pathname === '/' ? '/index.html' : parsed.pathname);
    if (found === undefined) return refuse(404);
    try {
      return new Response(new Uint8Array(await readFile(found.file)), {
        headers: { ...responseHeaders, 'content-type': found.type },
      });
    } catch {
      return refuse(404);
    }
  };
}

async function list(
  folder: string,
  prefix: string,
  into: Map<string, { file: string; type: string }>,
): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!PLAIN_NAME.test(entry.name)) continue;
    const file = join(folder, entry.name);
    const type = TYPES[extname(entry.name)];
    if (entry.isDirectory()) await list(file, `${prefix}${entry.name}/`, into);
    else if (entry.isFile() && type !== undefined) into.set(`${prefix}${entry.name}`, { file, type });
  }
}

function refuse(status: 404 | 405): Response {
  return new Response(null, { status, headers: responseHeaders });
}
