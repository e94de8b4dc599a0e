import type { Size } from './components.ts';

/**
 * Squared Euclidean distance from each voxel to the nearest voxel of the mask (0 inside it), exact, in time linear in the
 * number of voxels (Felzenszwalb and Huttenlocher 2012: lower envelope of parabolas, one axis after the other). Infinity
 * when the mask is empty. `size`, `spacing`: the first axis is the fastest; distances are in voxels for the default
 * spacing, in mm for one in mm, rounded to float32.
 */
export function squaredDistance(
  mask: ArrayLike<number>,
  [n0, n1, n2]: Size,
  [s0, s1, s2]: Size = [1, 1, 1],
): Float32Array {
  const distance = new Float32Array(n0 * n1 * n2);
  for (let line = 0; line < n1 * n2; line++) scanLine(mask, distance, line * n0, n0, s0 * s0);
  const transform = lineTransform(distance, Math.max(n1, n2));
  for (let c = 0; c < n2; c++) for (let a = 0; a < n0; a++) transform(a + n0 * n1 * c, n0, n1, s1 * s1);
  for (let line = 0; line < n0 * n1; line++) transform(line, n0 * n1, n2, s2 * s2);
  return distance;
}

/**
 * {@link squaredDistance} at the voxels of a second mask only, in their order. With few of them, as surfaces have, the last
 * of the three steps is a short search from each, which stops where the axis alone is farther than what was found.
 */
export function squaredDistanceAt(
  queries: Uint8Array,
  mask: ArrayLike<number>,
  size: Size,
  spacing: Size,
): Float64Array {
  const [n0, n1, n2] = size;
  let count = 0;
  for (let at = 0; at < queries.length; at++) count += queries[at]!;
  const found = new Float64Array(count);
  const isFew = count * n0 <= 8 * queries.length;
  const distance = isFew ? withoutFirstAxis(mask, size, spacing) : squaredDistance(mask, size, spacing);
  const weight = spacing[0] * spacing[0];
  for (let row = 0, next = 0; next < count && row < n1 * n2; row++)
    for (let a = 0, at = row * n0; a < n0; a++, at++) {
      if (!queries[at]) continue;
      let best = distance[at]!;
      const farther = isFew ? Math.max(a, n0 - 1 - a) : 0;
      for (let step = 1; step <= farther && weight * step * step < best; step++) {
        if (step <= a) best = Math.min(best, distance[at - step]! + weight * step * step);
        if (a + step < n0) best = Math.min(best, distance[at + step]! + weight * step * step);
      }
      found[next++] = best;
    }
  return found;
}

/** Squared distance to the nearest voxel of the mask in the same plane across the first axis. */
function withoutFirstAxis(mask: ArrayLike<number>, [n0, n1, n2]: Size, [, s1, s2]: Size): Float32Array {
  const plane = n0 * n1;
  const distance = new Float32Array(plane * n2);
  // Steps along the last axis, plane by plane, because that is the order of memory.
  for (let at = 0; at < distance.length; at++)
    distance[at] = mask[at] ? 0 : at < plane ? Number.POSITIVE_INFINITY : distance[at - plane]! + 1;
  for (let at = distance.length - 1 - plane; at >= 0; at--) {
    const behind = distance[at + plane]! + 1;
    if (behind < distance[at]!) distance[at] = behind;
  }
  const weight = s2 * s2;
  for (let at = 0; at < distance.length; at++) distance[at] = weight * distance[at]! * distance[at]!;
  const transform = lineTransform(distance, n1);
  for (let c = 0; c < n2; c++) for (let a = 0; a < n0; a++) transform(a + plane * c, n0, n1, s1 * s1);
  return distance;
}

/** Squared distance along the first axis: steps to the mask voxel before, then to the one behind. */
function scanLine(mask: ArrayLike<number>, distance: Float32Array, start: number, length: number, weight: number) {
  let steps = Number.POSITIVE_INFINITY;
  for (let at = start; at < start + length; at++) {
    steps = mask[at] ? 0 : steps + 1;
    distance[at] = steps;
  }
  steps = Number.POSITIVE_INFINITY;
  for (let at = start + length - 1; at >= start; at--) {
    steps = mask[at] ? 0 : steps + 1;
    const nearest = Math.min(steps, distance[at]!);
    distance[at] = weight * nearest * nearest;
  }
}

/** Replaces the values f(q) of one line, `step` apart, by min over p of weight (q - p)^2 + f(p). */
function lineTransform(
  values: Float32Array,
  longest: number,
): (start: number, step: number, length: number, weight: number) => void {
  const f = new Float64Array(longest);
  const vertex = new Int32Array(longest);
  const border = new Float64Array(longest + 1);
  return (start, step, length, weight) => {
    const halfWeight = 0.5 / weight;
    let parabolas = 0;
    for (let q = 0, at = start; q < length; q++, at += step) {
      const value = values[at]!;
      f[q] = value;
      if (value === Number.POSITIVE_INFINITY) continue;
      let from = Number.NEGATIVE_INFINITY;
      while (parabolas > 0) {
        const p = vertex[parabolas - 1]!;
        from = 0.5 * (q + p) + ((value - f[p]!) * halfWeight) / (q - p);
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
    for (let q = 0, piece = 0, at = start; q < length; q++, at += step) {
      while (border[piece + 1]! < q) piece++;
      const p = vertex[piece]!;
      values[at] = weight * (q - p) * (q - p) + f[p]!;
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
