import { plainTiles, type Tiles } from './tiles.js';
import { tilesModule, wasmTiles } from './tilesWasm.js';

/** Which implementation of the kernels to use. */
export type KernelChoice = 'auto' | 'plain';

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65_536;

/** One growing block of float64 and the kernels that work on it. */
export interface Arena {
  readonly kind: 'wasm' | 'plain';
  /** The numbers. */
  readonly data: Float64Array;
  readonly tiles: Tiles;
  /**
   * Makes room for at least `length` numbers and keeps those that are there; new ones are 0. The arena that is
   * returned takes the place of this one, which must not be used any more.
   */
  grow(length: number): Arena;
}

function plainArena(data: Float64Array): Arena {
  return {
    kind: 'plain',
    data,
    tiles: plainTiles(data),
    grow(length) {
      if (length <= data.length) return this;
      const larger = new Float64Array(length);
      larger.set(data);
      return plainArena(larger);
    },
  };
}

function wasmArena(memory: WebAssembly.Memory, tiles: Tiles): Arena {
  const data = new Float64Array(memory.buffer);
  return {
    kind: 'wasm',
    data,
    tiles,
    grow(length) {
      if (length <= data.length) return this;
      try {
        memory.grow(pages(length - data.length));
      } catch (error) {
        // A WebAssembly memory ends at 4 GiB, a typed array does not.
        if (!(error instanceof RangeError)) throw error;
        return plainArena(data).grow(length);
      }
      return wasmArena(memory, tiles);
    },
  };
}

const pages = (length: number): number => Math.ceil((length * 8) / PAGE);

/**
 * Makes an arena.
 *
 * @param length - how many numbers it must hold at first
 * @param choice - `auto` takes WebAssembly where it is there and has the memory
 */
export function createArena(length: number, choice: KernelChoice): Arena {
  const module = choice === 'auto' ? tilesModule() : null;
  if (module !== null) {
    try {
      const memory = new WebAssembly.Memory({ initial: pages(length) });
      return wasmArena(memory, wasmTiles(module, memory));
    } catch (error) {
      // More than 4 GiB, or no address space left for another memory.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return plainArena(new Float64Array(length));
}
