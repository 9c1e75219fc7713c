/** Names of what timestamps refer to by number, and which of it is accepted. */

export const SHA256 = '2.16.840.1.101.3.4.2.1';
/** PKCS #7 / CMS (RFC 5652). */
export const SIGNED_DATA = '1.2.840.113549.1.7.2';
export const CONTENT_TYPE = '1.2.840.113549.1.9.3';
export const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
/** RFC 3161 §2.4.2, §2.3. */
export const TST_INFO = '1.2.840.113549.1.9.16.1.4';
export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
/** RFC 2634 §5.4 and RFC 5035 §3: which certificate belongs to the signature. */
export const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
export const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
/** Extensions of certificates (RFC 5280 §4.2.1). */
export const KEY_IDENTIFIER = '2.5.29.14';
export const KEY_USAGE = '2.5.29.15';
export const BASIC_CONSTRAINTS = '2.5.29.19';
export const CERTIFICATE_POLICIES = '2.5.29.32';
export const EXTENDED_KEY_USAGE = '2.5.29.37';

/** SHA-2 by its object identifier. SHA-1 and older are not accepted for anything that is signed. */
export const HASHES: Readonly<Record<string, 'sha256' | 'sha384' | 'sha512'>> = {
  [SHA256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** How a signature is made: with which kind of key, and over which hash. */
export interface SignatureScheme {
  readonly key: 'rsa' | 'ec';
  /** Undefined where the hash is named elsewhere (rsaEncryption, RFC 3370 §3.2). */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined;
}

/** RSA with PKCS #1 v1.5, and ECDSA. */
export const SIGNATURES: Readonly<Record<string, SignatureScheme>> = {
  '1.2.840.113549.1.1.1': { key: 'rsa', hash: undefined },
  '1.2.840.113549.1.1.11': { key: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', hash: 'sha512' },
  '1.2.840.10045.4.3.2': { key: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', hash: 'sha512' },
};
