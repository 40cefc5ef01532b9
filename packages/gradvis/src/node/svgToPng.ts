import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { checkPositive, describeValue, InvalidArgumentError, MissingDependencyError } from '@pct/core';

/** Options of {@link svgToPng}. */
export interface SvgToPngOptions {
  /** Width of the picture in pixels; the height follows. @defaultValue that of the SVG */
  readonly width?: number | undefined;
}

type Resvg = typeof import('@resvg/resvg-wasm').Resvg;

/** What drawing needs, loaded once. */
interface Renderer {
  readonly Resvg: Resvg;
  readonly fonts: readonly Uint8Array[];
}

const FONTS = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];
let renderer: Promise<Renderer> | undefined;

/**
 * Draws an SVG file as a PNG file, without a browser, in the fonts DejaVu Sans and DejaVu Sans Bold.
 *
 * @param svg - text of the file
 * @param options - {@link SvgToPngOptions}
 * @returns bytes of the file; transparent where the SVG is
 * @throws {@link InvalidArgumentError} if it is no SVG; {@link MissingDependencyError} if `@resvg/resvg-wasm` or
 *   `dejavu-fonts-ttf` is not installed
 */
export async function svgToPng(svg: string, options: SvgToPngOptions = {}): Promise<Uint8Array> {
  const { width } = options;
  if (typeof svg !== 'string')
    throw new InvalidArgumentError(`svgToPng: svg must be text, got ${describeValue(svg)}`);
  if (width !== undefined) checkPositive('svgToPng', 'width', width);
  renderer ??= load();
  const { Resvg, fonts } = await renderer.catch((error: unknown) => {
    // The next call tries again.
    renderer = undefined;
    throw error;
  });
  try {
    const drawing = new Resvg(svg, {
      font: { fontBuffers: [...fonts], defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
      ...(width === undefined ? {} : { fitTo: { mode: 'width', value: Math.round(width) } }),
    });
    const image = drawing.render();
    const png = image.asPng();
    image.free();
    drawing.free();
    return png;
  } catch (cause) {
    throw new InvalidArgumentError(`svgToPng: svg must be an SVG file: ${String(cause)}`, { cause });
  }
}

async function load(): Promise<Renderer> {
  try {
    const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
    const { resolve } = createRequire(import.meta.url);
    await initWasm(await readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')));
    const fonts = FONTS.map((name) => readFile(resolve(`dejavu-fonts-ttf/ttf/${name}`)));
    return { Resvg, fonts: await Promise.all(fonts) };
  } catch (cause) {
    throw new MissingDependencyError(
      'svgToPng: needs the packages @resvg/resvg-wasm and dejavu-fonts-ttf; run npm install @resvg/resvg-wasm dejavu-fonts-ttf',
      { cause },
    );
  }
}
