import { largestComponent } from '../../voxels/components.ts';

type Size = readonly [number, number, number];

/** Share between the darkest and the brightest tenth of the head at which brain begins; EPI shows little of scalp and skull. */
const share = 0.3;

/**
 * Where there is brain in the mean of an EPI series: voxels brighter than a share of the way from the background (10th
 * percentile) to the brain (98th), opened by one voxel so that eyes and scalp fall off, the largest part of what is left, and
 * its holes.
 */
export function epiMask(mean: Float32Array, shape: Size): Uint8Array {
  const sorted = Float32Array.from(mean).sort();
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))]!;
  const [dark, bright] = [at(0.1), at(0.98)];
  if (!(bright > dark)) return new Uint8Array(mean.length);
  // A series whose skull was taken off has zeros outside: everything else is brain.
  const zeros = sorted.findIndex((value) => value > 0) / sorted.length;
  const above = Uint8Array.from(mean, (value) =>
    zeros > 0.3 ? (value > 0 ? 1 : 0) : value > dark + share * (bright - dark) ? 1 : 0,
  );
  if (zeros > 0.3) return largestComponent(above, shape).mask;
  const core = largestComponent(spread(above, shape, 0), shape).mask;
  const grown = spread(core, shape, 1);
  for (let voxel = 0; voxel < grown.length; voxel++) if (above[voxel] === 0) grown[voxel] = 0;
  return fillHoles(grown, shape);
}

/** Spreads `value` by one voxel along faces: erosion of the mask for 0, dilation for 1. Beyond the sides lies nothing. */
function spread(mask: Uint8Array, [ni, nj, nk]: Size, value: 0 | 1): Uint8Array<ArrayBuffer> {
  const result = Uint8Array.from(mask);
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const near =
          (i > 0 ? mask[at - 1] : 0) === value ||
          (i < ni - 1 ? mask[at + 1] : 0) === value ||
          (j > 0 ? mask[at - ni] : 0) === value ||
          (j < nj - 1 ? mask[at + ni] : 0) === value ||
          // The first and last slice of a slab cut through the brain.
          (k > 0 && mask[at - ni * nj] === value) ||
          (k < nk - 1 && mask[at + ni * nj] === value);
        if (near) result[at] = value;
      }
  return result;
}

/** Voxels outside that do not reach the edge of their slice become part of the mask. */
function fillHoles(mask: Uint8Array, [ni, nj, nk]: Size): Uint8Array {
  const plane = ni * nj;
  const queue = new Int32Array(plane);
  for (let k = 0; k < nk; k++) {
    const slice = mask.subarray(k * plane, (k + 1) * plane);
    const outside = new Uint8Array(plane);
    let end = 0;
    const visit = (at: number): void => {
      if (slice[at] !== 0 || outside[at] !== 0) return;
      outside[at] = 1;
      queue[end++] = at;
    };
    for (let i = 0; i < ni; i++) for (const at of [i, plane - ni + i]) visit(at);
    for (let j = 0; j < nj; j++) for (const at of [j * ni, j * ni + ni - 1]) visit(at);
    for (let next = 0; next < end; next++) {
      const at = queue[next]!;
      if (at % ni > 0) visit(at - 1);
      if (at % ni < ni - 1) visit(at + 1);
      if (at >= ni) visit(at - ni);
      if (at < plane - ni) visit(at + ni);
    }
    for (let at = 0; at < plane; at++) slice[at] = outside[at] === 0 ? 1 : 0;
  }
  return mask;
}

/** The mask and its neighbours along faces. */
export function grow(mask: Uint8Array, shape: Size): Uint8Array<ArrayBuffer> {
  return spread(mask, shape, 1);
}
