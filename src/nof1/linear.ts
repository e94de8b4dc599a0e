/** Cholesky factor of a small symmetric positive definite matrix (row-major n x n), lower triangle; undefined when it is none. */
export function choleskyOf(matrix: Float64Array, n: number): Float64Array | undefined {
  const lower = new Float64Array(n * n);
  for (let row = 0; row < n; row++)
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * n + column];
      for (let k = 0; k < column; k++) sum -= lower[row * n + k] * lower[column * n + k];
      if (row !== column) lower[row * n + column] = sum / lower[column * n + column];
      else if (sum > 0) lower[row * n + row] = Math.sqrt(sum);
      else return undefined;
    }
  return lower;
}

/** Solves L L' x = b. */
export function solveCholesky(lower: Float64Array, n: number, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let sum = b[row];
    for (let k = 0; k < row; k++) sum -= lower[row * n + k] * x[k];
    x[row] = sum / lower[row * n + row];
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = x[row];
    for (let k = row + 1; k < n; k++) sum -= lower[k * n + row] * x[k];
    x[row] = sum / lower[row * n + row];
  }
  return x;
}

/** Sum of the logarithms of the diagonal: half the logarithm of the determinant. */
export function halfLogDeterminant(lower: Float64Array, n: number): number {
  let sum = 0;
  for (let row = 0; row < n; row++) sum += Math.log(lower[row * n + row]);
  return sum;
}
