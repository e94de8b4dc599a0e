import { z } from 'zod';
import { IdiographError } from '../../dossier/errors.ts';
import { type Activation, activations, type ConvLayer, type ConvNetwork, floats } from './network.ts';

const Triple = z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]);
const Layer = z.object({
  class_name: z.string(),
  name: z.string(),
  config: z.record(z.string(), z.unknown()),
  inbound_nodes: z.array(z.array(z.tuple([z.string(), z.number(), z.number()]).rest(z.unknown()))),
});
const ConvConfig = z.object({
  filters: z.int().positive().max(4096),
  kernel_size: Triple,
  strides: Triple,
  dilation_rate: Triple,
  padding: z.literal('same'),
  data_format: z.literal('channels_last'),
  groups: z.literal(1).optional(),
  activation: z.string(),
  use_bias: z.boolean(),
});
const LayersModel = z.object({
  format: z.literal('layers-model'),
  modelTopology: z.object({
    model_config: z.object({ config: z.object({ layers: z.array(Layer).min(2).max(1000) }) }),
  }),
  weightsManifest: z
    .array(
      z.object({
        paths: z.array(z.string()).min(1),
        weights: z.array(
          z.object({
            name: z.string(),
            shape: z.array(z.int().nonnegative()),
            dtype: z.literal('float32'),
            quantization: z.never().optional(),
          }),
        ),
      }),
    )
    .min(1),
});

/**
 * A network in the TensorFlow.js layers format (`model.json` and its shards): Conv3D, BatchNormalization (folded into
 * the convolution before it), Activation; Dropout does nothing. A layer named `*_gn` is followed by a group
 * normalisation with one group a channel that the JSON does not state (neuroneural/brainchop, src of mindgrab).
 * `file` gives a shard's bytes by the path in the manifest. Throws `pack-invalid` with the layer that is not understood.
 */
export function readTfjs(modelJson: string, file: (path: string) => Uint8Array): ConvNetwork {
  let parsed: unknown;
  try {
    parsed = JSON.parse(modelJson);
  } catch (cause) {
    throw invalid('model.json is not JSON', cause);
  }
  const model = LayersModel.safeParse(parsed);
  if (!model.success) throw invalid(`not a tfjs layers model: ${z.prettifyError(model.error)}`);
  const weights = readWeights(model.data.weightsManifest, file);
  const layers: ConvLayer[] = [];
  let from = '';
  for (const { class_name, name, config, inbound_nodes } of model.data.modelTopology.model_config.config.layers) {
    const before = inbound_nodes.flat().map(([input]) => input);
    if (class_name !== 'InputLayer' && (before.length !== 1 || before[0] !== from))
      throw invalid(`layer ${name} is not in a chain`);
    from = name;
    const last = layers.at(-1);
    if (class_name === 'InputLayer' || class_name.includes('Dropout')) continue;
    if (class_name === 'Conv3D') layers.push(readConv(name, config, last?.outputs ?? 1, weights));
    else if (!last) throw invalid(`layer ${name} (${class_name}) before the first Conv3D`);
    else if (class_name === 'Activation') setActivation(last, config['activation'], name);
    else if (class_name === 'BatchNormalization') foldBatchNorm(last, name, config, weights);
    else throw invalid(`layer ${name}: ${class_name} is not supported`);
  }
  if (layers.length === 0) throw invalid('no Conv3D in this model');
  return { layers };
}

interface Weight {
  shape: number[];
  values: Float32Array;
}

function readWeights(
  groups: z.infer<typeof LayersModel>['weightsManifest'],
  file: (path: string) => Uint8Array,
): Map<string, Weight> {
  const weights = new Map<string, Weight>();
  for (const { paths, weights: listed } of groups) {
    const bytes = Buffer.concat(paths.map(file));
    let at = 0;
    for (const { name, shape } of listed) {
      const length = 4 * shape.reduce((product, dim) => product * dim, 1);
      if (at + length > bytes.length) throw invalid(`weights end before ${name}`);
      weights.set(name, { shape, values: floats(bytes.subarray(at, at + length)) });
      at += length;
    }
    if (at !== bytes.length) throw invalid(`${bytes.length - at} bytes too many in ${paths.join(', ')}`);
  }
  return weights;
}

