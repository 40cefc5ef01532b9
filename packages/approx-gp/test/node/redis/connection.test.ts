import { createStudy, randomSampler } from '@hpo/approx-gp';
import { redisStorage } from '@hpo/approx-gp/node';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readRedisUrl } from '../../../src/node/redis/redisUrl.js';
import { lineSpace } from '../../support.js';
import { closeAll, newPrefix, open } from './opened.js';
import {
  cleanUp,
  folder,
  freePort,
  succeeds,
  servers,
  start,
  startProxy,
  startServer,
  type RunningServer,
} from './servers.js';

afterAll(cleanUp);
afterEach(closeAll);

describe.each(servers)('a connection to %s', (_name, command) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer(command);
  });

  it('may bring replies byte by byte', async () => {
    const port = await startProxy(server.port, 'bytes');
    const storage = open(`redis://127.0.0.1:${port}`, { prefix: newPrefix() });
    const study = createStudy({ space: lineSpace, storage });
    study.setUserAttribute('text', 'ü 🎯');
    study.tell(study.ask(), 1);
    expect(createStudy({ space: lineSpace, storage }).userAttributes).toEqual({ text: 'ü 🎯' });
  });

  it('may break after every few replies: no line is lost or doubled', async () => {
    const port = await startProxy(server.port, 'drop');
    const prefix = newPrefix();
    const storage = open(`redis://127.0.0.1:${port}`, { prefix });
    const study = createStudy({ space: lineSpace, storage, sampler: randomSampler() });
    await study.optimize(
      (trial) => {
        trial.report(0, 1);
        return trial.number;
      },
      { trials: 12 },
    );
    const { lines } = open(server.url, { prefix }).read(0);
    const codes = lines.map((line) => (JSON.parse(line) as { op_code: number }).op_code);
    // Of the study and its seed; then of beginning, parameter, report and end.
    expect(codes.slice(0, 2)).toEqual([0, 3]);
    expect(codes.slice(2)).toEqual(Array.from({ length: 12 }, () => [4, 5, 7, 6]).flat());
    expect(study.trials.map(({ value }) => value)).toEqual(Array.from({ length: 12 }, (_, number) => number));
  });

  it('may go through a socket of Unix', async () => {
    const path = join(folder(), `${newPrefix()}.socket`);
    await startProxy(server.port, 'plain', path);
    const storage = open(`unix://${path}?db=0`, { prefix: newPrefix() });
    storage.exclusively((append) => append(['{}']));
    expect(storage.read(0).lines).toEqual(['{}']);
    expect(storage.name).toContain(`unix://${path}?db=0, prefix`);
  });

  it('goes on when the server comes back, and says so when it does not', async () => {
    const fragile = await startServer(command);
    const storage = open(fragile.url, { prefix: 'x' });
    const study = createStudy({ space: lineSpace, storage });
    study.tell(study.ask(), 1);
    await fragile.stop();
    fragile.restart();
    study.tell(study.ask(), 2);
    expect(study.trials.map(({ value }) => value)).toEqual([1, 2]);

    const hasty = open(fragile.url, { prefix: 'x', timeoutMs: 100 });
    await fragile.stop();
    expect(() => hasty.read(0)).toThrow(
      `redisStorage: cannot reach ${fragile.url}/0 (connect ECONNREFUSED 127.0.0.1:${fragile.port}); check the address`,
    );
    hasty.close();
    hasty.close();
    expect(() => hasty.read(0)).toThrow('is closed; open another storage');
  });

  it('opens with a password only, and with a number of a database', async () => {
    const { port } = await startServer(command, { password: 'p@ss:/ü' });
    const secret = encodeURIComponent('p@ss:/ü');
    const storage = open(`redis://:${secret}@127.0.0.1:${port}/2`);
    expect(storage.read(0).lines).toEqual([]);
    expect(storage.name).toBe(`redis://127.0.0.1:${port}/2`);
    expect(open(`redis://default:${secret}@127.0.0.1:${port}`).read(0).lines).toEqual([]);
    expect(() => redisStorage(`redis://:wrong@127.0.0.1:${port}`)).toThrow(
      `redis://127.0.0.1:${port}/0 refuses the login (WRONGPASS invalid username-password pair`,
    );
    expect(() => redisStorage(`redis://127.0.0.1:${port}`)).toThrow(
      '(NOAUTH Authentication required.); check user',
    );
  });

  const openssl = succeeds('openssl', 'version');
  it.skipIf(!openssl)('opens with TLS (needs openssl to make a certificate)', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder(), name)) as [string, string];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', key, '-out', cert];
    expect(succeeds('openssl', 'req', '-x509', ...curve, '-days', '2', ...subject, ...files)).toBe(true);
    const port = await startProxy(server.port, 'tls');
    const tls = { ca: readFileSync(cert, 'utf8'), servername: 'localhost' };
    const storage = open(`rediss://127.0.0.1:${port}`, { prefix: newPrefix(), tls });
    storage.exclusively((append) => append(['{}']));
    expect(storage.read(0).lines).toEqual(['{}']);
    expect(() => redisStorage(`rediss://localhost:${port}`)).toThrow(
      /cannot reach rediss.*self-signed certificate/,
    );
  });
});

