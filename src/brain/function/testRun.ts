import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { invert, multiply } from '../../voxels/affine.ts';
import { boxcarResponse } from './hrf.ts';
import { rigidAffine } from './rigid.ts';

export const testGrid: Grid = {
  shape: [24, 28, 20, 1],
  affineRas: [-3, 0, 0, 36, 0, 3, 0, -42, 0, 0, 3, -30, 0, 0, 0, 1],
};

/** Numbers of a normal distribution, the same ones for the same seed. */
export function normal(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A smooth head at a point in mm: bright inside an ellipsoid, with a pattern that tells places apart. */
export function headAt([x, y, z]: readonly number[]): number {
  const r = Math.hypot(x! / 28, y! / 34, z! / 25);
  const edge = 1 / (1 + Math.exp(25 * (r - 1)));
  return 10 + edge * (800 + 120 * Math.sin(x! / 7) + 120 * Math.cos(y! / 9 + z! / 11) + 80 * Math.sin(z! / 6));
}

export interface TestRunOptions {
  volumes: number;
  repetitionTimeS: number;
  /** Percent of the signal, in a cube in the left half. */
  activationPercent?: number;
  /** On at 10 s of every 40 s for 15 s. */
  noise?: number;
  /** Shifts in mm and turns in radians of the head by volume. */
  motion?: (volume: number) => readonly number[];
}

export const testEvents = (seconds: number): Record<string, string>[] =>
  Array.from({ length: Math.floor(seconds / 40) }, (_, at) => ({
    onset: String(10 + 40 * at),
    duration: '15',
    trial_type: 'on',
  }));

/** Where the cube of activation is: voxels i 8-10, j 12-14, k 9-11. */
export const isActive = (i: number, j: number, k: number): boolean =>
  i >= 8 && i <= 10 && j >= 12 && j <= 14 && k >= 9 && k <= 11;

/** A run with known activation and motion. */
export function testBold(options: TestRunOptions): ImageHandle {
  const { volumes, repetitionTimeS, activationPercent = 0, noise = 4, motion } = options;
  const [ni, nj, nk] = testGrid.shape;
  const next = normal(7);
  const events = testEvents(volumes * repetitionTimeS);
  const data = Array.from({ length: volumes }, (_, t) => {
    const response = events.reduce(
      (sum, { onset, duration }) =>
        sum + boxcarResponse('canonical', t * repetitionTimeS, Number(onset), Number(duration)),
      0,
    );
    const back = motion && invert(rigidAffine([...motion(t)], [0, 0, 0]));
    const m = back ? multiply(back, testGrid.affineRas) : testGrid.affineRas;
    const volume = new Float32Array(ni * nj * nk);
    for (let k = 0, at = 0; k < nk; k++)
      for (let j = 0; j < nj; j++)
        for (let i = 0; i < ni; i++, at++) {
          const value = headAt([0, 4, 8].map((row) => m[row]! * i + m[row + 1]! * j + m[row + 2]! * k + m[row + 3]!));
          volume[at] = value * (1 + (isActive(i, j, k) ? (activationPercent / 100) * response : 0)) + noise * next();
        }
    return volume;
  });
  return {
    ...{ id: 'bold', unit: '1', metadata: {} },
    grid: { ...testGrid, shape: [ni, nj, nk, volumes], repetitionTimeS },
    readVolume: async (t = 0) => data[t]!.slice(),
    readSlab: async (from, to, t = 0) => data[t]!.slice(from * ni * nj, to * ni * nj),
  };
}
