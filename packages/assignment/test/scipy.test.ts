import { readFileSync } from 'node:fs';
import { linearSumAssignment } from '@pct/assignment';
import { InfeasibleAssignmentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { expectCertified } from './helpers/certificate.js';

interface Case {
  kind: string;
  /** `null` where the pair is forbidden. */
  cost: (number | null)[][];
  /** Smallest and largest total; `null` if infeasible. */
  least: number | null;
  most: number | null;
}

const { cases } = JSON.parse(readFileSync(new URL('fixtures/scipy_cases.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

describe('linearSumAssignment agrees with scipy', () => {
  it('on infeasible problems as well', () => {
    expect(cases.filter(({ least }) => least === null).length).toBeGreaterThan(4);
  });

  it.each(cases.map((entry) => ({ ...entry, rows: entry.cost.length, columns: entry.cost[0]!.length })))(
    'on $kind costs, $rows x $columns',
    ({ cost, columns, least, most }) => {
      for (const [maximize, wanted] of [
        [false, least],
        [true, most],
      ] as const) {
        const costs = cost.map((row) => row.map((c) => c ?? (maximize ? -Infinity : Infinity)));
        if (wanted === null) {
          expect(() => linearSumAssignment(costs, { maximize })).toThrow(InfeasibleAssignmentError);
          continue;
        }
        const assignment = linearSumAssignment(costs, { maximize });
        expect(Math.abs(assignment.cost - wanted)).toBeLessThanOrEqual(1e-12 * Math.abs(wanted));
        expectCertified(assignment, costs, columns, { maximize });
      }
    },
  );
});
