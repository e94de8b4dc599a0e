/** An orthonormal basis of the columns of a matrix: X = Q R over the columns that are kept. */
export interface Orthonormal {
  rows: number;
  /** Columns of Q. */
  q: Float64Array[];
  /** Indices of the columns of X that are no combination of earlier ones, in their order. */
  kept: number[];
  /** Upper triangle by kept columns: `r[column][row]`. */
  r: Float64Array[];
}

/** Relative length below which what is left of a column counts as nothing. */
const dependent = 1e-7;

/** Gram-Schmidt, twice for precision; columns that earlier ones explain are left out. */
export function orthonormalise(columns: readonly Float64Array[]): Orthonormal {
  const rows = columns[0]?.length ?? 0;
  const q: Float64Array[] = [];
  const r: Float64Array[] = [];
  const kept: number[] = [];
  for (const [at, column] of columns.entries()) {
    const left = Float64Array.from(column);
    const length = norm(left);
    const along = new Float64Array(q.length + 1);
    for (let pass = 0; pass < 2; pass++)
      for (const [index, unit] of q.entries()) {
        const share = dot(unit, left);
        along[index]! += share;
        for (let t = 0; t < rows; t++) left[t]! -= share * unit[t]!;
      }
    const size = norm(left);
    if (!(size > dependent * length) || q.length === rows) continue;
    for (let t = 0; t < rows; t++) left[t]! /= size;
    along[q.length] = size;
    q.push(left);
    r.push(along);
    kept.push(at);
  }
  return { rows, q, kept, r };
}

/**
 * Weights w with which a contrast c of coefficients is read off the basis: effect = w . Q'y, variance = |w|^2 sigma^2
 * (R' w = c). Undefined when c is no estimable contrast because it weighs columns that others explain.
 */
export function contrastWeights({ kept, r }: Orthonormal, contrast: ArrayLike<number>): Float64Array | undefined {
  for (let column = 0; column < contrast.length; column++)
    if (contrast[column] !== 0 && !kept.includes(column)) return undefined;
  const weights = new Float64Array(kept.length);
  for (let at = 0; at < kept.length; at++) {
    let value = contrast[kept[at]!]!;
    for (let row = 0; row < at; row++) value -= r[at]![row]! * weights[row]!;
    weights[at] = value / r[at]![at]!;
  }
  return weights;
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}

const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));
