import type { Grid } from '../../dossier/grid.ts';
import { apply, determinant } from '../../voxels/affine.ts';

export interface Cluster {
  voxels: number;
  volumeMm3: number;
  peak: number;
  /** Index of the voxel with the largest value, i fastest. */
  peakVoxel: number;
  /** Its centre in the space of the image. */
  peakRasMm: [number, number, number];
  members: Int32Array;
}

/**
 * Voxels at or above a threshold that hang together by faces or edges (18 neighbours, as in SPM), the largest first.
 * `values`: one a voxel of the grid. For negative effects give the negated map.
 */
export function clustersAbove(
  values: ArrayLike<number>,
  threshold: number,
  grid: Pick<Grid, 'shape' | 'affineRas'>,
  leastVoxels = 1,
): Cluster[] {
  const [ni, nj, nk] = grid.shape;
  const seen = new Uint8Array(ni * nj * nk);
  const queue = new Int32Array(seen.length);
  const voxelMm3 = Math.abs(determinant(grid.affineRas));
  const found: Cluster[] = [];
  for (let seed = 0; seed < seen.length; seed++) {
    if (seen[seed] === 1 || !(values[seed]! >= threshold)) continue;
    let end = 0;
    let peakVoxel = seed;
    seen[seed] = 1;
    queue[end++] = seed;
    for (let next = 0; next < end; next++) {
      const at = queue[next]!;
      if (values[at]! > values[peakVoxel]!) peakVoxel = at;
      const [i, j, k] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
      for (let c = -1; c <= 1; c++)
        for (let b = -1; b <= 1; b++)
          for (let a = -1; a <= 1; a++) {
            if (Math.abs(a) + Math.abs(b) + Math.abs(c) > 2) continue;
            const [x, y, z] = [i + a, j + b, k + c];
            if (x < 0 || y < 0 || z < 0 || x >= ni || y >= nj || z >= nk) continue;
            const neighbour = x + ni * (y + nj * z);
            if (seen[neighbour] === 1 || !(values[neighbour]! >= threshold)) continue;
            seen[neighbour] = 1;
            queue[end++] = neighbour;
          }
    }
    if (end < leastVoxels) continue;
    const [i, j, k] = [peakVoxel % ni, Math.floor(peakVoxel / ni) % nj, Math.floor(peakVoxel / (ni * nj))];
    found.push({
      ...{ voxels: end, volumeMm3: end * voxelMm3, peak: values[peakVoxel]!, peakVoxel },
      peakRasMm: apply(grid.affineRas, [i, j, k]),
      members: Int32Array.from(queue.subarray(0, end)),
    });
  }
  return found.sort((a, b) => b.voxels - a.voxels || a.peakVoxel - b.peakVoxel);
}
