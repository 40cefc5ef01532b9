/** Losses and validations of a run as JSON lines. */
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@pct/core/node';
import type { TrainResult, TrainValidationRecord } from '@pct/gnn-dfl';

/** One line: a step. */
export interface LogLine {
  /** Steps done, >= 1. */
  readonly step: number;
  /** Loss of the step's batch. */
  readonly loss: number;
  /** Seconds of wall time since the run began, times between two starts left out. */
  readonly seconds?: number | undefined;
  readonly validation?: TrainValidationRecord | undefined;
}

/** Content of a file, if there is one. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Reads a log; none is empty. */
export async function readLog(file: string): Promise<LogLine[]> {
  return ((await readIfThere(file)) ?? Buffer.of())
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine);
}

/** The log of a run that goes on. */
export class TrainingLog {
  private readonly file: string;
  private lines: LogLine[];
  private before = 0;
  private started = false;

  private constructor(file: string, lines: LogLine[]) {
    this.file = file;
    this.lines = lines;
  }

  static async open(file: string): Promise<TrainingLog> {
    return new TrainingLog(file, await readLog(file));
  }

  /** Adds a step. The first one tells where the run goes on: later lines are of steps that were lost. */
  add(line: LogLine, elapsedMs: number): void {
    this.lines = this.lines.filter(({ step }) => step < line.step);
    if (!this.started) this.before = this.lines.at(-1)?.seconds ?? 0;
    this.started = true;
    this.lines.push({ ...line, seconds: Number((this.before + elapsedMs / 1000).toFixed(1)) });
  }

  async save(): Promise<void> {
    await writeFileAtomic(this.file, this.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** Writes every step of a finished run; reports leave out some when steps are very short. */
  async finish({ losses, validations }: TrainResult): Promise<void> {
    const seconds = new Map(this.lines.map((line) => [line.step, line.seconds]));
    this.lines = [...losses].map((loss, k) => ({
      step: k + 1,
      loss,
      seconds: seconds.get(k + 1),
      validation: validations.find(({ step }) => step === k + 1),
    }));
    await this.save();
  }
}
