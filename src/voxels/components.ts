export type Size = readonly [number, number, number];

/** Which voxels touch: by faces (6), also by edges (18), also by corners (26). */
export type Connectivity = 6 | 18 | 26;

/** Sets of voxels that hang together. */
export interface Components {
  /** 0 outside the mask, else the number of the set, from 1 in the order in which they are met (first axis fastest). */
  labels: Int32Array;
  /** Number of voxels of each set; place 0 is unused. */
  voxels: number[];
}

/** The sets of non-zero voxels that hang together. `size`: lengths of the axes, the first fastest. */
export function components(mask: ArrayLike<number>, size: Size, connectivity: Connectivity = 6): Components {
  const [n0, n1, n2] = size;
  const total = n0 * n1 * n2;
  const plane = n0 * n1;
  const labels = new Int32Array(total);
  const queue = new Int32Array(total);
  const voxels = [0];
  const steps = neighbours(connectivity);
  const places = steps.map(([a, b, c]) => a + n0 * b + plane * c);
  for (let seed = 0; seed < total; seed++) {
    if (!mask[seed] || labels[seed] !== 0) continue;
    const label = voxels.length;
    labels[seed] = label;
    queue[0] = seed;
    let end = 1;
    for (let next = 0; next < end; next++) {
      const at = queue[next]!;
      const a = at % n0;
      const b = Math.floor(at / n0) % n1;
      const c = Math.floor(at / plane);
      const isInner = a > 0 && b > 0 && c > 0 && a < n0 - 1 && b < n1 - 1 && c < n2 - 1;
      for (let n = 0; n < places.length; n++) {
        if (!isInner) {
          const [da, db, dc] = steps[n]!;
          if (a + da < 0 || b + db < 0 || c + dc < 0 || a + da >= n0 || b + db >= n1 || c + dc >= n2) continue;
        }
        const near = at + places[n]!;
        if (!mask[near] || labels[near] !== 0) continue;
        labels[near] = label;
        queue[end++] = near;
      }
    }
    voxels.push(end);
  }
  return { labels, voxels };
}

function neighbours(connectivity: Connectivity): [number, number, number][] {
  const axes = connectivity === 6 ? 1 : connectivity === 18 ? 2 : 3;
  const found: [number, number, number][] = [];
  for (const c of [-1, 0, 1])
    for (const b of [-1, 0, 1])
      for (const a of [-1, 0, 1]) {
        const moved = Math.abs(a) + Math.abs(b) + Math.abs(c);
        if (moved > 0 && moved <= axes) found.push([a, b, c]);
      }
  return found;
}

/**
 * The largest set of non-zero voxels that hang together, as a mask of 0 and 1; of equals the one met first.
 * `size`: lengths of the axes, the first fastest; any order of axes gives the same set.
 */
export function largestComponent(
  mask: ArrayLike<number>,
  size: Size,
  connectivity: Connectivity = 6,
): { mask: Uint8Array; voxels: number } {
  const { labels, voxels } = components(mask, size, connectivity);
  let best = 0;
  for (let label = 1; label < voxels.length; label++) if (voxels[label]! > (voxels[best] ?? 0)) best = label;
  const result = new Uint8Array(labels.length);
  if (best > 0) for (let at = 0; at < labels.length; at++) if (labels[at] === best) result[at] = 1;
  return { mask: result, voxels: voxels[best]! };
}
