const given = new WeakMap<object, readonly string[]>();

type AnyFunction = (...args: never[]) => unknown;

/**
 * Names of a function's parameters, where its text or {@link keepNames} tells them; otherwise `args[i]`. Only
 * for messages and for the names of a program's inputs.
 */
export function argumentNames(fn: AnyFunction, count: number): string[] {
  const names = given.get(fn) ?? parameterNames(fn);
  const usable = names.length >= count && new Set(names).size === names.length;
  return Array.from({ length: count }, (_, i) => (usable ? names[i] : undefined) ?? `args[${i}]`);
}

/** Gives a function made from another one the names of its parameters, after some of its own. */
export function keepNames<F extends AnyFunction>(made: F, from: AnyFunction, own: readonly string[] = []): F {
  const names = given.get(from) ?? parameterNames(from);
  if (names.length > 0) given.set(made, [...own, ...names]);
  return made;
}

function parameterNames(fn: AnyFunction): string[] {
  const text = fn.toString().replace(/^(async\s+)?(function\s*[\w$]*)?\s*/, '');
  const list = /^\(([^(){}[\]=]*)\)/.exec(text)?.[1] ?? /^([\w$]+)\s*=>/.exec(text)?.[1] ?? '';
  const names = list.split(',').map((name) => name.trim());
  if (names.at(-1) === '') names.pop();
  const usable = names.every((name) => /^[\w$]+$/.test(name));
  return usable ? names : [];
}
