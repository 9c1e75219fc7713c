/** What a command is: its words, its options as a table (help and parsing come from it), and what it does. */
import { parseArgs } from 'node:util';
import { UsageError, type ExitCode } from '../laptop/errors.ts';
import type { Output } from './output.ts';

export interface Option {
  /** What the value is, for the help text; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  /** May be given more than once. */
  readonly multiple?: true;
  readonly required?: true;
}

export interface Command {
  /** `rehearse`, `key import`. */
  readonly name: string;
  readonly summary: string;
  /** Names of positional arguments, for the help text. */
  readonly arguments?: readonly string[];
  /** Name of further arguments, of which there may be any number. */
  readonly more?: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly examples?: readonly string[];
  /** Not listed; for the rehearsal's own processes. */
  readonly hidden?: true;
  run(given: Given, output: Output): Promise<ExitCode>;
}

/** Options that every command has. */
const COMMON: Readonly<Record<string, Option>> = {
  json: { help: 'print one JSON object instead of text' },
  help: { help: 'show this help' },
};

/** What the user typed, read by name. */
export class Given {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

  constructor(
    positionals: readonly string[],
    values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>,
  ) {
    this.positionals = positionals;
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new UsageError(`--${name} is missing.`);
    return value;
  }

  all(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** A whole number within bounds. Throws UsageError naming the option. */
  number(name: string, minimum: number, maximum: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= minimum && number <= maximum))
      throw new UsageError(
        `--${name}: expected a whole number from ${minimum} to ${maximum}, found "${value}".`,
      );
    return number;
  }
}

/** Reads the words after the command's name. Throws UsageError naming the option that does not fit. */
export function parse(command: Command, words: readonly string[]): Given {
  const options = { ...COMMON, ...command.options };
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...words],
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries(
        Object.entries(options).map(([name, option]) => [
          name,
          {
            type: option.value === undefined ? ('boolean' as const) : ('string' as const),
            multiple: option.multiple ?? false,
          },
        ]),
      ),
    });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : '';
    throw new UsageError(`${reason}. See "reseal ${command.name} --help".`);
  }
  const expected = command.arguments ?? [];
  if (parsed.values['help'] !== true) {
    if (parsed.positionals.length > expected.length && command.more === undefined)
      throw new UsageError(
        `"${parsed.positionals[expected.length] ?? ''}" was not expected. See "reseal ${command.name} --help".`,
      );
    if (parsed.positionals.length < expected.length)
      throw new UsageError(
        `${expected[parsed.positionals.length] ?? ''} is missing. See "reseal ${command.name} --help".`,
      );
    for (const [name, option] of Object.entries(options))
      if (option.required === true && parsed.values[name] === undefined)
        throw new UsageError(`--${name} is missing. See "reseal ${command.name} --help".`);
  }
  return new Given(parsed.positionals, parsed.values);
}

/** The help text of one command. */
export function helpText(command: Command): string {
  const names = [...(command.arguments ?? []), ...(command.more === undefined ? [] : [`[${command.more}…]`])];
  const words = names.map((name) => ` ${name}`).join('');
  const rows = Object.entries({ ...command.options, ...COMMON }).map(([name, option]) => [
    `  --${name}${option.value === undefined ? '' : ` ${option.value}`}`,
    `${option.help}${option.required === true ? ' (required)' : ''}${option.multiple === true ? ' (may be repeated)' : ''}`,
  ]);
  const width = Math.max(...rows.map(([left]) => left?.length ?? 0)) + 2;
  return [
    `reseal ${command.name}${words}`,
    '',
    `  ${command.summary}`,
    '',
    ...rows.map(([left, right]) => `${(left ?? '').padEnd(width)}${right ?? ''}`),
    ...(command.examples === undefined
      ? []
      : ['', 'Examples:', ...command.examples.map((line) => `  ${line}`)]),
    '',
  ].join('\n');
}