function readConv(name: string, config: unknown, inputs: number, weights: Map<string, Weight>): ConvLayer {
  const conv = ConvConfig.safeParse(config);
  if (!conv.success) throw invalid(`layer ${name}: ${z.prettifyError(conv.error)}`);
  const { filters, kernel_size: kernel, strides, dilation_rate: dilation, use_bias, activation } = conv.data;
  if (strides.some((stride) => stride !== 1)) throw invalid(`layer ${name} has a stride`);
  if (kernel.some((size) => size % 2 === 0)) throw invalid(`layer ${name} has an even kernel`);
  const stored = weight(weights, `${name}/kernel`, [...kernel, inputs, filters]);
  const layer: ConvLayer = {
    name,
    kernel,
    dilation,
    inputs,
    outputs: filters,
    weights: channelsFirst(stored, inputs, filters),
    bias: use_bias ? weight(weights, `${name}/bias`, [filters]) : undefined,
    instanceNorm: name.endsWith('_gn') ? { epsilon: 1e-5 } : undefined,
    activation: 'linear',
  };
  setActivation(layer, activation, name);
  return layer;
}

/** tfjs keeps [x][y][z][input][output], ONNX [output][input][x][y][z]. */
function channelsFirst(stored: Float32Array, inputs: number, outputs: number): Float32Array {
  const taps = stored.length / (inputs * outputs);
  const weights = new Float32Array(stored.length);
  for (let tap = 0; tap < taps; tap++)
    for (let input = 0; input < inputs; input++)
      for (let output = 0; output < outputs; output++)
        weights[(output * inputs + input) * taps + tap] = stored[(tap * inputs + input) * outputs + output]!;
  return weights;
}

function setActivation(layer: ConvLayer, activation: unknown, name: string): void {
  if (activation === 'linear') return;
  if (!activations.includes(activation as Activation))
    throw invalid(`layer ${name}: activation ${activation} is not supported`);
  if (layer.activation !== 'linear') throw invalid(`layer ${name}: a second activation`);
  layer.activation = activation as Activation;
}

/** gamma (x - mean) / sqrt(variance + epsilon) + beta is linear, so it becomes part of the weights (float64, then rounded). */
function foldBatchNorm(
  layer: ConvLayer,
  name: string,
  config: Record<string, unknown>,
  weights: Map<string, Weight>,
): void {
  if (layer.activation !== 'linear' || layer.instanceNorm)
    throw invalid(`layer ${name} does not follow a plain Conv3D`);
  const epsilon = config['epsilon'];
  if (typeof epsilon !== 'number') throw invalid(`layer ${name} states no epsilon`);
  const size = [layer.outputs];
  const [mean, variance] = [
    weight(weights, `${name}/moving_mean`, size),
    weight(weights, `${name}/moving_variance`, size),
  ];
  const gamma = config['scale'] === false ? undefined : weight(weights, `${name}/gamma`, size);
  const beta = config['center'] === false ? undefined : weight(weights, `${name}/beta`, size);
  const perOutput = layer.weights.length / layer.outputs;
  const bias = new Float32Array(layer.outputs);
  for (let output = 0; output < layer.outputs; output++) {
    const factor = (gamma?.[output] ?? 1) / Math.sqrt(variance[output]! + epsilon);
    for (let at = output * perOutput; at < (output + 1) * perOutput; at++)
      layer.weights[at] = layer.weights[at]! * factor;
    bias[output] = ((layer.bias?.[output] ?? 0) - mean[output]!) * factor + (beta?.[output] ?? 0);
  }
  layer.bias = bias;
}

function weight(weights: Map<string, Weight>, name: string, shape: number[]): Float32Array {
  const found = weights.get(name);
  if (!found) throw invalid(`no weights ${name}`);
  if (found.shape.join() !== shape.join())
    throw invalid(`${name} has shape ${found.shape.join('x')}, expected ${shape.join('x')}`);
  return found.values;
}

function invalid(message: string, cause?: unknown): IdiographError {
  return new IdiographError('pack-invalid', message, { cause });
}
