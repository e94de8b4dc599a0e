import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import type { Point } from './locate.ts';
import { normalFrom, randomFrom } from './random.ts';
import { smoother } from './smooth.ts';

/** A resting scan in MNI space, made with a known target. Not from anybody. */
export interface SimulatedRest {
  minutes: number;
  targetMni: Point;
  seed: number;
  repetitionTimeS?: number;
  voxelMm?: number;
  /** Percent of the signal. */
  amplitude?: number;
  noise?: number;
  widthMm?: number;
  globalSignal?: number;
  /** Share of the brain's signal in the subgenual region. */
  subgenualSignal?: number;
  /** Share of volumes with jumps of the head. */
  motion?: number;
}

const seedMni: Point = [6, 16, -10];

/**
 * A course of the subgenual region appears inverted round the target (Gaussian of `widthMm` standard deviation), beside three
 * networks of their own at random places of the frontal lobe, a global signal, noise that is smooth in space (6 mm) and time
 * (AR 1), and white noise. Only the frontal lobe has noise of its own: nothing else is looked at voxel by voxel.
 */
export function simulateRest(options: SimulatedRest): { image: ImageHandle; framewiseDisplacementMm: Float64Array } {
  const { minutes, targetMni, repetitionTimeS = 2, voxelMm = 3, amplitude = 0.6, noise = 1, widthMm = 8 } = options;
  const { globalSignal = 0.5, subgenualSignal = 1, motion = 0 } = options;
  const uniform = randomFrom(options.seed);
  const normal = normalFrom(uniform);
  const volumes = Math.round((minutes * 60) / repetitionTimeS);
  const low: Point = [-69, -12, -27];
  const shape = [90, 78, 105].map((mm) => Math.round(mm / voxelMm) + 1) as Point;
  const [ni, nj, nk] = shape;
  const size = ni * nj * nk;
  const grid: Grid = {
    shape: [ni, nj, nk, volumes],
    affineRas: [voxelMm, 0, 0, low[0], 0, voxelMm, 0, low[1], 0, 0, voxelMm, low[2], 0, 0, 0, 1],
    repetitionTimeS,
  };
  const course = (memoryS: number): Float64Array =>
    autoregressive(volumes, Math.exp(-repetitionTimeS / memoryS), normal);
  const signal = course(6);
  const everywhere = course(6);
  const others = [0, 1, 2].map(() => ({
    course: course(6),
    centre: [-60 + 50 * uniform(), 60 * uniform(), 70 * uniform()] as Point,
  }));
  const jumps = Float64Array.from({ length: volumes }, () => (uniform() < motion ? 1 + 2 * uniform() : 0));
  const displacement = jumps.map((jump) => 0.08 + 0.05 * uniform() + jump);
  const patterns = { brain: new Float32Array(size), target: new Float32Array(size), seed: new Float32Array(size) };
  const networks = others.map(() => new Float32Array(size));
  const active: number[] = [];
  const bell = (p: Point, c: Point, width: number): number =>
    Math.exp(-((p[0] - c[0]) ** 2 + (p[1] - c[1]) ** 2 + (p[2] - c[2]) ** 2) / (2 * width * width));
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, at++) {
        const p: Point = [low[0] + i * voxelMm, low[1] + j * voxelMm, low[2] + k * voxelMm];
        if (!isSimulatedBrain(p)) continue;
        const subgenual = bell(p, seedMni, 8);
        patterns.brain[at] = 1000 * (1 - (1 - subgenualSignal) * (subgenual > 0.3 ? 1 : 0));
        patterns.target[at] = bell(p, targetMni, widthMm);
        patterns.seed[at] = subgenual;
        for (const [which, network] of networks.entries()) network[at] = bell(p, others[which]!.centre, 10);
        if (p[0] < 20) active.push(at);
      }
  const mask = Uint8Array.from(patterns.brain, (value) => (value > 0 ? 1 : 0));
  const smooth = smoother(mask, shape, [voxelMm, voxelMm, voxelMm], 6);
  const memory = Math.exp(-repetitionTimeS / 3);
  const slow = new Float32Array(size);
  const data: Float32Array[] = [];
  let spread = 0;
  for (let t = 0; t < volumes; t++) {
    const fresh = new Float32Array(size);
    for (const at of active) fresh[at] = normal();
    smooth(fresh);
    if (t === 0) spread = Math.sqrt(active.reduce((sum, at) => sum + fresh[at]! ** 2, 0) / active.length);
    const volume = new Float32Array(size);
    for (let at = 0; at < size; at++) {
      if (mask[at] === 0) continue;
      slow[at] =
        t === 0 ? fresh[at]! / spread : memory * slow[at]! + Math.sqrt(1 - memory * memory) * (fresh[at]! / spread);
      let percent =
        amplitude * signal[t]! * (patterns.seed[at]! - patterns.target[at]!) + globalSignal * everywhere[t]!;
      for (const [which, network] of networks.entries())
        percent += amplitude * others[which]!.course[t]! * network[at]!;
      percent += noise * (slow[at]! + (active.length > 0 ? normalish(uniform) : 0)) + 4 * jumps[t]! * (slow[at]! + 0.5);
      volume[at] = patterns.brain[at]! * (1 + percent / 100);
    }
    data.push(volume);
  }
  const image: ImageHandle = {
    ...{ id: 'simulated', grid, unit: '1', metadata: { RepetitionTime: repetitionTimeS, sform_code: 4 } },
    readSlab: async (from, to, t = 0) => data[t]!.slice(from * ni * nj, to * ni * nj),
    readVolume: async (t = 0) => data[t]!.slice(),
  };
  return { image, framewiseDisplacementMm: displacement };
}

/** The brain of these people: an ellipsoid. */
export function isSimulatedBrain([x, y, z]: Point): boolean {
  return (x / 70) ** 2 + ((y + 15) / 88) ** 2 + ((z - 15) / 65) ** 2 <= 1;
}

/** Nearly normal and cheap: the sum of four uniform numbers, variance 1. */
function normalish(uniform: () => number): number {
  return (uniform() + uniform() + uniform() + uniform() - 2) * 1.7320508075688772;
}

function autoregressive(length: number, memory: number, normal: () => number): Float64Array {
  const values = new Float64Array(length);
  values[0] = normal();
  for (let t = 1; t < length; t++) values[t] = memory * values[t - 1]! + Math.sqrt(1 - memory * memory) * normal();
  return values;
}
