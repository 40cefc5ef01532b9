import type { Evaluate } from '@pct/tracking-rl';

/** The reward of the next step as logits: the straightest joint action, with no regard to what follows. */
export const minusSquaredKinks: Evaluate = ({ agents, pairs, offsets, cosine, width }) => {
  const logits = new Float64Array(pairs);
  for (let i = 0; i < agents; i++)
    for (let p = offsets[i]!; p < offsets[i + 1]!; p++)
      logits[p] = -((Math.acos(Math.min(1, cosine[p]!)) / width[i]!) ** 2) / 2;
  return { logits };
};
