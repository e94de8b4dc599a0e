import { inputFunction } from '../../kinetics/input.ts';
import type { Degrees, PerMillimolarSecond, PerSecond, Seconds } from '../../kinetics/units.ts';
import type { Kernel, SharedArrays } from '../../voxels/parallel.ts';
import { type CurveOptions, isGiven, statuses, statusOf, tracerFitter } from './fitCurve.ts';
import type { ModelId } from './models.ts';
import { baselineOf, concentrations, relativeEnhancement } from './signal.ts';

/** How the curve of a voxel becomes a concentration. */
export type CurveKind =
  | { of: 'concentration' }
  /** (S - S0) / S0, for want of T1 and sequence: not a concentration, and neither are rates that scale with the input. */
  | { of: 'relative-enhancement'; baseline: readonly [first: number, end: number] }
  | {
      of: 'spoiled-gradient-echo';
      baseline: readonly [first: number, end: number];
      repetitionTime: Seconds;
      flipAngle: Degrees;
      relaxivity: PerMillimolarSecond;
    };

export interface TracerSetup {
  model: ModelId;
  /** Plasma input. */
  input: { timesS: Float64Array; values: Float64Array };
  timesS: Float64Array;
  curve: CurveKind;
  options: CurveOptions;
}

/**
 * Fits the curve of each voxel. `data`: its samples one after another, voxel after voxel. `r10` (for signals): 1/s a voxel.
 * `maps`: for each voxel the reported numbers, then their standard errors, then R2; `status`: see `statuses`. A fit that
 * failed leaves NaN everywhere; one at a bound leaves its value and no standard error.
 */
export const kernel: Kernel<TracerSetup> = (setup, arrays) => {
  const timesS = Float64Array.from(setup.timesS);
  const fitter = tracerFitter(
    setup.model,
    inputFunction(setup.input.timesS, setup.input.values),
    timesS,
    setup.options,
  );
  const points = timesS.length;
  const count = fitter.reported.length;
  const { data, maps, status, r10 } = arrays as SharedArrays & {
    data: Float32Array;
    maps: Float32Array;
    status: Uint8Array;
    r10?: Float32Array;
  };
  const curve = new Float64Array(points);
  const reported = new Float64Array(count);
  const errors = new Float64Array(count);
  const width = 2 * count + 1;

  function voxel(at: number): void {
    const signal = data.subarray(at * points, (at + 1) * points);
    if (!convert(setup.curve, signal, r10?.[at], curve)) {
      maps.fill(Number.NaN, at * width, (at + 1) * width);
      status[at] = statuses['no-data'];
      return;
    }
    let mean = 0;
    for (let t = 0; t < points; t++) mean += curve[t]! / points;
    let total = 0;
    for (let t = 0; t < points; t++) total += (curve[t]! - mean) ** 2;
    let fit = fitter.fitter(curve, fitter.search(curve, 1)[0]!.parameters);
    if (!fit.converged) {
      const [, second] = fitter.search(curve, 2);
      if (second) fit = fitter.fitter(curve, second.parameters);
    }
    fitter.report(fit.parameters, reported);
    const verdict = statusOf(fit, fitter, reported, total);
    status[at] = statuses[verdict];
    const given = isGiven(verdict);
    if (given) fitter.errors(fit, errors);
    for (let one = 0; one < count; one++) {
      maps[at * width + one] = given ? reported[one]! : Number.NaN;
      maps[at * width + count + one] = given ? errors[one]! : Number.NaN;
    }
    maps[at * width + 2 * count] = given ? 1 - fit.rss / total : Number.NaN;
  }

  return (from, to) => {
    for (let at = from; at < to; at++) voxel(at);
  };
};

/** False when the samples are no numbers, or no concentration belongs to them. */
export function convert(
  kind: CurveKind,
  signal: ArrayLike<number>,
  r10: number | undefined,
  out: Float64Array,
): boolean {
  if (kind.of === 'concentration') for (let at = 0; at < out.length; at++) out[at] = signal[at]!;
  else {
    const [first, end] = kind.baseline;
    const baseline = baselineOf(signal, first, end);
    if (!(baseline > 0)) return false;
    if (kind.of === 'relative-enhancement') relativeEnhancement(signal, baseline, out);
    else {
      if (r10 === undefined || !(r10 > 0)) return false;
      // A magnitude of 0 or less was not measured: its concentration would be a large negative number.
      for (let at = 0; at < out.length; at++) if (!(signal[at]! > 0)) return false;
      concentrations(signal, { ...kind, r10: r10 as PerSecond, baseline }, out);
    }
  }
  for (let at = 0; at < out.length; at++) if (!Number.isFinite(out[at]!)) return false;
  return true;
}
