import { createRng, type Rng } from '@pct/core';
import { describe, expect, it } from 'vitest';

// Streams are part of the public contract: a change here needs a major version, and a reason.
const first = <T>(draw: (rng: Rng) => T, seed: number | bigint | string = 42): T[] => {
  const rng = createRng(seed);
  return Array.from({ length: 10 }, () => draw(rng));
};

describe('the first ten', () => {
  it('uniform', () =>
    expect(first((rng) => rng.uniform())).toMatchInlineSnapshot(`
    [
      0.41794780270783327,
      0.5290730728779838,
      0.5907573047373651,
      0.1021619232144999,
      0.11094520383537632,
      0.8148410339354933,
      0.0022414088841897772,
      0.6176323412603462,
      0.6128820934957474,
      0.6267914325207442,
    ]
  `));
  it('uniform(-1, 3)', () =>
    expect(first((rng) => rng.uniform(-1, 3))).toMatchInlineSnapshot(`
    [
      0.6717912108313331,
      1.116292291511935,
      1.3630292189494604,
      -0.5913523071420004,
      -0.5562191846584947,
      2.2593641357419734,
      -0.9910343644632409,
      1.4705293650413847,
      1.4515283739829896,
      1.5071657300829768,
    ]
  `));
  it('normal', () =>
    expect(first((rng) => rng.normal())).toMatchInlineSnapshot(`
    [
      1.3061332466602296,
      -1.6036445037314886,
      -1.2345228108609037,
      0.3599034559599128,
      0.5656478328692512,
      -0.44851193602345607,
      0.004604671937984431,
      -0.7733710241827249,
      -1.62076948040257,
      -1.3091972301816504,
    ]
  `));
  it('normal(10, 2)', () =>
    expect(first((rng) => rng.normal(10, 2))).toMatchInlineSnapshot(`
    [
      12.612266493320458,
      6.792710992537023,
      7.530954378278192,
      10.719806911919825,
      11.131295665738502,
      9.102976127953088,
      10.00920934387597,
      8.45325795163455,
      6.758461039194859,
      7.381605539636699,
    ]
  `));
  it('exponential', () =>
    expect(first((rng) => rng.exponential())).toMatchInlineSnapshot(`
    [
      0.872398719209866,
      0.6366287256688332,
      0.5263500073684996,
      2.28119629866289,
      2.1987189130102696,
      0.20476223281127642,
      6.100647958987045,
      0.48186192063916633,
      0.489582703476848,
      0.4671414371616466,
    ]
  `));
  it('gumbel', () =>
    expect(first((rng) => rng.gumbel())).toMatchInlineSnapshot(`
    [
      0.13650871277831525,
      0.4515686415756302,
      0.6417888742855641,
      -0.8246999977594293,
      -0.7878748784865751,
      1.585905812923607,
      -1.8083949883227866,
      0.7300976776753677,
      0.7142018762739795,
      0.7611232038659008,
    ]
  `));
  it('integer(-5, 6)', () =>
    expect(first((rng) => rng.integer(-5, 6))).toMatchInlineSnapshot(`
    [
      -1,
      0,
      0,
      3,
      1,
      -3,
      -4,
      -3,
      -4,
      -3,
    ]
  `));
  it('integer(0, 2^50)', () =>
    expect(first((rng) => rng.integer(0, 2 ** 50))).toMatchInlineSnapshot(`
    [
      386839416542759,
      261866960359606,
      817469127592696,
      920192798640550,
      999305557303089,
      584036112540411,
      20188816431244,
      1059537936533628,
      1016751508408499,
      16135789665766,
    ]
  `));
  it('poisson(3)', () =>
    expect(first((rng) => rng.poisson(3))).toMatchInlineSnapshot(`
    [
      3,
      2,
      5,
      1,
      3,
      3,
      2,
      4,
      4,
      6,
    ]
  `));
  it('poisson(250)', () =>
    expect(first((rng) => rng.poisson(250))).toMatchInlineSnapshot(`
    [
      246,
      254,
      227,
      255,
      272,
      223,
      243,
      276,
      240,
      239,
    ]
  `));
  it('categorical', () =>
    expect(first((rng) => rng.categorical([1, 2, 3, 4]))).toMatchInlineSnapshot(`
    [
      2,
      2,
      2,
      1,
      1,
      3,
      0,
      3,
      3,
      3,
    ]
  `));
  it('permutation', () =>
    expect(createRng(42).permutation(10).join(' ')).toMatchInlineSnapshot(`"7 2 6 0 1 3 5 8 9 4"`));
  it('shuffle', () =>
    expect(createRng(42).shuffle('abcdefghij').join('')).toMatchInlineSnapshot(`"hcgabdfije"`));
  it('float32 uniform', () =>
    expect([...createRng(42).fillUniform(new Float32Array(10))]).toMatchInlineSnapshot(`
      [
        0.41794776916503906,
        0.5290730595588684,
        0.5907572507858276,
        0.10216188430786133,
        0.11094516515731812,
        0.8148410320281982,
        0.002241373062133789,
        0.6176323294639587,
        0.6128820776939392,
        0.6267914175987244,
      ]
    `));
  it('float32 normal', () =>
    expect([...createRng(42).fillNormal(new Float32Array(10))]).toMatchInlineSnapshot(`
      [
        1.3061332702636719,
        -1.6036444902420044,
        -1.234522819519043,
        0.3599034547805786,
        0.5656478404998779,
        -0.44851192831993103,
        0.004604672081768513,
        -0.7733710408210754,
        -1.6207695007324219,
        -1.309197187423706,
      ]
    `));
});

