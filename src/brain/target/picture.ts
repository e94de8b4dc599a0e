import type { ImageHandle } from '../../dossier/image.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import { drawRow } from '../../voxels/picture.ts';
import { resample } from '../../voxels/resample.ts';
import { ballMask } from './exportTarget.ts';
import type { Point } from './locate.ts';

/** Anticorrelation from -0.1 on in steps of 0.1: light to dark; the ball of the radius; the target itself. */
const steps = ['#c6dbef', '#6baed6', '#2171b5', '#08306b'];
const ball = '#ffd92f';
const dot = '#d62728';
const dotMm = 2.5;

/** Axial, coronal and sagittal slice through the target: mean of the run, correlation map, ball of the 95 % radius, target. */
export async function drawTarget(
  images: { mean: ImageHandle; map?: ImageHandle },
  { xyzMm, radiusMm }: { xyzMm: Point; radiusMm: number | undefined },
): Promise<Uint8Array> {
  const { grid } = images.mean;
  const mean = await images.mean.readVolume();
  const labels = new Uint8Array(mean.length);
  if (images.map) {
    const values = resample(await images.map.readVolume(), images.map.grid, grid, {
      interpolation: 'nearest',
      outside: 0,
    });
    for (let at = 0; at < labels.length; at++)
      labels[at] = Math.min(4, Math.max(0, Math.floor(-values[at]! / 0.1) || 0));
  }
  const { toRas } = indexFrame(grid);
  const [ni, nj] = grid.shape;
  const step = Math.max(...indexFrame(grid).spacingMm) / 1.5;
  const inBall = ballMask({ xyzRasMm: xyzMm, radiusMm: radiusMm ?? 0 }, grid);
  const inDot = ballMask({ xyzRasMm: xyzMm, radiusMm: dotMm }, grid);
  for (let at = 0; at < labels.length; at++) {
    if (inDot[at] === 1) labels[at] = 6;
    else if (inBall[at] === 1 && radiusMm !== undefined) {
      const [x, y, z] = toRas(at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj)));
      // The edge alone: the map inside must stay to be seen.
      if (Math.hypot(x - xyzMm[0], y - xyzMm[1], z - xyzMm[2]) > radiusMm - step) labels[at] = 5;
    }
  }
  const bright = Float32Array.from(mean).sort()[Math.floor(0.99 * (mean.length - 1))]!;
  const layers = {
    ...{ grid, image: mean, window: [0, bright > 0 ? bright : 1] as const, labels },
    ...{ colors: [undefined, ...steps, ball, dot], opacity: 0.75 },
  };
  const centres = (['axial', 'coronal', 'sagittal'] as const).map((plane) => ({
    ...{ plane, heightMm: 224, width: 300, height: 320 },
    centreRas:
      plane === 'axial'
        ? ([0, -18, xyzMm[2]] as const)
        : plane === 'coronal'
          ? ([0, xyzMm[1], 18] as const)
          : ([xyzMm[0], -18, 18] as const),
  }));
  return drawRow(layers, centres);
}
