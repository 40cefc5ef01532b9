/** `npm run quickstart [-- <options of the example>]`: sets everything up, then runs the quickstart example. */
import { runScript } from './script.mjs';
import { command } from './setup.mjs';

await command(() => runScript('examples/quickstart.ts', process.argv.slice(2)));
