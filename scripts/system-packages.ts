/**
 * Sees to the system packages that a command needs: installs them on Debian as root, names them in one sentence
 * elsewhere. `node scripts/system-packages.ts test`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Command that must be there (or one of several, `a|b`), and the Debian package that brings it. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Independent readers of what Reseal writes; the tests ask them for a second opinion. Chromium: tests of the window.
  test: {
    openssl: 'openssl',
    python3: 'python3',
    sha256sum: 'coreutils',
    zbarimg: 'zbar-tools',
    qpdf: 'qpdf',
    pdftotext: 'poppler-utils',
    'chromium|chromium-browser': 'chromium',
    // A printing service of the tests' own, with a printer behind it that keeps what it gets.
    '/usr/sbin/cupsd': 'cups',
    lp: 'cups-client',
    '/usr/sbin/ippeveprinter': 'cups-ipp-utils',
    'dbus-daemon': 'dbus-daemon',
    ip: 'iproute2',
    'age-keygen': 'age',
  },
  // The window, where Electron is not installed.
  start: { 'chromium|chromium-browser': 'chromium' },
};

const purpose = process.argv[2] ?? 'test';
const missing = Object.entries(NEEDED[purpose] ?? {})
  .filter(([commands]) => commands.split('|').every((command) => spawnSync('which', [command]).status !== 0))
  .map(([, name]) => name);

if (missing.length > 0) {
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  const mayInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (mayInstall && process.env['RESEAL_NO_INSTALL'] === undefined) {
    spawnSync('apt-get', ['update'], { stdio: 'inherit' });
    const { status } = spawnSync('apt-get', install, {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    process.exitCode = status ?? 1;
  } else {
    console.error(`Install these packages first, then run the command again: ${missing.join(' ')}`);
    process.exitCode = 1;
  }
}
