/**
 * The innermost loops: a few rows at a time, so that each number loaded serves several multiplications.
 * Everything quadratic or cubic in the packed factor is made of these.
 *
 * Rows are given by the index of their first element in the data; `count` elements of each take part.
 */
export interface Tiles {
  /** Two rows `a` with four rows `b`: out[4 i + j] = Σₖ a_i[k] b_j[k], eight products. */
  tile2x4(
    a0: number,
    a1: number,
    b0: number,
    b1: number,
    b2: number,
    b3: number,
    count: number,
    out: number,
  ): void;
  /** One row `a` with eight rows `b`: out[j] = Σₖ a[k] b_j[k], eight products. */
  tile1x8(
    a: number,
    b0: number,
    b1: number,
    b2: number,
    b3: number,
    b4: number,
    b5: number,
    b6: number,
    b7: number,
    count: number,
    out: number,
  ): void;
  /** x[k] −= Σ_j f[j] b_j[k], with the four factors from `f` on. */
  subtract4(x: number, b0: number, b1: number, b2: number, b3: number, count: number, f: number): void;
}

/** {@link Tiles} in plain TypeScript, for where WebAssembly SIMD is missing; the oracle of the other. */
export function plainTiles(data: Float64Array): Tiles {
  return {
    tile2x4(a0, a1, b0, b1, b2, b3, count, out) {
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      for (let k = 0; k < count; k++) {
        const x0 = data[a0 + k]!;
        const x1 = data[a1 + k]!;
        const y0 = data[b0 + k]!;
        const y1 = data[b1 + k]!;
        const y2 = data[b2 + k]!;
        const y3 = data[b3 + k]!;
        s00 += x0 * y0;
        s01 += x0 * y1;
        s02 += x0 * y2;
        s03 += x0 * y3;
        s10 += x1 * y0;
        s11 += x1 * y1;
        s12 += x1 * y2;
        s13 += x1 * y3;
      }
      data[out] = s00;
      data[out + 1] = s01;
      data[out + 2] = s02;
      data[out + 3] = s03;
      data[out + 4] = s10;
      data[out + 5] = s11;
      data[out + 6] = s12;
      data[out + 7] = s13;
    },
    tile1x8(a, b0, b1, b2, b3, b4, b5, b6, b7, count, out) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let s4 = 0;
      let s5 = 0;
      let s6 = 0;
      let s7 = 0;
      for (let k = 0; k < count; k++) {
        const x = data[a + k]!;
        s0 += x * data[b0 + k]!;
        s1 += x * data[b1 + k]!;
        s2 += x * data[b2 + k]!;
        s3 += x * data[b3 + k]!;
        s4 += x * data[b4 + k]!;
        s5 += x * data[b5 + k]!;
        s6 += x * data[b6 + k]!;
        s7 += x * data[b7 + k]!;
      }
      data[out] = s0;
      data[out + 1] = s1;
      data[out + 2] = s2;
      data[out + 3] = s3;
      data[out + 4] = s4;
      data[out + 5] = s5;
      data[out + 6] = s6;
      data[out + 7] = s7;
    },
    subtract4(x, b0, b1, b2, b3, count, f) {
      const f0 = data[f]!;
      const f1 = data[f + 1]!;
      const f2 = data[f + 2]!;
      const f3 = data[f + 3]!;
      for (let k = 0; k < count; k++) {
        data[x + k]! -= f0 * data[b0 + k]! + f1 * data[b1 + k]! + (f2 * data[b2 + k]! + f3 * data[b3 + k]!);
      }
    },
  };
}
