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

/** Voxels of a run are too coarse to draw a ball with. */
const drawnMm = 1.5;

/** Axial, coronal and sagittal slice through the target: mean of the run, correlation map, ball of the 95 % radius, target. */
export async function drawTarget(
  images: { mean: ImageHandle; map?: ImageHandle },
  { xyzMm, radiusMm }: { xyzMm: Point; radiusMm: number | undefined },
): Promise<Uint8Array> {
  const grid = fineGrid(images.mean.grid);
  const trilinear = { interpolation: 'trilinear' as const };
  const mean = resample(await images.mean.readVolume(), images.mean.grid, grid, trilinear);
  const labels = new Uint8Array(mean.length);
  if (images.map) {
    const nearest = { interpolation: 'nearest' as const, outside: 0 };
    const values = resample(await images.map.readVolume(), images.map.grid, grid, nearest);
    for (let at = 0; at < labels.length; at++)
      labels[at] = Math.min(4, Math.max(0, Math.floor(-values[at]! / 0.1) || 0));
  }
  const { toRas } = indexFrame(grid);
  const [ni, nj] = grid.shape;
  const step = 1.4 * drawnMm;
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

/** The extent of a grid along the axes of the patient, in steps of {@link drawnMm}. */
function fineGrid(grid: ImageHandle['grid']): ImageHandle['grid'] {
  const { toRas } = indexFrame(grid);
  const [ni, nj, nk] = grid.shape;
  const corners = [0, ni - 1].flatMap((i) => [0, nj - 1].flatMap((j) => [0, nk - 1].map((k) => toRas(i, j, k))));
  const low = [0, 1, 2].map((axis) => Math.min(...corners.map((one) => one[axis]!)));
  const count = (axis: number): number =>
    Math.max(1, Math.min(200, Math.ceil((Math.max(...corners.map((one) => one[axis]!)) - low[axis]!) / drawnMm)));
  return {
    shape: [count(0), count(1), count(2), 1],
    affineRas: [drawnMm, 0, 0, low[0]!, 0, drawnMm, 0, low[1]!, 0, 0, drawnMm, low[2]!, 0, 0, 0, 1],
  };
}
