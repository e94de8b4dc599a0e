/** How many voxels carry each label: index = label, length `classes`. Labels beyond are counted nowhere. */
export function countLabels(labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at]!;
    if (label < classes) counts[label]!++;
  }
  return counts;
}

/** Volume in mL of a number of voxels of the given size in mm3. */
export function millilitres(voxels: number, voxelMm3: number): number {
  return (voxels * voxelMm3) / 1000;
}
