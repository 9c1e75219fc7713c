#!/usr/bin/env node
/** Entry of the command line: finds the command, runs it, and turns whatever happens into a sentence and an exit code. */
import { hasDisplay, openConsole } from './commands/console.ts';
import { COMMANDS } from './commands/index.ts';
import { helpText, parse, type Command } from './command.ts';
import { explain, UsageError, type ExitCode } from '../laptop/errors.ts';
import { Output } from './output.ts';

function overview(): string {
  const listed = COMMANDS.filter((command) => command.hidden !== true);
  const width = Math.max(...listed.map((command) => command.name.length)) + 2;
  return [
    'Reseal: key refresh ceremonies for threshold keys on air-gapped laptops.',
    '',
    'reseal COMMAND [options]',
    '',
    ...listed.map((command) => `  ${command.name.padEnd(width)}${command.summary}`),
    '',
    '"reseal COMMAND --help" says more. Exit codes: 0 done or valid, 1 not valid, refused or still waiting, 2 not readable.',
    '',
  ].join('\n');
}

/** The command whose name is the longest beginning of the words, and the words after it. */
function find(words: readonly string[]): { command: Command; rest: readonly string[] } {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command !== undefined) return { command, rest: words.slice(length) };
  }
  const [first = ''] = words;
  const group = COMMANDS.filter((candidate) => candidate.name.startsWith(`${first} `));
  if (group.length > 0)
    throw new UsageError(
      `"${first}" is one of: ${group.map((candidate) => `"${candidate.name}"`).join(', ')}.`,
    );
  throw new UsageError(`There is no command "${first}". "reseal --help" lists them.`);
}

async function main(words: readonly string[]): Promise<ExitCode> {
  const output = new Output(words.includes('--json'));
  try {
    if (words.length === 0 && hasDisplay()) return await openConsole([]);
    if (words.length === 0 || words[0] === '--help' || words[0] === 'help') {
      process.stdout.write(overview());
      return 0;
    }
    const { command, rest } = find(words);
    const given = parse(command, rest);
    if (given.flag('help')) {
      process.stdout.write(helpText(command));
      return 0;
    }
    return await command.run(given, output);
  } catch (error) {
    const { message, next, exitCode } = explain(error);
    output.error(message, next);
    if (process.env['RESEAL_DEBUG'] !== undefined && error instanceof Error)
      process.stderr.write(`${error.stack ?? ''}\n`);
    return exitCode;
  }
}

// Whoever reads the output may stop reading (`| head`): that is no reason to complain.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await main(process.argv.slice(2));
