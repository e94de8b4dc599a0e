import { type Activation, type ConvLayer, type ConvNetwork, padding } from './network.ts';

/**
 * Evaluates a network with plain loops in float64: slow, obvious, and independent of any runtime. It is what a converted
 * network is held against before it is installed.
 * `input`: [channels][x][y][z]; returns the logits [classes][x][y][z].
 */
export function evaluatePlainly(
  network: ConvNetwork,
  input: Float64Array,
  size: readonly [number, number, number],
): Float64Array {
  let values = input;
  for (const layer of network.layers) {
    const convolved = convolve(layer, values, size);
    if (layer.instanceNorm) normalise(convolved, layer.outputs, layer.instanceNorm.epsilon);
    const activate = functions[layer.activation];
    values = layer.activation === 'linear' ? convolved : convolved.map(activate);
  }
  return values;
}

function convolve(
  layer: ConvLayer,
  input: Float64Array,
  [sx, sy, sz]: readonly [number, number, number],
): Float64Array {
  const voxels = sx * sy * sz;
  const [kx, ky, kz] = layer.kernel;
  const [dx, dy, dz] = layer.dilation;
  const [px, py, pz] = padding(layer);
  const result = new Float64Array(layer.outputs * voxels);
  for (let output = 0; output < layer.outputs; output++) {
    const out = result.subarray(output * voxels, (output + 1) * voxels);
    out.fill(layer.bias?.[output] ?? 0);
    for (let channel = 0; channel < layer.inputs; channel++) {
      const from = input.subarray(channel * voxels, (channel + 1) * voxels);
      for (let a = 0; a < kx; a++)
        for (let b = 0; b < ky; b++)
          for (let c = 0; c < kz; c++) {
            const weight = layer.weights[(((output * layer.inputs + channel) * kx + a) * ky + b) * kz + c]!;
            addShifted(out, from, weight, [a * dx - px, b * dy - py, c * dz - pz], [sx, sy, sz]);
          }
    }
  }
  return result;
}

/** out[x, y, z] += weight * from[x + shift], with zero outside. */
function addShifted(
  out: Float64Array,
  from: Float64Array,
  weight: number,
  [hx, hy, hz]: [number, number, number],
  [sx, sy, sz]: [number, number, number],
): void {
  const shift = (hx * sy + hy) * sz + hz;
  for (let x = Math.max(0, -hx); x < Math.min(sx, sx - hx); x++)
    for (let y = Math.max(0, -hy); y < Math.min(sy, sy - hy); y++) {
      const row = (x * sy + y) * sz;
      const end = row + Math.min(sz, sz - hz);
      for (let at = row + Math.max(0, -hz); at < end; at++) out[at] = out[at]! + weight * from[at + shift]!;
    }
}

function normalise(values: Float64Array, channels: number, epsilon: number): void {
  const voxels = values.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    const part = values.subarray(channel * voxels, (channel + 1) * voxels);
    const mean = part.reduce((sum, value) => sum + value, 0) / voxels;
    const variance = part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / voxels;
    const factor = 1 / Math.sqrt(variance + epsilon);
    for (let at = 0; at < voxels; at++) part[at] = (part[at]! - mean) * factor;
  }
}

const functions: Record<Activation, (value: number) => number> = {
  linear: (value) => value,
  relu: (value) => Math.max(0, value),
  elu: (value) => (value > 0 ? value : Math.expm1(value)),
  gelu: (value) => (value / 2) * (1 + erf(value / Math.SQRT2)),
};

/**
 * Error function to about 1e-15: Maclaurin series below 2.5, Lentz's continued fraction of erfc above
 * (Abramowitz and Stegun 7.1.6, 7.1.14).
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * sum * Math.exp(-x * x);
  }
  let fraction = size;
  for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (fraction * Math.sqrt(Math.PI)));
}
