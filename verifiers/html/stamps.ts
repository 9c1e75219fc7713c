/** Timestamps beside a record (RFC 3161): no part of it. This page says that they are there, and checks none. */
import type { Files } from './envelopes.ts';

const MAX_STAMP = 64 * 1024;
const STAMP = /^timestamps\/[A-Za-z0-9][A-Za-z0-9._-]{0,59}\.tsr$/;

export const isStamp = (path: string, bytes: Uint8Array): boolean =>
  STAMP.test(path) && bytes.length > 0 && bytes.length <= MAX_STAMP;

export const stampsOf = (files: Files): string[] =>
  [...files].filter(([path, bytes]) => isStamp(path, bytes)).map(([path]) => path);
