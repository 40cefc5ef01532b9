import {
  ATTRIBUTE_KINDS,
  ONNX_TYPES,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './model.js';
import { ProtobufWriter } from './protobuf.js';

/**
 * Writes a model as the bytes of an `.onnx` file. The same model always gives the same bytes.
 *
 * @param model - the model; names must be unique and nodes in an order in which they can run
 * @returns the file
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers
 */
export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const writer = new ProtobufWriter().integer(1, model.irVersion);
  writer.string(2, model.producerName).string(3, model.producerVersion);
  if (model.description !== '') writer.string(6, model.description);
  writer.message(7, (inner) => writeGraph(inner, model.graph));
  for (const [domain, version] of Object.entries(model.opsets)) {
    writer.message(8, (inner) => inner.string(1, domain).integer(2, version));
  }
  for (const [key, value] of Object.entries(model.metadata)) {
    writer.message(14, (inner) => inner.string(1, key).string(2, value));
  }
  return writer.finish();
}

function writeGraph(writer: ProtobufWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node));
  writer.string(2, graph.name);
  for (const [name, tensor] of Object.entries(graph.initializers)) {
    writer.message(5, (inner) => writeTensor(inner, tensor, name));
  }
  for (const value of graph.inputs) writer.message(11, (inner) => writeValueInfo(inner, value));
  for (const value of graph.outputs) writer.message(12, (inner) => writeValueInfo(inner, value));
}

function writeNode(writer: ProtobufWriter, node: OnnxNode): void {
  for (const name of node.inputs) writer.string(1, name);
  for (const name of node.outputs) writer.string(2, name);
  writer.string(3, node.name).string(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => writeAttribute(inner, name, attribute));
  }
  if (node.domain !== '') writer.string(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, name: string, attribute: OnnxAttribute): void {
  writer.string(1, name);
  switch (attribute.kind) {
    case 'float':
      writer.float(2, attribute.value);
      break;
    case 'int':
      writer.integer(3, attribute.value);
      break;
    case 'string':
      writer.string(4, attribute.value);
      break;
    case 'tensor':
      writer.message(5, (inner) => writeTensor(inner, attribute.value, ''));
      break;
    case 'graph':
      writer.message(6, (inner) => writeGraph(inner, attribute.value));
      break;
    case 'floats':
      writer.packedFloats(7, attribute.value);
      break;
    case 'ints':
      writer.packedIntegers(8, attribute.value);
      break;
    case 'strings':
      for (const text of attribute.value) writer.string(9, text);
      break;
  }
  writer.integer(20, ATTRIBUTE_KINDS[attribute.kind]);
}

function writeTensor(writer: ProtobufWriter, tensor: OnnxTensor, name: string): void {
  writer.packedIntegers(1, tensor.shape).integer(2, ONNX_TYPES[tensor.type]);
  if (name !== '') writer.string(8, name);
  writer.bytes(9, tensor.data);
}

function writeValueInfo(writer: ProtobufWriter, { name, type, shape }: OnnxValueInfo): void {
  writer.string(1, name).message(2, (typeWriter) =>
    typeWriter.message(1, (tensorWriter) => {
      tensorWriter.integer(1, ONNX_TYPES[type]);
      if (shape === undefined) return;
      tensorWriter.message(2, (shapeWriter) => {
        for (const size of shape) {
          shapeWriter.message(1, (dimension) => {
            if (typeof size === 'number') dimension.integer(1, size);
            else if (size !== undefined) dimension.string(2, size);
          });
        }
      });
    }),
  );
}
