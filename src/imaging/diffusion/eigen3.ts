/**
 * Eigenvalues (descending) and eigenvectors of a symmetric 3x3 matrix by Jacobi rotations, to the last digits also where
 * eigenvalues are nearly equal. `d`: xx, xy, yy, xz, yz, zz. `values`: 3; `vectors`: 9, one after the other, each with its
 * largest component positive, so that equal input gives equal signs.
 */
export function eigen3(d: Float64Array, values: Float64Array, vectors: Float64Array): void {
  let xx = d[0]!;
  let xy = d[1]!;
  let yy = d[2]!;
  let xz = d[3]!;
  let yz = d[4]!;
  let zz = d[5]!;
  const v = vectors;
  v.fill(0);
  v[0] = 1;
  v[4] = 1;
  v[8] = 1;
  for (let sweep = 0; sweep < 12; sweep++) {
    const off = Math.abs(xy) + Math.abs(xz) + Math.abs(yz);
    if (off <= 1e-17 * (Math.abs(xx) + Math.abs(yy) + Math.abs(zz)) || off < 1e-300) break;
    if (xy !== 0) {
      const t = tangent(xx, yy, xy);
      const c = 1 / Math.sqrt(1 + t * t);
      const s = t * c;
      xx -= t * xy;
      yy += t * xy;
      xy = 0;
      const a = xz;
      xz = c * a - s * yz;
      yz = s * a + c * yz;
      rotate(v, 0, 3, c, s);
    }
    if (xz !== 0) {
      const t = tangent(xx, zz, xz);
      const c = 1 / Math.sqrt(1 + t * t);
      const s = t * c;
      xx -= t * xz;
      zz += t * xz;
      xz = 0;
      const a = xy;
      xy = c * a - s * yz;
      yz = s * a + c * yz;
      rotate(v, 0, 6, c, s);
    }
    if (yz !== 0) {
      const t = tangent(yy, zz, yz);
      const c = 1 / Math.sqrt(1 + t * t);
      const s = t * c;
      yy -= t * yz;
      zz += t * yz;
      yz = 0;
      const a = xy;
      xy = c * a - s * xz;
      xz = s * a + c * xz;
      rotate(v, 3, 6, c, s);
    }
  }
  values[0] = xx;
  values[1] = yy;
  values[2] = zz;
  if (values[0]! < values[1]!) swap(values, v, 0, 1);
  if (values[1]! < values[2]!) swap(values, v, 1, 2);
  if (values[0]! < values[1]!) swap(values, v, 0, 1);
  for (let q = 0; q < 9; q += 3) {
    let largest = q;
    for (let a = q + 1; a < q + 3; a++) if (Math.abs(v[a]!) > Math.abs(v[largest]!)) largest = a;
    if (v[largest]! < 0) for (let a = q; a < q + 3; a++) v[a] = -v[a]!;
  }
}

/** Smaller root of the rotation that makes the off-diagonal `pq` zero. */
function tangent(pp: number, qq: number, pq: number): number {
  const theta = (qq - pp) / (2 * pq);
  return (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
}

function rotate(v: Float64Array, p: number, q: number, c: number, s: number): void {
  for (let a = 0; a < 3; a++) {
    const one = v[p + a]!;
    v[p + a] = c * one - s * v[q + a]!;
    v[q + a] = s * one + c * v[q + a]!;
  }
}

function swap(values: Float64Array, v: Float64Array, p: number, q: number): void {
  const value = values[p]!;
  values[p] = values[q]!;
  values[q] = value;
  for (let a = 0; a < 3; a++) {
    const one = v[3 * p + a]!;
    v[3 * p + a] = v[3 * q + a]!;
    v[3 * q + a] = one;
  }
}
