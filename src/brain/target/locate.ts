import type { Grid } from '../../dossier/grid.ts';
import { apply } from '../../voxels/affine.ts';
import { largestComponent } from '../../voxels/components.ts';
import type { CleanSeries } from './clean.ts';
import { distance, type Point } from './point.ts';
import { pullOf } from './pull.ts';
import { radius95 } from './radius.ts';
import { randomFrom } from './random.ts';

export { distance, type Point } from './point.ts';

export interface Located {
  xyzMm: Point;
  /** Mean correlation with the seed in the cluster. */
  meanCorrelation: number;
  /** Voxels of the cluster: indices into the grid. */
  cluster: Int32Array;
}

export interface LocateOptions {
  fraction: number;
  /** Seconds of a block of the bootstrap: longer than the memory of the signal. */
  blockS: number;
  replicates: number;
  seed: number;
}

export interface Target extends Located {
  /** Correlation with the seed of each searched voxel. */
  correlation: Float64Array;
  /** Radius that holds the true place in 95 of 100 cases, as far as time and the edges of the area decide it. */
  radius95Mm: number;
  /** How far edges pull the target from its source; part of the radius. */
  pullMm: number;
  /** Distance between the targets of the first and the second half. */
  splitHalfMm: number;
  blocks: number;
  /** Resampled targets. */
  cloud: Point[];
}

/** Sums over one block of time that a correlation needs. */
interface Sums {
  count: Float64Array;
  seed: Float64Array;
  seedSquares: Float64Array;
  /** One row a voxel, one column a block. */
  search: Float64Array;
  searchSquares: Float64Array;
  product: Float64Array;
}

/**
 * The target of cleaned courses: the most negative share of the search area, its largest connected cluster, the centroid of
 * that; with a block bootstrap over time. `voxels` are indices into `grid` in the order of `series.search`.
 */
export function locate(
  series: CleanSeries,
  grid: Grid,
  voxels: Int32Array,
  options: LocateOptions,
  progress: (fraction: number) => void = () => {},
): Target {
  const blocks = Math.max(5, Math.round((series.volumes * series.repetitionTimeS) / options.blockS));
  const sums = blockSums(series, blocks);
  const correlation = new Float64Array(voxels.length);
  const weights = new Float64Array(blocks).fill(1);
  correlate(sums, weights, blocks, correlation);
  const found = cluster(correlation, grid, voxels, options.fraction);
  const resampled = new Float64Array(voxels.length);
  const half = (from: number, to: number): Point => {
    weights.fill(0).fill(1, from, to);
    correlate(sums, weights, blocks, resampled);
    return cluster(resampled, grid, voxels, options.fraction).xyzMm;
  };
  const middle = blocks >> 1;
  const splitHalfMm = distance(half(0, middle), half(middle, blocks));
  const random = randomFrom(options.seed);
  const cloud: Point[] = [];
  for (let replicate = 0; replicate < options.replicates; replicate++) {
    weights.fill(0);
    for (let draw = 0; draw < blocks; draw++) weights[Math.floor(random() * blocks)]! += 1;
    correlate(sums, weights, blocks, resampled);
    cloud.push(cluster(resampled, grid, voxels, options.fraction).xyzMm);
    if (replicate % 20 === 0) progress(replicate / options.replicates);
  }
  const [ni, nj] = grid.shape;
  const places = Array.from(voxels, (at) =>
    apply(grid.affineRas, [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))]),
  );
  const seen = { places, correlation, spread: spreads(sums, blocks) };
  const pull = pullOf(found.xyzMm, seen, (map) => cluster(map, grid, voxels, options.fraction).xyzMm);
  return {
    ...found,
    correlation,
    radius95Mm: radius95(cloud, found.xyzMm, blocks, pull),
    pullMm: Math.hypot(...pull),
    splitHalfMm,
    blocks,
    cloud,
  };
}

/** The target alone, without its uncertainty. */
export function locateOnly(series: CleanSeries, grid: Grid, voxels: Int32Array, fraction: number): Located {
  const sums = blockSums(series, 1);
  const correlation = new Float64Array(voxels.length);
  correlate(sums, new Float64Array(1).fill(1), 1, correlation);
  return cluster(correlation, grid, voxels, fraction);
}

