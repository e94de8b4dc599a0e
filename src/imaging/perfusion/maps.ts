import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { inParallel, sharedFloat32, sharedUint8 } from '../../voxels/parallel.ts';
import { curvesOf } from './curves.ts';
import { type Status, statuses } from './fitCurve.ts';
import { errorOf, fitQuality } from './mapList.ts';
import { delay, type Reported, tracerModels } from './models.ts';
import { type EnhancementPlan, enhancement, semiQuantitative } from './semiQuantitative.ts';
import type { TracerSetup } from './tracerKernel.ts';

/** One number a voxel; NaN where there is none. */
export interface VoxelMap extends Reported {
  values: Float32Array<ArrayBuffer>;
}

export interface Maps {
  grid: Grid;
  maps: VoxelMap[];
  /** See `statuses`; 255 outside the mask. */
  status: Uint8Array<ArrayBuffer>;
  /** How many voxels came to what. */
  counts: Record<Status, number>;
}

export const outside = 255;

/** A volume's grid. */
export function volumeGrid({ shape: [ni, nj, nk], affineRas, frameOfReference }: Grid): Grid {
  return { shape: [ni, nj, nk, 1], affineRas, ...(frameOfReference !== undefined && { frameOfReference }) };
}

export function emptyMaps(grid: Grid, reported: readonly Reported[]): Maps {
  const volume = volumeGrid(grid);
  const voxels = volume.shape[0] * volume.shape[1] * volume.shape[2];
  return {
    grid: volume,
    maps: reported.map((one) => ({ ...one, values: new Float32Array(voxels).fill(Number.NaN) })),
    status: new Uint8Array(voxels).fill(outside),
    counts: Object.fromEntries(Object.keys(statuses).map((name) => [name, 0])) as Record<Status, number>,
  };
}

const statusNames = Object.keys(statuses) as Status[];

/** Puts the status of one voxel. */
export function note(maps: Maps, voxel: number, status: number): void {
  maps.status[voxel] = status;
  maps.counts[statusNames[status]!]++;
}

/**
 * A model fitted in each voxel of a mask, on several threads. Besides the model's numbers there are their standard errors
 * (`ktrans-se`), R2 and the status. `r10`: 1/s for each voxel of the volume, or one for all.
 */
export async function tracerMaps(
  image: ImageHandle,
  mask: Uint8Array,
  setup: TracerSetup,
  r10: Float32Array | number | undefined,
  progress: (share: number) => void = () => {},
): Promise<Maps> {
  const own = tracerModels[setup.model].reported;
  const reported = setup.options.delay === 'fitted' ? [...own, delay] : own;
  const errors = reported.map(errorOf);
  const result = emptyMaps(image.grid, [...reported, ...errors, fitQuality]);
  const width = result.maps.length;
  let before = 0;
  for await (const { data, voxels, done } of curvesOf(image, mask)) {
    const maps = sharedFloat32(voxels.length * width);
    const status = sharedUint8(voxels.length);
    const r10Here = sharedFloat32(voxels.length);
    for (let at = 0; at < voxels.length; at++)
      r10Here[at] = typeof r10 === 'number' ? r10 : (r10?.[voxels[at]!] ?? Number.NaN);
    await inParallel<TracerSetup>({
      module: new URL('./tracerKernel.ts', import.meta.url).href,
      setup,
      arrays: { data, maps, status, r10: r10Here },
      items: voxels.length,
      block: 128,
      progress: (share) => progress(before + share * (done - before)),
    });
    for (let at = 0; at < voxels.length; at++) {
      for (let map = 0; map < width; map++) result.maps[map]!.values[voxels[at]!] = maps[at * width + map]!;
      note(result, voxels[at]!, status[at]!);
    }
    before = done;
  }
  return result;
}

/** Enhancement in each voxel of a mask: numbers without a model. */
export async function enhancementMaps(image: ImageHandle, mask: Uint8Array, plan: EnhancementPlan): Promise<Maps> {
  const result = emptyMaps(image.grid, semiQuantitative);
  const nt = image.grid.shape[3];
  const out = new Float64Array(semiQuantitative.length);
  for await (const { data, voxels } of curvesOf(image, mask))
    for (let at = 0; at < voxels.length; at++) {
      enhancement(data.subarray(at * nt, (at + 1) * nt), plan, out);
      for (let map = 0; map < out.length; map++) result.maps[map]!.values[voxels[at]!] = out[map]!;
      note(result, voxels[at]!, Number.isNaN(out[0]!) ? statuses['no-data'] : statuses.fitted);
    }
  return result;
}

/** A map by its name. Throws `RangeError` when there is none. */
export function mapNamed({ maps }: Maps, name: string): VoxelMap {
  const found = maps.find((one) => one.name === name);
  if (!found) throw new RangeError(`there is no map ${name}`);
  return found;
}
