import { IdiographError } from '../../../dossier/errors.ts';
import type { Grid } from '../../../dossier/grid.ts';
import type { ImageHandle } from '../../../dossier/image.ts';
import { type Issue, issue } from '../../../dossier/issue.ts';
import type { Size } from '../../../voxels/components.ts';
import type { RegionMask } from '../../../voxels/mask.ts';
import { inParallel, sharedFloat32, sharedFloat64, sharedInt32, sharedUint16 } from '../../../voxels/parallel.ts';
import type { RadiomicsConfig } from '../config.ts';
import { type Binning, binning } from '../levels.ts';
import { valueIssues } from '../measure.ts';
import { type Prepared, prepareRegion } from '../prepare.ts';
import type { MapChoice } from './chooseMaps.ts';
import type { MapGroup, MapSetup } from './mapKernel.ts';

/** Values of each voxel of a region, map by map. */
export interface FeatureMaps {
  /** The grid that the maps stand on: that of the image, or the one it was interpolated to. */
  grid: Grid;
  choices: readonly MapChoice[];
  /** Places of the region's voxels on that grid, i fastest, rising. */
  voxels: Int32Array;
  /** `values[n * choices.length + map]` of the n-th voxel; NaN where there is no value. */
  values: Float64Array;
  /** Grey levels of the region. */
  levels: number;
  issues: Issue[];
}

export interface MapOptions {
  threads?: number;
  progress?: (fraction: number) => void;
  /** See `PrepareOptions.voxels`. */
  voxels?: number;
}

/** Results larger than this are not held at once. */
const mostBytes = 2 ** 30;
/** Pairs of levels are counted in a table of this side at most. */
const mostMapLevels = 1024;

/**
 * Features of the neighbourhood of each voxel of a region (PyRadiomics' `voxelBased`): a cube of `maps.kernelRadius` voxels to
 * each side, of it the voxels of the region (`maskedKernel`) or all. Values become levels once, for the region and not for
 * each cube. Throws `usage` as `prepareRegion` and `binning` do, and when the maps would be too large.
 *
 * @param mask the region on the image's own grid
 */
export async function featureMaps(
  image: ImageHandle,
  mask: RegionMask,
  config: RadiomicsConfig,
  choices: readonly MapChoice[],
  options: MapOptions = {},
): Promise<FeatureMaps> {
  const { kernelRadius: radius, maskedKernel } = config.maps;
  const isFlat = config.aggregations.every((one) => one.startsWith('2'));
  const prepared = await prepareRegion(image, mask, config, {
    ...(!maskedKernel && { reachVoxels: radius }),
    ...(options.voxels !== undefined && { voxels: options.voxels }),
  });
  const columns = choices.length;
  if (prepared.statistics.voxels * columns * 8 > mostBytes)
    throw new IdiographError('usage', `${columns} maps of ${prepared.statistics.voxels} voxels would be too large`, {
      remedy: 'Ask for fewer maps at a time, or for a smaller region.',
    });
  const needsLevels = choices.some(({ family }) => family !== 'statistics');
  const box = boxed(prepared, maskedKernel, radius, needsLevels ? (of) => levelling(of, prepared, config) : undefined);
  const out = sharedFloat64(box.voxels.length * columns);
  await inParallel<MapSetup>({
    module: new URL('./mapKernel.ts', import.meta.url).href,
    setup: {
      size: box.size,
      count: box.count,
      ...{ radius, columns },
      groups: groupsOf(choices, isFlat),
      isPyradiomics: config.profile === 'pyradiomics',
      glcmDistance: config.glcmDistance,
      ngldmDifference: config.ngldmDifference,
      energyShift: config.energyShift,
      voxelMm3: prepared.spacingMm[0] * prepared.spacingMm[1] * prepared.spacingMm[2],
    },
    arrays: { levels: box.levels, values: box.values, voxels: box.voxels, out },
    items: box.voxels.length,
    block: 64,
    ...(options.threads !== undefined && { threads: options.threads }),
    ...(options.progress && { progress: options.progress }),
  });
  const { frameOfReference } = image.grid;
  return {
    grid: {
      shape: [prepared.gridSize[0], prepared.gridSize[1], prepared.gridSize[2], 1],
      affineRas: prepared.gridAffineRas,
      ...(frameOfReference !== undefined && { frameOfReference }),
    },
    choices,
    voxels: box.onGrid,
    values: out,
    levels: box.count,
    issues: issuesOf(prepared, out, columns),
  };
}

