import { InvalidArgumentError } from '@pct/core';
import type { M7Options } from '../processes.js';
import type { Quantity } from '../units.js';

const organics = ['none', 'activation', 'kinetic'] as const;

/** The classic M7 counts activation among the nucleation schemes. */
const classicNucleation = [
  { nucleation: 'none' },
  { nucleation: 'vehkamaki' },
  { nucleation: 'kulmala' },
  { nucleation: 'none', organicNucleation: 'activation' },
] as const satisfies readonly M7Options[];

/** The digit after `_<letter>` in a file name. */
function digit(file: string, letter: string): number | undefined {
  const found = new RegExp(`_${letter}(\\d)(?!\\d)`).exec(file);
  return found ? Number(found[1]) : undefined;
}

/**
 * Variant and switches from a file name such as `ref_ham_w1_o0.csv` (water 0 = Zdanovskii, 1 = κ; organic
 * nucleation 0 = none, 1 = activation, 2 = kinetic) or `ref_lotoseuros_n2.csv` (nucleation 0 = none,
 * 1 = Vehkamäki, 2 = Kulmala, 3 = activation). What the rest of the name is does not matter.
 *
 * @throws {@link InvalidArgumentError} for other names
 */
export function optionsOfFile(file: string): M7Options {
  const water = digit(file, 'w');
  const organic = organics[digit(file, 'o') ?? -1];
  if (/ham/i.test(file) && (water === 0 || water === 1) && organic) {
    return {
      variant: 'ham2',
      water: water === 1 ? 'kappa' : 'zdanovskii',
      nucleation: 'vehkamaki',
      organicNucleation: organic,
    };
  }
  const scheme = classicNucleation[digit(file, 'n') ?? -1];
  if (/lotos|classic|_le_/i.test(file) && scheme) {
    return { variant: 'classic', water: 'zdanovskii', organicNucleation: 'none', ...scheme };
  }
  throw new InvalidArgumentError(
    `optionsOfFile: expected a name with ham_w<0|1>_o<0|1|2> or lotoseuros_n<0|1|2|3>, got ${file}; name the variant and its switches instead`,
  );
}

/** Length of the step in s from a file name with `_dt<seconds>`, such as `ref_ham_w1_o1_dt900.csv`; else 450. */
export function stepOfFile(file: string): Quantity<'s'> {
  const found = /_dt(\d+(?:\.\d+)?)/.exec(file);
  return found ? Number(found[1]) : 450;
}
