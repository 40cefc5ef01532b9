import type { KernelSizes, MessageKernels } from './kernels.js';

/** {@link MessageKernels} in plain TypeScript, for where WebAssembly SIMD is missing; the oracle of the others. */
export function plainKernels(buffer: ArrayBuffer, { hidden, outputs, slope }: KernelSizes): MessageKernels {
  const floats = new Float32Array(buffer);
  const integers = new Int32Array(buffer);
  const weights = new Float64Array(4);
  const line = new Float64Array(hidden);
  const activate = (z: number): number => (z > 0 ? z : slope * z);

  /** out[c] = Σ_k floats[input + k] weight[k, c] + bias[c] */
  function product(input: number, weight: number, columns: number, c: number, start: number): number {
    let sum = start;
    for (let k = 0; k < hidden; k++) sum += floats[input + k]! * floats[weight + k * columns + c]!;
    return sum;
  }

  return {
    first(offsets, first, last, receivers, senderRows, senders, positions, table, out, sums) {
      for (let i = first; i < last; i++) {
        for (let e = integers[offsets / 4 + i]!; e < integers[offsets / 4 + i + 1]!; e++) {
          const knot = hermiteWeights(floats[positions / 4 + e]!, weights);
          const at = table / 4 + knot * 2 * hidden;
          const j = integers[senderRows / 4 + e]!;
          for (let c = 0; c < hidden; c++) {
            let z = floats[receivers / 4 + i * hidden + c]! + floats[senders / 4 + j * hidden + c]!;
            for (let w = 0; w < 4; w++) z += weights[w]! * floats[at + w * hidden + c]!;
            const h = activate(z);
            floats[out / 4 + e * hidden + c] = h;
            floats[sums / 4 + c]! += h;
            floats[sums / 4 + hidden + c]! += h * h;
          }
        }
      }
    },
    second(input, count, weight, bias, out, sums) {
      for (let e = 0; e < count; e++) {
        const at = input / 4 + e * hidden;
        for (let c = 0; c < hidden; c++) {
          const h = activate(product(at, weight / 4, hidden, c, floats[bias / 4 + c]!));
          floats[out / 4 + e * hidden + c] = h;
          floats[sums / 4 + c]! += h;
          floats[sums / 4 + hidden + c]! += h * h;
        }
      }
    },
    largest(offsets, first, last, input, weight, bias, out, winners) {
      for (let i = first; i < last; i++) {
        const start = integers[offsets / 4 + i]!;
        const end = integers[offsets / 4 + i + 1]!;
        for (let c = 0; c < outputs; c++) {
          let best = start < end ? -Infinity : 0;
          let winner = -1;
          for (let e = start; e < end; e++) {
            const z = Math.fround(
              product(input / 4 + e * hidden, weight / 4, outputs, c, floats[bias / 4 + c]!),
            );
            if (z > best) {
              best = z;
              winner = e;
            }
          }
          floats[out / 4 + i * outputs + c] = best;
          integers[winners / 4 + i * outputs + c] = winner;
        }
      }
    },
    outer(first, last, input, winners, cotangent, outer) {
      for (let entry = first * outputs; entry < last * outputs; entry++) {
        const e = integers[winners / 4 + entry]!;
        if (e < 0) continue;
        const c = entry % outputs;
        const g = floats[cotangent / 4 + entry]!;
        for (let k = 0; k < hidden; k++)
          floats[outer / 4 + c * hidden + k]! += g * floats[input / 4 + e * hidden + k]!;
      }
    },
    pull(offsets, first, last, activations, shift, slopes, winners, cotangent, weight, row, sum) {
      for (let i = first; i < last; i++) {
        const start = integers[offsets / 4 + i]!;
        const end = integers[offsets / 4 + i + 1]!;
        for (let at = 0; at < (end - start) * hidden; at++) {
          const k = at % hidden;
          const h = floats[activations / 4 + start * hidden + at]!;
          floats[row / 4 + at] = floats[shift / 4 + k]! + floats[slopes / 4 + k]! * h;
        }
        for (let c = 0; c < outputs; c++) {
          const e = integers[winners / 4 + i * outputs + c]!;
          if (e < 0) continue;
          const g = floats[cotangent / 4 + i * outputs + c]!;
          for (let k = 0; k < hidden; k++)
            floats[row / 4 + (e - start) * hidden + k]! += g * floats[weight / 4 + c * hidden + k]!;
        }
        for (let at = 0; at < (end - start) * hidden; at++) {
          const place = activations / 4 + start * hidden + at;
          const d = floats[row / 4 + at]! * (floats[place]! > 0 ? 1 : slope);
          floats[place] = d;
          floats[sum / 4 + (at % hidden)]! += d;
        }
      }
    },
    back(input, derivative, count, weight, products) {
      for (let e = 0; e < count; e++) {
        const at = derivative / 4 + e * hidden;
        for (let k = 0; k < hidden; k++) {
          const h = floats[input / 4 + e * hidden + k]!;
          for (let c = 0; c < hidden; c++) floats[products / 4 + k * hidden + c]! += h * floats[at + c]!;
        }
        for (let k = 0; k < hidden; k++) line[k] = product(at, weight / 4, hidden, k, 0);
        floats.set(line, at);
      }
    },
    scatter(
      offsets,
      first,
      last,
      activations,
      derivative,
      shift,
      slopes,
      senderRows,
      positions,
      receiverOut,
      senderOut,
      tableOut,
    ) {
      for (let i = first; i < last; i++) {
        for (let e = integers[offsets / 4 + i]!; e < integers[offsets / 4 + i + 1]!; e++) {
          const knot = hermiteWeights(floats[positions / 4 + e]!, weights);
          const j = integers[senderRows / 4 + e]!;
          for (let c = 0; c < hidden; c++) {
            const h = floats[activations / 4 + e * hidden + c]!;
            const passed =
              floats[derivative / 4 + e * hidden + c]! + floats[shift / 4 + c]! + floats[slopes / 4 + c]! * h;
            const d = passed * (h > 0 ? 1 : slope);
            floats[receiverOut / 4 + i * hidden + c]! += d;
            floats[senderOut / 4 + j * hidden + c]! += d;
            for (let w = 0; w < 4; w++)
              floats[tableOut / 4 + (2 * knot + w) * hidden + c]! += weights[w]! * d;
          }
        }
      }
    },
  };
}

/**
 * Weights of value and slope at the knot before a position and at the one after it, cubic Hermite.
 *
 * @returns the knot before
 */
export function hermiteWeights(position: number, weights: Float64Array): number {
  const knot = Math.trunc(position);
  const f = position - knot;
  const rest = 1 - f;
  weights[0] = (1 + 2 * f) * rest * rest;
  weights[1] = f * rest * rest;
  weights[2] = f * f * (3 - 2 * f);
  weights[3] = -f * f * rest;
  return knot;
}
