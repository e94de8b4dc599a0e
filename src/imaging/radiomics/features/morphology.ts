import { convexHull } from '../../../voxels/convexHull.ts';
import { largestDistance } from '../../../voxels/diameter.ts';
import { enclosingEllipsoid, hullMeasures, orientedBox, symmetricEigenvalues } from '../../../voxels/enclosing.ts';
import { maskSurface } from '../../../voxels/maskSurface.ts';
import { type Prepared, regionValues } from '../prepare.ts';
import { ellipsoidArea } from './ellipsoid.ts';

export const morphologyTags = [
  'volume',
  'vol_approx',
  'area_mesh',
  'av',
  'comp_1',
  'comp_2',
  'sph_dispr',
  'sphericity',
  'asphericity',
  'com',
  'diam',
  'pca_maj_axis',
  'pca_min_axis',
  'pca_least_axis',
  'pca_elongation',
  'pca_flatness',
  'vol_dens_aabb',
  'area_dens_aabb',
  'vol_dens_ombb',
  'area_dens_ombb',
  'vol_dens_aee',
  'area_dens_aee',
  'vol_dens_mvee',
  'area_dens_mvee',
  'vol_dens_conv_hull',
  'area_dens_conv_hull',
  'integ_int',
].map((ending) => `morph_${ending}`);

/**
 * Values of {@link morphologyTags} (IBSI reference manual 3.1, `HCUG`) of the morphological mask, in mm; the shift of the
 * centre of mass and the integrated intensity take values from the intensity mask. The mesh is that of marching cubes at
 * 0.5; `isPyradiomics`: its surface, without what it does not have. The densities by oriented box and by minimum volume ellipsoid have no consensus values.
 */
export function morphology(prepared: Prepared, isPyradiomics = false): (number | undefined)[] {
  const { morphology: mask, size, spacingMm, morphologyVoxels } = prepared;
  const { areaMm2: area, volumeMm3: volume, extremes } = maskSurface(mask, size, spacingMm, isPyradiomics);
  const half = spacingMm.map((mm) => mm / 2) as unknown as typeof spacingMm;
  const hull = convexHull(extremes)!;
  const hullOf = hullMeasures(hull, half);
  const [a, b, c] = principalAxes(prepared);
  const box = boxEdges(extremes).map((length, axis) => length * half[axis as 0 | 1 | 2]);
  const sphereArea = (36 * Math.PI * volume ** 2) ** (1 / 3);
  const values = regionValues(prepared);
  let sum = 0;
  for (const value of values) sum += value;
  const boxDensities = ([x, y, z]: readonly number[]): [number, number] => [
    volume / (x! * y! * z!),
    area / (2 * (x! * y! + x! * z! + y! * z!)),
  ];
  const ellipsoidDensities = ([x, y, z]: readonly number[]): [number, number] => [
    (3 * volume) / (4 * Math.PI * x! * y! * z!),
    area / ellipsoidArea(x!, y!, z!),
  ];
  return [
    volume,
    morphologyVoxels * spacingMm[0] * spacingMm[1] * spacingMm[2],
    area,
    area / volume,
    volume / (Math.sqrt(Math.PI) * area ** 1.5),
    (36 * Math.PI * volume ** 2) / area ** 3,
    area / sphereArea,
    sphereArea / area,
    (area ** 3 / (36 * Math.PI * volume ** 2)) ** (1 / 3) - 1,
    centreShift(prepared),
    largestDistance(hull.corners, half),
    a!,
    b!,
    c!,
    b! / a!,
    c! / a!,
    ...boxDensities(box),
    ...(isPyradiomics ? [undefined, undefined] : boxDensities(orientedBox(hull, half))),
    ...ellipsoidDensities([a! / 2, b! / 2, c! / 2]),
    ...(isPyradiomics ? [undefined, undefined] : ellipsoidDensities(enclosingEllipsoid(hull, half))),
    volume / hullOf.volumeMm3,
    area / hullOf.areaMm2,
    (volume * sum) / values.length,
  ];
}

/** Extents of points along the three axes. */
function boxEdges(points: Int32Array): number[] {
  return [0, 1, 2].map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (let at = axis; at < points.length; at += 3) {
      low = Math.min(low, points[at]!);
      high = Math.max(high, points[at]!);
    }
    return high - low;
  });
}

/**
 * Lengths 4 sqrt(eigenvalue) of the covariance of the voxel centres, longest first. `isPopulation`: covariance of n, as
 * PyRadiomics has it, instead of n - 1.
 */
export function principalAxes(
  { morphology, size, spacingMm, morphologyVoxels }: Prepared,
  isPopulation = false,
): number[] {
  // Whole-number sums are exact up to 2^53.
  const sums = [0, 0, 0];
  const products = [0, 0, 0, 0, 0, 0];
  for (let z = 0, at = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++) {
      let [count, along, squares] = [0, 0, 0];
      for (let x = 0; x < size[0]; x++, at++) {
        if (morphology[at] === 0) continue;
        count++;
        along += x;
        squares += x * x;
      }
      sums[0]! += along;
      sums[1]! += count * y;
      sums[2]! += count * z;
      [squares, along * y, along * z, count * y * y, count * y * z, count * z * z].forEach((value, term) => {
        products[term]! += value;
      });
    }
  const n = morphologyVoxels;
  const divisor = isPopulation ? n : Math.max(1, n - 1);
  const place = [
    [0, 1, 2],
    [1, 3, 4],
    [2, 4, 5],
  ];
  const matrix = place.map((row, p) =>
    row.map(
      (term, q) =>
        ((products[term]! - (sums[p]! * sums[q]!) / n) / divisor) *
        spacingMm[p as 0 | 1 | 2] *
        spacingMm[q as 0 | 1 | 2],
    ),
  );
  const eigenvalues = symmetricEigenvalues(matrix as unknown as Parameters<typeof symmetricEigenvalues>[0]);
  return eigenvalues.map((value) => 4 * Math.sqrt(Math.max(0, value)));
}

/** Distance in mm between the middle of the voxels and the middle of the values. */
function centreShift({ morphology, intensity, size, values, imageSize, range, spacingMm }: Prepared): number {
  const places = [0, 0, 0];
  const weighted = [0, 0, 0];
  let [count, weight] = [0, 0];
  for (let z = 0, at = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++) {
      let from = ((z + range.low[2]) * imageSize[1] + y + range.low[1]) * imageSize[0] + range.low[0];
      for (let x = 0; x < size[0]; x++, at++, from++) {
        if (morphology[at] === 0) continue;
        count++;
        places[0]! += x;
        places[1]! += y;
        places[2]! += z;
        if (intensity[at] === 0) continue;
        const value = values[from]!;
        weight += value;
        weighted[0]! += value * x;
        weighted[1]! += value * y;
        weighted[2]! += value * z;
      }
    }
  return Math.hypot(...spacingMm.map((mm, axis) => mm * (places[axis]! / count - weighted[axis]! / weight)));
}
