/** Numbers of a batch that batch norm divides by. */
export interface Moments {
  /** Size of the batch. */
  readonly count: number;
  readonly mean: Float64Array;
  /** Mean square deviation, not the unbiased estimate. */
  readonly variance: Float64Array;
}

/** Added to variances. */
export const EPSILON = 1e-5;

/**
 * Batch norm followed by a linear layer, as one linear layer: x ↦ ((x − μ) / σ γ + β) W + b, σ² = variance + ε.
 *
 * @see Ioffe and Szegedy 2015, arXiv:1502.03167
 */
export class BatchNorm {
  private readonly offset: ArrayLike<number>;
  private readonly scale: ArrayLike<number>;
  private readonly moments: Moments;
  /** γ / σ */
  private readonly factor: Float64Array;
  /** diag(γ / σ) W, set by {@link fold}. */
  folded = new Float64Array(0);

  constructor(scale: ArrayLike<number>, offset: ArrayLike<number>, moments: Moments) {
    this.scale = scale;
    this.offset = offset;
    this.moments = moments;
    this.factor = moments.variance.map((variance, k) => scale[k]! / Math.sqrt(variance + EPSILON));
  }

  /** The linear layer on what is not yet normalised. */
  fold(weight: ArrayLike<number>, bias: ArrayLike<number>): { weight: Float64Array; bias: Float64Array } {
    const { factor, offset } = this;
    const { mean } = this.moments;
    const outputs = bias.length;
    this.folded = Float64Array.from(weight, (w, at) => factor[Math.floor(at / outputs)]! * w);
    const moved = Float64Array.from(bias);
    for (let k = 0; k < factor.length; k++)
      for (let c = 0; c < outputs; c++)
        moved[c]! += (offset[k]! - mean[k]! * factor[k]!) * weight[k * outputs + c]!;
    return { weight: this.folded, bias: moved };
  }

  /**
   * Derivatives, from those of the layer's output z.
   *
   * @param products - Σ xᵀ dz over the batch, [hidden, outputs], of x before it is normalised
   * @param total - Σ dz, [outputs]
   * @returns derivatives of W, γ and β, and what the moments add to each dx: shift + slope x, beside dz foldedᵀ
   */
  foldBack(
    weight: ArrayLike<number>,
    products: Float64Array,
    total: Float64Array,
  ): {
    weight: Float32Array;
    scale: Float32Array;
    offset: Float32Array;
    shift: Float64Array;
    slope: Float64Array;
  } {
    const { factor, offset, scale } = this;
    const { mean, variance } = this.moments;
    // Of a graph without edges nothing is divided, as there is nothing to add it to.
    const count = Math.max(1, this.moments.count);
    const outputs = total.length;
    const hidden = factor.length;
    const out = {
      weight: new Float32Array(weight.length),
      scale: new Float32Array(hidden),
      offset: new Float32Array(hidden),
      shift: new Float64Array(hidden),
      slope: new Float64Array(hidden),
    };
    for (let k = 0; k < hidden; k++) {
      const deviation = Math.sqrt(variance[k]! + EPSILON);
      let scaleSum = 0;
      let offsetSum = 0;
      for (let c = 0; c < outputs; c++) {
        const w = weight[k * outputs + c]!;
        const normalised = (products[k * outputs + c]! - mean[k]! * total[c]!) / deviation;
        out.weight[k * outputs + c] = scale[k]! * normalised + offset[k]! * total[c]!;
        scaleSum += w * normalised;
        offsetSum += w * total[c]!;
      }
      out.scale[k] = scaleSum;
      out.offset[k] = offsetSum;
      const slope = (-factor[k]! * scaleSum) / (count * deviation);
      out.slope[k] = slope;
      out.shift[k] = (-factor[k]! * offsetSum) / count - slope * mean[k]!;
    }
    return out;
  }
}
