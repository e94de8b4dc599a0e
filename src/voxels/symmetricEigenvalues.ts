/**
 * Eigenvalues of a symmetric matrix (row-major), in no order: Householder's reduction to three diagonals, then QL steps
 * with implicit shifts (Wilkinson and Reinsch 1971). Time grows with the cube of the size. The matrix is used up.
 */
export function symmetricEigenvalues(m: Float64Array, n: number): Float64Array {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(m[i * n + k]!);
    if (i === 1 || scale === 0) {
      beside[i] = m[i * n + i - 1]!;
      diagonal[i] = m[i * n + i]!;
      continue;
    }
    let h = 0;
    for (let k = 0; k < i; k++) {
      m[i * n + k]! /= scale;
      h += m[i * n + k]! ** 2;
    }
    const f = m[i * n + i - 1]!;
    const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    beside[i] = scale * g;
    h -= f * g;
    m[i * n + i - 1] = f - g;
    let sum = 0;
    for (let j = 0; j < i; j++) {
      let product = 0;
      for (let k = 0; k <= j; k++) product += m[j * n + k]! * m[i * n + k]!;
      for (let k = j + 1; k < i; k++) product += m[k * n + j]! * m[i * n + k]!;
      beside[j] = product / h;
      sum += beside[j]! * m[i * n + j]!;
    }
    const half = sum / (h + h);
    for (let j = 0; j < i; j++) {
      const u = m[i * n + j]!;
      beside[j]! -= half * u;
      for (let k = 0; k <= j; k++) m[j * n + k]! -= u * beside[k]! + beside[j]! * m[i * n + k]!;
    }
    diagonal[i] = m[i * n + i]!;
  }
  diagonal[0] = m[0]!;
  beside.copyWithin(0, 1);
  beside[n - 1] = 0;
  for (let low = 0; low < n; low++)
    for (let turns = 0; turns < 60; turns++) {
      let end = low;
      while (end < n - 1) {
        const size = Math.abs(diagonal[end]!) + Math.abs(diagonal[end + 1]!);
        if (Math.abs(beside[end]!) <= Number.EPSILON * size) break;
        end++;
      }
      if (end === low) break;
      let g = (diagonal[low + 1]! - diagonal[low]!) / (2 * beside[low]!);
      let r = Math.hypot(g, 1);
      g = diagonal[end]! - diagonal[low]! + beside[low]! / (g + (g >= 0 ? r : -r));
      let [s, c, p] = [1, 1, 0];
      let i = end - 1;
      for (; i >= low; i--) {
        const f = s * beside[i]!;
        const b = c * beside[i]!;
        r = Math.hypot(f, g);
        beside[i + 1] = r;
        if (r === 0) {
          diagonal[i + 1]! -= p;
          beside[end] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = diagonal[i + 1]! - p;
        r = (diagonal[i]! - g) * s + 2 * c * b;
        p = s * r;
        diagonal[i + 1] = g + p;
        g = c * r - b;
      }
      if (r === 0 && i >= low) continue;
      diagonal[low]! -= p;
      beside[low] = g;
      beside[end] = 0;
    }
  return diagonal;
}
