/** The test cases that `@tensorflow/tfjs-core` publishes, with our operations in place of its own. */
import { beforeAll, describe, expect, it } from 'vitest';
import { DISAGREED, disagreement } from './exclusions.js';
import { FILES } from './files.js';
import { reportOf } from './report.js';
import { openFile, prepareTfjs } from './run.js';

beforeAll(prepareTfjs);

describe.each(FILES)('%s', (name) => {
  const file = openFile(name);

  it.each(file.cases.map((published) => [published.name, published] as const))(
    '%s',
    async (title, published) => {
      const { outcome, error, left, reason } = await file.run(published);
      if (error !== undefined && disagreement(name, title) === undefined) throw error;
      const expected = disagreement(name, title) === undefined ? 'passed' : 'failed';
      if (outcome !== 'excluded') expect(outcome).toBe(expected);
      else expect(reason).not.toBe('');
      expect(left).toBe(0);
    },
  );
});

it('has no disagreement about cases that do not exist', () => {
  const known = new Set(FILES.flatMap((file) => openFile(file).cases.map(({ name }) => `${file}: ${name}`)));
  const named = DISAGREED.flatMap(({ file, cases }) => cases.map((name) => `${file}: ${name}`));
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

it('can be reported', () => {
  const rows = [
    { file: 'a_test.js', cases: 5, passed: 3, failed: 0, excluded: { strings: 2 } },
    {
      file: 'long_test.js',
      cases: 4,
      passed: 0,
      failed: 1,
      excluded: { strings: 2, 'other conventions': 1 },
    },
  ];
  expect(reportOf(rows)).toEqual([
    'file          cases  passed  failed  excluded',
    'a_test.js         5       3       0         2',
    'long_test.js      4       0       1         3',
    '2 files           9       3       1         5',
    '',
    'excluded because of',
    '    4  strings',
    '    1  other conventions',
  ]);
});
