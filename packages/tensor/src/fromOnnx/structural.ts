import type { Dim } from '../graph/dim.js';
import { constant } from '../primitives/constant.js';
import type { OnnxValue } from './Known.js';
import { foldTensor, Known, tensorOf } from './Known.js';
import type { Operator } from './OnnxCall.js';

/**
 * An operator that only moves elements, extended to integers known while tracing: it is applied to their
 * places, and the places that come out tell the elements. So there is one rule per operator.
 *
 * @param rule - the operator on tensors
 * @param data - whether the first input or all inputs are what is moved. @defaultValue `'first'`
 */
export function structural(rule: Operator, data: 'first' | 'all' = 'first'): Operator {
  return (call) => {
    const count = data === 'first' ? 1 : call.inputs.length;
    const elements: Dim[] = [];
    const places: (OnnxValue | undefined)[] = [...call.inputs];
    let dtype: Known['dtype'] = 'int32';
    for (let i = 0; i < count; i++) {
      const value = call.value(i);
      if (!(value instanceof Known)) return rule(call);
      ({ dtype } = value);
      const numbers = Int32Array.from(value.elements, (_, place) => elements.length + place);
      places[i] = constant({ data: numbers, shape: value.shape });
      elements.push(...value.elements);
    }
    const results = [rule(call.with(places))].flat();
    const known: Known[] = [];
    for (const result of results) {
      const folded = foldTensor(tensorOf(result));
      // The new shape depends on named sizes.
      if (folded === undefined) return rule(call);
      const moved = Array.from(folded.data, (place) => elements[place]!);
      known.push(new Known(dtype, folded.shape, moved));
    }
    return known;
  };
}
