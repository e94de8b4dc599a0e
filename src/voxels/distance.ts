import type { Size } from './components.ts';

/**
 * Squared Euclidean distance in voxels from each voxel to the nearest voxel of the mask (0 inside it), exact
 * (Felzenszwalb and Huttenlocher 2012: lower envelope of parabolas, one axis after the other). Infinity when the mask is
 * empty. The first axis of `size` is the fastest.
 */
export function squaredDistance(mask: ArrayLike<number>, [n0, n1, n2]: Size): Float32Array {
  const total = n0 * n1 * n2;
  const distance = new Float32Array(total);
  for (let at = 0; at < total; at++) distance[at] = mask[at] ? 0 : Number.POSITIVE_INFINITY;
  const envelope = lineTransform(Math.max(n0, n1, n2));
  for (let line = 0; line < n1 * n2; line++) envelope(distance, line * n0, 1, n0);
  for (let c = 0; c < n2; c++) for (let a = 0; a < n0; a++) envelope(distance, a + n0 * n1 * c, n0, n1);
  for (let line = 0; line < n0 * n1; line++) envelope(distance, line, n0 * n1, n2);
  return distance;
}

/** Replaces values f(q) along one line by min over p of (q - p)^2 + f(p). */
function lineTransform(longest: number): (values: Float32Array, start: number, step: number, length: number) => void {
  const f = new Float64Array(longest);
  const vertex = new Int32Array(longest);
  const border = new Float64Array(longest + 1);
  return (values, start, step, length) => {
    let parabolas = 0;
    for (let q = 0; q < length; q++) {
      const value = values[start + q * step]!;
      f[q] = value;
      if (value === Number.POSITIVE_INFINITY) continue;
      let from = Number.NEGATIVE_INFINITY;
      while (parabolas > 0) {
        const p = vertex[parabolas - 1]!;
        from = (value + q * q - (f[p]! + p * p)) / (2 * (q - p));
        if (from > border[parabolas - 1]!) break;
        parabolas--;
        from = Number.NEGATIVE_INFINITY;
      }
      vertex[parabolas] = q;
      border[parabolas] = from;
      parabolas++;
    }
    if (parabolas === 0) return;
    border[parabolas] = Number.POSITIVE_INFINITY;
    for (let q = 0, at = 0; q < length; q++) {
      while (border[at + 1]! < q) at++;
      const p = vertex[at]!;
      values[start + q * step] = (q - p) * (q - p) + f[p]!;
    }
  };
}

/** All voxels within `radius` (voxels) of the mask. */
export function dilate(mask: ArrayLike<number>, size: Size, radius: number): Uint8Array {
  return Uint8Array.from(squaredDistance(mask, size), (distance) => (distance <= radius * radius ? 1 : 0));
}

/** Voxels of the mask farther than `radius` from everything outside it; the border of the volume does not count as outside. */
export function erode(mask: ArrayLike<number>, size: Size, radius: number): Uint8Array {
  const outside = Uint8Array.from(mask, (value) => (value ? 0 : 1));
  return Uint8Array.from(squaredDistance(outside, size), (distance) => (distance > radius * radius ? 1 : 0));
}
