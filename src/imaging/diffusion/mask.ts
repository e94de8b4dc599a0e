import { largestComponent } from '../../voxels/components.ts';

/** The darker class is air when its median is this small a share of the brighter one's, */
const darkShare = 0.05;
/** or when it does not decay with weighting: magnitude noise is the same in all volumes, tissue falls to a half and less. */
const lastingShare = 0.7;

/**
 * Where there is tissue: voxels of the unweighted signal above Otsu's threshold (1979), the largest connected part of them,
 * holes filled. A head or body on dark ground; it keeps skull and scalp. Where the darker class is no air - a crop inside
 * the body, a brain that was cut out before - every voxel with signal.
 * `weighted`: mean signal of the strongest weighting.
 */
export function intensityMask(
  unweighted: Float32Array,
  weighted: Float32Array,
  shape: readonly [number, number, number],
): Uint8Array {
  const threshold = otsu(unweighted);
  const above = Uint8Array.from(unweighted, (value) => (value > threshold ? 1 : 0));
  const ofDark: number[] = [];
  const ofDarkWeighted: number[] = [];
  const ofBright: number[] = [];
  for (let at = 0; at < above.length; at++) {
    if (above[at] === 1) ofBright.push(unweighted[at]!);
    else if (unweighted[at]! > 0) {
      ofDark.push(unweighted[at]!);
      ofDarkWeighted.push(weighted[at]!);
    }
  }
  const dark = median(ofDark);
  const isAir = dark < darkShare * median(ofBright) || median(ofDarkWeighted) > lastingShare * dark;
  if (!isAir) return Uint8Array.from(unweighted, (value) => (value > 0 ? 1 : 0));
  const { mask } = largestComponent(above, shape);
  fillHoles(mask, shape);
  return mask;
}

/** Between-class variance is largest here. 256 bins up to the 99th percentile, so that a few bright voxels do not rule. */
function otsu(values: Float32Array): number {
  const positive = Float32Array.from(values.filter((value) => value > 0)).sort();
  if (positive.length === 0) return 0;
  const top = positive[Math.floor(0.99 * (positive.length - 1))]!;
  const counts = new Float64Array(256);
  for (const value of values) counts[Math.min(255, Math.max(0, Math.floor((255 * value) / top)))]!++;
  let total = 0;
  let sum = 0;
  for (let bin = 0; bin < 256; bin++) {
    total += counts[bin]!;
    sum += bin * counts[bin]!;
  }
  let [below, sumBelow, best, at] = [0, 0, -1, 0];
  for (let bin = 0; bin < 255; bin++) {
    below += counts[bin]!;
    sumBelow += bin * counts[bin]!;
    if (below === 0 || below === total) continue;
    const apart = sumBelow / below - (sum - sumBelow) / (total - below);
    const variance = below * (total - below) * apart * apart;
    if (variance > best) [best, at] = [variance, bin];
  }
  return ((at + 1) * top) / 255;
}

/** Voxels outside that do not reach the edge of their slice (planes of the third axis) become part of the mask. */
function fillHoles(mask: Uint8Array, [ni, nj, nk]: readonly [number, number, number]): void {
  const plane = ni * nj;
  const outside = new Uint8Array(plane);
  const queue = new Int32Array(plane);
  for (let k = 0; k < nk; k++) {
    const slice = mask.subarray(k * plane, (k + 1) * plane);
    outside.fill(0);
    let end = 0;
    const visit = (at: number): void => {
      if (slice[at] === 0 && outside[at] === 0) {
        outside[at] = 1;
        queue[end++] = at;
      }
    };
    for (let i = 0; i < ni; i++) {
      visit(i);
      visit(plane - ni + i);
    }
    for (let j = 0; j < nj; j++) {
      visit(j * ni);
      visit(j * ni + ni - 1);
    }
    for (let next = 0; next < end; next++) {
      const at = queue[next]!;
      const i = at % ni;
      if (i > 0) visit(at - 1);
      if (i < ni - 1) visit(at + 1);
      if (at >= ni) visit(at - ni);
      if (at < plane - ni) visit(at + ni);
    }
    for (let at = 0; at < plane; at++) if (outside[at] === 0) slice[at] = 1;
  }
}

function median(values: number[]): number {
  if (values.length === 0) return 0;
  return Float64Array.from(values).sort()[values.length >> 1]!;
}