describe('redisStorage', () => {
  const closed = async (): Promise<string> => `redis://127.0.0.1:${await freePort()}`;

  it('waits for a server that is loading its data', async () => {
    const { url } = await startServer(servers[0]![1], { loading: 3 });
    expect(open(url).read(0).lines).toEqual([]);
    const slow = await startServer(servers[0]![1], { loading: 1e9 });
    expect(() => redisStorage(slow.url, { timeoutMs: 100 })).toThrow(
      'is still loading its data after 100 ms',
    );
  });

  it('says what to check when nobody answers, at once', async () => {
    const url = await closed();
    const error = `cannot reach ${url}/0 (connect ECONNREFUSED`;
    expect(() => redisStorage(url)).toThrow(error);
    expect(() => redisStorage(url)).toThrow(expect.objectContaining({ code: 'ERR_REDIS' }) as Error);
    expect(() => redisStorage('redis://no-such-host.invalid')).toThrow(
      /cannot reach redis:\/\/no-such-host.invalid:6379/,
    );
  });

  it('says when what answers is no Redis server', async () => {
    const script = `const server = require('node:net')
      .createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\\r\\n\\r\\n'))
      .listen(0, '127.0.0.1', () => console.log(server.address().port))`;
    const stranger = start(process.execPath, ['-e', script]);
    const port = await new Promise<number>((resolve) =>
      stranger.stdout!.once('data', (text) => resolve(Number(text))),
    );
    expect(() => redisStorage(`redis://127.0.0.1:${port}`)).toThrow(
      `redis://127.0.0.1:${port}/0 does not answer as a Redis server does, got "HTTP/1.1 400 Bad Request"; check the port`,
    );
    expect(() => redisStorage(`rediss://127.0.0.1:${port}`)).toThrow(
      /cannot reach rediss:.*that it speaks TLS with a certificate that is trusted/,
    );
  });

  it.each([
    ['http://localhost', 'must be a URL such as redis://user:password@host:6379/0'],
    ['localhost:6379', 'must be a URL such as redis://'],
    ['redis://:se%cret@localhost', 'must have the percent sign itself written as %25'],
    ['redis://localhost/first', 'must have the number of a database after the host, got "first"'],
    [
      'rediss://localhost?ssl_ca_certs=x',
      'has the parameter "ssl_ca_certs", which is not known here; give certificates by',
    ],
    ['unix://tmp/socket', 'must have three slashes before the path'],
    [3 as never, 'must be a URL, got 3'],
  ])('refuses the URL %s', (url, message) => {
    expect(() => redisStorage(url)).toThrow(`redisStorage: url ${message}`);
    expect(() => redisStorage(url)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }) as Error,
    );
  });

  it('refuses options that are none', async () => {
    const url = await closed();
    expect(() => redisStorage(url, { prefix: 3 as never })).toThrow('prefix must be a text, got 3');
    expect(() => redisStorage(url, { aliveMs: 10 })).toThrow(
      'aliveMs must be a finite number from 100 to 1000000000',
    );
    expect(() => redisStorage(url, { lockGraceMs: 0 })).toThrow('lockGraceMs must be');
    expect(() => redisStorage(url, { timeoutMs: NaN })).toThrow('timeoutMs must be');
    expect(() => redisStorage(url, { tls: { ca: '' } })).toThrow('tls is for URLs that begin with rediss://');
  });

  it('keeps passwords out of names', () => {
    expect(readRedisUrl('redis://me:secret@[::1]:7000/3', undefined)).toEqual({
      name: 'redis://[::1]:7000/3',
      host: '::1',
      port: 7000,
      login: [
        ['AUTH', 'me', 'secret'],
        ['SELECT', '3'],
      ],
    });
    expect(readRedisUrl('unix:///run/redis?username=me&password=secret', undefined)).toEqual({
      name: 'unix:///run/redis',
      path: '/run/redis',
      login: [['AUTH', 'me', 'secret']],
    });
    expect(readRedisUrl(new URL('rediss://example.org?db=1'), undefined)).toMatchObject({
      name: 'rediss://example.org:6379/1',
      tls: { servername: 'example.org' },
    });
  });
});
