import { FileFormatError } from '@pct/core';
import { ONNX_TYPE_BYTES, ONNX_TYPES, type OnnxTensor, type OnnxType } from './model.js';
import {
  readDoubles,
  readFields,
  readFloats,
  readIntegers,
  readString,
  toInt64,
  type ProtobufField,
} from './protobuf.js';

/** Reads one TensorProto: raw bytes are taken as they are, typed fields are packed into bytes. */
export function decodeTensor(bytes: Uint8Array, file: string): { name: string; tensor: OnnxTensor } {
  const shape: number[] = [];
  let name = '';
  let typeNumber: number | undefined;
  let raw: Uint8Array | undefined;
  const typed: ProtobufField[] = [];
  for (const field of readFields(bytes, file)) {
    if (field.field === 1) shape.push(...readIntegers(field, file));
    else if (field.field === 2) typeNumber = field.integer;
    else if (field.field === 8) name = readString(field, file);
    else if (field.field === 9) raw = field.bytes;
    else if ([4, 5, 7, 10, 11].includes(field.field)) typed.push(field);
    else if (field.field === 6) throw new FileFormatError({ file }, `"${name}" holds strings; not supported`);
    else if (field.field === 13 || (field.field === 14 && field.integer === 1)) {
      throw new FileFormatError(
        { file },
        `"${name}" keeps its data in another file; save the model with its weights inside`,
      );
    }
  }
  const type = onnxTypeOf(typeNumber, name, file);
  const data = raw ?? packTyped(typed, type, file);
  const expected = shape.reduce((product, size) => product * size, 1) * ONNX_TYPE_BYTES[type];
  if (data.length !== expected) {
    throw new FileFormatError(
      { file },
      `"${name}" of type ${type} [${shape.join(', ')}] needs ${expected} bytes, got ${data.length}`,
    );
  }
  return { name, tensor: { type, shape, data } };
}

/** Name of an element type from its number in the file. */
export function onnxTypeOf(number: number | undefined, name: string, file: string): OnnxType {
  const type = (Object.keys(ONNX_TYPES) as OnnxType[]).find((key) => ONNX_TYPES[key] === number);
  if (type === undefined) {
    throw new FileFormatError(
      { file },
      `"${name}" has element type ${number ?? 'unknown'}, which is not supported`,
    );
  }
  return type;
}

function packTyped(fields: readonly ProtobufField[], type: OnnxType, file: string): Uint8Array {
  const values = fields.flatMap((field) =>
    field.field === 4
      ? readFloats(field)
      : field.field === 10
        ? readDoubles(field)
        : readIntegers(field, file),
  );
  const width = ONNX_TYPE_BYTES[type];
  const bytes = new Uint8Array(width * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    const at = width * index;
    if (type === 'float32') view.setFloat32(at, value, true);
    else if (type === 'float64') view.setFloat64(at, value, true);
    else if (width === 8) view.setBigInt64(at, toInt64(value), true);
    else if (width === 4) view.setInt32(at, value, true);
    else if (width === 2) view.setInt16(at, value, true);
    else view.setInt8(at, value);
  });
  return bytes;
}
