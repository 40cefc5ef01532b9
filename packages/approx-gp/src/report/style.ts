/** Colours and sizes of a report, for light and dark pages. */
export const STYLE = [
  ':root{color-scheme:light dark;--ink:#222;--soft:#8888;--page:#fff;--blue:#2b6cb0;--red:#c53030;--green:#2f855a;--amber:#b7791f}',
  '@media(prefers-color-scheme:dark){:root{--ink:#ddd;--page:#16181d;--blue:#63b3ed;--red:#fc8181;--green:#68d391;--amber:#f6e05e}}',
  'body{font:15px/1.4 system-ui,sans-serif;color:var(--ink);background:var(--page);margin:1.5rem}',
  'h1{font-size:1.5rem}h2{font-size:1rem;margin:0 0 .3rem}',
  'main{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,30rem),1fr));gap:1.5rem}',
  'svg{width:100%;height:auto}text{font-size:11px;fill:var(--ink)}.title{font-size:12px}',
  'table{border-collapse:collapse;font-size:.85rem}td,th{padding:.1rem .6rem .1rem 0;text-align:left;vertical-align:top}',
  '.grid{stroke:var(--soft);stroke-width:.4}.axis{stroke:var(--soft)}.dot{fill:var(--blue);opacity:.6}.infeasible{fill:var(--soft)}',
  '.front{fill:var(--red)}.best,.mean{fill:none;stroke:var(--red);stroke-width:1.5}.band{fill:var(--red);opacity:.15}',
  '.bar,.cell,.complete{fill:var(--blue)}.pruned{fill:var(--amber)}.fail{fill:var(--red)}.running{fill:var(--green)}',
  '.curve{fill:none;stroke:var(--blue);opacity:.35}.end{fill:var(--blue);opacity:.6}.curve.cut{stroke:var(--amber)}.end.cut{fill:var(--amber)}',
  '.thread{fill:none;stroke:var(--blue)}.shade{fill:var(--red);stroke:var(--page)}',
  '.s0{opacity:.95}.s1{opacity:.6}.s2{opacity:.4}.s3{opacity:.25}.s4{opacity:.12}',
].join('');
