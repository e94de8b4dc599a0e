import { availableParallelism } from 'node:os';
import { IdiographError } from '../../dossier/errors.ts';
import type { Size } from '../components.ts';
import { inParallel, sharedInt32 } from '../parallel.ts';
import type { Boundary } from './boundary.ts';
import { type GaussianSetup, layoutOf } from './gaussianKernel.ts';
import { wasm } from './webAssembly.ts';

export interface Smoothing {
  /** Standard deviation along i, j, k in voxels; 0 leaves an axis as it is. */
  sigma: Size;
  /** The kernel ends at so many of them. Default 4. */
  cutoff?: number;
  boundary?: Boundary;
  /** Default: one below 2^26 voxels, which are smoothed before a second thread has started. */
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
  const threads = Math.max(1, how.threads ?? (values.length < 2 ** 26 ? 1 : Math.min(4, availableParallelism())));
  const weights = sigma.map((one, axis) => (size[axis]! > 1 ? half(one, cutoff) : [1])) as unknown as [
    number[],
    number[],
    number[],
  ];
  const layout = layoutOf(size, weights, threads);
  if (layout.bytes > mostBytes || weights.some(({ length }) => length > 201))
    throw new IdiographError(
      'usage',
      `${values.length} voxels cannot be smoothed by ${sigma.join(', ')} voxels at once`,
      {
        remedy: 'Use a coarser grid or a smaller width.',
      },
    );
  const pages = Math.ceil(layout.bytes / 65_536);
  const memory = new wasm.Memory({ initial: pages, maximum: pages, shared: true });
  const numbers = new Float32Array(memory.buffer);
  const [ni, nj, nk] = size;
  const [first, wide] = [layout.volume / 4, layout.row / 4];
  if (wide === ni) numbers.set(values, first);
  else for (let at = 0; at < nj * nk; at++) numbers.set(values.subarray(at * ni, (at + 1) * ni), first + at * wide);
  for (const pass of ['in-slice', 'across'] as const) {
    if (pass === 'across' && weights[2].length === 1) continue;
    await inParallel<GaussianSetup>({
      module: new URL('./gaussianKernel.ts', import.meta.url).href,
      setup: { pass, memory, size, weights, boundary },
      arrays: { next: sharedInt32(1) },
      items: pass === 'across' ? nj : nk,
      block: 4,
      threads,
    });
  }
  // Rows without a gap between them are the result as they stand.
  if (wide === ni) return numbers.subarray(first, first + values.length);
  const result = new Float32Array(values.length);
  for (let at = 0; at < nj * nk; at++) result.set(numbers.subarray(first + at * wide, first + at * wide + ni), at * ni);
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
