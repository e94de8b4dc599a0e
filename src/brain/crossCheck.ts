import type { Region } from './regions.ts';

/** How far two label maps of one head agree on a structure. */
export interface Agreement {
  /** Of the network with 18 classes. */
  label: string;
  voxels18: number;
  voxels104: number;
  /** (104 - 18) / their mean: 0 where both are equal. */
  difference: number;
  dice: number;
}

/** For each structure of the 18 classes that some of the 104 regions make up: volumes by both and their overlap. */
export function compareLabels(
  labels18: ArrayLike<number>,
  labels104: ArrayLike<number>,
  names18: readonly { value: number; name: string }[],
  regions: readonly Region[],
): Agreement[] {
  const valueByName = new Map(names18.map(({ value, name }) => [name, value]));
  // Both sides, and all gyri, are one structure for the other network.
  const asStructure = new Uint8Array(256);
  for (const { value, within } of regions)
    asStructure[value] = within === undefined ? 0 : (valueByName.get(within) ?? 0);
  const [by18, by104, both] = [new Float64Array(256), new Float64Array(256), new Float64Array(256)];
  for (let at = 0; at < labels18.length; at++) {
    const a = labels18[at]!;
    const b = asStructure[labels104[at]!]!;
    by18[a]!++;
    by104[b]!++;
    if (a === b) both[a]!++;
  }
  const made = new Set(asStructure);
  return names18
    .filter(({ value }) => value > 0 && made.has(value) && by18[value]! + by104[value]! > 0)
    .map(({ value, name }) => {
      const [voxels18, voxels104] = [by18[value]!, by104[value]!];
      return {
        ...{ label: name, voxels18, voxels104 },
        difference: (2 * (voxels104 - voxels18)) / (voxels18 + voxels104),
        dice: (2 * both[value]!) / (voxels18 + voxels104),
      };
    });
}
