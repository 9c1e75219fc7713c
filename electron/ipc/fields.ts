/** Field types that several parts of the contract share. */
import { z } from 'zod';

// zod compiles validators with `new Function` unless told not to; the content security policy forbids that.
z.config({ jitless: true });

/** Text typed by a person: bounded, nothing else is promised. The engine judges it. */
export const typed = z.string().max(4096);
/** A path on this laptop. */
export const path = z.string().min(1).max(4096);
/** Text for people, made by the engine. */
export const sentence = z.string().max(8000);
/** 32 hex characters. */
export const ceremonyId = z.string().regex(/^[0-9a-f]{32}$/, 'expected a ceremony id');
export const role = z
  .string()
  .regex(/^(?:administrator|(?:holder|approver|witness)-\d{1,5})$/, 'expected a role');
/** RFC 3339, UTC. */
export const time = z.string().max(40);
export const suite = z.enum(['secp256k1', 'ed25519', 'p256']);
export const kind = z.enum(['generate', 'refresh']);
/** How a share is backed up: ceremony/plan.ts. */
/** Age recipients (`age1…`) of a backup. */
export const recipients = z.array(z.string().max(80)).max(8);
export const backupKind = z.enum(['file', 'recipients-file', 'sealed-sheet', 'plain-sheet']);
export const outcome = z.enum(['open', 'certified', 'closed', 'aborted']);
/** Days between refreshes; null: on demand. */
export const cryptoperiod = z.union([z.literal(90), z.literal(180), z.literal(365), z.null()]);
