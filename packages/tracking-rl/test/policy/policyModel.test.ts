import { encodeSafetensors } from '@pct/tensor';
import { attentionPolicy, decodePolicy, encodePolicy, simplePolicy } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';

describe('encodePolicy and decodePolicy', () => {
  it.each([simplePolicy({ hidden: 6, critic: 'decentralised' }), attentionPolicy({ hidden: 4 })])(
    'keep a $name policy',
    (policy) => {
      const parameters = policy.initialize(3);
      const read = decodePolicy(encodePolicy({ policy, parameters }));
      expect(read.policy.architecture).toEqual(policy.architecture);
      expect(read.parameters).toEqual(parameters);
    },
  );

  it('refuse another architecture by its first tensor that differs', () => {
    const policy = simplePolicy({ hidden: 6 });
    const bytes = encodePolicy({ policy, parameters: policy.initialize(0) });
    expect(() => decodePolicy(bytes, { policy: simplePolicy({ hidden: 8 }) })).toThrow(
      'decodePolicy: observation.weight must be float32 [16, 8], got Float32Array [16, 6]; ' +
        'these weights belong to another architecture',
    );
    expect(() => decodePolicy(bytes, { policy: attentionPolicy({ hidden: 6 }) })).toThrow(
      'decodePolicy: node.weight is missing, the attention policy needs float32 [6, 6]',
    );
    const larger = { ...policy.initialize(0), more: { weight: { data: new Float32Array(1), shape: [1] } } };
    expect(() => encodePolicy({ policy, parameters: larger })).toThrow(
      'encodePolicy: more.weight is no parameter of the simple policy',
    );
  });

  it('refuse numbers that are not finite and files of something else', () => {
    const policy = simplePolicy({ hidden: 6 });
    const parameters = policy.initialize(0);
    parameters['action']!['bias']!.data[2] = NaN;
    expect(() => encodePolicy({ policy, parameters })).toThrow('action.bias must be finite, got NaN at 2');
    const other = encodeSafetensors({ weight: { data: new Float32Array(1), shape: [1] } });
    expect(() => decodePolicy(other, { file: 'other.safetensors' })).toThrow(
      /other\.safetensors.*pct\.tracking-rl\.architecture/,
    );
    expect(() => decodePolicy(new Uint8Array(3))).toThrow('policy');
  });
});
