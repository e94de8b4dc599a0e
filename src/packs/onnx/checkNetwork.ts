import { IdiographError } from '../../dossier/errors.ts';
import { type ConvNetwork, networkSha256 } from './network.ts';
import { readOnnx } from './readOnnx.ts';
import { evaluatePlainly } from './reference.ts';
import { type OnnxRuntime, onnxRuntime } from './runtime.ts';
import { writeOnnx } from './writeOnnx.ts';

/** Large enough for the widest dilation of MeshNet, 16, to reach across; small enough for plain loops. */
const size = [19, 18, 20] as const;

export interface NetworkCheck {
  /** Largest difference of a logit between the runtime (float32) and plain float64 loops. */
  maxDifference: number;
  /** Largest logit in size: what the difference is to be read against. */
  largest: number;
  /** Voxels whose class differs. */
  otherClass: number;
  voxels: number;
}

/** Runs a network in the runtime and by {@link evaluatePlainly} on the same pseudo-random volume (values 0..1, fixed seed). */
export async function compareWithReference(network: ConvNetwork, runtime: OnnxRuntime): Promise<NetworkCheck> {
  const voxels = size[0] * size[1] * size[2];
  const input = seeded(voxels * network.layers[0]!.inputs);
  const expected = evaluatePlainly(network, Float64Array.from(input), size);
  const session = await runtime.open(writeOnnx(network, { head: 'logits' }));
  let found: Float32Array;
  try {
    found = (await session.run(input, [1, network.layers[0]!.inputs, ...size])) as Float32Array;
  } finally {
    await session.release();
  }
  let maxDifference = 0;
  let largest = 0;
  for (let at = 0; at < expected.length; at++) {
    // A NaN on either side must not slip through the comparison.
    const difference = Math.abs(expected[at]! - found[at]!);
    maxDifference = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(maxDifference, difference);
    largest = Math.max(largest, Math.abs(expected[at]!));
  }
  const classes = expected.length / voxels;
  let otherClass = 0;
  for (let voxel = 0; voxel < voxels; voxel++) {
    if (largestChannel(expected, voxel, voxels, classes) !== largestChannel(found, voxel, voxels, classes))
      otherClass++;
  }
  return { maxDifference, largest, otherClass, voxels };
}

/**
 * Throws `pack-invalid` unless the ONNX bytes read back as the same network and the runtime agrees with plain loops:
 * logits to 1e-4 of the largest, at most one voxel in a thousand with another class (ties of two classes).
 */
export async function checkNetwork(network: ConvNetwork, onnx: Uint8Array): Promise<void> {
  if (networkSha256(readOnnx(onnx)) !== networkSha256(network)) {
    throw new IdiographError('pack-invalid', 'the converted network does not read back as the one that was converted');
  }
  const check = await compareWithReference(network, await onnxRuntime());
  if (check.maxDifference > 1e-4 * Math.max(1, check.largest) || check.otherClass > check.voxels / 1000) {
    throw new IdiographError('pack-invalid', 'the converted network does not compute what the original states', {
      ...check,
    });
  }
}

/** Numerical Recipes' linear congruential generator, upper 24 bits: the same on every machine. */
function seeded(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  });
}

function largestChannel(values: ArrayLike<number>, voxel: number, voxels: number, classes: number): number {
  let best = 0;
  for (let channel = 1; channel < classes; channel++) {
    if (values[channel * voxels + voxel]! > values[best * voxels + voxel]!) best = channel;
  }
  return best;
}
