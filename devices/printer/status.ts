/** Reads what `lpstat` says of printers and jobs, and turns the keywords of printers into sentences. */
import { oneLine } from './tools.ts';

/** One queue as `lpstat -l -p` describes it. */
export interface Queue {
  readonly name: string;
  readonly title: string;
  readonly stopped: boolean;
  /** The job that is being printed, such as `office-12`. */
  readonly printing: string | null;
  /** What to do something about: a sentence with the next step. */
  readonly trouble: string | null;
}

/** One job of `lpstat -l -o`. */
export interface ListedJob {
  readonly id: string;
  /** Keywords of RFC 8011, section 5.3.8 (`job-state-reasons`), as CUPS has them. */
  readonly alerts: readonly string[];
  /** What the printer said of it last, or empty. */
  readonly message: string;
}

/** Entries of a long listing: a line at the margin, and the indented lines below it. */
function entries(text: string): { readonly head: string; readonly lines: readonly string[] }[] {
  const found: { head: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (/^\s/.test(line)) found.at(-1)?.lines.push(line.trim());
    else if (line !== '') found.push({ head: line, lines: [] });
  }
  return found;
}

function field(lines: readonly string[], name: string): string {
  return oneLine(lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? '');
}

function keywords(lines: readonly string[]): string[] {
  return field(lines, 'Alerts')
    .split(/[\s,]+/)
    .filter((word) => word !== '' && word !== 'none');
}

/** Queues of `lpstat -l -p`. */
export function parseQueues(text: string): Queue[] {
  return entries(text).flatMap(({ head, lines }) => {
    const [, name, rest] = /^printer (\S+) (.*)$/.exec(head) ?? [];
    if (name === undefined || rest === undefined) return [];
    const stopped = rest.startsWith('disabled');
    const told = lines[0] ?? '';
    const message = /^[A-Z][a-z ]+:/.test(told) ? '' : oneLine(told);
    return [
      {
        name,
        title: field(lines, 'Description') || name,
        stopped,
        printing: /^now printing (\S+)\. /.exec(`${rest} `)?.[1] ?? null,
        trouble: trouble(keywords(lines)) ?? (stopped ? stoppedSentence(name, message) : null),
      },
    ];
  });
}

/** Queues that take no jobs, with the reason they give, of `lpstat -a`. */
export function parseRefusing(text: string): Map<string, string> {
  const refusing = new Map<string, string>();
  for (const { head, lines } of entries(text)) {
    const name = /^(\S+) not accepting requests/.exec(head)?.[1];
    if (name !== undefined) refusing.set(name, oneLine(lines.join(' ')));
  }
  return refusing;
}

/** Jobs of `lpstat -l -o`. */
export function parseJobs(text: string): ListedJob[] {
  return entries(text).flatMap(({ head, lines }) => {
    const id = /^(\S+)\s/.exec(head)?.[1];
    return id === undefined ? [] : [{ id, alerts: keywords(lines), message: field(lines, 'Status') }];
  });
}

function stoppedSentence(name: string, message: string): string {
  const because = message === '' || /^reason unknown$/i.test(message) ? '' : ` It says: “${message}”.`;
  return `The printer is stopped.${because} See to it, then let it go on with: cupsenable ${name}`;
}

/** Keywords of `printer-state-reasons` (RFC 8011, section 5.4.12, and PWG 5100.9), without the severity at their end. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [
    /^media-jam/,
    'Paper is stuck in the printer: open it, take out every sheet, keep what is printed on, close it.',
  ],
  [/^(media-empty|media-needed)/, 'The printer is out of paper: put paper in.'],
  [/^(door|cover|interlock)-open/, 'The printer is open: close its doors and covers.'],
  [/^(toner|marker-supply|marker-ink)-empty/, 'The printer is out of toner or ink: put in a new cartridge.'],
  [/^(toner|marker-supply|marker-ink)-missing/, 'A cartridge is missing in the printer: put it in.'],
  [/^input-tray-missing/, 'A paper tray is missing in the printer: push it in.'],
  [
    /^output-(area-full|tray-missing)/,
    'The printed pages have no place to go: empty the output tray, or put it in.',
  ],
  [/^(offline|timed-out|shutdown)/, 'The printer does not answer: switch it on and check its cable.'],
  [/^cups-(missing|insecure)-filter/, 'The driver of this printer is incomplete: set the printer up again.'],
];

/** Said by CUPS in the normal course of things, or with another sentence of its own. */
const NO_TROUBLE =
  /^(cups-|paused|moving-to-paused|connecting-to-device|spool-area-full-report|.*-low$|.*-almost-|.*-near)/;

/** The first keyword that keeps a page from coming out, as a sentence with the next step. */
export function trouble(words: readonly string[]): string | null {
  const bare = words
    .filter((word) => !word.endsWith('-report'))
    .map((word) => word.replace(/-(error|warning)$/, ''));
  for (const [pattern, sentence] of SENTENCES) if (bare.some((word) => pattern.test(word))) return sentence;
  const unknown = bare.find((word) => !NO_TROUBLE.test(word));
  return unknown === undefined
    ? null
    : `The printer says “${oneLine(unknown)}”: see what its own display asks for.`;
}
