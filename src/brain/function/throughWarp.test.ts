import { expect, it } from 'vitest';
import type { Affine } from '../../dossier/grid.ts';
import { apply } from '../../voxels/affine.ts';
import { stillGrid } from '../../voxels/registration/controlGrid.ts';
import { type Warp, warper } from '../../voxels/registration/warp.ts';
import { labelsOnRun } from './atlas.ts';
import { templatePlaces } from './throughWarp.ts';

const voxels = (mm: number, first: number): Affine =>
  [...[mm, 0, 0, first, 0, mm, 0, first, 0, 0, mm, first], ...[0, 0, 0, 1]] as unknown as Affine;

function warpOf(strengthMm: number): Warp {
  const control = stillGrid([40, 40, 40], [5, 5, 5]);
  // Swings that differ along each axis, so that no part of the inverse can be right by chance.
  const coefficients = control.coefficients.map((_, at) => strengthMm * Math.sin(at * 1.7));
  return {
    affine: [0.95, 0.05, 0, 3, -0.04, 1.04, 0.02, -2, 0, -0.03, 1.08, 5, 0, 0, 0, 1],
    grid: { shape: [40, 40, 40, 1], affineRas: voxels(2, -40) },
    control: { ...control, coefficients },
  };
}

const run = { shape: [12, 12, 12, 1] as [number, number, number, number], affineRas: voxels(5, -28) };
const boldToT1: Affine = [1, 0.02, 0, 1, -0.02, 1, 0, 2, 0, 0, 1, -1, 0, 0, 0, 1];

it('what the warp does is undone: the place of each voxel in the template maps back to the voxel', () => {
  const warp = warpOf(2);
  const places = templatePlaces(run, boldToT1, warp);
  const forth = warper(warp);
  let worst = 0;
  for (let at = 0; at < places[0].length; at++) {
    const there = forth([places[0][at]!, places[1][at]!, places[2][at]!]);
    const here = apply(boldToT1, apply(run.affineRas, [at % 12, Math.floor(at / 12) % 12, Math.floor(at / 144)]));
    worst = Math.max(worst, Math.hypot(...there.map((one, axis) => one - here[axis]!)));
  }
  // The displacement is read between nodes 4 mm apart.
  expect(worst).toBeLessThan(0.5);
});

it('a warp that folds has no inverse, and its voxels no parcel', () => {
  const places = templatePlaces(run, boldToT1, warpOf(60));
  expect(places[0].some(Number.isNaN)).toBe(true);
  const atlas = { grid: run, labels: new Float32Array(12 ** 3).fill(1), parcels: [], name: 'one label' };
  const labels = labelsOnRun({ grid: run }, atlas, { affine: boldToT1, places });
  expect(places[0].every((x, at) => !Number.isNaN(x) || labels[at] === 0)).toBe(true);
  expect(labels.some((one) => one === 1)).toBe(true);
});
