/**
 * Tables of the 256-layer ziggurat of the standard normal density f(x) = exp(−x²/2).
 *
 * Layer i > 0 is the rectangle of width X[i] between the heights F[i] and F[i + 1]; layer 0 is the lowest
 * rectangle together with the tail beyond {@link TAIL_START}. All layers have the area V.
 *
 * @see Marsaglia & Tsang 2000, J. Stat. Software 5(8), doi:10.18637/jss.v005.i08 (the method, and R and V)
 * @see Doornik 2005, "An Improved Ziggurat Method to Generate Normal Random Samples" (why the layer and the
 * position must come from different bits)
 */

/** Where the tail starts (the paper's r). */
export const TAIL_START = 3.6541528853610088;

/** Area of each layer. */
const V = 0.00492867323399;

const LAYERS = 256;

function density(x: number): number {
  return Math.exp(-0.5 * x * x);
}

/** Right edges of the layers, length LAYERS + 1; edge 0 is the virtual width of the lowest layer. */
function layerEdges(): Float64Array {
  const edges = new Float64Array(LAYERS + 1);
  edges[0] = V / density(TAIL_START);
  edges[1] = TAIL_START;
  let x = TAIL_START;
  for (let layer = 2; layer < LAYERS; layer++) {
    x = Math.sqrt(-2 * Math.log(V / x + density(x)));
    edges[layer] = x;
  }
  return edges;
}

const edges = /* @__PURE__ */ layerEdges();

/** Width of a layer per unit of the signed 54-bit position in [−2⁵³, 2⁵³), length 256. */
export const SCALE: Float64Array = /* @__PURE__ */ edges.slice(0, LAYERS).map((edge) => edge / 2 ** 53);

/** Positions below this are under the curve without a look, length 256. */
export const INSIDE: Float64Array = /* @__PURE__ */ edges
  .slice(0, LAYERS)
  .map((edge, layer) => (edges[layer + 1]! / edge) * 2 ** 53);

/** Density at the edges, length 257. */
export const HEIGHT: Float64Array = /* @__PURE__ */ edges.map(density);
