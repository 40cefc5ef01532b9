/** A curve that grows, drawn as SVG. */

const WIDTH = 640;
const HEIGHT = 320;
const MARGIN = 48;

/**
 * Puts a chart with a curve into an element.
 *
 * @param into - its content is replaced
 * @param options - names of the axes and the ends of the scales, which start at 0
 * @returns adds a point to the curve
 */
export function drawChart(
  into: Element,
  options: { readonly x: string; readonly y: string; readonly xMax: number; readonly yMax: number },
): (x: number, y: number) => void {
  const across = (x: number): number => MARGIN + (x / options.xMax) * (WIDTH - 2 * MARGIN);
  const down = (y: number): number => HEIGHT - MARGIN - (y / options.yMax) * (HEIGHT - 2 * MARGIN);
  const [left, right, top, bottom] = [across(0), across(options.xMax), down(options.yMax), down(0)];
  into.innerHTML = `
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${options.y} by ${options.x}">
      <path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="currentColor" />
      <g font-size="14" fill="currentColor">
        <text x="${left - 8}" y="${top + 5}" text-anchor="end">${options.yMax}</text>
        <text x="${left - 8}" y="${bottom + 5}" text-anchor="end">0</text>
        <text x="${right}" y="${bottom + 20}" text-anchor="end">${options.xMax}</text>
        <text x="${(left + right) / 2}" y="${bottom + 32}" text-anchor="middle">${options.x}</text>
        <text x="${left}" y="${top - 12}">${options.y}</text>
      </g>
      <polyline fill="none" stroke="#b4451f" stroke-width="2" />
    </svg>`;
  const line = into.querySelector('polyline');
  const points: string[] = [];
  return (x, y) => {
    points.push(`${across(x).toFixed(1)},${down(Math.min(y, options.yMax)).toFixed(1)}`);
    line?.setAttribute('points', points.join(' '));
  };
}
