import { IdiographError } from '../../dossier/errors.ts';
import type { Activation, ConvLayer, ConvNetwork } from './network.ts';
import { floats, padding } from './network.ts';
import { type Field, readMessage } from './protobuf.ts';

/**
 * A chain of convolutions out of an ONNX file: Conv (stride 1, size-keeping padding), InstanceNormalization without
 * learned scale, Relu, Elu, Gelu, and an Identity or ArgMax over the channels at the end.
 * Throws `pack-invalid` with the operator's name for anything else: a network that is half understood must not run.
 */
export function readOnnx(bytes: Uint8Array): ConvNetwork {
  try {
    return readGraph(inner(readMessage(bytes), 7, 'graph'));
  } catch (cause) {
    if (cause instanceof RangeError) throw invalid(`not an ONNX file: ${cause.message}`, cause);
    throw cause;
  }
}

interface Node {
  operator: string;
  inputs: string[];
  output: string;
  attributes: Map<string, Field[]>;
}

function readGraph(graph: Field[]): ConvNetwork {
  const tensors = new Map(
    all(graph, 5)
      .map(readTensor)
      .map((tensor) => [tensor.name, tensor]),
  );
  const layers: ConvLayer[] = [];
  let from = '';
  for (const { operator, inputs, output, attributes } of all(graph, 1).map(readNode)) {
    if (layers.length > 0 && inputs[0] !== from)
      throw invalid(`${operator} ${output} does not follow ${from}: not a chain`);
    from = output;
    const values = inputs.slice(1).map((name) => {
      const tensor = tensors.get(name);
      if (!tensor) throw invalid(`${operator} ${output} has no constant ${name}`);
      return tensor;
    });
    if (operator === 'Conv') {
      layers.push(readConv(output, attributes, values));
      continue;
    }
    const layer = layers.at(-1);
    if (!layer) throw invalid(`${operator} before the first Conv`);
    if (operator === 'InstanceNormalization') {
      if (values[0]?.values.some((one) => one !== 1) || values[1]?.values.some((one) => one !== 0)) {
        throw invalid(`InstanceNormalization ${output} with learned scale or shift`);
      }
      layer.instanceNorm = { epsilon: float(attributes.get('epsilon'), 1e-5) };
    } else if (operator === 'Relu' || operator === 'Elu' || operator === 'Gelu') {
      if (layer.activation !== 'linear') throw invalid(`a second activation ${output} after ${layer.name}`);
      if (operator === 'Elu' && float(attributes.get('alpha'), 1) !== 1)
        throw invalid(`Elu ${output} with alpha other than 1`);
      if (operator === 'Gelu' && attributes.has('approximate')) throw invalid(`Gelu ${output} by approximation`);
      layer.activation = operator.toLowerCase() as Activation;
    } else if (operator !== 'ArgMax' && operator !== 'Identity') {
      throw invalid(`operator ${operator} is not supported`);
    }
  }
  if (layers.length === 0) throw invalid('no Conv in this ONNX file');
  return { layers };
}

function readConv(name: string, attributes: Map<string, Field[]>, [weights, bias]: Tensor[]): ConvLayer {
  if (weights?.dims.length !== 5) throw invalid(`Conv ${name} is not three-dimensional`);
  const [outputs, inputs, ...kernel] = weights.dims as [number, number, number, number, number];
  const layer: ConvLayer = {
    name,
    kernel,
    dilation: ints(attributes.get('dilations'), [1, 1, 1]) as [number, number, number],
    inputs,
    outputs,
    weights: weights.values,
    bias: bias?.values,
    instanceNorm: undefined,
    activation: 'linear',
  };
  const pads = padding(layer);
  if (ints(attributes.get('pads'), []).join() !== [...pads, ...pads].join())
    throw invalid(`Conv ${name} changes the size`);
  if (ints(attributes.get('strides'), [1, 1, 1]).some((stride) => stride !== 1))
    throw invalid(`Conv ${name} has a stride`);
  return layer;
}

interface Tensor {
  name: string;
  dims: number[];
  values: Float32Array;
}

function readTensor(fields: Field[]): Tensor {
  const name = text(fields, 8);
  const dims = fields.filter(({ field }) => field === 1).flatMap(({ value }) => unpack(value));
  const raw = fields.find(({ field }) => field === 9)?.value;
  if (fields.find(({ field }) => field === 2)?.value !== 1 || !(raw instanceof Uint8Array)) {
    throw invalid(`tensor ${name} is not raw float32`);
  }
  if (raw.length !== 4 * dims.reduce((product, dim) => product * dim, 1))
    throw invalid(`tensor ${name} has the wrong length`);
  return { name, dims, values: floats(raw) };
}

function readNode(fields: Field[]): Node {
  return {
    operator: text(fields, 4),
    inputs: fields.filter(({ field }) => field === 1).map(({ value }) => decode(value)),
    output: text(fields, 2),
    attributes: new Map(all(fields, 5).map((attribute) => [text(attribute, 1), attribute])),
  };
}

function all(fields: Field[], wanted: number): Field[][] {
  return fields.flatMap(({ field, value }) =>
    field === wanted && value instanceof Uint8Array ? [readMessage(value)] : [],
  );
}

function inner(fields: Field[], wanted: number, name: string): Field[] {
  const found = all(fields, wanted)[0];
  if (!found) throw invalid(`no ${name} in this ONNX file`);
  return found;
}

function text(fields: Field[], wanted: number): string {
  return decode(fields.find(({ field }) => field === wanted)?.value ?? new Uint8Array());
}

function decode(value: number | Uint8Array): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}

function ints(attribute: Field[] | undefined, otherwise: number[]): number[] {
  return attribute?.filter(({ field }) => field === 8).flatMap(({ value }) => unpack(value)) ?? otherwise;
}

/** Repeated integers stand one by one or packed. */
function unpack(value: number | Uint8Array): number[] {
  if (typeof value === 'number') return [value];
  const packed = readMessage(
    Uint8Array.from([...value].flatMap((byte, at) => (at === 0 || value[at - 1]! < 128 ? [8, byte] : [byte]))),
  );
  return packed.map((one) => one.value as number);
}

function float(attribute: Field[] | undefined, otherwise: number): number {
  const value = attribute?.find(({ field }) => field === 2)?.value;
  return value instanceof Uint8Array ? floats(value)[0]! : otherwise;
}

function invalid(message: string, cause?: unknown): IdiographError {
  return new IdiographError('pack-invalid', message, { cause });
}
