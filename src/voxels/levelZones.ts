/**
 * Zones of neighbouring voxels of one level in a padded volume (0 = outside, border all 0): union-find over the whole
 * volume. `offsets`: from a voxel to those neighbours that come before it in memory.
 *
 * @returns for each voxel the first voxel of its zone, encoded: a zone's root holds minus its number of voxels, others
 * a voxel nearer to the root. Outside 0. Use {@link zoneRoot}.
 */
export function levelZones(levels: Uint16Array, offsets: readonly number[], from = 0, to = levels.length): Int32Array {
  const parents = new Int32Array(to - from);
  const steps = Int32Array.from(offsets);
  for (let at = from; at < to; at++) {
    const level = levels[at]!;
    if (level === 0) continue;
    let root = at - from;
    parents[root] = -1;
    for (let n = 0; n < steps.length; n++) {
      const near = at + steps[n]!;
      if (near < from || levels[near] !== level) continue;
      let other = near - from;
      for (let up = parents[other]!; up >= 0; up = parents[other]!) {
        const higher = parents[up]!;
        if (higher >= 0) parents[other] = higher;
        other = up;
      }
      if (other === root) continue;
      // The earlier root stays, so that a root is the first voxel of its zone.
      const [stays, goes] = other < root ? [other, root] : [root, other];
      parents[stays]! += parents[goes]!;
      parents[goes] = stays;
      root = stays;
    }
  }
  return parents;
}

/** Root of a voxel inside a zone; halves the path to it. */
export function zoneRoot(parents: Int32Array, voxel: number): number {
  let at = voxel;
  for (let up = parents[at]!; up >= 0; up = parents[at]!) {
    const higher = parents[up]!;
    if (higher >= 0) parents[at] = higher;
    at = up;
  }
  return at;
}
