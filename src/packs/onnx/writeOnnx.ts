import type { ConvLayer, ConvNetwork } from './network.ts';
import { littleEndian, padding } from './network.ts';
import { type MessageWriter, messageWriter } from './protobuf.ts';

export interface WriteOptions {
  /** `logits`: float32 [1, classes, X, Y, Z]; `labels`: int64 [1, X, Y, Z], the first channel with the largest value. */
  head: 'logits' | 'labels';
  /** Without padding along x the caller hands in the neighbouring planes: the form in which slabs are run. Default true. */
  padX?: boolean;
}

const FLOAT = 1;
const INT64 = 7;

/**
 * An ONNX model (IR 9, operator set 20) with input `x` float32 [1, channels, X, Y, Z] of free size and output `y`.
 * Field numbers are those of onnx.proto3 (github.com/onnx/onnx).
 */
export function writeOnnx(network: ConvNetwork, { head, padX = true }: WriteOptions): Uint8Array {
  const graph = messageWriter();
  const tensors: MessageWriter[] = [];
  let from = 'x';
  network.layers.forEach((layer, index) => {
    const inputs = [from, `w${index}`];
    tensors.push(tensor(`w${index}`, [layer.outputs, layer.inputs, ...layer.kernel], layer.weights));
    if (layer.bias) {
      inputs.push(`b${index}`);
      tensors.push(tensor(`b${index}`, [layer.outputs], layer.bias));
    }
    const steps: MessageWriter[] = [];
    const step = (operator: string, given: string[], attributes: MessageWriter[]): void => {
      from = `${operator.toLowerCase()}${index}`;
      steps.push(node(operator, given, from, attributes));
    };
    step('Conv', inputs, convAttributes(layer, padX));
    if (layer.instanceNorm) {
      tensors.push(tensor(`s${index}`, [layer.outputs], new Float32Array(layer.outputs).fill(1)));
      tensors.push(tensor(`o${index}`, [layer.outputs], new Float32Array(layer.outputs)));
      step(
        'InstanceNormalization',
        [from, `s${index}`, `o${index}`],
        [floatAttribute('epsilon', layer.instanceNorm.epsilon)],
      );
    }
    if (layer.activation === 'relu') step('Relu', [from], []);
    if (layer.activation === 'elu') step('Elu', [from], []);
    if (layer.activation === 'gelu') step('Gelu', [from], []);
    for (const one of steps) graph.message(1, one);
  });
  if (head === 'labels')
    graph.message(1, node('ArgMax', [from], 'y', [intAttribute('axis', 1), intAttribute('keepdims', 0)]));
  else graph.message(1, node('Identity', [from], 'y', []));
  graph.text(2, 'convolutions');
  for (const one of tensors) graph.message(5, one);
  const first = network.layers[0]!;
  const last = network.layers.at(-1)!;
  graph.message(11, valueInfo('x', FLOAT, [1, first.inputs, 'X', 'Y', 'Z']));
  const spatial = padX ? ['X', 'Y', 'Z'] : ['slab', 'Y', 'Z'];
  graph.message(
    12,
    head === 'labels' ? valueInfo('y', INT64, [1, ...spatial]) : valueInfo('y', FLOAT, [1, last.outputs, ...spatial]),
  );
  return messageWriter()
    .int(1, 9)
    .text(2, 'idiograph')
    .message(7, graph)
    .message(8, messageWriter().text(1, '').int(2, 20))
    .finish();
}

function convAttributes(layer: ConvLayer, padX: boolean): MessageWriter[] {
  const [x, y, z] = padding(layer);
  return [
    intsAttribute('dilations', layer.dilation),
    intsAttribute('kernel_shape', layer.kernel),
    intsAttribute('pads', padX ? [x, y, z, x, y, z] : [0, y, z, 0, y, z]),
    intsAttribute('strides', [1, 1, 1]),
  ];
}

function node(operator: string, inputs: string[], output: string, attributes: MessageWriter[]): MessageWriter {
  const writer = messageWriter();
  for (const input of inputs) writer.text(1, input);
  writer.text(2, output).text(3, output).text(4, operator);
  for (const one of attributes) writer.message(5, one);
  return writer;
}

function floatAttribute(name: string, value: number): MessageWriter {
  return messageWriter().text(1, name).float(2, value).int(20, 1);
}

function intAttribute(name: string, value: number): MessageWriter {
  return messageWriter().text(1, name).int(3, value).int(20, 2);
}

function intsAttribute(name: string, values: readonly number[]): MessageWriter {
  const writer = messageWriter().text(1, name);
  for (const value of values) writer.int(8, value);
  return writer.int(20, 7);
}

function tensor(name: string, dims: number[], values: Float32Array): MessageWriter {
  const writer = messageWriter();
  for (const dim of dims) writer.int(1, dim);
  return writer.int(2, FLOAT).text(8, name).bytes(9, littleEndian(values));
}

function valueInfo(name: string, type: number, dims: (number | string)[]): MessageWriter {
  const shape = messageWriter();
  for (const dim of dims) {
    shape.message(1, typeof dim === 'number' ? messageWriter().int(1, dim) : messageWriter().text(2, dim));
  }
  const tensorType = messageWriter().int(1, type).message(2, shape);
  return messageWriter().text(1, name).message(2, messageWriter().message(1, tensorType));
}
