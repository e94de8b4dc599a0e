import type { Grid } from '../../dossier/grid.ts';

export interface TestLesion {
  centreRasMm: readonly [number, number, number];
  radiusMm: number;
}

export interface TestHead {
  grid: Grid;
  flair: Float32Array;
  t1: Float32Array;
  /** 1 where a lesion was put. */
  truth: Uint8Array;
}

/**
 * A head of balls: scalp, skull, fluid, cortex with furrows, white matter, ventricles, lesions; a receive field and noise
 * that are the same for the same seed. `turn` (degrees about the vertical) and `shiftMm` place the head in the scanner.
 */
export function testHead(
  lesions: readonly TestLesion[],
  { seed = 1, spacing = [3, 3, 4], turn = 0, shiftMm = [0, 0, 0], noise = 0.03 } = {} as {
    seed?: number;
    spacing?: readonly [number, number, number];
    turn?: number;
    shiftMm?: readonly number[];
    noise?: number;
  },
): TestHead {
  const extent = [190, 220, 200];
  const shape = [0, 1, 2].map((axis) => Math.round(extent[axis]! / spacing[axis]!)) as [number, number, number];
  const grid: Grid = {
    shape: [...shape, 1],
    affineRas: [
      ...[spacing[0]!, 0, 0, (-spacing[0]! * (shape[0] - 1)) / 2],
      ...[0, spacing[1]!, 0, (-spacing[1]! * (shape[1] - 1)) / 2],
      ...[0, 0, spacing[2]!, (-spacing[2]! * (shape[2] - 1)) / 2],
      ...[0, 0, 0, 1],
    ],
  };
  const count = shape[0] * shape[1] * shape[2];
  const [flair, t1, truth] = [new Float32Array(count), new Float32Array(count), new Uint8Array(count)];
  let state = seed >>> 0 || 1;
  const random = (): number => {
    // Marsaglia's xorshift: the same numbers everywhere.
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  const normal = (): number => random() + random() + random() + random() - 2;
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let k = 0, at = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        const [sx, sy, sz] = [i, j, k].map(
          (n, axis) => grid.affineRas[axis * 4 + axis]! * n + grid.affineRas[axis * 4 + 3]!,
        ) as [number, number, number];
        const field = 1 + 0.12 * (sy / 110) + 0.05 * (sz / 100) ** 2;
        // Eight places in each voxel: edges are partly one thing and partly another, as a scanner sees them.
        let inLesion = 0;
        for (let corner = 0; corner < 8; corner++) {
          const [px, py, z] = [sx, sy, sz].map(
            (one, axis) => one - shiftMm[axis]! + (((corner >> axis) & 1) - 0.5) * 0.5 * spacing[axis]!,
          ) as [number, number, number];
          const part = partAt(cos * px + sin * py, -sin * px + cos * py, z, lesions);
          flair[at]! += (signals[part][0] * field) / 8;
          t1[at]! += (signals[part][1] * field) / 8;
          if (part === 'lesion') inLesion++;
        }
        flair[at] = Math.abs(flair[at]! + 2 * noise * 300 * normal());
        t1[at] = Math.abs(t1[at]! + 2 * noise * 300 * normal());
        truth[at] = inLesion >= 4 ? 1 : 0;
      }
  return { grid, flair, t1, truth };
}

type Part = 'air' | 'scalp' | 'skull' | 'fluid' | 'gray' | 'white' | 'lesion';

/** FLAIR and T1 signal. */
const signals: Readonly<Record<Part, readonly [number, number]>> = {
  air: [0, 0],
  scalp: [280, 700],
  skull: [20, 30],
  fluid: [40, 100],
  gray: [330, 300],
  white: [290, 480],
  lesion: [540, 330],
};

function partAt(x: number, y: number, z: number, lesions: readonly TestLesion[]): Part {
  const r = (a: number, b: number, c: number): number => Math.hypot(x / a, y / b, z / c);
  if (r(84, 100, 88) > 1) return 'air';
  if (r(79, 95, 83) > 1) return 'scalp';
  if (r(72, 88, 76) > 1) return 'skull';
  const furrow = 0.07 * Math.cos(14 * Math.atan2(y, x)) * Math.cos(8 * Math.asin(Math.max(-1, Math.min(1, z / 80))));
  const out = r(68, 84, 72) + furrow;
  if (out > 1) return 'fluid';
  if (Math.hypot((Math.abs(x) - 12) / 8, y / 30, z / 12) < 1) return 'fluid';
  if (lesions.some(({ centreRasMm: [a, b, c], radiusMm }) => Math.hypot(x - a, y - b, z - c) <= radiusMm))
    return 'lesion';
  return out > 0.9 ? 'gray' : 'white';
}
