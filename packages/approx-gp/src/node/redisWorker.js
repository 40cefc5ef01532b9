// Runs in the worker thread of RedisConnection: speaks RESP2 with the server while the main thread waits. Plain JavaScript
// without imports from this package, so that Node runs it from the sources as well as from the built package.
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { workerData } from 'node:worker_threads';

const { performance } = globalThis;

/** Longest silence of a server that owes an answer, in milliseconds. */
const SILENCE_MS = 5_000;
/** Longest pause between two attempts, in milliseconds. */
const LONGEST_PAUSE = 1_000;

/** @type {{ port: import('node:worker_threads').MessagePort, signal: Int32Array }} and what RedisConnection says */
const { port, signal, address, heartbeat, farewell, beatMs, timeoutMs } = workerData;

/** The server said no, or is none: to try again would not help. */
class Refusal extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

/** Replies, as they come in. Errors of the server become `{ error }`. */
class ReplyReader {
  constructor(socket) {
    this.chunks = socket[Symbol.asyncIterator]();
    this.rest = Buffer.alloc(0);
  }

  async next() {
    const line = await this.line();
    const text = line.slice(1);
    switch (line[0]) {
      case '+':
        return text;
      case '-':
        return { error: text };
      case ':':
        return Number(text);
      case '$': {
        if (text === '-1') return null;
        const bytes = await this.bytes(Number(text) + 2);
        return bytes.toString('utf8', 0, bytes.length - 2);
      }
      case '*': {
        if (text === '-1') return null;
        const replies = [];
        while (replies.length < Number(text)) replies.push(await this.next());
        return replies;
      }
      default:
        throw new Refusal('protocol', JSON.stringify(line.slice(0, 60)));
    }
  }

  async line() {
    let end = this.rest.indexOf('\r\n');
    while (end === -1) {
      this.rest = Buffer.concat([this.rest, await this.chunk()]);
      end = this.rest.indexOf('\r\n');
    }
    return this.take(end + 2).toString('utf8', 0, end);
  }

  async bytes(count) {
    const chunks = [this.rest];
    for (let have = this.rest.length; have < count; have += chunks.at(-1).length)
      chunks.push(await this.chunk());
    if (chunks.length > 1) this.rest = Buffer.concat(chunks);
    return this.take(count);
  }

  take(count) {
    const bytes = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(count);
    return bytes;
  }

  async chunk() {
    const { value, done } = await this.chunks.next();
    if (done) throw new Error('the server closed the connection');
    return value;
  }
}

/** The open connection; undefined before the first one and after one broke. */
let connection;
/** Whether there ever was one: then it is worth waiting for the server to come back. */
let reached = false;

async function open() {
  const { tls, login, ...place } = address;
  const socket = tls === undefined ? connectTcp(place) : connectTls({ ...place, ...tls });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
  socket.on('timeout', () => socket.destroy(new Error(`no answer within ${SILENCE_MS} ms`)));
  // Whoever reads next is told of it.
  socket.on('error', () => {});
  socket.setTimeout(SILENCE_MS);
  try {
    await once(socket, tls === undefined ? 'connect' : 'secureConnect');
    const opened = { socket, reader: new ReplyReader(socket) };
    for (const command of [...login, heartbeat]) {
      const { error } = Object(await exchange(opened, command));
      if (error !== undefined) throw new Refusal('refused', error);
    }
    reached = true;
    return opened;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function exchange({ socket, reader }, command) {
  socket.setTimeout(SILENCE_MS);
  const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  socket.write(`*${parts.length}\r\n${parts.join('')}`);
  const reply = await reader.next();
  socket.setTimeout(0);
  return reply;
}

/** Sends a command, again if the connection broke before the answer came: every command may come twice. */
async function run(command, deadline) {
  for (let pause = 20; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      connection ??= await open();
      return await exchange(connection, command);
    } catch (error) {
      connection?.socket.destroy();
      connection = undefined;
      const mayPass = error instanceof Refusal ? error.message.startsWith('LOADING') : reached;
      if (!mayPass || performance.now() + pause > deadline) throw error;
      await sleep(pause);
    }
  }
}

let last = Promise.resolve();
/** One command after the other. */
function inTurn(job) {
  const done = last.then(job);
  last = done.catch(() => {});
  return done;
}

let timer = setTimeout(beat, beatMs);
/** Says that this worker lives, whatever the main thread is busy with. */
async function beat() {
  const heard = await inTurn(() => run(heartbeat, 0)).then(
    () => true,
    () => false,
  );
  if (timer !== undefined) timer = setTimeout(beat, heard ? beatMs : Math.min(beatMs, LONGEST_PAUSE));
}

async function close() {
  clearTimeout(timer);
  timer = undefined;
  if (connection !== undefined) {
    await exchange(connection, farewell).catch(() => {});
    connection.socket.destroy();
  }
  return null;
}

port.on('message', async ({ id, command, patient }) => {
  const deadline = performance.now() + (patient ? timeoutMs : 0);
  let answer;
  try {
    answer = { id, reply: await inTurn(() => (command === undefined ? close() : run(command, deadline))) };
  } catch (error) {
    const { kind = 'unreachable', code, message } = error;
    // Of several addresses of a host, each of which failed, Node says nothing in the message.
    const text = message || (error.errors ?? [error]).map((each) => each.message || code).join('; ');
    answer = { id, failure: { kind, message: text.replace(/\s+/g, ' ').trim() } };
  }
  port.postMessage(answer);
  Atomics.add(signal, 0, 1);
  Atomics.notify(signal, 0);
  if (command === undefined) port.close();
});
