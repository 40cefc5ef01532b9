// As much of a Redis server as redisStorage needs, for machines without one: node fakeServer.js <port> <file> <password> <loading>
// Its data are in the file between SIGTERM and the next start. It is loading its data for the first so many commands.
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import process from 'node:process';

const [, , port, file, password, loading] = process.argv;
const keys = new Map(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []);
const sockets = new Set();
let toLoad = Number(loading);

const get = (key) => {
  const entry = keys.get(key);
  if (entry !== undefined && entry.until !== null && entry.until <= Date.now()) keys.delete(key);
  return keys.get(key)?.value ?? null;
};
const set = (key, value, px) => {
  keys.set(key, { value: String(value), until: px === undefined ? null : Date.now() + Number(px) });
};
const length = (prefix) => Number(get(`${prefix}:log_number`) ?? -1) + 1;
const line = (prefix, number) => get(`${prefix}:log:${number}`);

const scripts = {
  read(prefix, from, count) {
    const end = Math.min(length(prefix), Number(from) + Number(count));
    const numbers = Array.from({ length: Math.max(0, end - from) }, (_, i) => Number(from) + i);
    return [length(prefix), ...numbers.map((number) => line(prefix, number))];
  },
  acquire(prefix, lock, worker, px) {
    if (get(lock) !== null && get(lock) !== worker) return get(lock);
    set(lock, worker, px);
    return length(prefix);
  },
  release(_prefix, lock, worker) {
    if (get(lock) === worker) keys.delete(lock);
    return 1;
  },
  append(prefix, from, ...lines) {
    if (line(prefix, from) === lines[0]) return -1;
    if (length(prefix) !== Number(from)) return length(prefix);
    lines.forEach((text, i) => set(`${prefix}:log:${Number(from) + i}`, text));
    set(`${prefix}:log_number`, Number(from) + lines.length - 1);
    return -1;
  },
};

const commands = {
  PING: () => 'PONG',
  SELECT: () => 'OK',
  GET: get,
  SET: (key, value, _px, ms) => {
    set(key, value, ms);
    return 'OK';
  },
  INCR: (key) => {
    set(key, Number(get(key) ?? 0) + 1);
    return Number(get(key));
  },
  DEL: (key) => Number(keys.delete(key)),
  EXISTS: (key) => Number(get(key) !== null),
  FLUSHALL: () => {
    keys.clear();
    return 'OK';
  },
  EVAL: (script, _count, ...args) => scripts[/^-- (\w+)/.exec(script)[1]](...args),
};

function encode(reply) {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  return `*${reply.length}\r\n${reply.map(encode).join('')}`;
}

/** The words of a whole command at the beginning and what follows it; undefined if it is not whole yet. */
function decode(bytes) {
  const words = [];
  let at = 0;
  const head = () => {
    const end = bytes.indexOf('\r\n', at);
    if (end === -1) return undefined;
    const number = Number(bytes.toString('utf8', at + 1, end));
    at = end + 2;
    return number;
  };
  const count = head();
  while (count !== undefined && words.length < count) {
    const size = head();
    if (size === undefined || bytes.length < at + size + 2) return undefined;
    words.push(bytes.toString('utf8', at, at + size));
    at += size + 2;
  }
  return count === undefined ? undefined : { words, rest: bytes.subarray(at) };
}

function answer(state, [name, ...args]) {
  if (name === 'AUTH') {
    if (args.at(-1) !== password) return '-WRONGPASS invalid username-password pair or user is disabled.\r\n';
    state.known = true;
    return '+OK\r\n';
  }
  if (!state.known) return '-NOAUTH Authentication required.\r\n';
  if (toLoad-- > 0) return '-LOADING Redis is loading the dataset in memory\r\n';
  if (commands[name] === undefined) return `-ERR unknown command '${name}'\r\n`;
  return encode(commands[name](...args));
}

const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => {});
  const state = { known: password === '' };
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let command = decode(bytes); command !== undefined; command = decode(bytes)) {
      bytes = command.rest;
      socket.write(answer(state, command.words));
    }
  });
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('Ready to accept connections\n'));
process.on('SIGTERM', () => {
  writeFileSync(file, JSON.stringify([...keys]));
  process.exit();
});
