/** A timestamping authority made on the spot by `openssl`: its own root, its own certificates, answers to requests. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDer } from '../ceremony/timestamp/der.ts';

export const TIMESTAMPS_ONLY = 'extendedKeyUsage = critical,timeStamping';
const AUTHORITY = 'basicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign';

/** A certificate with its key: paths of PEM files. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export class Authority {
  readonly #folder: string;
  readonly #key: readonly string[];
  #count = 0;
  readonly root: Issued;

  /** `folder` is new, and the authority's own. `names` is the hash by which an answer names its certificate. */
  constructor(folder: string, kind: 'rsa' | 'p256' = 'p256', names: 'sha1' | 'sha256' | 'sha512' = 'sha256') {
    this.#folder = folder;
    this.#key =
      kind === 'rsa'
        ? ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']
        : ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:named_curve'];
    mkdirSync(folder);
    writeFileSync(join(folder, 'index.txt'), '');
    writeFileSync(join(folder, 'serial'), '0100\n');
    writeFileSync(join(folder, 'stamp-serial'), '00FF\n');
    writeFileSync(
      join(folder, 'config'),
      [
        '[ca]\ndefault_ca = c\n[c]',
        `database = ${folder}/index.txt\nserial = ${folder}/serial\nnew_certs_dir = ${folder}`,
        'default_md = sha256\npolicy = p\nunique_subject = no\n[p]\ncommonName = supplied',
        '[req]\ndistinguished_name = d\n[d]',
        '[tsa]\ndefault_tsa = t\n[t]',
        `serial = ${folder}/stamp-serial\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1`,
        'digests = sha256, sha512\naccuracy = secs:1, millisecs:500, microsecs:100\nordering = yes',
        `ess_cert_id_alg = ${names}\n`,
      ].join('\n'),
    );
    this.root = this.issue('Root of the tests', AUTHORITY, { by: null });
  }

  /** Issues a certificate. `by` is the issuer: the root unless told otherwise, null for itself. */
  issue(
    name: string,
    extensions: string = TIMESTAMPS_ONLY,
    more: { by?: Issued | null; from?: string; to?: string; digest?: string; key?: string } = {},
  ): Issued {
    const base = join(this.#folder, `c${this.#count++}`);
    const issued = { cert: `${base}.pem`, key: more.key ?? `${base}.key` };
    if (more.key === undefined) openssl('genpkey', ...this.#key, '-out', issued.key);
    const config = ['-config', join(this.#folder, 'config')];
    openssl('req', '-new', ...config, '-key', issued.key, '-subj', `/CN=${name}`, '-out', `${base}.csr`);
    writeFileSync(`${base}.ext`, `[e]\n${extensions}\n`);
    const by = more.by === null ? undefined : (more.by ?? this.root);
    const signer =
      by === undefined ? ['-selfsign', '-keyfile', issued.key] : ['-cert', by.cert, '-keyfile', by.key];
    openssl(
      ...['ca', '-batch', '-notext', ...config, ...signer, '-in', `${base}.csr`, '-out', issued.cert],
      ...['-extfile', `${base}.ext`, '-extensions', 'e', '-md', more.digest ?? 'sha256'],
      ...['-startdate', more.from ?? '20200101000000Z', '-enddate', more.to ?? '20491231235959Z'],
    );
    return issued;
  }

  /** An intermediate authority. */
  issueAuthority(name: string, by?: Issued, constraints = 'CA:TRUE'): Issued {
    return this.issue(name, AUTHORITY.replace('CA:TRUE', constraints), by === undefined ? {} : { by });
  }

  /** Answers a request as `openssl ts` does. `chain` are certificates to come along. */
  answer(request: Uint8Array, signer: Issued, chain: readonly Issued[] = []): Uint8Array {
    const [query, reply, certs] = ['q.tsq', 'a.tsr', 'chain.pem'].map((name) => join(this.#folder, name));
    writeFileSync(query ?? '', request);
    writeFileSync(certs ?? '', chain.map(({ cert }) => readFileSync(cert, 'utf8')).join(''));
    openssl(
      ...['ts', '-reply', '-config', join(this.#folder, 'config'), '-queryfile', query ?? ''],
      ...['-signer', signer.cert, '-inkey', signer.key, '-out', reply ?? ''],
      ...(chain.length === 0 ? [] : ['-chain', certs ?? '']),
    );
    return new Uint8Array(readFileSync(reply ?? ''));
  }

  /**
   * Signs any content as a granted answer, with whatever certificate: what `openssl ts` would refuse to do. `flags` are
   * further words for `openssl cms -sign`.
   */
  seal(content: Uint8Array, signer: Issued, flags: readonly string[] = [], type = TST_INFO): Uint8Array {
    const [file, token] = [join(this.#folder, 'content'), join(this.#folder, 'token')];
    writeFileSync(file, content);
    openssl(
      ...['cms', '-sign', '-binary', '-nodetach', '-outform', 'DER', '-econtent_type', type, '-md', 'sha256'],
      ...['-in', file, '-signer', signer.cert, '-inkey', signer.key, '-out', token],
      ...(flags.includes('-nocades') ? flags.filter((flag) => flag !== '-nocades') : ['-cades', ...flags]),
    );
    return granted(new Uint8Array(readFileSync(token)));
  }
}

const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/** An answer around a token. */
export function granted(token: Uint8Array, status = 0): Uint8Array {
  return writeDer(0x30, writeDer(0x30, writeDer(0x02, Uint8Array.of(status))), token);
}

/** Runs `openssl`; returns what it printed. Throws what it said when it fails. */
export function openssl(...words: readonly string[]): string {
  return execFileSync('openssl', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
