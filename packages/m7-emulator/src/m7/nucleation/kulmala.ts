import { boltzmann } from '../constants.js';

/** Molecules of H2SO4 per new particle. */
const molecules = 100;

/**
 * α and β of J = exp(α + β ln gas).
 *
 * @param gas - H2SO4, molecules cm⁻³
 * @param temperature - K; at least 220 is used
 * @param humidity - relative humidity above 0; at most 0.9 is used
 * @param out - [2] receives α and β
 */
export function kulmalaCoefficients(
  gas: number,
  temperature: number,
  humidity: number,
  out: Float64Array,
): void {
  const t = Math.max(temperature, 220);
  const h = Math.min(humidity, 0.9);
  const waterDensity =
    (0.750064 * 10 ** (8.42926609 - 1827.17843 / t - 71208.271 / (t * t)) * 1333) / boltzmann / t;
  const acidDensity = (Math.exp(-10156 / t + 16.259) * 760 * 1333) / boltzmann / t;
  const acidity = gas / acidDensity;
  const delta = 1 + (t - 273.15) / 273.15;
  const fraction =
    1.2233 - (0.0154 * acidity) / (acidity + h) - 0.0415 * Math.log(humidity * waterDensity) + 0.0016 * t;
  const critical = -14.5125 + 0.1335 * t - 10.5462 * h + (1958.4 * h) / t;
  out[1] = 25.1289 - 4890.8 / t + (7643.4 * 0.0102) / t - 2.2479 * delta * h - (1.9712 * 0.0102 * delta) / h;
  out[0] =
    critical * (-25.1289 + 4890.8 / t + 2.2479 * delta * h) -
    1743.3 / t +
    fraction * (7643.4 / t - (1.9712 * delta) / h);
}

/**
 * Binary nucleation of H2SO4 and water, the parametrisation of Kulmala and others as M7 has it: 100 molecules a
 * particle. Nothing in perfectly dry air.
 *
 * @param gas - H2SO4, molecules cm⁻³
 * @param temperature - K
 * @param humidity - relative humidity, 0 to 1
 * @param out - [2] receives the rate in cm⁻³ s⁻¹ and the molecules of H2SO4 per particle
 * @see Kulmala, Laaksonen and Pirjola 1998, doi:10.1029/97JD03718
 */
export function kulmala(gas: number, temperature: number, humidity: number, out: Float64Array): void {
  if (!(gas > 1e-5 && humidity > 0)) {
    out[0] = 0;
    out[1] = molecules;
    return;
  }
  kulmalaCoefficients(gas, temperature, humidity, out);
  const rate = Math.exp(out[0]! + out[1]! * Math.log(gas));
  out[0] = Number.isFinite(rate) ? rate : 0;
  out[1] = molecules;
}
