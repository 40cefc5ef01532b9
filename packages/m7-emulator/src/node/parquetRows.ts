import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { inputCount, inputNames, outputCount, outputNames } from '../data/columns.js';
import { edgeNames } from '../data/edges.js';
import type { PairChunk } from '../data/pairChunk.js';
import { regimeNames } from '../data/regime.js';

/** Rows of a row group: 8 MB of numbers. */
const groupRows = 1 << 14;

const numberNames = [...inputNames.map((name) => `in_${name}`), ...outputNames.map((name) => `out_${name}`)];

/** Writes chunks as a Parquet file, piece by piece. */
export class ParquetRows {
  private readonly bytes = new ByteWriter();
  private readonly writer: ParquetWriter;
  private readonly numbers = numberNames.map(() => new Float64Array(groupRows));
  private regimes: string[] = [];
  private edges: string[] = [];

  /** @param metadata - of the file: text by key */
  constructor(metadata: Readonly<Record<string, string>>) {
    const plain = { repetition_type: 'REQUIRED' } as const;
    this.writer = new ParquetWriter({
      writer: this.bytes,
      // Snappy takes longer than the disk, and gains little on numbers like these.
      codec: 'UNCOMPRESSED',
      schema: [
        { name: 'pairs', num_children: numberNames.length + 2 },
        ...numberNames.map((name) => ({ ...plain, name, type: 'DOUBLE' }) as const),
        { ...plain, name: 'regime', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
        { ...plain, name: 'edge', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
      ],
      kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      createdBy: '@climate/m7-emulator',
    });
  }

  /** Adds rows; returns the bytes that are ready, often none. */
  add({ rows, inputs, outputs, regimes, edges }: PairChunk): Uint8Array {
    for (let row = 0; row < rows; row++) {
      const at = this.regimes.length;
      for (let k = 0; k < inputCount; k++) this.numbers[k]![at] = inputs[row * inputCount + k]!;
      for (let k = 0; k < outputCount; k++) {
        this.numbers[inputCount + k]![at] = outputs[row * outputCount + k]!;
      }
      this.regimes.push(regimeNames[regimes[row]!]!);
      this.edges.push(edgeNames[edges[row]!]!);
      if (this.regimes.length === groupRows) this.writeGroup();
    }
    return this.takeBytes();
  }

  /** Ends the file; returns its last bytes. */
  finish(): Uint8Array {
    if (this.regimes.length > 0) this.writeGroup();
    void this.writer.finish();
    return this.takeBytes();
  }

  private writeGroup(): void {
    const rows = this.regimes.length;
    const numbers = numberNames.map((name, k) => ({
      name,
      data: this.numbers[k]!.subarray(0, rows),
      encoding: 'PLAIN' as const,
    }));
    void this.writer.write({
      columnData: [...numbers, { name: 'regime', data: this.regimes }, { name: 'edge', data: this.edges }],
      rowGroupSize: groupRows,
    });
    this.regimes = [];
    this.edges = [];
  }

  private takeBytes(): Uint8Array {
    const bytes = this.bytes.getBytes().slice();
    // The offset in the file goes on; the buffer starts again.
    this.bytes.index = 0;
    return bytes;
  }
}
