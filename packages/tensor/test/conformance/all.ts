import type { Case } from './cases.js';
import { elementwiseCases } from './elementwise.js';
import { layerCases } from './layers.js';
import { productCases } from './products.js';
import { structureCases } from './structure.js';

/** Every case of the language and its layers. */
export const allCases: readonly Case[] = [
  ...elementwiseCases,
  ...structureCases,
  ...productCases,
  ...layerCases,
];