/** One map on its whole grid; `outside` stands where the region is not. */
export function mapVolume({ grid, choices, voxels, values }: FeatureMaps, map: number, outside: number): Float32Array {
  const volume = new Float32Array(grid.shape[0] * grid.shape[1] * grid.shape[2]).fill(outside);
  for (let at = 0; at < voxels.length; at++) volume[voxels[at]!] = values[at * choices.length + map]!;
  return volume;
}

function groupsOf(choices: readonly MapChoice[], isFlat: boolean): MapGroup[] {
  const groups = new Map<string, MapGroup>();
  for (const [column, { family, aggregation, index }] of choices.entries()) {
    const key = `${family} ${aggregation}`;
    const group = groups.get(key) ?? {
      ...{ family, ...(aggregation && { aggregation }), wanted: [] },
      isFlat: aggregation === undefined ? isFlat : aggregation.startsWith('2'),
    };
    group.wanted.push({ index, column });
    groups.set(key, group);
  }
  return [...groups.values()];
}

function levelling(
  range: { minimum: number; maximum: number },
  { rangeLow }: Prepared,
  { discretise, maps }: RadiomicsConfig,
): Binning {
  return binning(range, discretise, maps.maskedKernel ? rangeLow : undefined, mostMapLevels);
}

/** Levels and values in the box of the region with room for the kernel, and where the region's voxels are in it. */
function boxed(
  prepared: Prepared,
  isMasked: boolean,
  radius: number,
  levelsOf: ((range: { minimum: number; maximum: number }) => Binning) | undefined,
) {
  const { size: own, range, imageSize, values, intensity, gridSize, low } = prepared;
  // With an unmasked kernel all voxels round the region count that some window reaches.
  const reach = isMasked ? 0 : radius;
  const start = range.low.map((from) => Math.max(0, from - reach)) as [number, number, number];
  const inner = range.high.map((to, axis) => Math.min(imageSize[axis]!, to + reach) - start[axis]!) as [
    number,
    number,
    number,
  ];
  const size = inner.map((extent) => extent + 2 * radius) as unknown as Size;
  const places = size[0] * size[1] * size[2];
  const levels = sharedUint16(places);
  const held = sharedFloat32(places);
  const voxels = sharedInt32(prepared.statistics.voxels);
  const onGrid = new Int32Array(prepared.statistics.voxels);
  const each = (take: (value: number, place: number, isInside: boolean, grid: number) => void): void => {
    for (let z = 0; z < inner[2]; z++)
      for (let y = 0; y < inner[1]; y++)
        for (let x = 0; x < inner[0]; x++) {
          const [i, j, k] = [x + start[0], y + start[1], z + start[2]];
          const [a, b, c] = [i - range.low[0], j - range.low[1], k - range.low[2]];
          const isIn =
            a >= 0 && b >= 0 && c >= 0 && a < own[0] && b < own[1] && c < own[2]
              ? intensity[(c * own[1] + b) * own[0] + a] !== 0
              : false;
          const value = values[(k * imageSize[1] + j) * imageSize[0] + i]!;
          if (isMasked ? !isIn : !Number.isFinite(value)) continue;
          const place = ((z + radius) * size[1] + y + radius) * size[0] + x + radius;
          take(value, place, isIn, ((k + low[2]) * gridSize[1] + j + low[1]) * gridSize[0] + i + low[0]);
        }
  };
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  each((value) => {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  });
  const bins = levelsOf?.({ minimum, maximum });
  let filled = 0;
  each((value, place, isIn, grid) => {
    held[place] = value;
    levels[place] = bins ? bins.levelOf(value) : 1;
    if (!isIn) return;
    voxels[filled] = place;
    onGrid[filled++] = grid;
  });
  return { size, levels, values: held, voxels, onGrid, count: bins?.count ?? 1 };
}

function issuesOf(prepared: Prepared, out: Float64Array, columns: number): Issue[] {
  const issues = valueIssues(prepared);
  let without = 0;
  for (const value of out) if (Number.isNaN(value)) without++;
  if (without > 0)
    issues.push(
      issue(
        'info',
        'radiomics-maps-without-value',
        `${without} of ${out.length} values of ${columns} maps are undefined: their windows hold too few voxels.`,
      ),
    );
  return issues;
}
