import { createStudy } from '@hpo/approx-gp';
import { journalFile } from '@hpo/approx-gp/node';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lineSpace } from '../../support.js';
import { testSharedStorage } from './conformance.js';
import { client, closeAll, newPrefix, open } from './opened.js';
import { cleanUp, folder, servers, start, startServer, type RunningServer } from './servers.js';

afterAll(cleanUp);
afterEach(closeAll);

describe('a journal file', () => {
  testSharedStorage(() => {
    const file = join(folder(), `${newPrefix()}.log`);
    return () => journalFile(file, { flush: false });
  });
});

describe.each(servers)('a journal on %s', (_name, command) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer(command);
  });

  testSharedStorage(() => {
    const prefix = newPrefix();
    return () => open(server.url, { prefix });
  });

  it("has Optuna's keys", () => {
    const prefix = newPrefix();
    const send = client(server.url);
    open(server.url, { prefix }).exclusively((append) => append(['{"a":1}', '{"a":2}']));
    expect(send('GET', `${prefix}:log_number`)).toBe('1');
    expect([0, 1, 2].map((number) => send('GET', `${prefix}:log:${number}`))).toEqual([
      '{"a":1}',
      '{"a":2}',
      null,
    ]);
    expect(send('EXISTS', `${prefix}:approx-gp:lock`)).toBe(0);
    // As that of Optuna, the prefix may be empty.
    send('SET', ':log_number', 0);
    send('SET', ':log:0', '{"a":3}');
    expect(open(server.url).read(0)).toEqual({ lines: ['{"a":3}'], next: 1 });
  });

  it('keeps apart what has different prefixes or names', () => {
    const storage = open(server.url, { prefix: newPrefix() });
    const other = open(server.url, { prefix: newPrefix() });
    const [a, b] = ['a', 'b'].map((name) => createStudy({ name, space: lineSpace, storage }));
    a!.tell(a!.ask(), 1);
    b!.tell(b!.ask(), 2);
    expect(a!.trials.map(({ value }) => value)).toEqual([1]);
    expect(b!.trials.map(({ value }) => value)).toEqual([2]);
    expect(other.read(0).lines).toEqual([]);
  });

  describe('when others append who do not know the lock', () => {
    const appendAs = (prefix: string, line: string): void => {
      const send = client(server.url);
      const number = send('INCR', `${prefix}:log_number`) as number;
      send('SET', `${prefix}:log:${number}`, line);
    };

    it('the work is done again with what they wrote', () => {
      const prefix = newPrefix();
      const storage = open(server.url, { prefix });
      storage.exclusively((append) => append(['{"first":1}']));
      const known: (readonly string[])[] = [];
      storage.exclusively((append) => {
        known.push(storage.read(0).lines);
        if (known.length === 1) appendAs(prefix, '{"theirs":1}');
        append([`{"after":${storage.read(0).next}}`]);
      });
      expect(known).toEqual([['{"first":1}'], ['{"first":1}', '{"theirs":1}']]);
      expect(storage.read(0).lines).toEqual(['{"first":1}', '{"theirs":1}', '{"after":2}']);
    });

    it('what was begun is finished behind theirs', () => {
      const prefix = newPrefix();
      const storage = open(server.url, { prefix });
      let runs = 0;
      const seen = storage.exclusively((append) => {
        runs++;
        append(['{"ours":1}']);
        appendAs(prefix, '{"theirs":1}');
        // What was decided on holds until something new is decided.
        const before = storage.read(0).lines;
        append(['{"ours":2}', '{"ours":3}']);
        append(['{"ours":4}']);
        return { before, after: storage.read(1).lines, last: storage.read(4).lines };
      });
      expect(runs).toBe(1);
      expect(seen).toEqual({
        before: ['{"ours":1}'],
        after: ['{"theirs":1}', '{"ours":2}', '{"ours":3}', '{"ours":4}'],
        last: ['{"ours":4}'],
      });
    });

    it('a line whose number was given out is waited for', () => {
      const prefix = newPrefix();
      const send = client(server.url);
      send('SET', `${prefix}:log_number`, 1);
      send('SET', `${prefix}:log:1`, '{"a":1}');
      const set = `*3\\r\\n$3\\r\\nSET\\r\\n$${prefix.length + 6}\\r\\n${prefix}:log:0\\r\\n$2\\r\\n{}\\r\\n`;
      start(process.execPath, [
        '-e',
        `require('node:net').connect(${server.port}, '127.0.0.1').end('${set}')`,
      ]);
      expect(open(server.url, { prefix }).read(0).lines).toEqual(['{}', '{"a":1}']);
    });
  });

  it('a lock that was not given back runs out, and its holder notices', () => {
    const prefix = newPrefix();
    const slow = open(server.url, { prefix, lockGraceMs: 30 });
    const fast = open(server.url, { prefix });
    let runs = 0;
    slow.exclusively((append) => {
      if (runs++ === 0) fast.exclusively((appendFast) => appendFast(['{"fast":1}']));
      append([`{"slow":${slow.read(0).lines.length}}`]);
    });
    expect(runs).toBe(2);
    expect(slow.read(0).lines).toEqual(['{"fast":1}', '{"slow":1}']);
    expect(client(server.url)('EXISTS', `${prefix}:approx-gp:lock`)).toBe(0);
  });

  it('a lock of a process of this machine that was killed is taken at once', () => {
    const prefix = newPrefix();
    const storage = open(server.url, { prefix });
    const fields = storage.worker.split(':');
    const dead = fields.with(2, '4194305').join(':');
    // For ever, unless this machine does not say enough to be sure that it is dead.
    client(server.url)('SET', `${prefix}:approx-gp:lock`, dead, ...(fields.at(-1) === '' ? ['PX', 100] : []));
    storage.exclusively((append) => append(['{}']));
    expect(storage.read(0).lines).toEqual(['{}']);
  });

  describe('workers', () => {
    const aliveKey = (prefix: string, worker: string): string => `${prefix}:approx-gp:alive:${worker}`;
    const far = 'approx-gp:elsewhere:4194305:1:id:redis:boot/1';

    it('say that they live, even while their main thread is busy', () => {
      const prefix = newPrefix();
      const storage = open(server.url, { prefix, aliveMs: 1000 });
      const other = open(server.url, { prefix });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1600);
      expect(other.isAlive(storage.worker)).toBe(true);
      storage.close();
      expect(other.isAlive(storage.worker)).toBe(false);
    });

    it('of other machines that died have their trials given out again', () => {
      const prefix = newPrefix();
      const send = client(server.url);
      const storage = open(server.url, { prefix });
      const study = createStudy({ space: lineSpace, storage, seed: 3 });
      const { params } = study.ask();
      send('SET', aliveKey(prefix, far), '1', 'PX', 60_000);
      storage.read(0).lines.forEach((line, number) => {
        send('SET', `${prefix}:log:${number}`, line.replace(storage.worker, far));
      });
      const resumed = createStudy({ space: lineSpace, storage: open(server.url, { prefix }) });
      expect(resumed.ask().number).toBe(1);
      send('DEL', aliveKey(prefix, far));
      const again = resumed.ask();
      expect([again.number, again.params]).toEqual([0, params]);
      expect(study.ask().number).toBe(2);
    });

    it('of this machine that were killed are recognised at once, and those of files as there', () => {
      const storage = open(server.url, { prefix: newPrefix() });
      const fields = storage.worker.split(':');
      const dead = fields.with(2, '4194305').join(':');
      // Its key is there for a while yet.
      client(server.url)('SET', aliveKey(storage.name.split('prefix ')[1]!, dead), '1');
      expect(storage.isAlive(dead)).toBe(fields.at(-1) === '');
      expect(storage.isAlive(fields.with(2, '4194305').slice(0, 5).join(':'))).toBe(false);
      expect(storage.isAlive('approx-gp:elsewhere:4194305:1:id')).toBe(true);
    });
  });

  it('says when the server lost lines', () => {
    const prefix = newPrefix();
    const study = createStudy({ space: lineSpace, storage: open(server.url, { prefix }) });
    client(server.url)('FLUSHALL');
    expect(() => study.ask()).toThrow(`prefix ${prefix} has 0 lines, but had 2: the server lost some`);
  });
});
