import { FileFormatError } from '@pct/core';
import { decodeTensor, onnxTypeOf } from './decodeTensor.js';
import {
  ATTRIBUTE_KINDS,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './model.js';
import { readFields, readFloats, readIntegers, readString, type ProtobufField } from './protobuf.js';

/**
 * Reads the bytes of an `.onnx` file. Fields that {@link OnnxModel} has no place for (documentation of nodes,
 * types of inner values) are passed over.
 *
 * @param bytes - the file
 * @param options - `file`: its name for error messages (default `'ONNX model'`)
 * @returns the model; its constants are views on `bytes` where the file allows
 * @throws {@link FileFormatError} if the file is cut off, is not an ONNX model, or keeps its weights outside
 */
export function decodeOnnxModel(
  bytes: Uint8Array,
  { file = 'ONNX model' }: { readonly file?: string | undefined } = {},
): OnnxModel {
  let irVersion: number | undefined;
  let graph: OnnxGraph | undefined;
  const texts = { producerName: '', producerVersion: '', description: '' };
  const opsets: Record<string, number> = {};
  const metadata: Record<string, string> = {};
  for (const field of readFields(bytes, file)) {
    if (field.field === 1) irVersion = field.integer;
    else if (field.field === 2) texts.producerName = readString(field, file);
    else if (field.field === 3) texts.producerVersion = readString(field, file);
    else if (field.field === 6) texts.description = readString(field, file);
    else if (field.field === 7) graph = readGraph(field.bytes, file);
    else if (field.field === 8) {
      const entry = collect(field.bytes, file);
      opsets[text(entry, 1, file)] = entry.get(2)?.[0]?.integer ?? 0;
    } else if (field.field === 14) {
      const entry = collect(field.bytes, file);
      metadata[text(entry, 1, file)] = text(entry, 2, file);
    }
  }
  if (irVersion === undefined || graph === undefined) {
    throw new FileFormatError(
      { file },
      'holds no ONNX graph; expected a ModelProto with ir_version and graph',
    );
  }
  return { irVersion, opsets, ...texts, metadata, graph };
}

type Fields = Map<number, ProtobufField[]>;

function collect(bytes: Uint8Array, file: string): Fields {
  const fields: Fields = new Map();
  for (const field of readFields(bytes, file)) {
    const list = fields.get(field.field);
    if (list === undefined) fields.set(field.field, [field]);
    else list.push(field);
  }
  return fields;
}

function text(fields: Fields, field: number, file: string): string {
  const found = fields.get(field)?.at(-1);
  return found === undefined ? '' : readString(found, file);
}

function texts(fields: Fields, field: number, file: string): string[] {
  return (fields.get(field) ?? []).map((found) => readString(found, file));
}

function readGraph(bytes: Uint8Array, file: string): OnnxGraph {
  const fields = collect(bytes, file);
  const initializers: Record<string, OnnxTensor> = {};
  for (const field of fields.get(5) ?? []) {
    const { name, tensor } = decodeTensor(field.bytes, file);
    initializers[name] = tensor;
  }
  if (fields.has(15)) throw new FileFormatError({ file }, 'sparse constants are not supported');
  const values = (field: number): OnnxValueInfo[] =>
    (fields.get(field) ?? []).map((found) => readValueInfo(found.bytes, file));
  return {
    name: text(fields, 2, file),
    nodes: (fields.get(1) ?? []).map((field) => readNode(field.bytes, file)),
    initializers,
    inputs: values(11),
    outputs: values(12),
  };
}

function readNode(bytes: Uint8Array, file: string): OnnxNode {
  const fields = collect(bytes, file);
  const attributes: Record<string, OnnxAttribute> = {};
  for (const field of fields.get(5) ?? []) {
    const attribute = collect(field.bytes, file);
    attributes[text(attribute, 1, file)] = readAttribute(attribute, file);
  }
  return {
    op: text(fields, 4, file),
    domain: text(fields, 7, file),
    name: text(fields, 3, file),
    inputs: texts(fields, 1, file),
    outputs: texts(fields, 2, file),
    attributes,
  };
}

function readAttribute(fields: Fields, file: string): OnnxAttribute {
  const number = fields.get(20)?.at(-1)?.integer;
  const kind = (Object.keys(ATTRIBUTE_KINDS) as OnnxAttribute['kind'][]).find(
    (name) => ATTRIBUTE_KINDS[name] === number,
  );
  const one = (field: number): ProtobufField => {
    const found = fields.get(field)?.at(-1);
    if (found === undefined) {
      throw new FileFormatError({ file }, `attribute "${text(fields, 1, file)}" has no value`);
    }
    return found;
  };
  switch (kind) {
    case 'float':
      return { kind, value: readFloats(one(2))[0] ?? 0 };
    case 'int':
      return { kind, value: one(3).integer };
    case 'string':
      return { kind, value: readString(one(4), file) };
    case 'tensor':
      return { kind, value: decodeTensor(one(5).bytes, file).tensor };
    case 'graph':
      return { kind, value: readGraph(one(6).bytes, file) };
    case 'floats':
      return { kind, value: (fields.get(7) ?? []).flatMap(readFloats) };
    case 'ints':
      return { kind, value: (fields.get(8) ?? []).flatMap((field) => readIntegers(field, file)) };
    case 'strings':
      return { kind, value: texts(fields, 9, file) };
    case undefined:
      throw new FileFormatError(
        { file },
        `attribute "${text(fields, 1, file)}" is of kind ${number ?? 'unknown'}, which is not supported`,
      );
  }
}

function readValueInfo(bytes: Uint8Array, file: string): OnnxValueInfo {
  const fields = collect(bytes, file);
  const name = text(fields, 1, file);
  const tensorField = collect(fields.get(2)?.at(-1)?.bytes ?? new Uint8Array(0), file)
    .get(1)
    ?.at(-1);
  if (tensorField === undefined) throw new FileFormatError({ file }, `"${name}" is not a dense tensor`);
  const tensor = collect(tensorField.bytes, file);
  const shapeField = tensor.get(2)?.at(-1);
  const shape =
    shapeField &&
    (collect(shapeField.bytes, file).get(1) ?? []).map((field) => {
      const dimension = collect(field.bytes, file);
      const size = dimension.get(1)?.at(-1)?.integer;
      return size ?? (dimension.has(2) ? text(dimension, 2, file) : undefined);
    });
  return { name, type: onnxTypeOf(tensor.get(1)?.at(-1)?.integer, name, file), shape };
}
