import { type BloodInput, cumulative, delayedAt, sampled } from './curves.ts';

/** As many even steps at least: blood curves have few samples, and their peak is narrow. */
const fewestSteps = 6000;

/**
 * Everything about an input that the plots need, at the two even steps round each frame: the tissue's part is a matrix, so
 * that many curves cost little.
 */
export interface Sampling {
  timesS: Float64Array;
  /** Where each frame lies between its two steps, 0..1. */
  share: Float64Array;
  /** At steps 2 f and 2 f + 1 of frame f: plasma, its integral (per second), whole blood, its integral. */
  plasma: Float64Array;
  plasmaIntegral: Float64Array;
  blood: Float64Array;
  bloodIntegral: Float64Array;
  /** Row of step s: weights of the frames in the tissue's value there, and in its integral. */
  valueRows: Float64Array;
  integralRows: Float64Array;
}

/**
 * Input and tissue as straight lines between their samples, read at even steps over the scan and integrated by trapezoids;
 * the input arrives `delayS` later than it was sampled. `timesS` begins at 0.
 */
export function sampling({ plasma, blood }: BloodInput, timesS: Float64Array, delayS = 0): Sampling {
  const n = timesS.length;
  const end = timesS[n - 1]!;
  const steps = Math.max(fewestSteps, plasma.timesS.length);
  const grid = Float64Array.from({ length: steps }, (_, at) => (end * at) / (steps - 1));
  const cp = delayedAt(plasma, grid, delayS);
  const cb = delayedAt(blood, grid, delayS);
  const [cpSum, cbSum] = [cumulative(grid, cp), cumulative(grid, cb)];
  const pair = timesS.map((time) => Math.min(steps - 2, Math.max(0, Math.floor((time / end) * (steps - 1)))));
  const at = Array.from({ length: 2 * n }, (_, row) => pair[row >> 1]! + (row & 1));
  const valueRows = new Float64Array(2 * n * n);
  const integralRows = new Float64Array(2 * n * n);
  const hat = new Float64Array(n);
  for (let frame = 0; frame < n; frame++) {
    hat.fill(0);
    hat[frame] = 1;
    const value = sampled({ timesS, values: hat }, grid);
    const sum = cumulative(grid, value);
    for (let row = 0; row < 2 * n; row++) {
      valueRows[row * n + frame] = value[at[row]!]!;
      integralRows[row * n + frame] = sum[at[row]!]!;
    }
  }
  const pick = (of: Float64Array): Float64Array => Float64Array.from(at, (step) => of[step]!);
  return {
    timesS,
    share: timesS.map((time, f) => (time - grid[pair[f]!]!) / (grid[1]! - grid[0]!)),
    plasma: pick(cp),
    plasmaIntegral: pick(cpSum),
    blood: pick(cb),
    bloodIntegral: pick(cbSum),
    valueRows,
    integralRows,
  };
}

/** Tissue without the blood in its vessels, and its integral, at each pair of steps. */
export function tissueAtSteps(
  of: Sampling,
  curve: ArrayLike<number>,
  bloodShare: number,
  value: Float64Array,
  integral: Float64Array,
): void {
  const n = of.timesS.length;
  for (let row = 0; row < 2 * n; row++) {
    let [a, b] = [0, 0];
    for (let frame = 0; frame < n; frame++) {
      a += of.valueRows[row * n + frame]! * curve[frame]!;
      b += of.integralRows[row * n + frame]! * curve[frame]!;
    }
    value[row] = (a - bloodShare * of.blood[row]!) / (1 - bloodShare);
    integral[row] = (b - bloodShare * of.bloodIntegral[row]!) / (1 - bloodShare);
  }
}

/** From pairs of steps to frames. */
export function atFrames(of: Sampling, ofStep: (row: number) => number): Float64Array {
  return of.share.map((share, frame) => {
    const low = ofStep(2 * frame);
    return low + share * (ofStep(2 * frame + 1) - low);
  });
}
