import type { NdArray, Tensor, TensorSpec } from '@pct/tensor';
import * as t from '@pct/tensor';
import { expectTypeOf, it } from 'vitest';

interface Params {
  readonly layers: readonly { readonly weight: Tensor }[];
  readonly scale: Tensor;
}

it('infers trees', async () => {
  const specs = { layers: [{ weight: t.float32(2, 2) }], scale: t.float32() };
  const loss = (p: Params, x: Tensor) => t.sum(t.mul(t.matmul(x, p.layers[0]!.weight), p.scale));

  const step = await t.compile(t.valueAndGrad(loss), [specs, t.float32('n', 2)]);
  type Step = Awaited<ReturnType<typeof step.run>>;
  expectTypeOf<Step[0]>().toEqualTypeOf<NdArray>();
  expectTypeOf<Step[1]['scale']>().toEqualTypeOf<NdArray>();
  expectTypeOf<Step[1]['layers'][number]['weight']>().toEqualTypeOf<NdArray>();
  expectTypeOf(step.run).parameter(1).toEqualTypeOf<NdArray | number>();

  expectTypeOf(t.grad(loss)).returns.toEqualTypeOf<Params>();
  expectTypeOf(t.grad(loss, { argument: 1 })).returns.toEqualTypeOf<Tensor>();
  expectTypeOf(t.grad(loss, { argument: [1, 0] })).returns.toEqualTypeOf<[Tensor, Params]>();
  expectTypeOf(t.hessianVectorProduct(loss)).parameters.toEqualTypeOf<
    [vector: Params, p: Params, x: Tensor]
  >();

  const _traced = t.trace(
    (a, b) => ({ sum: t.add(a.x, b), pair: [a.x, b] as const }),
    { x: t.float32(2) },
    t.float32(2),
  );
  type Result = NonNullable<(typeof _traced)['types']>['result'];
  expectTypeOf<Result>().toEqualTypeOf<{ sum: Tensor; pair: readonly [Tensor, Tensor] }>();

  expectTypeOf(t.shapesOf({ a: [t.zeros([2])] })).toEqualTypeOf<{ a: TensorSpec[] }>();
  expectTypeOf<t.TreeOf<[NdArray, { x: number }], Tensor>>().toEqualTypeOf<[Tensor, { x: Tensor }]>();
});
