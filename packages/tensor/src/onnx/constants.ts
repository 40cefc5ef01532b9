import type { OnnxTensor } from './model.js';

/** Constants up to this many bytes are shared by content, larger ones only if they are the same memory. */
const SHARED_BYTES = 1024;

/** The constants of a model that is being built; equal ones share one name. */
export class BuilderConstants {
  readonly #fresh: (hint: string) => string;
  readonly #tensors: Record<string, OnnxTensor> = {};
  readonly #small = new Map<string, string>();
  readonly #large = new Map<ArrayBufferLike, { at: number; type: string; name: string }[]>();

  /** @param fresh - gives a name that is not in use */
  constructor(fresh: (hint: string) => string) {
    this.#fresh = fresh;
  }

  /** Adds a constant, unless an equal one is there already. Returns its name. */
  add(tensor: OnnxTensor): string {
    const { data, shape } = tensor;
    const type = `${tensor.type} [${shape.join()}]`;
    if (data.length <= SHARED_BYTES) {
      const key = `${type} ${data.join()}`;
      const name = this.#small.get(key) ?? this.#keep(tensor);
      this.#small.set(key, name);
      return name;
    }
    const entries = this.#large.get(data.buffer) ?? [];
    const known = entries.find((entry) => entry.at === data.byteOffset && entry.type === type);
    if (known !== undefined) return known.name;
    const name = this.#keep(tensor);
    this.#large.set(data.buffer, [...entries, { at: data.byteOffset, type, name }]);
    return name;
  }

  /** All constants by name. */
  all(): Readonly<Record<string, OnnxTensor>> {
    return { ...this.#tensors };
  }

  #keep(tensor: OnnxTensor): string {
    const name = this.#fresh('constant');
    this.#tensors[name] = tensor;
    return name;
  }
}
