/** One term of the fits: (c₀ + c₁t + c₂t² + c₃t³ + cₓ/x) Lⁱ Aʲ, as [i, j, c₀, c₁, c₂, c₃, cₓ]. */
export type VehkamakiTerm = readonly [number, number, number, number, number, number, number];

/** The fit of ln J, J in cm⁻³ s⁻¹. */
export const rateTerms: readonly VehkamakiTerm[] = [
  [0, 0, 0.1430901615568665, 2.219563673425199, -0.02739106114964264, 7.228107239317088e-5, 5.91822263375044],
  [
    1, 0, 0.1174886643003278, 0.4625315047693772, -0.01180591129059253, 4.04196487152575e-5,
    15.79628615047088,
  ],
  [
    2, 0, -0.215553951893509, -0.0810269192332194, 0.001435808434184642, -4.775796947178588e-6,
    -2.912974063702185,
  ],
  [
    3, 0, -3.588557942822751, 0.04950795302831703, -0.0002138195118737068, 3.108005107949533e-7,
    -0.02933332747098296,
  ],
  [
    0, 1, 1.145983818561277, -0.6007956227856778, 0.00864244733283759, -2.289467254710888e-5,
    -8.44984513869014,
  ],
  [
    1, 1, 2.158548369286559, 0.0808121412840917, -0.0004073815255395214, -4.019572560156515e-7,
    0.7213255852557235,
  ],
  [
    2, 1, 1.62409850488771, -0.01601062035325362, 3.771238979714162e-5, 3.217942606371182e-8,
    -0.01132550810022116,
  ],
  [
    0, 2, 9.71681713056504, -0.1150478558347306, 0.0001570982486038294, 4.009144680125015e-7,
    0.7118597859976135,
  ],
  [
    1, 2, -1.056105824379897, 0.00903377584628419, -1.984167387090606e-5, 2.460478196482179e-8,
    -0.05790872906645181,
  ],
  [
    0, 3, -0.1487119673397459, 0.002835082097822667, -9.24618825471694e-6, 5.004267665960894e-9,
    -0.01270805101481648,
  ],
];

/** The fit of ln of the molecules per cluster. */
export const sizeTerms: readonly VehkamakiTerm[] = [
  [
    0, 0, -0.002954125078716302, -0.0976834264241286, 0.001024847927067835, -2.186459697726116e-6,
    -0.1017165718716887,
  ],
  [
    1, 0, -0.002050640345231486, -0.007585041382707174, 0.0001926539658089536, -6.70429719683894e-7,
    -0.2557744774673163,
  ],
  [
    2, 0, 0.003223076552477191, 0.000852636632240633, -1.547571354871789e-5, 5.666608424980593e-8,
    0.03384437400744206,
  ],
  [
    3, 0, 0.04743226764572505, -0.0006251042204583412, 2.650663328519478e-6, -3.674710848763778e-9,
    -0.0002672510825259393,
  ],
  [
    0, 1, -0.01252108546759328, 0.005806550506277202, -0.0001016735312443444, 2.881946187214505e-7,
    0.0942243379396279,
  ],
  [
    1, 1, -0.0385459592773097, -0.0006723156277391984, 2.602884877659698e-6, 1.194163699688297e-8,
    -0.00851515345806281,
  ],
  [
    2, 1, -0.01837488495738111, 0.0001720723574407498, -3.717657974086814e-7, -5.148746022615196e-10,
    0.0002686602132926594,
  ],
  [
    0, 2, -0.06199739728812199, 0.000906958053583576, -9.11727926129757e-7, -5.367963396508457e-9,
    -0.007742343393937707,
  ],
  [
    1, 2, 0.0121827103101659, -0.0001066499571188091, 2.534598655067518e-7, -3.635186504599571e-10,
    0.0006100650851863252,
  ],
  [
    0, 3, 0.0003201836700403512, -1.74761713262546e-5, 6.065037668052183e-8, -1.421771723004557e-11,
    0.0001357509859501723,
  ],
];

/** Both fits, 7 numbers a term. */
const rateTable = Float64Array.from(rateTerms.flat());
const sizeTable = Float64Array.from(sizeTerms.flat());

/** Σ of the terms of a fit; powers of L and A come in a list so that the loop has no branches. */
function evaluate(table: Float64Array, t: number, inverse: number, powers: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < 70; at += 7) {
    const coefficient =
      table[at + 2]! +
      t * (table[at + 3]! + t * (table[at + 4]! + t * table[at + 5]!)) +
      table[at + 6]! * inverse;
    sum += coefficient * powers[table[at]!]! * powers[4 + table[at + 1]!]!;
  }
  return sum;
}

const powers = new Float64Array(8);

/**
 * Binary nucleation of H2SO4 and water, the parametrisation of Vehkamäki and others.
 *
 * Valid for 190.15 to 300.15 K, humidity 10⁻⁴ to 1 and 10⁴ to 10¹¹ molecules cm⁻³; arguments are clipped to that.
 * Zero below 10⁻⁷ cm⁻³ s⁻¹ and where the cluster would have fewer than four molecules: a step from more than
 * 100 cm⁻³ s⁻¹ to nothing in cold, acid air.
 *
 * @param gas - H2SO4, molecules cm⁻³
 * @param temperature - K
 * @param humidity - relative humidity, 0 to 1
 * @param out - [2] receives the rate in cm⁻³ s⁻¹ and the molecules of H2SO4 per cluster
 * @see Vehkamäki et al. 2002, doi:10.1029/2002JD002184
 */
export function vehkamaki(gas: number, temperature: number, humidity: number, out: Float64Array): void {
  const a = Math.log(Math.min(Math.max(gas, 1e4), 1e11));
  const l = Math.log(Math.min(Math.max(humidity, 1e-4), 1));
  const t = Math.min(Math.max(temperature, 190.15), 300.15);
  const fraction =
    0.7409967177282138 -
    0.002663785665140117 * t +
    l *
      (0.002010478847383187 -
        0.0001832894131464668 * t +
        l *
          (0.001574072538464286 -
            1.790589121766952e-5 * t +
            l * (0.0001844027436573778 - 1.503452308794887e-6 * t))) +
    a * (-0.003499978417957668 + 5.04021689382576e-5 * t);
  const inverse = 1 / fraction;
  powers[0] = powers[4] = 1;
  powers[1] = l;
  powers[2] = l * l;
  powers[3] = l * l * l;
  powers[5] = a;
  powers[6] = a * a;
  powers[7] = a * a * a;
  const molecules = Math.exp(evaluate(sizeTable, t, inverse, powers));
  out[1] = molecules * fraction;
  if (molecules < 4) {
    out[0] = 0;
    return;
  }
  const rate = Math.exp(evaluate(rateTable, t, inverse, powers));
  out[0] = rate < 1e-7 ? 0 : Math.min(rate, 1e10);
}

/**
 * {@link vehkamaki} as the original M7 uses it: nothing outside its range of validity.
 */
export function vehkamakiInRange(
  gas: number,
  temperature: number,
  humidity: number,
  out: Float64Array,
): void {
  if (gas >= 1e4 && humidity >= 1e-4 && temperature >= 190.15 && temperature <= 300.15) {
    vehkamaki(gas, temperature, humidity, out);
  } else {
    out[0] = 0;
    out[1] = 0;
  }
}
