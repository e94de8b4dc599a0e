import { availableParallelism } from 'node:os';
import { IdiographError } from '../../dossier/errors.ts';
import type { Size } from '../components.ts';
import { countBytes, inParallel, sharedInt32, ThreadLost } from '../parallel.ts';
import type { Boundary } from './boundary.ts';
import { type GaussianSetup, layoutOf } from './gaussianKernel.ts';
import { rowSumsCode } from './rowSums.ts';
import { wasm } from './webAssembly.ts';

export interface Smoothing {
  /** Standard deviation along i, j, k in voxels; 0 leaves an axis as it is. */
  sigma: Size;
  /** The kernel ends at so many of them. Default 4. */
  cutoff?: number;
  boundary?: Boundary;
  /** Default: one for each core, at most 4. */
  threads?: number;
}

/** More than this a WebAssembly memory does not hold. */
const mostBytes = 2 ** 32 - 65_536;

/**
 * Gaussian smoothing of a volume (i fastest): one pass an axis, kernels of 1 + 2 floor(cutoff sigma + 1/2) weights that add up
 * to 1, as `scipy.ndimage.gaussian_filter` has them. Sums are float32: a few dozen terms of one sign, off by less than 1e-6
 * of the largest value. The same bits on any number of threads. Throws `usage` for kernels of more than 401 weights and
 * volumes beyond 4 GiB.
 */
export async function gaussian(values: Float32Array, size: Size, how: Smoothing): Promise<Float32Array> {
  const { sigma, cutoff = 4, boundary = 'mirror' } = how;
  const weights = sigma.map((one, axis) => (size[axis]! > 1 ? half(one, cutoff) : [1])) as unknown as Weights;
  const threads = Math.max(1, how.threads ?? Math.min(4, availableParallelism()));
  try {
    return await smoothed(values, size, weights, boundary, threads);
  } catch (error) {
    // Volumes are smoothed in place: what a thread that died has begun is begun anew.
    if (!(error instanceof ThreadLost)) throw error;
    return smoothed(values, size, weights, boundary, 1);
  }
}

type Weights = [number[], number[], number[]];

async function smoothed(
  values: Float32Array,
  size: Size,
  weights: Weights,
  boundary: Boundary,
  threads: number,
): Promise<Float32Array> {
  const counts = weights.map(({ length }) => length) as unknown as Size;
  const layout = layoutOf(size, counts, threads);
  if (layout.bytes > mostBytes || counts.some((count) => count > 201))
    throw new IdiographError(
      'usage',
      `${values.length} voxels cannot be smoothed by kernels of ${counts.map((count) => 2 * count - 1).join(', ')} weights at once`,
      {
        remedy: 'Use a coarser grid or a smaller width.',
      },
    );
  const pages = Math.ceil(layout.bytes / 65_536);
  countBytes(layout.bytes);
  const memory = new wasm.Memory({ initial: pages, maximum: pages, shared: true });
  const codes = weights.map(rowSumsCode) as unknown as GaussianSetup['codes'];
  const numbers = new Float32Array(memory.buffer);
  const [ni, nj, nk] = size;
  const [start, wide] = [layout.volume / 4, layout.row / 4];
  const filled = sharedInt32(1);
  const fill = (): void => {
    for (let k = 0; k < nk; k++) {
      if (wide === ni) numbers.set(values.subarray(k * ni * nj, (k + 1) * ni * nj), start + k * ni * nj);
      else
        for (let row = k * nj; row < (k + 1) * nj; row++)
          numbers.set(values.subarray(row * ni, (row + 1) * ni), start + row * wide);
      Atomics.store(filled, 0, k + 1);
      Atomics.notify(filled, 0);
    }
  };
  for (const pass of ['in-slice', 'across'] as const) {
    if (pass === 'across' && counts[2] === 1) continue;
    await inParallel<GaussianSetup>({
      module: new URL('./gaussianKernel.ts', import.meta.url).href,
      setup: { pass, memory, size, counts, codes, boundary },
      arrays: { whole: numbers, next: sharedInt32(1), filled },
      items: pass === 'across' ? nj : nk,
      block: 4,
      threads,
      inPlace: true,
      ...(pass === 'in-slice' && { first: fill }),
    });
  }
  // Rows without a gap between them are the result as they stand.
  if (wide === ni) return numbers.subarray(start, start + values.length);
  const result = new Float32Array(values.length);
  for (let row = 0; row < nj * nk; row++)
    result.set(numbers.subarray(start + row * wide, start + row * wide + ni), row * ni);
  return result;
}

/** Weights from the middle on, of a kernel whose weights add up to 1. */
function half(sigma: number, cutoff: number): number[] {
  if (!(sigma > 0)) return [1];
  const reach = Math.floor(cutoff * sigma + 0.5);
  const weights = Array.from({ length: reach + 1 }, (_, x) => Math.exp(-(x * x) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight, x) => sum + (x === 0 ? weight : 2 * weight), 0);
  return weights.map((weight) => weight / total);
}
