import { categorical, createStudy, float, int, when, type ParamsOf } from '@hpo/approx-gp';
import { describe, expectTypeOf, it } from 'vitest';

const space = {
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 4),
  optimizer: categorical(['adam', 'sgd']),
  bias: categorical([true, false]),
  momentum: when('optimizer', 'sgd', float(0, 0.99)),
  kind: when('optimizer', 'sgd', categorical(['plain', 'nesterov'])),
};

describe('types', () => {
  it('follow from the space', () => {
    expectTypeOf<ParamsOf<typeof space>>().toEqualTypeOf<{
      readonly lr: number;
      readonly layers: number;
      readonly optimizer: 'adam' | 'sgd';
      readonly bias: boolean;
      readonly momentum: number | undefined;
      readonly kind: 'plain' | 'nesterov' | undefined;
    }>();
  });

  it('reach the objective, the trials and the queue', () => {
    const study = createStudy({ space, allow: ({ layers }) => layers < 4 });
    expectTypeOf(study.ask().params.optimizer).toEqualTypeOf<'adam' | 'sgd'>();
    expectTypeOf(study.best?.params.layers).toEqualTypeOf<number | undefined>();
    expectTypeOf<Parameters<typeof study.enqueue>[0]>().toEqualTypeOf<Partial<ParamsOf<typeof space>>>();
    // @ts-expect-error a choice that there is not
    study.space.encode({}) satisfies undefined | { optimizer: 'rmsprop' };
  });
});
