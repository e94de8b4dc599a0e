import type { Affine } from '../dossier/grid.ts';
import { invert, multiply } from '../voxels/affine.ts';
import type { Volume } from '../voxels/registration/shrink.ts';
import { smoothVolume } from '../voxels/registration/shrink.ts';
import { resample } from '../voxels/resample.ts';

/**
 * Whether a head leans the way in which most heads lean: correlation of what differs between left and right in the image (laid on
 * a symmetric template by an affine) with what differs in an asymmetric template, over the left half of the brain. An image
 * mirrored left to right gives the same number with the other sign. `template`: upright, in the frame of the affine, 0 outside
 * the brain.
 */
export function leaning(image: Volume, templateToImage: Affine, template: Volume): number {
  const half = 2;
  const shape: [number, number, number, number] = [45, 100, 85, 1];
  // Voxel 0 lies at x = -1, the next further to the left.
  const left = { shape, affineRas: [-half, 0, 0, -1, 0, half, 0, -115, 0, 0, half, -70, 0, 0, 0, 1] };
  const right = { shape, affineRas: [half, 0, 0, 1, 0, half, 0, -115, 0, 0, half, -70, 0, 0, 0, 1] };
  const seen = { shape: image.grid.shape, affineRas: multiply(invert(templateToImage), image.grid.affineRas) };
  const differ = (values: ArrayLike<number>, grid: Volume['grid']): Float32Array => {
    const [a, b] = [left, right].map((side) => {
      const sampled = resample(values, grid, side, { interpolation: 'trilinear' });
      return smoothVolume(sampled, [shape[0], shape[1], shape[2]], 4);
    });
    return a!.map((one, at) => one - b![at]!);
  };
  const brain = resample(template.values, template.grid, left, { interpolation: 'nearest' });
  const [own, known] = [differ(image.values, seen), differ(template.values, template.grid)];
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < brain.length; at++) {
    if (brain[at] === 0) continue;
    const [a, b] = [own[at]!, known[at]!];
    n++;
    sa += a;
    sb += b;
    saa += a * a;
    sbb += b * b;
    sab += a * b;
  }
  const spread = Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
  return spread > 0 ? (sab - (sa * sb) / n) / spread : 0;
}
