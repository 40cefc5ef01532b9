/** One cell of air, stepped by M7 and by its emulator side by side; the same code in browsers and in Node.js. */
import {
  createEmulator,
  createM7,
  type Emulator,
  type M7Result,
  modes,
  numberOf,
  pretrainedEmulator,
  runEmulator,
  runM7,
  sizeDistribution,
  stateFromCells,
  totalOf,
} from '@climate/m7-emulator';
import type { Runtime } from '@pct/tensor';

/** What the sliders say. */
export interface CellOptions {
  /** K */
  readonly temperature: number;
  /** Percent. */
  readonly humidity: number;
  /** Molecules of H2SO4 per cm³ and second, as a power of ten. */
  readonly production: number;
  /** Insoluble soot particles per cm³. */
  readonly soot: number;
  readonly hours: number;
}

/** What came out, by model. */
export interface Comparison {
  readonly m7: M7Result;
  readonly emulator: M7Result;
  /** Milliseconds of each, the emulator's without its compilation. */
  readonly milliseconds: { readonly m7: number; readonly emulator: number };
  /** Largest relative change of SO4 that production does not explain. */
  readonly massError: number;
  /** Steps that were unlike the training data. */
  readonly outsideSteps: number;
  /** SVG of both size distributions. */
  readonly figure: string;
}

/** The model behind the training data. */
const host = { variant: 'ham2', water: 'kappa', organicNucleation: 'activation' } as const;

/** The emulator of the package on an engine; compile it once. */
export async function loadEmulator(runtime: Runtime): Promise<Emulator> {
  return createEmulator(await pretrainedEmulator(), { runtime });
}

/** Air over land for some hours, by both models. */
export async function compareModels(
  emulator: Emulator,
  { temperature, humidity, production, soot, hours }: CellOptions,
): Promise<Comparison> {
  // 15 nm and 75 nm: about the sizes that M7 leaves its modes at.
  const start = stateFromCells([
    {
      h2so4: 1e6,
      SO4: { KS: 2e8, AS: 1.5e10 },
      OC: { AS: 1.5, KI: soot * 4e-4 },
      BC: { AS: 0.3, KI: soot * 2e-4 },
      number: { KS: 1200, AS: 900, KI: soot },
    },
  ]);
  const meteorology = {
    pressure: 95_000,
    temperature,
    relativeHumidity: humidity / 100,
    h2so4Production: 10 ** production,
    forestFraction: 0,
  };
  const duration = hours * 3600;
  const timed = async (run: () => Promise<M7Result>): Promise<readonly [M7Result, number]> => {
    const begun = performance.now();
    const result = await run();
    return [result, performance.now() - begun];
  };
  const outsideSteps = new Uint32Array(1);
  const [m7, m7Time] = await timed(() => runM7(createM7(host), start, { duration, meteorology }));
  const [said, emulatorTime] = await timed(() =>
    runEmulator(emulator, start, { duration, meteorology, outsideSteps }),
  );
  const expected = totalOf(start, 'SO4')[0]! + meteorology.h2so4Production * duration;
  return {
    m7,
    emulator: said,
    milliseconds: { m7: m7Time, emulator: emulatorTime },
    massError: Math.abs(totalOf(said, 'SO4')[0]! / expected - 1),
    outsideSteps: outsideSteps[0]!,
    figure: drawDistributions([
      ['M7', '#1f2937', m7],
      ['emulator', '#c0392b', said],
    ]),
  };
}

/** Particles per cm³ of each mode, for both. */
export function numbersTable({ m7, emulator }: Comparison): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  const numbers = (result: M7Result): string[] =>
    modes.map((mode) => numberOf(result, mode)[0]!.toPrecision(4));
  return `<table>${row(['particles / cm³', ...modes], 'th')}${row(['M7', ...numbers(m7)], 'td')}${row(
    ['emulator', ...numbers(emulator)],
    'td',
  )}</table>`;
}

const [width, height, margin] = [640, 300, 44];
const [firstDecade, lastDecade] = [-8, -3];
const [lowest, highest] = [-2, 5];

/** dN/dln r of wet particles from 0.1 nm to 10 µm, both axes logarithmic. */
function drawDistributions(
  curves: readonly (readonly [name: string, colour: string, result: M7Result])[],
): string {
  const radii = Array.from(
    { length: 201 },
    (_, k) => 10 ** (firstDecade + ((lastDecade - firstDecade) * k) / 200),
  );
  const x = (radius: number): number =>
    margin + ((Math.log10(radius) - firstDecade) / (lastDecade - firstDecade)) * (width - 2 * margin);
  const y = (density: number): number => {
    const share = (Math.log10(Math.max(density, 10 ** lowest)) - lowest) / (highest - lowest);
    return height - margin - share * (height - 2 * margin);
  };
  const lines = curves.map(([name, colour, result], k) => {
    const density = sizeDistribution(result, 0, radii);
    const points = radii.map((radius, at) => `${x(radius).toFixed(1)},${y(density[at]!).toFixed(1)}`);
    const dashes = k === 0 ? '' : ' stroke-dasharray="6 4"';
    return (
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>` +
      `<text x="${margin + 8 + 90 * k}" y="${margin - 12}" fill="${colour}">${name}</text>`
    );
  });
  const decades = Array.from({ length: lastDecade - firstDecade + 1 }, (_, k) => firstDecade + k);
  const names: Readonly<Record<number, string>> = {
    [-7]: '1 nm',
    [-6]: '10 nm',
    [-5]: '100 nm',
    [-4]: '1 µm',
  };
  const ticks = decades.map(
    (decade) =>
      `<line x1="${x(10 ** decade)}" x2="${x(10 ** decade)}" y1="${margin}" y2="${height - margin}" stroke="#ddd"/>` +
      `<text x="${x(10 ** decade)}" y="${height - margin + 18}" text-anchor="middle">${names[decade] ?? ''}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13">`,
    '<title>Size distributions of wet particles, particles per cm³ and unit of ln r against radius</title>',
    ...ticks,
    ...lines,
    '</svg>',
  ].join('');
}
