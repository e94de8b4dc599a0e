/** Row-major design matrix of a model that is linear in the logarithm of the signal. */
export interface Design {
  /** Volumes. */
  n: number;
  /** Parameters, the last of which is ln S0. */
  p: number;
  x: Float64Array;
}

/** Cholesky factor of a symmetric positive matrix p x p, in place (lower triangle). False when it is not, numerically. */
export function factorise(a: Float64Array, p: number): boolean {
  for (let j = 0; j < p; j++) {
    const before = a[j * p + j]!;
    let pivot = before;
    for (let k = 0; k < j; k++) pivot -= a[j * p + k]! ** 2;
    // What is left of the column's square by subtraction holds no digits any more.
    if (!(pivot > 1e-13 * before) || !(before > 0)) return false;
    const root = Math.sqrt(pivot);
    a[j * p + j] = root;
    for (let i = j + 1; i < p; i++) {
      let sum = a[i * p + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * p + k]! * a[j * p + k]!;
      a[i * p + j] = sum / root;
    }
  }
  return true;
}

/** L z = r in place: the first half of a solution, and the root of quadratic forms r' A^-1 r = |z|^2. */
export function forward(l: Float64Array, r: Float64Array, p: number): void {
  for (let i = 0; i < p; i++) {
    let sum = r[i]!;
    for (let k = 0; k < i; k++) sum -= l[i * p + k]! * r[k]!;
    r[i] = sum / l[i * p + i]!;
  }
}

/** L' x = z in place. */
export function backward(l: Float64Array, z: Float64Array, p: number): void {
  for (let i = p - 1; i >= 0; i--) {
    let sum = z[i]!;
    for (let k = i + 1; k < p; k++) sum -= l[k * p + i]! * z[k]!;
    z[i] = sum / l[i * p + i]!;
  }
}

/** (X'X)^-1 X' as p rows of n, or undefined when the columns depend on each other. */
export function pseudoInverse({ n, p, x }: Design): Float64Array | undefined {
  const gram = new Float64Array(p * p);
  for (let a = 0; a < p; a++)
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += x[i * p + a]! * x[i * p + b]!;
      gram[a * p + b] = sum;
    }
  if (!factorise(gram, p)) return undefined;
  const inverse = new Float64Array(p * n);
  const column = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < p; a++) column[a] = x[i * p + a]!;
    forward(gram, column, p);
    backward(gram, column, p);
    for (let a = 0; a < p; a++) inverse[a * n + i] = column[a]!;
  }
  return inverse;
}

/** Largest standard deviation of a unit-noise parameter is finite: the model can be fitted to these weightings. */
export function isDetermined(design: Design): boolean {
  return design.n >= design.p && pseudoInverse(design) !== undefined;
}
