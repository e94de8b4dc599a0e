import { scaled } from './design.ts';
import { dot } from './orthonormal.ts';

/**
 * The strongest components over time of signals that hold no grey matter (aCompCor, Behzadi 2007): eigenvectors of the
 * covariance over time, by subspace iteration from cosines. `data`: volume-major; `voxels`: where. Sorted, of mean 0 and SD 1,
 * the first non-zero value positive.
 */
export function principalSeries(
  data: ArrayLike<number>,
  size: number,
  volumes: number,
  voxels: readonly number[],
  count: number,
): Float64Array[] {
  if (voxels.length < count) return [];
  const covariance = new Float64Array(volumes * volumes);
  const series = new Float64Array(volumes);
  for (const at of voxels) {
    for (let t = 0; t < volumes; t++) series[t] = data[t * size + at]!;
    const unit = scaled(series);
    for (let a = 0; a < volumes; a++) {
      const value = unit[a]!;
      for (let b = 0; b <= a; b++) covariance[a * volumes + b]! += value * unit[b]!;
    }
  }
  for (let a = 0; a < volumes; a++)
    for (let b = a + 1; b < volumes; b++) covariance[a * volumes + b] = covariance[b * volumes + a]!;
  // A few more than asked for make the last ones settle sooner.
  let basis = Array.from({ length: Math.min(volumes - 1, count + 5) }, (_, of) =>
    Float64Array.from({ length: volumes }, (__, t) => Math.cos((Math.PI / volumes) * (t + 0.5) * (of + 1)) + 1e-3 * t),
  );
  for (let turn = 0; turn < 60; turn++) {
    basis = orthonormal(basis).map((vector) =>
      Float64Array.from({ length: volumes }, (_, a) =>
        dot(covariance.subarray(a * volumes, (a + 1) * volumes), vector),
      ),
    );
    basis.sort((a, b) => dot(b, b) - dot(a, a));
  }
  return orthonormal(basis)
    .slice(0, count)
    .map((vector) => {
      const unit = scaled(vector);
      const sign = (unit.find((value) => Math.abs(value) > 1e-9) ?? 1) < 0 ? -1 : 1;
      return unit.map((value) => sign * value);
    });
}

function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const result: Float64Array[] = [];
  for (const vector of vectors) {
    const left = Float64Array.from(vector);
    for (let pass = 0; pass < 2; pass++)
      for (const unit of result) {
        const share = dot(unit, left);
        for (let at = 0; at < left.length; at++) left[at]! -= share * unit[at]!;
      }
    const length = Math.sqrt(dot(left, left));
    if (length > 0) result.push(left.map((value) => value / length));
  }
  return result;
}
