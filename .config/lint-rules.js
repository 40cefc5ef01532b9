/** The lint rules of this repository that no plugin has: all three judge what a file imports. */
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';
import { engines, packages } from './dependency-direction.js';

/**
 * @typedef {object} Place
 * @property {string} folder - folder under `packages/`
 * @property {string} path - path inside that folder, with slashes
 */

/**
 * Where a file stands in the repository; undefined outside of `packages/`.
 *
 * @param {string} file - absolute path
 * @param {string} root - absolute path of the repository
 * @returns {Place | undefined}
 */
function placeOf(file, root) {
  const [top, folder, ...rest] = relative(root, file).split(sep);
  return top === 'packages' && folder !== undefined ? { folder, path: rest.join('/') } : undefined;
}

/**
 * Calls `check` for each module a file names: import and export declarations, `import()`, `require()` and
 * `import('...')` types.
 *
 * @param {import('eslint').Rule.RuleContext} context
 * @param {(specifier: string, typeOnly: boolean) => string | undefined} check - returns what is wrong, if so
 * @returns {import('eslint').Rule.RuleListener}
 */
function onImports(context, check) {
  const visit = (node, source, typeOnly) => {
    if (typeof source?.value !== 'string') return;
    const message = check(source.value, typeOnly);
    if (message) context.report({ node: source ?? node, message });
  };
  return {
    ImportDeclaration: (node) => visit(node, node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => visit(node, node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => visit(node, node.source, node.exportKind === 'type'),
    ImportExpression: (node) => visit(node, node.source, false),
    TSImportType: (node) => visit(node, node.source, true),
    'CallExpression[callee.name="require"]': (node) => visit(node, node.arguments[0], false),
  };
}

const isInside = (specifier, name) => specifier === name || specifier.startsWith(`${name}/`);

const dependencyDirection = {
  meta: { type: 'problem', docs: { description: 'Packages import each other only as the table allows' } },
  create(context) {
    const here = placeOf(context.filename, context.cwd);
    if (!here) return {};
    const self = packages[here.folder];
    const owner = (specifier) => Object.entries(packages).find(([, { name }]) => isInside(specifier, name));

    function checkRelative(specifier) {
      const target = resolve(dirname(context.filename), specifier);
      const place = placeOf(target, context.cwd);
      if (place?.folder === here.folder) return undefined;
      const shared = relative(context.cwd, target).split(sep)[0] === '.config';
      if (shared && !here.path.startsWith('src/')) return undefined;
      return place
        ? `Import another package by its public name, not by a path into its folder.`
        : `Packages import nothing from outside their folder (examples and docs import packages, not the reverse).`;
    }

    function checkName(specifier) {
      if (isInside(specifier, '@sciml-ts/examples') || isInside(specifier, '@sciml-ts/docs')) {
        return 'Packages do not import examples or docs.';
      }
      const found = owner(specifier);
      if (!found) return undefined;
      const [folder, { name }] = found;
      if (/^\/(src|dist|test)(\/|$)/.test(specifier.slice(name.length))) {
        return `Import only the public entries of ${name}, nothing of its src, dist or test.`;
      }
      if (folder === here.folder) {
        return here.path.startsWith('src/')
          ? 'Inside a package, src imports its own files by relative path.'
          : undefined;
      }
      return self?.dependsOn.includes(folder)
        ? undefined
        : `packages/${here.folder} must not depend on ${name} (see .config/dependency-direction.js).`;
    }

    if (!self) {
      return {
        Program: (node) =>
          context.report({
            node,
            message: `packages/${here.folder} is missing in .config/dependency-direction.js.`,
          }),
      };
    }
    return onImports(context, (specifier) =>
      specifier.startsWith('.') ? checkRelative(specifier) : checkName(specifier),
    );
  },
};

const enginesInTensor = {
  meta: { type: 'problem', docs: { description: 'Only packages/tensor imports numeric engines' } },
  create(context) {
    const here = placeOf(context.filename, context.cwd);
    // Tests and benches may bring an engine's own arrays, as users of an adapter do, and use it as a peer.
    if (here?.folder === engines.owner || /^(test|bench)\//.test(here?.path ?? '')) return {};
    return onImports(context, (specifier) =>
      engines.pattern.test(specifier)
        ? `Only packages/${engines.owner} imports ${specifier}; use @pct/${engines.owner}.`
        : undefined,
    );
  },
};

const browserSafe = {
  meta: { type: 'problem', docs: { description: 'Only src/node uses modules of Node.js' } },
  create(context) {
    const here = placeOf(context.filename, context.cwd);
    if (!here?.path.startsWith('src/') || here.path.startsWith('src/node/')) return {};
    return onImports(context, (specifier, typeOnly) => {
      if (isBuiltin(specifier)) return `${specifier} exists only in Node.js: move this to src/node/.`;
      if (typeOnly || !specifier.startsWith('.')) return undefined;
      const target = placeOf(resolve(dirname(context.filename), specifier), context.cwd);
      return target?.path.startsWith('src/node/')
        ? 'This file has to run in browsers, and src/node/ does not: import from it only types.'
        : undefined;
    });
  },
};

export const sciml = {
  rules: {
    'dependency-direction': dependencyDirection,
    'engines-in-tensor': enginesInTensor,
    'browser-safe': browserSafe,
  },
};
