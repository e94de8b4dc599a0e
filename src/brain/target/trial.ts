import type { ImageHandle } from '../../dossier/image.ts';
import { computeTarget } from './compute.ts';
import { distance, type Point } from './locate.ts';
import { randomFrom } from './random.ts';
import type { Circuit, TargetSettings } from './settings.ts';
import { isSimulatedBrain, type SimulatedRest, simulateRest } from './testRest.ts';

/** One simulated person whose target is known. */
export interface Trial {
  state: 'individual' | 'group-fallback' | 'refused';
  /** Of the own target, whether it stands or not; absent where none was computed. */
  errorMm?: number;
  radiusMm?: number;
  reasons: string[];
}

/**
 * Simulates a person (`seed` decides place and noise) and looks for the target. The place is drawn from the middle of the search
 * area, or from all of it, and lies inside the brain.
 */
export async function runTrial(
  seed: number,
  scan: Omit<SimulatedRest, 'targetMni' | 'seed'>,
  { circuit, limits }: { circuit: Circuit; limits: TargetSettings['limits'] },
  bootstrap: { replicates: number; blockS: number; seed: number },
  from: 'middle' | 'all' = 'middle',
): Promise<Trial> {
  const uniform = randomFrom(1000 + seed);
  const draw = (): Point =>
    from === 'middle'
      ? [-40 + 16 * (uniform() - 0.5), 33 + 20 * (uniform() - 0.5), 41 + 16 * (uniform() - 0.5)]
      : [-70 + 70 * uniform(), -10 + 80 * uniform(), 5 + 75 * uniform()];
  const inArea = (point: Point): boolean =>
    circuit.search!.some(({ centreMni, radiusMm }) => distance(centreMni, point) <= radiusMm);
  let targetMni = draw();
  while (!isSimulatedBrain(targetMni) || !inArea(targetMni)) targetMni = draw();
  const { image, framewiseDisplacementMm } = simulateRest({ ...scan, targetMni, seed });
  const { state, own, reasons } = await computeTarget(image as ImageHandle, circuit, limits, {
    ...{ ...bootstrap, framewiseDisplacementMm, repetitionTimeS: scan.repetitionTimeS ?? 2 },
  });
  return {
    ...{ state, reasons: reasons.map(({ code }) => code) },
    ...(own && { errorMm: distance(own.xyzMm, targetMni), radiusMm: own.radius95Mm }),
  };
}

/** Median error of own targets that stand, and the share of their radii that hold the truth. */
export function summary(trials: readonly Trial[]): {
  standing: number;
  medianErrorMm: number;
  medianRadiusMm: number;
  coverage: number;
} {
  const standing = trials.filter(({ state }) => state === 'individual');
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  return {
    standing: standing.length,
    medianErrorMm: middle(standing.map(({ errorMm }) => errorMm!)),
    medianRadiusMm: middle(standing.map(({ radiusMm }) => radiusMm!)),
    coverage: standing.filter(({ errorMm, radiusMm }) => errorMm! <= radiusMm!).length / standing.length,
  };
}
