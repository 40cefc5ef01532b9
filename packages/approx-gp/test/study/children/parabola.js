/** A task as the objective: number 2 throws, number 3 is pruned, the others say more than a number. */
export const parabola = {
  module: import.meta.url,
  name: 'parabola',
  run: ({ number, params: { x, y }, rng }) => {
    if (number === 2) throw new RangeError('two is bad');
    if (number === 3) throw Object.assign(new Error('hopeless'), { code: 'ERR_TRIAL_PRUNED' });
    const offset = rng.identity[0] * 2 ** -40;
    return { values: x * x + y * y + offset, constraints: [-1], userAttributes: { thread: true } };
  },
};
