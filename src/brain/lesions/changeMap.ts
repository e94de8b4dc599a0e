import type { Grid } from '../../dossier/grid.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { quantile } from './histogram.ts';
import { indicesOf } from './segmentFlair.ts';
import { smoothField } from './smoothField.ts';
import { fluidShare } from './tissue.ts';

/** Classes of edge strength in each of which the noise of a difference is measured. */
const edgeClasses = 20;
/** The difference is looked at over this SD: below the size of a lesion, above that of a voxel. */
const smoothingMm = 0.85;

export interface ChangeMap {
  /** Later less earlier, in units of normal tissue, smoothed. */
  difference: Float32Array;
  /** The same over the noise of places with equal edges. */
  z: Float32Array;
  /** SD of the difference in the middle class of edges. */
  noise: number;
}

/**
 * Subtraction of two aligned images of equal contrast. What coils did differently is taken out as a smooth field of their
 * ratio (Lewis and Fox 2004). Noise is measured in the images themselves: where edges are strong, a misplacement of a tenth
 * of a voxel is a difference, so the SD (by the median of absolute values) is taken among voxels of equal edge strength,
 * made to rise with it.
 *
 * @param earlier, later FLAIR in units of normal tissue on one grid
 * @param mask where both are brain
 */
export function changeMap(
  earlier: Float32Array,
  later: Float32Array,
  mask: Uint8Array,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
): ChangeMap | undefined {
  const size = [grid.shape[0], grid.shape[1], grid.shape[2]] as const;
  const spacing = spacingMm(grid.affineRas);
  const inside = indicesOf(mask);
  const tissue = inside.filter((at) => earlier[at]! > fluidShare && later[at]! > fluidShare);
  const field = smoothField(tissue, (at) => Math.log(later[at]! / earlier[at]!), size);
  if (!field) return undefined;
  const level = quantile(
    Float32Array.from(tissue, (at) => later[at]! / earlier[at]!),
    0.5,
  );
  const even = new Float32Array(later.length);
  const raw = new Float32Array(later.length);
  for (const at of inside) {
    even[at] = later[at]! / (level * Math.exp(field(at)));
    raw[at] = even[at]! - earlier[at]!;
  }
  const difference = smoothInside(raw, mask, size, spacing);
  const edges = new Float32Array(inside.length);
  for (const [n, at] of inside.entries())
    edges[n] = edgeAt(earlier, at, size, spacing) + edgeAt(even, at, size, spacing);
  const sorted = Float32Array.from(edges).sort();
  const limits = Array.from(
    { length: edgeClasses - 1 },
    (_, c) => sorted[Math.floor(((c + 1) / edgeClasses) * sorted.length)]!,
  );
  const classOf = (edge: number): number => {
    let c = 0;
    while (c < limits.length && edge > limits[c]!) c++;
    return c;
  };
  const classes = Uint8Array.from(edges, classOf);
  const sds = new Float64Array(edgeClasses);
  for (let c = 0; c < edgeClasses; c++) {
    const ofClass = inside.filter((_, n) => classes[n] === c);
    if (ofClass.length > 100)
      sds[c] =
        1.4826 *
        quantile(
          Float32Array.from(ofClass, (at) => Math.abs(difference[at]!)),
          0.5,
        );
    if (c > 0) sds[c] = Math.max(sds[c]!, sds[c - 1]!);
  }
  const noise = sds[edgeClasses >> 1]!;
  if (!(noise > 0)) return undefined;
  const z = new Float32Array(later.length);
  for (const [n, at] of inside.entries()) z[at] = difference[at]! / (sds[classes[n]!]! || noise);
  return { difference, z, noise };
}

/** Length of the gradient by central differences, per mm. */
function edgeAt(values: Float32Array, at: number, [ni, nj, nk]: readonly number[], spacing: readonly number[]): number {
  const index = [at % ni!, Math.floor(at / ni!) % nj!, Math.floor(at / (ni! * nj!))];
  const lengths = [ni!, nj!, nk!];
  let squares = 0;
  for (let axis = 0, step = 1; axis < 3; step *= lengths[axis]!, axis++) {
    const low = index[axis]! > 0 ? step : 0;
    const high = index[axis]! < lengths[axis]! - 1 ? step : 0;
    if (low + high === 0) continue;
    squares += ((values[at + high]! - values[at - low]!) / (((low + high) / step) * spacing[axis]!)) ** 2;
  }
  return Math.sqrt(squares);
}

/** Binomial smoothing along each axis to about {@link smoothingMm}, among voxels of the mask only; coarse axes are left as they are. */
export function smoothInside(
  values: Float32Array,
  mask: Uint8Array,
  [ni, nj, nk]: readonly [number, number, number],
  spacing: readonly number[],
): Float32Array {
  let from = Float32Array.from(values);
  let to = new Float32Array(from.length);
  const lengths = [ni, nj, nk];
  const inside = indicesOf(mask);
  for (let axis = 0, step = 1; axis < 3; step *= lengths[axis]!, axis++) {
    // One pass of [1 2 1] / 4 has a variance of half a voxel squared.
    const passes = Math.round(smoothingMm ** 2 / (0.5 * spacing[axis]! ** 2));
    for (let pass = 0; pass < passes; pass++) {
      for (const at of inside) {
        const index = Math.floor(at / step) % lengths[axis]!;
        const low = index > 0 && mask[at - step] === 1 ? at - step : at;
        const high = index < lengths[axis]! - 1 && mask[at + step] === 1 ? at + step : at;
        to[at] = (from[low]! + 2 * from[at]! + from[high]!) / 4;
      }
      [from, to] = [to, from];
    }
  }
  return from;
}