function blockSums({ seed, search, volumes }: CleanSeries, blocks: number): Sums {
  const start = Array.from({ length: blocks + 1 }, (_, block) => Math.round((block * volumes) / blocks));
  const one = (): Float64Array => new Float64Array(blocks);
  const all = (): Float64Array => new Float64Array(blocks * search.length);
  const sums: Sums = {
    ...{ count: one(), seed: one(), seedSquares: one(), search: all(), searchSquares: all(), product: all() },
  };
  for (let block = 0; block < blocks; block++)
    for (let t = start[block]!; t < start[block + 1]!; t++) {
      sums.count[block]! += 1;
      sums.seed[block]! += seed[t]!;
      sums.seedSquares[block]! += seed[t]! * seed[t]!;
    }
  for (const [voxel, course] of search.entries())
    for (let block = 0; block < blocks; block++) {
      let sum = 0;
      let squares = 0;
      let product = 0;
      for (let t = start[block]!; t < start[block + 1]!; t++) {
        sum += course[t]!;
        squares += course[t]! * course[t]!;
        product += course[t]! * seed[t]!;
      }
      const at = voxel * blocks + block;
      sums.search[at] = sum;
      sums.searchSquares[at] = squares;
      sums.product[at] = product;
    }
  return sums;
}

/** Standard deviation of each voxel over time, times the root of the number of volumes. */
function spreads({ count, search, searchSquares }: Sums, blocks: number): Float64Array {
  const n = count.reduce((sum, one) => sum + one, 0);
  return Float64Array.from({ length: search.length / blocks }, (_, voxel) => {
    let x = 0;
    let xx = 0;
    for (let at = voxel * blocks; at < (voxel + 1) * blocks; at++) {
      x += search[at]!;
      xx += searchSquares[at]!;
    }
    return Math.sqrt(Math.max(0, xx - (x * x) / n));
  });
}

function correlate(sums: Sums, weights: Float64Array, blocks: number, into: Float64Array): void {
  let n = 0;
  let s = 0;
  let ss = 0;
  for (let block = 0; block < blocks; block++) {
    n += weights[block]! * sums.count[block]!;
    s += weights[block]! * sums.seed[block]!;
    ss += weights[block]! * sums.seedSquares[block]!;
  }
  const seedSpread = ss - (s * s) / n;
  for (let voxel = 0, at = 0; voxel < into.length; voxel++) {
    let x = 0;
    let xx = 0;
    let xs = 0;
    for (let block = 0; block < blocks; block++, at++) {
      const weight = weights[block]!;
      if (weight === 0) continue;
      x += weight * sums.search[at]!;
      xx += weight * sums.searchSquares[at]!;
      xs += weight * sums.product[at]!;
    }
    const spread = (xx - (x * x) / n) * seedSpread;
    into[voxel] = spread > 0 ? (xs - (x * s) / n) / Math.sqrt(spread) : 0;
  }
}

function cluster(correlation: Float64Array, grid: Grid, voxels: Int32Array, fraction: number): Located {
  const [ni, nj, nk] = grid.shape;
  const size: Point = [ni, nj, nk];
  const limit = Float64Array.from(correlation).sort()[Math.max(0, Math.round(fraction * voxels.length) - 1)]!;
  const mask = new Uint8Array(ni * nj * nk);
  for (let at = 0; at < voxels.length; at++) if (correlation[at]! <= limit) mask[voxels[at]!] = 1;
  const part = largestComponent(mask, size).mask;
  const centre = [0, 0, 0];
  let sum = 0;
  const members: number[] = [];
  let n = 0;
  for (let at = 0; at < voxels.length; at++) {
    const voxel = voxels[at]!;
    if (part[voxel] === 0) continue;
    members.push(voxel);
    sum += correlation[at]!;
    const weight = limit - correlation[at]! + 1e-9;
    n += weight;
    centre[0]! += weight * (voxel % ni);
    centre[1]! += weight * (Math.floor(voxel / ni) % nj);
    centre[2]! += weight * Math.floor(voxel / (ni * nj));
  }
  return {
    xyzMm: apply(grid.affineRas, [centre[0]! / n, centre[1]! / n, centre[2]! / n]),
    meanCorrelation: sum / members.length,
    cluster: Int32Array.from(members),
  };
}
