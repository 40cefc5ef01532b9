import type { Progress } from '@pct/core';
import type { CliStreams } from './command.js';

const WIDTH = 24;

/** A progress bar on a terminal, drawn over at every report; nothing elsewhere. */
export function progressBar(streams: CliStreams): (progress: Progress) => void {
  if (!streams.isTerminal) return () => {};
  return ({ done, total, elapsedMs, remainingMs }) => {
    const share = total > 0 && Number.isFinite(total) ? done / total : 0;
    const filled = Math.round(WIDTH * share);
    const bar = '#'.repeat(filled).padEnd(WIDTH, '.');
    const left = remainingMs === undefined ? '' : `, ${duration(remainingMs)} left`;
    const ended = done === total;
    const text = `[${bar}] ${done}/${Number.isFinite(total) ? total : '?'} ${ended ? `in ${duration(elapsedMs)}` : left.slice(2)}`;
    streams.err(`\r${text.padEnd(78)}${ended ? '\n' : ''}`);
  };
}

/** A time for people. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
