/**
 * Steps by faces from each voxel inside a mask to the nearest voxel outside it: 1 at the border. `mask` is padded: its outer
 * layer is outside. `steps`: how far apart neighbours along each axis that counts are in memory, rising (two of them: by
 * the sides of a slice). Two sweeps, as city-block distance allows (Rosenfeld and Pfaltz 1966).
 */
export function borderSteps(mask: Uint8Array, steps: readonly number[]): Uint16Array {
  const distance = new Uint16Array(mask.length);
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    let nearest = 65_534;
    for (const step of steps) nearest = Math.min(nearest, distance[at - step]!);
    distance[at] = nearest + 1;
  }
  for (let at = mask.length - 1; at >= 0; at--) {
    if (mask[at] === 0) continue;
    let nearest = distance[at]! - 1;
    for (const step of steps) nearest = Math.min(nearest, distance[at + step]!);
    distance[at] = nearest + 1;
  }
  return distance;
}
