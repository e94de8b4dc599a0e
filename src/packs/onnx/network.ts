import { createHash } from 'node:crypto';

export const activations = ['linear', 'relu', 'elu', 'gelu'] as const;
export type Activation = (typeof activations)[number];

/** One 3-D convolution, stride 1, zero padding that keeps the size, then an optional normalisation and an activation. */
export interface ConvLayer {
  name: string;
  /** Odd sizes along x, y, z. */
  kernel: [number, number, number];
  dilation: [number, number, number];
  inputs: number;
  outputs: number;
  /** [output][input][x][y][z] */
  weights: Float32Array;
  bias: Float32Array | undefined;
  /** Each channel to mean 0, variance 1 over the whole volume, with this epsilon: such a layer must see all of it. */
  instanceNorm: { epsilon: number } | undefined;
  activation: Activation;
}

/** A chain of convolutions: what MeshNet is. The class of a voxel is the channel with the largest value. */
export interface ConvNetwork {
  layers: ConvLayer[];
}

/** How far a voxel sees, in voxels to each side along x. */
export function reachX(network: ConvNetwork): number {
  return network.layers.reduce((sum, layer) => sum + padding(layer)[0], 0);
}

/** Zero padding on each side along x, y, z that keeps the size. */
export function padding(layer: ConvLayer): [number, number, number] {
  return [0, 1, 2].map((axis) => (layer.dilation[axis]! * (layer.kernel[axis]! - 1)) / 2) as [number, number, number];
}

/** Number of classes that come out. */
export function classCount(network: ConvNetwork): number {
  return network.layers.at(-1)!.outputs;
}

/** Hash of structure and weights, the same whatever container (tfjs, ONNX) and layer names they came in. */
export function networkSha256(network: ConvNetwork): string {
  const hash = createHash('sha256');
  for (const layer of network.layers) {
    const { kernel, dilation, inputs, outputs, activation, bias, instanceNorm } = layer;
    hash.update(
      JSON.stringify({ kernel, dilation, inputs, outputs, activation, bias: bias !== undefined, instanceNorm }),
    );
    hash.update(littleEndian(layer.weights));
    if (bias) hash.update(littleEndian(bias));
  }
  return hash.digest('hex');
}

/** The bytes of an array as ONNX and tfjs store them. All machines that Node 24 runs on are little-endian. */
export function littleEndian(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Float32 values out of bytes at any alignment. */
export function floats(bytes: Uint8Array): Float32Array {
  // A Buffer is copied by the constructor and not by `slice`, which would share its memory.
  return new Float32Array(new Uint8Array(bytes).buffer);
}
