import type { Affine } from '../../dossier/grid.ts';
import { invert, multiply } from '../../voxels/affine.ts';
import type { Kernel } from '../../voxels/parallel.ts';

export interface RealignSetup {
  shape: [number, number, number];
  affineRas: Affine;
  toVolume: Affine[];
}

/** Each volume on the grid of the reference: `data` (volume-major) trilinearly into `moved`; the outermost voxels repeat. */
export const kernel: Kernel<RealignSetup> = ({ shape: [ni, nj, nk], affineRas, toVolume }, arrays) => {
  const { data, moved } = arrays as Required<typeof arrays>;
  const size = ni * nj * nk;
  const inverse = invert(affineRas);
  const clamp = (value: number, most: number): number => (value < 0 ? 0 : value > most ? most : value);
  return (from, to) => {
    for (let volume = from; volume < to; volume++) {
      const m = multiply(inverse, multiply(toVolume[volume]!, affineRas));
      const first = volume * size;
      for (let k = 0, at = first; k < nk; k++)
        for (let j = 0; j < nj; j++)
          for (let i = 0; i < ni; i++, at++) {
            const x = clamp(m[0]! * i + m[1]! * j + m[2]! * k + m[3]!, ni - 1);
            const y = clamp(m[4]! * i + m[5]! * j + m[6]! * k + m[7]!, nj - 1);
            const z = clamp(m[8]! * i + m[9]! * j + m[10]! * k + m[11]!, nk - 1);
            const x0 = Math.min(Math.floor(x), Math.max(0, ni - 2));
            const y0 = Math.min(Math.floor(y), Math.max(0, nj - 2));
            const z0 = Math.min(Math.floor(z), Math.max(0, nk - 2));
            const [dx, dy, dz] = [ni > 1 ? 1 : 0, nj > 1 ? ni : 0, nk > 1 ? ni * nj : 0];
            const p = first + x0 + ni * (y0 + nj * z0);
            const [fx, fy, fz] = [x - x0, y - y0, z - z0];
            const plane = (q: number): number =>
              (1 - fy) * ((1 - fx) * data![q]! + fx * data![q + dx]!) +
              fy * ((1 - fx) * data![q + dy]! + fx * data![q + dy + dx]!);
            moved![at] = (1 - fz) * plane(p) + fz * plane(p + dz);
          }
    }
  };
};
