// Stands between a storage and its server: node proxy.js <port of the server> <port or path> <kind> <folder>
// Kinds: `plain`, `bytes` (replies byte by byte), `drop` (every fifth reply gets lost, and the connection with it), `tls`.
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';

const [, , target, place, kind, folder] = process.argv;
let replies = 0;

async function relay(socket) {
  const server = connect(Number(target), '127.0.0.1');
  socket.setNoDelay(true);
  for (const end of [socket, server]) {
    end.on('error', () => {});
    end.on('close', () => {
      socket.destroy();
      server.destroy();
    });
  }
  socket.pipe(server);
  for await (const chunk of server) {
    if (kind === 'drop' && ++replies % 5 === 0) {
      socket.destroy();
      return;
    }
    for (let at = 0; kind === 'bytes' && at < chunk.length; at++) {
      socket.write(chunk.subarray(at, at + 1));
      await setImmediate();
    }
    if (kind !== 'bytes') socket.write(chunk);
  }
}

const pem = (name) => readFileSync(join(folder, name));
const onSocket = (socket) => void relay(socket).catch(() => {});
const proxy =
  kind === 'tls'
    ? createTlsServer({ key: pem('key.pem'), cert: pem('cert.pem') }, onSocket)
    : createServer(onSocket);
proxy.listen(/^\d+$/.test(place) ? { port: Number(place), host: '127.0.0.1' } : { path: place }, () =>
  process.stdout.write('Ready to accept connections\n'),
);
