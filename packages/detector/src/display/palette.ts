/** Colours of a display, as `#rrggbb`. */
export interface Palette {
  readonly background: string;
  /** Ground of a panel, a legend, a tooltip. */
  readonly surface: string;
  readonly text: string;
  readonly muted: string;
  readonly axis: string;
  /** Lines of the detector layers. */
  readonly layer: string;
  /** True tracks behind reconstructed ones. */
  readonly truth: string;
  /** Reconstructed tracks where colour says something of the hits. */
  readonly found: string;
  /** Particles of the truth shown alone: primary, secondary. */
  readonly kinds: readonly [string, string];
  /** By {@link trackStatuses}: hit in no track, then the outcome of the track. */
  readonly statuses: readonly [string, string, string, string];
  /** For events, repeating. */
  readonly events: readonly string[];
  /** From the smallest to the largest energy deposit. */
  readonly energies: readonly string[];
}

/** Number of colours of the energy scale. */
export const energyBins = 32;

/** Samples of matplotlib's viridis (released under CC0), equidistant. */
const viridis = [
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

/**
 * Blue against orange is told apart with every common colour vision deficiency.
 *
 * @see Okabe and Ito, Color Universal Design, 2008, for the hues; lightness is adapted to the ground here
 */
export const palettes: { readonly light: Palette; readonly dark: Palette } = {
  light: {
    background: '#ffffff',
    surface: '#fafbfc',
    text: '#16202b',
    muted: '#566372',
    axis: '#6b7785',
    layer: '#e0e5ea',
    truth: '#c3cad2',
    found: '#8793a0',
    kinds: ['#0072b2', '#d55e00'],
    statuses: ['#4a4f55', '#0072b2', '#a8488a', '#d55e00'],
    events: ['#0072b2', '#d55e00', '#009e73', '#b5538f', '#4a9fd8', '#c98a00', '#555b61'],
    // Yellow is lost on white, deep violet on black: each ground leaves out its end of the scale.
    energies: ramp(viridis, 0, 0.88),
  },
  dark: {
    background: '#0e141b',
    surface: '#141c25',
    text: '#e8edf2',
    muted: '#9aa7b4',
    axis: '#7d8a98',
    layer: '#26313d',
    truth: '#3f4b58',
    found: '#8391a0',
    kinds: ['#5bb8f0', '#ff9442'],
    statuses: ['#b4bcc5', '#5bb8f0', '#e08cc4', '#ff9442'],
    events: ['#5bb8f0', '#ff9442', '#2fc49a', '#e08cc4', '#f0e442', '#d2b48c', '#b4bcc5'],
    energies: ramp(viridis, 0.22, 1),
  },
};

function ramp(anchors: readonly string[], from: number, to: number): string[] {
  return Array.from({ length: energyBins }, (_, bin) => {
    const at = (from + ((to - from) * bin) / (energyBins - 1)) * (anchors.length - 1);
    const left = Math.min(Math.floor(at), anchors.length - 2);
    return mix(anchors[left]!, anchors[left + 1]!, at - left);
  });
}

function mix(a: string, b: string, part: number): string {
  const channel = (at: number): string => {
    const low = parseInt(a.slice(at, at + 2), 16);
    const high = parseInt(b.slice(at, at + 2), 16);
    return Math.round(low + (high - low) * part)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
