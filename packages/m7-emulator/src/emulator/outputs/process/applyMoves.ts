import { add, matmul, mul, relu, type Tensor } from '@pct/tensor';
import { type OutputName, outputIndex, stateCount } from '../../../data/columns.js';
import { matrix } from '../../tensors.js';

/** A share of one state output that passes to another. */
export interface ShareMove {
  readonly from: number;
  readonly to: number;
  /** Column of the shares. */
  readonly share: number;
}

/** Moves of some columns of modes that have them: `['SO4', 'BC'], 'KS', 'AS', 3`. */
export function movesOf(kinds: readonly string[], from: string, to: string, share: number): ShareMove[] {
  return kinds.map((kind) => ({
    from: outputIndex(`${kind}_${from}` as OutputName),
    to: outputIndex(`${kind}_${to}` as OutputName),
    share,
  }));
}

/**
 * Values after shares of them moved, all at once; what one column loses is exactly what another gains.
 *
 * @param values - [batch, 24]
 * @param shares - [batch, shares] 0 to 1; those of one column together at most 1
 */
export function applyMoves(values: Tensor, shares: Tensor, moves: readonly ShareMove[]): Tensor {
  const pick = (rows: number, of: (move: ShareMove) => number): Tensor =>
    matrix(
      rows,
      moves.length,
      moves.map((move, k) => [of(move), k, 1] as const),
    );
  const amounts = mul(
    matmul(
      values,
      pick(stateCount, ({ from }) => from),
    ),
    matmul(
      shares,
      pick(shares.shape[1] as number, ({ share }) => share),
    ),
  );
  const ends = matrix(
    moves.length,
    stateCount,
    moves.flatMap(({ from, to }, k) => [[k, from, -1] as const, [k, to, 1] as const]),
  );
  // Shares that add up to 1 may leave a rounding error below 0.
  return relu(add(values, matmul(amounts, ends)));
}
