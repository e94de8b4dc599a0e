import { boundingBox, boxSize, grow } from '../voxels/box.ts';
import type { Size } from '../voxels/components.ts';
import { dilate, erode } from '../voxels/distance.ts';

/** Radius of the sphere that closes sulci and fissures, in voxels of 1 mm. */
export const closingMm = 12;

/**
 * Voxels of the brain with its ventricles after closing with a sphere of 12 mm: fills sulci, fissures and cisterns, as
 * far as the brain's own outline reaches. The fluid between that outline and the skull is left out, so it is a lower
 * estimate of the intracranial volume, and the more so the more a brain has shrunk. `size`: first axis fastest, 1 mm.
 */
export function closedBrainVoxels(labels: ArrayLike<number>, [ni, nj, nk]: Size): number {
  const found = boundingBox(labels, [ni, nj, nk], (value) => value > 0);
  if (!found) return 0;
  // A frame wide enough for the dilated mask, beyond the volume where need be.
  const frame = closingMm + 1;
  const box = grow(found, 0, [ni, nj, nk]);
  const inner = boxSize(box);
  const size = inner.map((length) => length + 2 * frame) as [number, number, number];
  const mask = new Uint8Array(size[0] * size[1] * size[2]);
  for (let k = 0; k < inner[2]; k++)
    for (let j = 0; j < inner[1]; j++)
      for (let i = 0; i < inner[0]; i++) {
        if (!labels[i + box.low[0] + ni * (j + box.low[1] + nj * (k + box.low[2]))]) continue;
        mask[i + frame + size[0] * (j + frame + size[1] * (k + frame))] = 1;
      }
  return erode(dilate(mask, size, closingMm), size, closingMm).reduce((sum, value) => sum + value, 0);
}
