/** The networks of the table: 64 pixels, one hidden layer with dropout, ten classes. */
import type { ParamsOf } from '@hpo/approx-gp';
import type { digitsSpace } from '@hpo/approx-gp/tables';
import { createRng } from '@pct/core';
import { dense, mlpParameters, mul, relu } from '@pct/tensor';
import { digits, pooled } from './digits.js';
import { trainerOf, type Network, type Train } from './training.js';

/** What comes of a network. */
export interface TableRow {
  /** Validation digits that are wrong after each epoch, `[epoch]`; short if the training diverged. */
  readonly wrong: readonly number[];
  /** Test digits that are wrong at the end; undefined if it diverged. */
  readonly test?: number | undefined;
}

/** Numbers of digits and epochs. */
export interface TableSizes {
  readonly training: number;
  readonly validation: number;
  readonly test: number;
  readonly epochs: number;
}

const PIXELS = 64;

function networkOf(width: number): Network {
  return {
    image: [PIXELS],
    units: [width],
    start: (rng) =>
      mlpParameters([PIXELS, width, 10], rng).layers.flatMap(({ weight, bias }) => [weight, bias]),
    apply([weight, bias, lastWeight, lastBias], images, [mask]) {
      const hidden = relu(dense({ weight: weight!, bias: bias! }, images));
      return dense({ weight: lastWeight!, bias: lastBias! }, mask === undefined ? hidden : mul(hidden, mask));
    },
  };
}

/** A function that trains networks of the table; it keeps what is compiled for every width. */
export function tableTrainer(
  sizes: TableSizes,
): (params: ParamsOf<typeof digitsSpace>, seed: string) => Promise<TableRow> {
  const { training: n, validation, test, epochs } = sizes;
  const sets = {
    training: pooled(digits(0, n)),
    validation: pooled(digits(n, n + validation)),
    test: pooled(digits(n + validation, n + validation + test)),
  };
  const trainers = new Map<number, Promise<Train>>();
  return async ({ logRate, momentum, logDecay, keep, logWidth }, seed) => {
    const width = 2 ** logWidth;
    const known = trainers.get(width) ?? trainerOf(networkOf(width), sets, createRng(0));
    trainers.set(width, known);
    const train = await known;
    const config = { rate: 10 ** logRate, momentum, decay: 10 ** logDecay, keep: [keep] };
    const run = train(config, epochs, createRng(seed));
    const wrong: number[] = [];
    for (;;) {
      const { done, value } = await run.next();
      if (done === true) return { wrong, test: value };
      wrong.push(value);
    }
  };
}
