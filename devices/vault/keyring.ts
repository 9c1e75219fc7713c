/** The vault's keys while it is open. `close` zeroes them, and from then on everything refuses. */
import type { Random } from '../../crypto/random.ts';
import { VaultError } from './errors.ts';
import type { VaultKeys } from './header.ts';

/** What the parts of an open vault share. */
export interface Keyring {
  /** The vault's id (32 hex characters): part of what every sealed file is bound to. */
  readonly vaultId: string;
  readonly random: Random;
  /** The wrapping key itself, not a copy: never kept, never zeroed by the caller. Throws `closed`. */
  master(): Uint8Array;
  /** A copy of the nonce keeper's key. Throws `closed`. */
  nonceKey(): Uint8Array;
  /** Throws `closed`. */
  assertOpen(): void;
  /** Zeroes the keys. Safe to repeat. */
  close(): void;
}

export function createKeyring(vaultId: string, keys: VaultKeys, random: Random): Keyring {
  let open = true;
  const assertOpen = (): void => {
    if (!open) throw new VaultError('closed', 'The vault is closed: open it again with its passphrase.');
  };
  return {
    vaultId,
    random,
    master() {
      assertOpen();
      return keys.master;
    },
    nonceKey() {
      assertOpen();
      return keys.nonce.slice();
    },
    assertOpen,
    close() {
      open = false;
      keys.master.fill(0);
      keys.nonce.fill(0);
    },
  };
}
