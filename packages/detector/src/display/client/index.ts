import { cameraSource } from './camera.js';
import { controlsSource } from './controls.js';
import { drawSource } from './draw.js';
import { legendSource } from './legend.js';
import { mainSource } from './main.js';

/** The whole script of the page, in a scope of its own. */
export const clientSource = `(() => {
'use strict';
${[cameraSource, drawSource, legendSource, mainSource, controlsSource].join('')}})();
`;
