import type { Grid } from '../dossier/grid.ts';
import type { ImageHandle } from '../dossier/image.ts';

/** An image in memory for tests: values in the order of the grid, i fastest. Counts the slices that were read. */
export function imageOf(
  grid: Grid,
  values: Float32Array,
  metadata: Record<string, unknown> = {},
): ImageHandle & { slicesRead: number } {
  const slice = grid.shape[0] * grid.shape[1];
  const volume = slice * grid.shape[2];
  return {
    id: 'test-image',
    grid,
    unit: '1',
    metadata,
    slicesRead: 0,
    async readSlab(kFrom, kTo, t = 0) {
      this.slicesRead += kTo - kFrom;
      return values.slice(t * volume + kFrom * slice, t * volume + kTo * slice);
    },
    async readVolume(t = 0) {
      return values.slice(t * volume, (t + 1) * volume);
    },
  };
}

/** An axial LPS-like grid: i to the left, j to the back, k to the head, as DICOM series become. */
export function axialGrid(
  shape: [number, number, number],
  spacingMm: [number, number, number],
  originRas = [0, 0, 0],
): Grid {
  const [x, y, z] = spacingMm;
  return {
    shape: [...shape, 1],
    affineRas: [-x, 0, 0, originRas[0]!, 0, -y, 0, originRas[1]!, 0, 0, z, originRas[2]!, 0, 0, 0, 1],
  };
}
