export interface SingularValues {
  /** Columns are the left vectors; n x n, row by row. */
  u: Float64Array;
  /** Falling. */
  s: Float64Array;
  v: Float64Array;
}

/**
 * Singular values of a square matrix (row by row) by one-sided Jacobi rotations (Hestenes 1958): pairs of columns are turned
 * until all are at right angles. Accurate and short; n^3 a sweep, made once for an input.
 */
export function singularValues(matrix: Float64Array, n: number): SingularValues {
  // Columns lie together in memory.
  const columns = Array.from({ length: n }, (_, column) =>
    Float64Array.from({ length: n }, (_, row) => matrix[row * n + column]!),
  );
  const right = Array.from({ length: n }, (_, column) =>
    Float64Array.from({ length: n }, (_, row) => (row === column ? 1 : 0)),
  );
  for (let sweep = 0; sweep < 60; sweep++) {
    let turned = false;
    for (let a = 0; a < n - 1; a++)
      for (let b = a + 1; b < n; b++) {
        const [x, y] = [columns[a]!, columns[b]!];
        let [xx, yy, xy] = [0, 0, 0];
        for (let row = 0; row < n; row++) {
          xx += x[row]! * x[row]!;
          yy += y[row]! * y[row]!;
          xy += x[row]! * y[row]!;
        }
        if (Math.abs(xy) <= 1e-14 * Math.sqrt(xx * yy)) continue;
        turned = true;
        const zeta = (yy - xx) / (2 * xy);
        const tan = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const cos = 1 / Math.hypot(1, tan);
        turn(x, y, cos, cos * tan);
        turn(right[a]!, right[b]!, cos, cos * tan);
      }
    if (!turned) break;
  }
  const lengths = columns.map((column) => Math.hypot(...column));
  const order = [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const u = new Float64Array(n * n);
  const v = new Float64Array(n * n);
  for (const [at, from] of order.entries())
    for (let row = 0; row < n; row++) {
      u[row * n + at] = lengths[from]! > 0 ? columns[from]![row]! / lengths[from]! : 0;
      v[row * n + at] = right[from]![row]!;
    }
  return { u, s: Float64Array.from(order, (from) => lengths[from]!), v };
}

function turn(x: Float64Array, y: Float64Array, cos: number, sin: number): void {
  for (let row = 0; row < x.length; row++) {
    const [a, b] = [x[row]!, y[row]!];
    x[row] = cos * a - sin * b;
    y[row] = sin * a + cos * b;
  }
}
