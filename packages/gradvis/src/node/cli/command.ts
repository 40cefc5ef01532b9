import { parseArgs } from 'node:util';
import { InvalidArgumentError } from '@pct/core';

/** One option of a command. */
export interface CliOption {
  /** What stands for its value in the help; without it the option is a switch. */
  readonly value?: string;
  readonly text: string;
}

/** Where a command writes to, and what may stop it. */
export interface CliStreams {
  /** Results for people and pipes. */
  readonly out: (text: string) => void;
  /** Progress and complaints. */
  readonly err: (text: string) => void;
  /** Whether `err` shows a progress bar that is drawn over. */
  readonly isTerminal: boolean;
  readonly signal: AbortSignal;
}

/** What a command is called with. */
export interface CliCall {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly files: readonly string[];
  readonly streams: CliStreams;
}

/** One command of the program. */
export interface CliCommand {
  readonly summary: string;
  /** Whether the same command goes on after it was stopped. */
  readonly resumes?: boolean;
  /** What follows the name, such as `MODULE`. */
  readonly usage: string;
  /** Least and largest number of files. */
  readonly files: readonly [number, number];
  readonly options: Readonly<Record<string, CliOption>>;
  readonly run: (call: CliCall) => Promise<void>;
}

/** A wrong command line. */
export class UsageError extends InvalidArgumentError {}

/**
 * Reads the arguments of a command. Unlike `parseArgs` itself, this takes numbers below 0 as values: `--range -1,1`.
 *
 * @throws {@link UsageError} telling what is wrong
 */
export function readArguments(
  name: string,
  command: CliCommand,
  args: readonly string[],
): Pick<CliCall, 'values' | 'files'> & { readonly help: boolean } {
  const options = { ...command.options, help: { text: '' } };
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    const takesValue =
      before?.startsWith('--') === true &&
      (options as Record<string, CliOption>)[before.slice(2)]?.value !== undefined;
    if (takesValue && /^-\.?\d/.test(arg)) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  const types = Object.fromEntries(
    Object.entries<CliOption>(options).map(([key, { value }]) => [
      key,
      { type: value === undefined ? 'boolean' : 'string' } as const,
    ]),
  );
  let parsed: { values: CliCall['values']; positionals: string[] };
  try {
    parsed = parseArgs({ args: joined, options: types, allowPositionals: true, strict: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${message}; see gradvis ${name} --help`, { cause });
  }
  const { values, positionals: files } = parsed;
  const help = values['help'] === true;
  const [least, most] = command.files;
  if (!help && (files.length < least || files.length > most))
    throw new UsageError(
      `gradvis ${name} ${command.usage}: got ${files.length} of these arguments; see gradvis ${name} --help`,
    );
  return { values, files, help };
}

const RESUMES =
  'Stopped by Ctrl-C or killed, the same command goes on where it was if --out says where to.\n';

/** Help of a command. */
export function helpOf(name: string, { summary, resumes = false, usage, options }: CliCommand): string {
  const entries = Object.entries<CliOption>({ ...options, help: { text: 'this text' } }).map(
    ([key, { value, text }]) => [`  --${key}${value === undefined ? '' : ` ${value}`}`, text] as const,
  );
  const width = Math.max(...entries.map(([left]) => left.length)) + 2;
  const lines = entries.map(([left, text]) => `${left.padEnd(width)}${text}`);
  return `gradvis ${name} ${usage}\n\n${summary}\n${resumes ? RESUMES : ''}\nOptions:\n${lines.join('\n')}\n`;
}

/** Text of an option. */
export function textOption({ values }: Pick<CliCall, 'values'>, key: string): string | undefined {
  const value = values[key];
  return typeof value === 'string' ? value : undefined;
}

/** Number of an option. @throws {@link UsageError} if it is none */
export function numberOption(call: Pick<CliCall, 'values'>, key: string): number | undefined {
  const text = textOption(call, key);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageError(`--${key} must be a number, got "${text}"`);
  return value;
}

/** Numbers of an option, separated by commas. @throws {@link UsageError} if one is none */
export function numbersOption(call: Pick<CliCall, 'values'>, key: string): number[] | undefined {
  const parts = textOption(call, key)?.split(',');
  return parts?.map((part) => numberOption({ values: { [key]: part } }, key)!);
}

/** Choice of an option. @throws {@link UsageError} if it is none of those */
export function choiceOption<const T extends string>(
  call: Pick<CliCall, 'values'>,
  key: string,
  choices: readonly T[],
): T | undefined {
  const text = textOption(call, key);
  const found = choices.find((choice) => choice === text);
  if (text !== undefined && found === undefined)
    throw new UsageError(`--${key} must be one of ${choices.join(', ')}, got "${text}"`);
  return found;
}
