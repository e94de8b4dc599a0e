/** A weighted linear fit. */
export interface LinearFit {
  coefficients: Float64Array;
  /** Row by row: residual variance times the inverse of X'WX. NaN without a degree of freedom. */
  covariance: Float64Array;
  /** Weighted sum of squared residuals. */
  rss: number;
  /** Share of the weighted variance round the weighted mean that is explained. */
  r2: number;
  fitted: Float64Array;
}

/**
 * Least squares by Householder reflections, without forming X'X: columns of kinetic fits are nearly parallel.
 * `columns`: regressors; `weights` proportional to 1 / variance. Undefined when the columns are dependent or a value is no
 * number.
 */
export function linearFit(
  columns: readonly ArrayLike<number>[],
  y: ArrayLike<number>,
  weights?: ArrayLike<number>,
): LinearFit | undefined {
  const n = y.length;
  const p = columns.length;
  if (n < p) return undefined;
  const root = Float64Array.from({ length: n }, (_, at) => Math.sqrt(weights?.[at] ?? 1));
  const q = columns.map((column) => Float64Array.from({ length: n }, (_, at) => column[at]! * root[at]!));
  const right = Float64Array.from({ length: n }, (_, at) => y[at]! * root[at]!);
  const norms = q.map((column) => Math.hypot(...column));
  const r = new Float64Array(p * p);
  for (let a = 0; a < p; a++) {
    const v = q[a]!;
    let square = 0;
    for (let at = a; at < n; at++) square += v[at]! ** 2;
    const length = Math.sqrt(square);
    if (!(length > 1e-12 * norms[a]!) || !Number.isFinite(length)) return undefined;
    const alpha = v[a]! > 0 ? -length : length;
    r[a * p + a] = alpha;
    v[a]! -= alpha;
    const scale = 2 / (square - 2 * alpha * (v[a]! + alpha) + alpha * alpha);
    for (const other of [...q.slice(a + 1), right]) {
      let dot = 0;
      for (let at = a; at < n; at++) dot += v[at]! * other[at]!;
      for (let at = a; at < n; at++) other[at]! -= scale * dot * v[at]!;
    }
    for (let b = a + 1; b < p; b++) r[a * p + b] = q[b]![a]!;
  }
  const coefficients = backSubstitute(r, right, p);
  if (!coefficients.every(Number.isFinite)) return undefined;
  const fitted = new Float64Array(n);
  for (let at = 0; at < n; at++) for (let a = 0; a < p; a++) fitted[at]! += coefficients[a]! * columns[a]![at]!;
  let [rss, mean, total, used] = [0, 0, 0, 0];
  for (let at = 0; at < n; at++) {
    const w = root[at]! ** 2;
    rss += w * (y[at]! - fitted[at]!) ** 2;
    mean += w * y[at]!;
    total += w;
    if (w > 0) used++;
  }
  mean /= total;
  let spread = 0;
  for (let at = 0; at < n; at++) spread += root[at]! ** 2 * (y[at]! - mean) ** 2;
  const inverse = Array.from({ length: p }, (_, a) =>
    backSubstitute(
      r,
      Float64Array.from({ length: p }, (__, b) => (a === b ? 1 : 0)),
      p,
    ),
  );
  const variance = used > p ? rss / (used - p) : Number.NaN;
  const covariance = new Float64Array(p * p);
  for (let a = 0; a < p; a++)
    for (let b = 0; b < p; b++)
      for (let c = 0; c < p; c++) covariance[a * p + b]! += variance * inverse[c]![a]! * inverse[c]![b]!;
  return { coefficients, covariance, rss, r2: 1 - rss / spread, fitted };
}

function backSubstitute(r: Float64Array, right: ArrayLike<number>, p: number): Float64Array {
  const out = new Float64Array(p);
  for (let a = p - 1; a >= 0; a--) {
    let value = right[a]!;
    for (let b = a + 1; b < p; b++) value -= r[a * p + b]! * out[b]!;
    out[a] = value / r[a * p + a]!;
  }
  return out;
}

/** Standard error of a function of coefficients with these derivatives (delta method). */
export function errorOfRatio(covariance: Float64Array, gradient: readonly number[]): number {
  const p = gradient.length;
  let variance = 0;
  for (let a = 0; a < p; a++)
    for (let b = 0; b < p; b++) variance += gradient[a]! * gradient[b]! * covariance[a * p + b]!;
  return Math.sqrt(variance);
}
