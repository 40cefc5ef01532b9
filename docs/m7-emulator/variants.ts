/** What the study compares: the paper's networks, and ours. */
import {
  completionOutput,
  correctionOutput,
  type OutputLayer,
  type TrainEmulatorOptions,
} from '@climate/m7-emulator';

/** One way to train an emulator. */
export interface Variant {
  readonly name: string;
  /** In tables. */
  readonly title: string;
  /** Figures of the paper's table, where the abstract or the repository gives them. */
  readonly published?: { readonly meanR2: number } | undefined;
  readonly options: TrainEmulatorOptions;
  /** Whether the optimiser is ours, not the paper's. */
  readonly ours?: boolean | undefined;
  /** Takes the network of another variant, and only its own output layer: for constraints put on after training. */
  readonly from?: { readonly variant: string; readonly output: OutputLayer } | undefined;
}

/** What makes the accurate network: chosen by the experiments of the page. */
const accurate = {
  inputs: 'modes',
  activation: 'silu',
  skip: true,
  decadeWeight: 1,
  gradientNorm: 1,
  knee: 0.3,
  tailShare: 0.5,
} as const satisfies TrainEmulatorOptions;

/** What makes the rate coefficients of `'process'` accurate. */
const coefficients = {
  inputs: 'sizes',
  activation: 'silu',
  skip: true,
  decadeWeight: 1,
  gradientNorm: 1,
  knee: 0.3,
  tailShare: 0.5,
} as const satisfies TrainEmulatorOptions;

/** The paper's: two hidden layers of 128 with ReLU, and what is changed. */
export const variants: readonly Variant[] = [
  { name: 'baseline', title: 'baseline', published: { meanR2: 0.771 }, options: {} },
  { name: 'log', title: 'log transform, sign classifier', options: { inputs: 'log', output: 'log' } },
  { name: 'mass-loss', title: 'mass in the loss', options: { massPenalty: true } },
  { name: 'positivity-loss', title: 'positivity in the loss', options: { positivityPenalty: true } },
  {
    name: 'completion',
    title: 'completion',
    from: { variant: 'baseline', output: completionOutput },
    options: {},
  },
  {
    name: 'correction',
    title: 'correction',
    from: { variant: 'baseline', output: correctionOutput },
    options: {},
  },
  {
    name: 'projection',
    title: 'projection',
    ours: true,
    options: { ...accurate, decadeWeight: 0, output: 'projection' },
  },
  {
    name: 'transfer',
    title: 'transfer',
    ours: true,
    options: { ...accurate, output: 'transfer', spread: true },
  },
  {
    name: 'process',
    title: 'process',
    ours: true,
    options: { ...coefficients, output: 'process', hidden: [64, 64], spread: true },
  },
];

/** A variant by its name. */
export function variantNamed(name: string): Variant {
  const found = variants.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`--variant must be one of ${variants.map((one) => one.name).join(', ')}, got "${name}"`);
}
