import type { Affine } from '../../dossier/grid.ts';
import { apply, invert } from '../../voxels/affine.ts';
import { inParallel, sharedFloat32, sharedFloat64, sharedInt32 } from '../../voxels/parallel.ts';
import { smoothVolume } from '../../voxels/registration/shrink.ts';
import type { BoldRun } from './load.ts';
import type { MotionSetup } from './motionKernel.ts';
import { rigidAffine } from './rigid.ts';

export interface Motion {
  /** By volume: shifts in mm (x, y, z), turns in radians about the centre of the mask. */
  parameters: Float64Array;
  /** By volume: where a point of the reference lies in that volume, in mm (RAS). */
  toVolume: Affine[];
  referenceVolume: number;
  residual: Float64Array;
}

/** About so many voxels are compared: every n-th of the mask. */
const mostPoints = 24_000;
const smoothing = 2;

/** Rigid motion of every volume against the middle one. Deterministic; the same bits on any number of threads. */
export async function estimateMotion(run: BoldRun, progress?: (fraction: number) => void): Promise<Motion> {
  const { data, size, volumes, grid, voxels } = run;
  const [ni, nj, nk] = grid.shape;
  const shape: [number, number, number] = [ni, nj, nk];
  const referenceVolume = volumes >> 1;
  const volume = smoothVolume(data.subarray(referenceVolume * size, (referenceVolume + 1) * size), shape, smoothing);
  const inner = voxels.filter((at) => {
    const [i, j, k] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    return i > 0 && j > 0 && k > 0 && i < ni - 1 && j < nj - 1 && k < nk - 1;
  });
  const every = Math.max(1, Math.floor(inner.length / mostPoints));
  const chosen = inner.filter((_, at) => at % every === 0);
  const centreRas = centreOf(run);
  const points = sharedInt32(chosen.length);
  points.set(chosen);
  const reference = sharedFloat32(chosen.length);
  const jacobian = sharedFloat64(chosen.length * 7);
  const inverse = inverseLinear(grid.affineRas);
  for (const [at, voxel] of chosen.entries()) {
    reference[at] = volume[voxel]!;
    const gradient = [1, ni, ni * nj].map((stride) => (volume[voxel + stride]! - volume[voxel - stride]!) / 2);
    // By mm: the gradient by index, taken through the inverse of the affine.
    const g = [0, 1, 2].map(
      (axis) =>
        gradient[0]! * inverse[0]![axis]! + gradient[1]! * inverse[1]![axis]! + gradient[2]! * inverse[2]![axis]!,
    );
    const point = apply(grid.affineRas, [voxel % ni, Math.floor(voxel / ni) % nj, Math.floor(voxel / (ni * nj))]);
    const [x, y, z] = point.map((value, axis) => value - centreRas[axis]!) as [number, number, number];
    jacobian.set([...g, g[2]! * y - g[1]! * z, g[0]! * z - g[2]! * x, g[1]! * x - g[0]! * y, volume[voxel]!], at * 7);
  }
  const parameters = sharedFloat64(volumes * 6);
  const residual = sharedFloat64(volumes);
  await inParallel<MotionSetup>({
    module: new URL('./motionKernel.ts', import.meta.url).href,
    setup: { shape, affineRas: grid.affineRas, centreRas, smoothing },
    arrays: { data, points, reference, jacobian, parameters, residual },
    ...{ items: volumes, block: 4 },
    ...(progress && { progress }),
  });
  const toVolume = Array.from({ length: volumes }, (_, t) =>
    rigidAffine(parameters.subarray(t * 6, t * 6 + 6), centreRas),
  );
  return {
    parameters: Float64Array.from(parameters),
    toVolume,
    referenceVolume,
    residual: Float64Array.from(residual),
  };
}

/** Mean position of the mask, RAS mm. */
function centreOf({ voxels, grid }: BoldRun): [number, number, number] {
  const [ni, nj] = grid.shape;
  const sums = [0, 0, 0];
  for (const at of voxels) {
    sums[0]! += at % ni;
    sums[1]! += Math.floor(at / ni) % nj;
    sums[2]! += Math.floor(at / (ni * nj));
  }
  return apply(grid.affineRas, sums.map((sum) => sum / voxels.length) as [number, number, number]);
}

function inverseLinear(m: Affine): number[][] {
  const inverse = invert(m);
  return [inverse.slice(0, 3), inverse.slice(4, 7), inverse.slice(8, 11)];
}
