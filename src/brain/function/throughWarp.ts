import type { Affine, Grid } from '../../dossier/grid.ts';
import { apply, invert, type Vector } from '../../voxels/affine.ts';
import { mappedPlaces, type Warp } from '../../voxels/registration/warp.ts';

/** Voxels, mm, on which the displacement is kept: its control points are 10 mm apart, so nothing is lost between. */
const spacingMm = 4;
const mostSteps = 30;
const closeMm = 0.01;

/**
 * For each voxel of a run the point of the template that lies there, RAS mm, x then y then z: the affine part undone, then
 * x = y - u(x) until nothing moves (a fixed point, as long as the warp does not fold). Where it does not settle: NaN.
 */
export function templatePlaces(
  { shape, affineRas }: Pick<Grid, 'shape' | 'affineRas'>,
  boldToT1: Affine,
  warp: Warp,
): [Float32Array, Float32Array, Float32Array] {
  const move = displacement(warp);
  const back = invert(warp.affine);
  const [ni, nj, nk] = shape;
  const places = [0, 1, 2].map(() => new Float32Array(ni * nj * nk)) as [Float32Array, Float32Array, Float32Array];
  const u = new Float64Array(3);
  for (let at = 0; at < ni * nj * nk; at++) {
    const voxel: Vector = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    const y = apply(back, apply(boldToT1, apply(affineRas, voxel)));
    const x = [...y] as [number, number, number];
    let moved = Number.POSITIVE_INFINITY;
    for (let step = 0; step < mostSteps && moved > closeMm; step++) {
      move(x, u);
      moved = 0;
      for (let axis = 0; axis < 3; axis++) {
        const next = y[axis]! - u[axis]!;
        moved = Math.max(moved, Math.abs(next - x[axis]!));
        x[axis] = next;
      }
    }
    for (let axis = 0; axis < 3; axis++) places[axis]![at] = moved > closeMm ? Number.NaN : x[axis]!;
  }
  return places;
}

/** The displacement u of a warp at any point of the template, mm, between nodes trilinear; beyond its grid as at the border. */
function displacement(warp: Warp): (point: Vector, u: Float64Array) => void {
  const { shape, affineRas } = warp.grid;
  const mm = [0, 1, 2].map((axis) => Math.hypot(affineRas[axis]!, affineRas[4 + axis]!, affineRas[8 + axis]!));
  const every = mm.map((one) => spacingMm / one);
  const size = [0, 1, 2].map((axis) => Math.ceil((shape[axis]! - 1) / every[axis]!) + 1) as [number, number, number];
  const nodes: Affine = affineRas.map((value, at) =>
    at % 4 < 3 && at < 12 ? value * every[at % 4]! : value,
  ) as unknown as Affine;
  const grid = { shape: [...size, 1] as [number, number, number, number], affineRas: nodes };
  const mapped = mappedPlaces(warp, grid);
  const back = invert(warp.affine);
  const parts = [0, 1, 2].map(() => new Float32Array(mapped[0].length));
  const [ni, nj] = size;
  for (let at = 0; at < mapped[0].length; at++) {
    const node = apply(nodes, [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))]);
    const there = apply(back, [mapped[0][at]!, mapped[1][at]!, mapped[2][at]!]);
    for (let axis = 0; axis < 3; axis++) parts[axis]![at] = there[axis]! - node[axis]!;
  }
  const toNode = invert(nodes);
  return (point, u) => {
    const at = apply(toNode, point).map((one, axis) => Math.max(0, Math.min(size[axis]! - 1, one)));
    const first = at.map((one, axis) => Math.min(Math.floor(one), Math.max(size[axis]! - 2, 0)));
    for (let axis = 0; axis < 3; axis++) {
      let sum = 0;
      for (let corner = 0; corner < 8; corner++) {
        const [a, b, c] = [corner & 1, (corner >> 1) & 1, corner >> 2];
        const weight =
          (a ? at[0]! - first[0]! : 1 - (at[0]! - first[0]!)) *
          (b ? at[1]! - first[1]! : 1 - (at[1]! - first[1]!)) *
          (c ? at[2]! - first[2]! : 1 - (at[2]! - first[2]!));
        if (weight > 0) sum += weight * parts[axis]![first[0]! + a + ni * (first[1]! + b + nj * (first[2]! + c))]!;
      }
      u[axis] = sum;
    }
  };
}
