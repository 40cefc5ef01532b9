import { palettes, type Palette } from './palette.js';

/**
 * Style sheet of the page. Colours are custom properties, set by `prefers-color-scheme` or by a fixed theme.
 *
 * @param stage - size of the drawing area, CSS pixels; what is undefined fills the window
 */
export function pageStyle(
  theme: 'light' | 'dark' | undefined,
  stage: { readonly width: number | undefined; readonly height: number | undefined },
): string {
  const colours =
    theme === undefined
      ? `${variables('light')}\n@media (prefers-color-scheme: dark) { ${variables('dark')} }`
      : variables(theme);
  const width = stage.width === undefined ? '' : `width: ${stage.width}px; flex: none;`;
  const height = stage.height === undefined ? '' : `height: ${stage.height}px; min-height: 0; flex: none;`;
  return `${colours}\n${rules}\n.stage { ${width} ${height} }\n`;
}

function variables(theme: 'light' | 'dark'): string {
  const { background, surface, text, muted, axis, layer, kinds }: Palette = palettes[theme];
  const pairs = { background, surface, text, muted, axis, rule: layer, accent: kinds[0] };
  const list = Object.entries(pairs).map(([name, colour]) => `--${name}: ${colour};`);
  return `:root { color-scheme: ${theme}; ${list.join(' ')} }`;
}

const rules = `
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body {
  display: flex; flex-direction: column;
  background: var(--background); color: var(--text);
  font: 14px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif;
}
header { padding: 12px 20px 10px; border-bottom: 1px solid var(--rule); }
h1 { margin: 0; font-size: 18px; line-height: 1.3; overflow-wrap: anywhere; }
header p { margin: 2px 0 0; color: var(--muted); font-size: 13px; }
header span + span::before { content: ' \u00b7 '; }
main { flex: 1; display: flex; min-height: 0; }
.stage { position: relative; flex: 1; min-width: 0; min-height: 240px; overflow: hidden; }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: none; cursor: grab; }
canvas:active { cursor: grabbing; }
canvas:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
aside {
  width: 256px; flex: none; padding: 14px 18px; overflow-y: auto;
  background: var(--surface); border-left: 1px solid var(--rule);
}
fieldset { margin: 0 0 14px; padding: 0; border: 0; min-width: 0; }
legend, h2 { margin: 0 0 5px; padding: 0; font-size: 12px; font-weight: 600; color: var(--muted); }
.choice { display: flex; border: 1px solid var(--axis); border-radius: 6px; overflow: hidden; }
.choice label { flex: auto; text-align: center; cursor: pointer; }
.choice label + label { border-left: 1px solid var(--axis); }
.choice input { position: absolute; opacity: 0; }
.choice span { display: block; padding: 4px 6px; font-size: 13px; }
.choice input:checked + span { background: var(--accent); color: var(--background); font-weight: 600; }
.choice input:focus-visible + span { outline: 2px solid var(--text); outline-offset: -3px; }
.choice input:disabled + span { color: var(--muted); opacity: 0.6; cursor: not-allowed; }
.buttons { display: flex; flex-wrap: wrap; gap: 6px; }
button {
  flex: auto; padding: 4px 8px; border: 1px solid var(--axis); border-radius: 6px;
  background: transparent; color: inherit; font: inherit; font-size: 13px; cursor: pointer;
}
button:hover { border-color: var(--accent); color: var(--accent); }
button:focus-visible, summary:focus-visible, input[type='range']:focus-visible {
  outline: 2px solid var(--accent); outline-offset: 1px;
}
.slider { display: flex; align-items: center; gap: 8px; }
.slider input { flex: 1; min-width: 0; accent-color: var(--accent); }
.slider output { min-width: 44px; text-align: right; font-variant-numeric: tabular-nums; font-size: 13px; }
#legend { list-style: none; margin: 0 0 16px; padding: 0; font-size: 13px; }
#legend li { display: flex; align-items: center; gap: 8px; padding: 1.5px 0; }
#legend li > svg { flex: none; }
#legend .scale { display: block; margin-top: 6px; }
#legend .scale svg { display: block; width: 100%; height: 10px; border-radius: 3px; }
#legend .scale > span { display: flex; justify-content: space-between; font-size: 12px; color: var(--muted); }
details { font-size: 13px; color: var(--muted); }
summary { cursor: pointer; font-weight: 600; font-size: 12px; }
details dl, #tip { display: grid; grid-template-columns: auto 1fr; gap: 2px 10px; margin: 6px 0 0; }
details dt { color: var(--text); }
dd { margin: 0; }
kbd {
  padding: 0 4px; border: 1px solid var(--axis); border-radius: 4px;
  font: 12px ui-monospace, 'Liberation Mono', monospace;
}
#tip {
  position: absolute; left: 0; top: 0; max-width: 320px; margin: 0; padding: 8px 11px; pointer-events: none;
  background: var(--surface); border: 1px solid var(--axis); border-radius: 8px;
  box-shadow: 0 4px 16px rgb(0 0 0 / 22%); font-size: 12.5px; line-height: 1.35;
  font-variant-numeric: tabular-nums;
}
#tip[hidden] { display: none; }
#tip dt { color: var(--muted); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 760px) {
  main { flex-direction: column; overflow-y: auto; }
  .stage { flex: none; height: 60vh; }
  aside { width: auto; flex: none; overflow: visible; border-left: 0; border-top: 1px solid var(--rule); }
}`;
