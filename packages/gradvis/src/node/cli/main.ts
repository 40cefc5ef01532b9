#!/usr/bin/env node
import { runCli } from './runCli.js';

const stop = new AbortController();
// Once: a second Ctrl-C ends the process at once.
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  signal: stop.signal,
});
