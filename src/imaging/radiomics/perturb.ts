import type { Grid } from '../../dossier/grid.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { squaredDistance } from '../../voxels/distance.ts';
import { boxed, emptyMask, type RegionMask } from '../../voxels/mask.ts';

/** One change of a region: name and whether a place belongs to it afterwards. */
export interface Perturbation {
  name: string;
  kind: 'shift' | 'turn' | 'volume' | 'contour';
}

/** Shifts in voxels, turns in degrees, volumes as factors, rounds of contour noise: what {@link perturbed} goes through. */
export const schedule = {
  shiftVoxels: 0.5,
  turnDegrees: [-5, 5],
  volumeFactors: [0.85, 1.15],
  contourRounds: 5,
  /** Distance between independent displacements of the contour, in voxels of the finest axis. */
  contourLengthVoxels: 4,
} as const;

/** Signed distance to the border in mm (negative inside) in a box round a region with room for what is done to it. */
interface Field {
  grid: Grid;
  origin: [number, number, number];
  size: [number, number, number];
  spacing: [number, number, number];
  distance: Float32Array;
}

/**
 * A region as readers and registrations might also have placed it: shifted by half a voxel along each axis both ways, turned
 * by 5 degrees about its centre in the plane of the slices, grown and shrunk to 115 and 85 per cent of its volume, and with
 * its contour moved at random places by up to a voxel, five times. All masks come from the signed distance to the border, and
 * "random" from a fixed sequence: same mask, same list. Masks that lose all voxels are left out.
 */
export function* perturbed(mask: RegionMask): Generator<Perturbation & { mask: RegionMask }> {
  if (mask.voxels === 0) return;
  const field = fieldOf(mask);
  const [si, sj, sk] = field.spacing;
  const made = (
    name: string,
    kind: Perturbation['kind'],
    inside: (i: number, j: number, k: number, at: number) => boolean,
  ) => ({
    ...{ name, kind },
    mask: select(field, inside),
  });
  const all: (Perturbation & { mask: RegionMask })[] = [];
  const { shiftVoxels: s } = schedule;
  for (const [axis, letter] of ['i', 'j', 'k'].entries()) {
    if (axis === 2 && mask.grid.shape[2] === 1) continue;
    for (const way of [-s, s])
      all.push(
        made(`shift ${letter} ${way}`, 'shift', (i, j, k) => {
          const from = [i, j, k] as [number, number, number];
          from[axis]! -= way;
          return sample(field, ...from) <= 0;
        }),
      );
  }
  const [ci, cj] = centre(field);
  for (const degrees of schedule.turnDegrees) {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    all.push(
      made(`turn ${degrees}`, 'turn', (i, j, k) => {
        const [x, y] = [(i - ci) * si, (j - cj) * sj];
        return sample(field, ci + (cos * x + sin * y) / si, cj + (cos * y - sin * x) / sj, k) <= 0;
      }),
    );
  }
  const tie = smoothNoise(0, 1);
  // Equal distances stand in the order of the fixed sequence, not of the axes: growth has no side.
  const order = Array.from(field.distance, (distance, at) => ({ distance, at, tie: tie(at, 0, 0) }))
    .sort((a, b) => a.distance - b.distance || a.tie - b.tie || a.at - b.at)
    .map(({ at }) => at);
  for (const factor of schedule.volumeFactors) {
    const chosen = new Set(order.slice(0, Math.max(1, Math.round(mask.voxels * factor))));
    all.push(made(`volume ${factor}`, 'volume', (_i, _j, _k, at) => chosen.has(at)));
  }
  const finest = Math.min(si, sj, sk);
  for (let round = 0; round < schedule.contourRounds; round++) {
    const noise = smoothNoise(round + 1, finest * schedule.contourLengthVoxels);
    all.push(
      made(
        `contour ${round + 1}`,
        'contour',
        (i, j, k, at) => field.distance[at]! <= finest * noise(i * si, j * sj, k * sk),
      ),
    );
  }
  for (const one of all) if (one.mask.voxels > 0) yield one;
}

/** Room round the region, in voxels of each axis. */
const room = 3;

