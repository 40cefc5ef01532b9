/** Text, from dark to light; readable on white. */
export const INK = { text: '#1d2733', muted: '#55606d', axis: '#7a8591', grid: '#e3e7eb' } as const;

/**
 * Colours of lines, told apart with every common colour vision deficiency.
 *
 * @see Okabe and Ito, Color Universal Design, 2008
 */
export const LINE_COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#b07d00', '#444444'];

/** Samples of matplotlib's viridis (released under CC0), equidistant: perceptually uniform, lightness ascending. */
const VIRIDIS = [
  '#440154',
  '#482878',
  '#3e4989',
  '#31688e',
  '#26828e',
  '#1f9e89',
  '#35b779',
  '#6ece58',
  '#b5de2b',
  '#fde725',
];

type Rgb = readonly [red: number, green: number, blue: number];

function rgbOf(colour: string): Rgb {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as unknown as Rgb;
}

/**
 * Colour of the perceptually uniform map.
 *
 * @param share - in [0, 1]
 * @param shade - factor of the brightness, in [0, 1]. @defaultValue `1`
 */
export function colourAt(share: number, shade = 1): string {
  const at = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const left = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const [a, b] = [rgbOf(VIRIDIS[left]!), rgbOf(VIRIDIS[left + 1]!)];
  const channels = a.map((low, k) => Math.round(shade * (low + (b[k]! - low) * (at - left))));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Colour of the class of values above a limit. */
export const TOP_CLASS = '#f3f0e6';
