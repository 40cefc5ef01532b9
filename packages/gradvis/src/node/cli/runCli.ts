import { PctError } from '@pct/core';
import { VERSION } from '../../results/provenance.js';
import { helpOf, readArguments, UsageError, type CliCommand, type CliStreams } from './command.js';
import { curvatureCommands } from './curvature.js';
import { fileCommands } from './files.js';
import { landscapeCommands } from './landscape.js';
import { StoppedError } from './resume.js';

const COMMANDS: ReadonlyMap<string, CliCommand> = new Map(
  Object.entries({ ...landscapeCommands, ...curvatureCommands, ...fileCommands }),
);

/** What the program tells the shell. */
const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * Runs the command line.
 *
 * @param args - without the names of Node and the program
 * @param streams - where to write to, and what may stop it
 * @returns exit code: 0 done, 1 failed, 2 wrong command line, 130 interrupted
 */
export async function runCli(args: readonly string[], streams: CliStreams): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    streams.out(overview());
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  if (name === '--version') {
    streams.out(`${VERSION}\n`);
    return EXIT.done;
  }
  try {
    const command = COMMANDS.get(name);
    if (command === undefined)
      throw new UsageError(`there is no command ${name}; there are ${[...COMMANDS.keys()].join(', ')}`);
    const { values, files, help } = readArguments(name, command, rest);
    if (help) streams.out(helpOf(name, command));
    else await command.run({ values, files, streams });
    return EXIT.done;
  } catch (error) {
    if (streams.signal.aborted) {
      streams.err(`\ngradvis: ${error instanceof StoppedError ? error.message : 'stopped'}\n`);
      return EXIT.interrupted;
    }
    // The stack of an error that we made ourselves says nothing to its reader; that of another one does.
    const own = error instanceof PctError || (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    streams.err(
      `gradvis: ${error instanceof Error ? (own ? error.message : (error.stack ?? error.message)) : String(error)}\n`,
    );
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

function overview(): string {
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  return `gradvis COMMAND ...\n\nCommands (each takes --help):\n${lines.join('\n')}\n`;
}
