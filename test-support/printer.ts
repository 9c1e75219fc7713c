/**
 * A printer for tests: a CUPS scheduler of its own with one queue, and an IPP printer behind it that keeps what it gets.
 *
 * Both run in a network namespace whose loopback is up, and the scheduler is reached by a socket that is a file. So it
 * works where there is no network, and disturbs nobody's printers.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PORT = 8631;

export interface TestPrinter {
  /** For the process that prints, or for `vi.stubEnv`. */
  readonly env: { readonly CUPS_SERVER: string };
  /** Name of the queue. */
  readonly name: string;
  /** Where the queue sends its jobs. */
  readonly uri: string;
  /** Files that came out, in order: PDFs. */
  pages(): string[];
  /** Paths of the documents that the scheduler holds in its spool now. */
  spooled(): string[];
  /** From now on paper gets stuck in the printer; gives back what frees it. */
  jam(): () => void;
  /** Runs a tool of CUPS at this scheduler: `cupsdisable`, `cupsreject`. */
  tool(command: string, ...words: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Words before a command that give it a network namespace of its own, in which it may switch the loopback on. */
function ownNetwork(): readonly string[] {
  const rest = ['--net', '--pid', '--fork', '--kill-child'];
  for (const words of [rest, ['--user', '--map-current-user', '--keep-caps', ...rest]])
    if (spawnSync('unshare', [...words, 'ip', 'link', 'set', 'lo', 'up']).status === 0)
      return ['unshare', ...words];
  return [];
}

/** Starts it below `dir`, which must be short enough for a socket's name. Takes about two seconds. */
export async function startPrinter(dir: string, settings: readonly string[] = []): Promise<TestPrinter> {
  const at = (name: string): string => join(dir, name);
  // The scheduler's filters run as another user, who has to reach the spool.
  chmodSync(dir, 0o711);
  for (const name of ['etc', 'spool', 'spool/tmp', 'cache', 'run', 'log', 'kept', 'pages'])
    mkdirSync(at(name));
  const asRoot = process.getuid?.() === 0;
  writeFileSync(
    at('cupsd.conf'),
    [
      `Listen ${at('sock')}`,
      'Browsing No',
      'DefaultAuthType None',
      'WebInterface No',
      'PreserveJobFiles No',
      'ErrorPolicy stop-printer',
      ...settings,
      '<Location />\nOrder allow,deny\nAllow all\n</Location>',
      '<Policy default>\n<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n',
    ].join('\n'),
  );
  writeFileSync(
    at('cups-files.conf'),
    [
      `ServerRoot ${at('etc')}`,
      `RequestRoot ${at('spool')}`,
      `TempDir ${at('spool/tmp')}`,
      `CacheDir ${at('cache')}`,
      `StateDir ${at('run')}`,
      `AccessLog ${at('log/access')}`,
      `ErrorLog ${at('log/error')}`,
      `PageLog ${at('log/page')}`,
      ...(asRoot ? ['User lp', 'Group lp', 'SystemGroup root'] : []),
      '',
    ].join('\n'),
  );
  // What the printer does with a document: wait while paper is stuck, then put it out, under its name when complete.
  writeFileSync(
    at('put-out.sh'),
    `#!/bin/sh
if [ -e ${at('jammed')} ]; then
  echo "STATE: +media-jam-error" >&2
  while [ -e ${at('jammed')} ]; do sleep 0.1; done
  echo "STATE: -media-jam-error" >&2
fi
n=$(printf %04d $(($(ls ${at('pages')} | wc -l) + 1)))
cp "$1" ${at('half')} && mv ${at('half')} ${at('pages')}/$n.pdf
`,
    { mode: 0o755 },
  );
  // ippeveprinter wants a message bus, on which nobody has to be.
  writeFileSync(
    at('start.sh'),
    `ip link set lo up
dbus-daemon --session --nofork --address=unix:path=${at('bus')} &
while [ ! -e ${at('bus')} ]; do sleep 0.05; done
DBUS_SYSTEM_BUS_ADDRESS=unix:path=${at('bus')} ippeveprinter -r off -p ${PORT} -n localhost -d ${at('kept')} \\
  -c ${at('put-out.sh')} -f application/pdf "Test printer" &
exec /usr/sbin/cupsd -f -c ${at('cupsd.conf')} -s ${at('cups-files.conf')}
`,
  );
  const log = openSync(at('log/start'), 'a');
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  // `env`, so that the first word may be either.
  const words = [...ownNetwork(), 'sh', at('start.sh')];
  const scheduler = spawn('env', words, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: path },
  });
  const gone = new Promise<void>((resolve) =>
    scheduler.once('exit', () => {
      resolve();
    }),
  );
  const close = async (): Promise<void> => {
    try {
      process.kill(-scheduler.pid!, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    await gone;
  };
  const env = { CUPS_SERVER: at('sock') };
  const ask = async (command: string, ...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(command, args, {
      env: { ...process.env, ...env, PATH: path, LC_ALL: 'C' },
      timeout: 20_000,
    });
    return stdout;
  };
  const tool = async (command: string, ...args: readonly string[]): Promise<void> => {
    await ask(command, ...args);
  };
  const name = 'sheets';
  const uri = `ipp://localhost:${PORT}/ipp/print`;
  attempts: for (let attempt = 1; ; attempt += 1) {
    try {
      await tool('lpadmin', '-p', name, '-E', '-v', uri, '-m', 'everywhere', '-D', 'Printer of the room');
      // The scheduler makes the driver behind that answer, or cannot, when the printer does not listen yet. A job that
      // comes too early is refused.
      for (let look = 0; look < 20; look += 1) {
        if ((await ask('lpoptions', '-p', name)).includes('IPP Everywhere')) break attempts;
        await pause(50);
      }
      throw new Error('The queue has no driver yet.');
    } catch (error) {
      if (attempt < 60 && scheduler.exitCode === null) {
        await pause(100);
        continue;
      }
      await close();
      const told = ['log/start', 'log/error'].map((file) =>
        existsSync(at(file)) ? readFileSync(at(file), 'utf8') : '',
      );
      throw new Error(`No printer could be started: ${told.join('').slice(-2000)}`, { cause: error });
    }
  }
  return {
    env,
    name,
    uri,
    pages: () =>
      readdirSync(at('pages'))
        .sort()
        .map((file) => join(at('pages'), file)),
    spooled: () =>
      readdirSync(at('spool'))
        .filter((file) => file.startsWith('d'))
        .map((file) => join(at('spool'), file)),
    jam() {
      writeFileSync(at('jammed'), '');
      return () => {
        rmSync(at('jammed'));
      };
    },
    tool,
    close,
  };
}