function fieldOf(mask: RegionMask): Field {
  const { grid, origin, size } = mask;
  const spacing = spacingMm(grid.affineRas);
  const low = origin.map((one) => Math.max(0, one - room));
  const high = origin.map((one, axis) => Math.min(grid.shape[axis]!, one + size[axis]! + room));
  const wide = high.map((one, axis) => one - low[axis]!) as [number, number, number];
  const inside = new Uint8Array(wide[0] * wide[1] * wide[2]);
  for (let k = 0, from = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, from++)
        inside[i + origin[0] - low[0]! + wide[0] * (j + origin[1] - low[1]! + wide[1] * (k + origin[2] - low[2]!))] =
          mask.inside[from]!;
  const outer = squaredDistance(inside, wide, spacing);
  const inner = squaredDistance(
    inside.map((one) => 1 - one),
    wide,
    spacing,
  );
  // Without an outside voxel in the box (a region that fills the image) the inner distance is infinite.
  // Distances are from centre to centre: the border lies half a voxel nearer.
  const half = Math.min(...spacing) / 2;
  const distance = outer.map((one, at) =>
    one > 0 ? Math.sqrt(one) - half : half - Math.min(1e6, Math.sqrt(inner[at]!)),
  );
  return { grid, origin: low as [number, number, number], size: wide, spacing, distance };
}

function select(
  { grid, origin, size, distance }: Field,
  inside: (i: number, j: number, k: number, at: number) => boolean,
): RegionMask {
  const chosen = new Uint8Array(distance.length);
  let voxels = 0;
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, at++)
        if (inside(i, j, k, at)) {
          chosen[at] = 1;
          voxels++;
        }
  if (voxels === 0) return emptyMask(grid);
  const cut = boxed(chosen, { ...grid, shape: [...size, 1] });
  return { ...cut, grid, origin: cut.origin.map((one, axis) => one + origin[axis]!) as Field['origin'] };
}

/** Distance between voxels of the box, trilinear; the border value holds outside. */
function sample({ size: [ni, nj, nk], distance }: Field, x: number, y: number, z: number): number {
  const cut = (value: number, n: number) => Math.max(0, Math.min(n - 1, value));
  const [cx, cy, cz] = [cut(x, ni), cut(y, nj), cut(z, nk)];
  const [i, j, k] = [Math.floor(cx), Math.floor(cy), Math.floor(cz)];
  const [a, b, c] = [cx - i, cy - j, cz - k];
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [u, v, w] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const weight = (u ? a : 1 - a) * (v ? b : 1 - b) * (w ? c : 1 - c);
    if (weight > 0) sum += weight * distance[i + u + ni * (j + v + nj * (k + w))]!;
  }
  return sum;
}

function centre({ size: [ni, nj], distance }: Field): [number, number] {
  let [n, si, sj] = [0, 0, 0];
  for (let at = 0; at < distance.length; at++) {
    if (distance[at]! > 0) continue;
    n++;
    si += at % ni;
    sj += Math.floor(at / ni) % nj;
  }
  return [si / n, sj / n];
}

/** Values from -1 to 1 at the corners of a lattice, trilinear between them; a fixed sequence for each round. */
function smoothNoise(round: number, lengthMm: number): (x: number, y: number, z: number) => number {
  const corner = (i: number, j: number, k: number): number => {
    let hash =
      Math.imul(i, 0x9e3779b1) ^ Math.imul(j, 0x85ebca6b) ^ Math.imul(k, 0xc2b2ae35) ^ Math.imul(round, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 31 - 1;
  };
  return (x, y, z) => {
    const [u, v, w] = [x / lengthMm, y / lengthMm, z / lengthMm];
    const [i, j, k] = [Math.floor(u), Math.floor(v), Math.floor(w)];
    const [a, b, c] = [u - i, v - j, w - k];
    let sum = 0;
    for (let at = 0; at < 8; at++) {
      const [p, q, r] = [at & 1, (at >> 1) & 1, at >> 2];
      sum += (p ? a : 1 - a) * (q ? b : 1 - b) * (r ? c : 1 - c) * corner(i + p, j + q, k + r);
    }
    return sum;
  };
}
