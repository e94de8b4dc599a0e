export type Size = readonly [number, number, number];

/**
 * The largest set of non-zero voxels that hang together by faces, as a mask of 0 and 1; of equals the one met first.
 * `size`: lengths of the axes, the first fastest; any order of axes gives the same set.
 */
export function largestComponent(mask: ArrayLike<number>, [n0, n1, n2]: Size): { mask: Uint8Array; voxels: number } {
  const total = n0 * n1 * n2;
  const plane = n0 * n1;
  const component = new Int32Array(total);
  const queue = new Int32Array(total);
  let best = { label: 0, voxels: 0 };
  let label = 0;
  for (let seed = 0; seed < total; seed++) {
    if (!mask[seed] || component[seed] !== 0) continue;
    label++;
    component[seed] = label;
    queue[0] = seed;
    let end = 1;
    const visit = (at: number): void => {
      if (mask[at] && component[at] === 0) {
        component[at] = label;
        queue[end++] = at;
      }
    };
    for (let next = 0; next < end; next++) {
      const at = queue[next]!;
      const a = at % n0;
      const b = Math.floor(at / n0) % n1;
      if (a > 0) visit(at - 1);
      if (a < n0 - 1) visit(at + 1);
      if (b > 0) visit(at - n0);
      if (b < n1 - 1) visit(at + n0);
      if (at >= plane) visit(at - plane);
      if (at < total - plane) visit(at + plane);
    }
    if (end > best.voxels) best = { label, voxels: end };
  }
  const result = new Uint8Array(total);
  if (best.voxels > 0) for (let at = 0; at < total; at++) if (component[at] === best.label) result[at] = 1;
  return { mask: result, voxels: best.voxels };
}
