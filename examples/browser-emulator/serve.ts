/** Bundles the page and serves it: `npm run script -- examples/browser-emulator/serve.ts [port]` from the root. */
import { servePage } from '../servePage.js';

const { address } = await servePage(import.meta.dirname, Number(process.argv[2] ?? 8080));
console.log(address);
