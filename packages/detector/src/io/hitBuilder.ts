import { FileFormatError } from '@pct/core';

import type { Hits } from '../hits.js';
import type { ColumnPlan } from './gateColumns.js';
import { firstIntegerSlot } from './gateColumns.js';
import { layerSlot, layersFromIds } from './layerIds.js';

/** Columns that grow while a file is read. Every value is checked on its way in. */
export class HitBuilder {
  /** Complete hits. */
  count = 0;
  readonly plan: ColumnPlan;
  readonly file: string;
  /** Row of the file that holds the first hit. */
  readonly firstRow: number;
  private capacity: number;
  private readonly reals: Float64Array[];
  private readonly integers: Int32Array[];

  constructor(plan: ColumnPlan, file: string, firstRow: number, expected = 4096) {
    this.plan = plan;
    this.file = file;
    this.firstRow = firstRow;
    this.capacity = Math.max(1, expected);
    this.reals = Array.from({ length: firstIntegerSlot }, () => new Float64Array(this.capacity));
    this.integers = plan.names.slice(firstIntegerSlot).map(() => new Int32Array(this.capacity));
  }

  /** Row of the file that holds hit `index`. */
  rowOf(index: number): number {
    return index + this.firstRow;
  }

  /** Sets one value of hit `count`. */
  put(slot: number, value: number): void {
    if (slot < firstIntegerSlot) {
      // Only finite numbers differ from themselves by 0.
      if (value - value !== 0 || (slot === 3 && value < 0)) this.fail(slot, value);
      this.reals[slot]![this.count] = value;
    } else {
      if ((value | 0) !== value) this.fail(slot, value);
      this.integers[slot - firstIntegerSlot]![this.count] = value;
    }
  }

  /** Ends hit `count`, all of whose slots are set. */
  endRow(): void {
    if (++this.count < this.capacity) return;
    this.capacity *= 2;
    for (let k = 0; k < this.reals.length; k++)
      this.reals[k] = grown(this.reals[k]!, new Float64Array(this.capacity));
    for (let k = 0; k < this.integers.length; k++) {
      this.integers[k] = grown(this.integers[k]!, new Int32Array(this.capacity));
    }
  }

  /** An error at the current hit. */
  error(column: string | undefined, message: string): FileFormatError {
    return new FileFormatError({ file: this.file, row: this.rowOf(this.count), column }, message);
  }

  finish(): Hits {
    const { count } = this;
    const [posX, posY, posZ, edep] = this.reals.map((column) => column.slice(0, count));
    const integers = this.integers.map((column) => column.slice(0, count));
    const [eventID, trackID, parentID] = integers;
    const ids = integers.slice(layerSlot - firstIntegerSlot);
    const layer = layersFromIds(this.plan, ids, posZ!, this);
    return {
      count,
      posX: posX!,
      posY: posY!,
      posZ: posZ!,
      edep: edep!,
      eventID: eventID!,
      trackID: trackID!,
      parentID: parentID!,
      layer,
    };
  }

  private fail(slot: number, value: number): never {
    const expected =
      slot >= firstIntegerSlot
        ? 'an integer of 32 bits'
        : Number.isFinite(value)
          ? 'an energy >= 0'
          : 'a finite number';
    throw this.error(this.plan.names[slot], `expected ${expected}, got ${value}`);
  }
}

function grown<T extends Float64Array | Int32Array>(column: T, larger: T): T {
  larger.set(column);
  return larger;
}
