import { inParallel, sharedFloat32 } from '../../voxels/parallel.ts';
import { type BoldRun, meanVolume } from './load.ts';
import type { Motion } from './motion.ts';
import type { RealignSetup } from './realignKernel.ts';

/** The run with every volume on the grid of the reference volume: one interpolation. */
export async function realign(run: BoldRun, motion: Motion, progress?: (fraction: number) => void): Promise<BoldRun> {
  const [ni, nj, nk] = run.grid.shape;
  const moved = sharedFloat32(run.data.length);
  await inParallel<RealignSetup>({
    module: new URL('./realignKernel.ts', import.meta.url).href,
    setup: { shape: [ni, nj, nk], affineRas: run.grid.affineRas, toVolume: motion.toVolume },
    arrays: { data: run.data, moved },
    ...{ items: run.volumes, block: 4 },
    ...(progress && { progress }),
  });
  return { ...run, data: moved, mean: meanVolume(moved, run.size) };
}