describe('states of', () => {
  it('a number', () =>
    expect(createRng(42).getState()).toMatchInlineSnapshot(`
    {
      "algorithm": "xoroshiro128plus",
      "generator": [
        -1551489241,
        -1695623263,
        669354147,
        -804271892,
      ],
      "identity": [
        -456462333,
        -135336650,
        -1748544899,
        952263873,
      ],
      "version": 1,
    }
  `));
  it('a negative number', () =>
    expect(createRng(-1).getState().generator).toMatchInlineSnapshot(`
    [
      1360789952,
      1553138341,
      -1473986500,
      1248367454,
    ]
  `));
  it('a large bigint', () =>
    expect(createRng(2n ** 100n).getState().generator).toMatchInlineSnapshot(`
    [
      -364870971,
      -303741779,
      1231406776,
      1605040557,
    ]
  `));
  it('a text', () =>
    expect(createRng('calibration run').getState().generator).toMatchInlineSnapshot(`
    [
      -1691591760,
      -369773571,
      1786456877,
      -1458801567,
    ]
  `));
  it('a child by number', () =>
    expect(createRng(42).split(7).getState()).toMatchInlineSnapshot(`
    {
      "algorithm": "xoroshiro128plus",
      "generator": [
        -1686550628,
        28401787,
        1935478119,
        1220231075,
      ],
      "identity": [
        168462069,
        1279376398,
        1959883381,
        1491224823,
      ],
      "version": 1,
    }
  `));
  it('a child by text', () =>
    expect(createRng(42).split('noise').getState().generator).toMatchInlineSnapshot(`
      [
        699156583,
        -278281003,
        -43491776,
        720117591,
      ]
    `));
});

describe('the ten thousandth', () => {
  // The rare branches (edges and tail of the ziggurat) are in between.
  it('normal and all before', () => {
    const rng = createRng(42);
    let sum = 0;
    for (let i = 0; i < 10_000; i++) sum += rng.normal();
    expect([sum, rng.uniform()]).toMatchInlineSnapshot(`
      [
        219.04686960798594,
        0.4185651941494848,
      ]
    `);
  });
});
