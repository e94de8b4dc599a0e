import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { multiply, spacingMm } from '../../voxels/affine.ts';
import { resample } from '../../voxels/resample.ts';
import { type Aligned, alignVisits } from './alignVisits.ts';
import { changeMap, smoothInside } from './changeMap.ts';
import {
  changedVoxels,
  changeSettings,
  type Followed,
  followLesions,
  type LesionChange,
  lesionChanges,
} from './classify.ts';
import { placesIn } from './places.ts';
import { type FlairModel, indicesOf } from './segmentFlair.ts';
import { normalTissue } from './tissue.ts';

/** One visit of two: its model and its lesions. */
export interface VisitOfTwo {
  model: FlairModel;
  lesions: Uint8Array;
}

export interface ClassTotal {
  change: LesionChange;
  lesions: number;
  /** What changed: brighter of new and enlarged, darker of shrunk and resolved, all of stable and unconfirmed. */
  volumeMl: number;
  /** The same with the edge of change moved out and in. */
  lowMl: number;
  highMl: number;
}

export interface ChangeStudy {
  aligned: Aligned;
  followed: Followed;
  totals: ClassTotal[];
  /** Later image on the half-way grid, mode of tissue 1, and the change over its noise. */
  later: Float32Array;
  z: Float32Array;
  mask: Uint8Array;
  noise: number;
  issues: Issue[];
}

const leastCorrelation = 0.5;
const leastOverlap = 0.95;

/** What changed between two visits of one person, or why that cannot be said. */
export function studyChange(
  earlier: VisitOfTwo,
  later: VisitOfTwo,
  { place, progress }: { place: string; progress?: (fraction: number, doing: string) => void },
): ChangeStudy | { refused: Issue } {
  const volume = ({ model }: VisitOfTwo) => ({ grid: model.grid, values: model.corrected });
  progress?.(0.1, 'aligning the visits');
  const aligned = alignVisits(volume(earlier), volume(later), later.model.mask);
  const remedy = 'Look at both images: another person, another contrast or a scan of part of the head.';
  if (aligned.overlap < leastOverlap)
    return {
      refused: issue(
        'error',
        'visits-cover-differently',
        `Only ${(100 * aligned.overlap).toFixed(0)} % of the brain lie in both images.`,
        { place, remedy },
      ),
    };
  if (aligned.correlation < leastCorrelation)
    return {
      refused: issue(
        'error',
        'visits-do-not-match',
        `The aligned images correlate with ${aligned.correlation.toFixed(2)} only.`,
        { place, remedy },
      ),
    };
  const issues = unlikeGrids(earlier.model.grid, later.model.grid, place);
  const { grid, toEarlier, toLater } = aligned;
  const on = (values: ArrayLike<number>, of: VisitOfTwo, interpolation: 'nearest' | 'trilinear'): Float32Array =>
    resample(
      values,
      of.model.grid,
      { shape: grid.shape, affineRas: multiply(of === earlier ? toEarlier : toLater, grid.affineRas) },
      { interpolation },
    );
  progress?.(0.3, 'resampling');
  const [before, after] = [
    on(earlier.model.corrected, earlier, 'trilinear'),
    on(later.model.corrected, later, 'trilinear'),
  ];
  const inEarlier = on(earlier.model.mask, earlier, 'nearest');
  const mask = Uint8Array.from(on(later.model.mask, later, 'nearest'), (one, at) =>
    one > 0 && inEarlier[at]! > 0 ? 1 : 0,
  );
  progress?.(0.5, 'subtracting');
  const map = changeMap(before, after, mask, grid);
  const [bright, brightBefore] = [brightness(after, mask, grid), brightness(before, mask, grid)];
  if (!map || !bright || !brightBefore)
    return {
      refused: issue('error', 'visits-do-not-match', 'The two images have no noise that could be measured.', {
        place,
        remedy,
      }),
    };
  const where = placesIn(mask, Uint8Array.from(on(later.model.classes, later, 'nearest')), grid);
  const masks = [on(earlier.lesions, earlier, 'nearest'), on(later.lesions, later, 'nearest')].map((one) =>
    Uint8Array.from(one),
  );
  const withEdge = (edge: number): Followed =>
    followLesions(
      masks[0]!,
      masks[1]!,
      changedVoxels(map.z, 1, bright, grid, where, edge),
      changedVoxels(map.z, -1, brightBefore, grid, where, edge),
      grid,
    );
  progress?.(0.8, 'following the lesions');
  const { edgeZ, edgeShift } = changeSettings;
  const followed = withEdge(edgeZ);
  const [tight, wide] = [totalsOf(withEdge(edgeZ + edgeShift), grid), totalsOf(withEdge(edgeZ - edgeShift), grid)];
  const totals = totalsOf(followed, grid).map((total, n): ClassTotal => {
    const all = [total, tight[n]!, wide[n]!].map(({ volumeMl }) => volumeMl);
    return { ...total, lowMl: Math.min(...all), highMl: Math.max(...all) };
  });
  return { aligned, followed, totals, later: after, z: map.z, mask, noise: map.noise, issues };
}

/** SDs above normal tissue, smoothed as the difference is. */
function brightness(values: Float32Array, mask: Uint8Array, grid: Grid): Float32Array | undefined {
  const smooth = smoothInside(values, mask, [grid.shape[0], grid.shape[1], grid.shape[2]], spacingMm(grid.affineRas));
  const tissue = normalTissue(Float32Array.from(indicesOf(mask), (at) => smooth[at]!).filter((value) => value > 0.6));
  return tissue && smooth.map((value) => (value - tissue.mean) / tissue.sd);
}

function totalsOf(
  { lesions, labels, brighter, darker }: Followed,
  grid: Grid,
): { change: LesionChange; lesions: number; volumeMl: number }[] {
  const voxelMl = spacingMm(grid.affineRas).reduce((product, one) => product * one, 1) / 1000;
  const counted = new Float64Array(lesionChanges.length);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at]!;
    if (label === 0) continue;
    const change = lesionChanges[label - 1]!;
    const part =
      change === 'new' || change === 'enlarged'
        ? brighter[at]
        : change === 'shrunk' || change === 'resolved'
          ? darker[at]
          : 1;
    if (part !== 0) counted[label - 1]!++;
  }
  return lesionChanges.map((change, n) => ({
    change,
    lesions: lesions.filter((one) => one.change === change).length,
    volumeMl: counted[n]! * voxelMl,
  }));
}

function unlikeGrids(a: Grid, b: Grid, place: string): Issue[] {
  const [x, y] = [spacingMm(a.affineRas), spacingMm(b.affineRas)].map((one) => [...one].sort((p, q) => p - q)) as [
    number[],
    number[],
  ];
  if (x.every((one, axis) => Math.abs(one - y[axis]!) < 0.15 * Math.max(one, y[axis]!))) return [];
  const say = (mm: number[]): string => mm.map((one) => one.toFixed(1)).join(' x ');
  return [
    issue(
      'warning',
      'visits-not-alike',
      `The visits have voxels of ${say(x)} and ${say(y)} mm: part of a change of volume is a change of protocol.`,
      { place, remedy: 'Compare visits of one scanner and protocol.' },
    ),
  ];
}
