import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { sharedFloat32, sharedInt32 } from '../../voxels/parallel.ts';
import { type GradientTable, shellsOf, unweightedBelow } from './gradients.ts';
import { intensityMask } from './mask.ts';
import { backgroundNoise } from './noise.ts';
import { floorOf } from './signals.ts';

/** More bytes of signal are refused before they are allocated: twice a whole head at 1.25 mm with 300 volumes. */
const mostBytes = 3 * 2 ** 30;

/** A diffusion series in memory that threads share. */
export interface DiffusionData {
  /** Grid of one volume. */
  grid: Grid;
  table: GradientTable;
  /** Volume-major, all time points of the image. */
  data: Float32Array<SharedArrayBuffer>;
  /** Voxels of one volume. */
  size: number;
  mask: Uint8Array;
  /** Indices of the mask. */
  voxels: Int32Array<SharedArrayBuffer>;
  /** Mean unweighted signal, or that of the lowest b-value. */
  unweighted: Float32Array;
  /** In units of the signal; undefined when the background does not tell. */
  noise: number | undefined;
  /** What signals that are not positive enter logarithms as. */
  floor: number;
}

/**
 * Reads all volumes once. `mask`: 1 where to fit (default: {@link intensityMask} of the unweighted signal); `floor`: see
 * {@link floorOf}, its default.
 * Throws `unsupported` for series that memory could not hold and a given mask without a voxel, `usage` for a mask of another
 * size. Without a given mask there may be no voxel: nothing has a signal.
 */
export async function loadDiffusion(
  image: ImageHandle,
  table: GradientTable,
  options: { mask?: Uint8Array; floor?: number; progress?: (fraction: number) => void } = {},
): Promise<DiffusionData> {
  const [ni, nj, nk, nt] = image.grid.shape;
  const size = ni * nj * nk;
  if (size * nt * 4 > mostBytes)
    throw new IdiographError('unsupported', `${nt} volumes of ${size} voxels are more than memory is reserved for`);
  const data = sharedFloat32(size * nt);
  for (let t = 0; t < nt; t++) {
    data.set(await image.readVolume(t), t * size);
    options.progress?.((t + 1) / nt);
  }
  const shells = shellsOf(table);
  const mean = (entries: readonly number[]): Float32Array => {
    const sums = new Float32Array(size);
    for (const entry of entries) {
      const first = table.volumes[entry]! * size;
      for (let at = 0; at < size; at++) sums[at]! += data[first + at]! / entries.length;
    }
    return sums;
  };
  const low = table.b.flatMap((b, at) => (b <= unweightedBelow ? [at] : []));
  const strong = shells.at(-1)!.entries.slice(0, 4);
  const unweighted = mean(low.length > 0 ? low : shells[0]!.entries);
  const mask = options.mask ?? intensityMask(unweighted, mean(strong), [ni, nj, nk]);
  if (mask.length !== size)
    throw new IdiographError('usage', `a mask of ${mask.length} voxels for ${size} of the image`, {
      remedy: 'Give a mask on the grid of the diffusion series.',
    });
  let count = 0;
  for (const one of mask) if (one !== 0) count++;
  if (count === 0 && options.mask)
    throw new IdiographError('unsupported', 'the mask has no voxel in the image', { remedy: 'Give another mask.' });
  const voxels = sharedInt32(count);
  for (let at = 0, item = 0; at < size; at++) if (mask[at] !== 0) voxels[item++] = at;
  const { shape: _, repetitionTimeS: __, ...frame } = image.grid;
  return {
    grid: { ...frame, shape: [ni, nj, nk, 1] },
    table,
    data,
    size,
    mask,
    voxels,
    unweighted,
    floor: options.floor ?? floorOf(data),
    noise: backgroundNoise(
      data,
      mask,
      strong.map((entry) => table.volumes[entry]!),
    ),
  };
}
