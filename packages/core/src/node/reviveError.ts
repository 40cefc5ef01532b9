/** An error as worker.js sends it. */
export type ErrorDescription =
  | { readonly value: unknown }
  | {
      readonly name: string;
      readonly message: string;
      readonly stack: string;
      readonly code?: string | number | undefined;
      readonly cause?: ErrorDescription | undefined;
    };

/** Makes an error with the name, message, stack, code and cause of one in another thread. */
export function reviveError(description: ErrorDescription): unknown {
  if ('value' in description) return description.value;
  const { name, message, stack, code, cause } = description;
  const error = new Error(message, cause === undefined ? undefined : { cause: reviveError(cause) });
  const fields = { name, stack, ...(code === undefined ? {} : { code }) };
  for (const [key, value] of Object.entries(fields)) {
    Object.defineProperty(error, key, {
      value,
      writable: true,
      configurable: true,
      enumerable: key === 'code',
    });
  }
  return error;
}
