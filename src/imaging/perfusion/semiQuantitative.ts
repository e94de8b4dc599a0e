import type { Reported } from './models.ts';

/** Numbers that need no model, no input and no T1. */
export const semiQuantitative = [
  { name: 'pe', title: 'Peak enhancement', unit: '%' },
  { name: 'pe-early', title: 'Early enhancement (PE1)', unit: '%' },
  { name: 'ser', title: 'Signal enhancement ratio (SER)', unit: '1' },
  { name: 'time-to-peak', title: 'Time to peak', unit: 's' },
  { name: 'wash-in', title: 'Wash-in, steepest rise', unit: '%/min' },
  { name: 'wash-out', title: 'Wash-out, early to last', unit: '%/min' },
] as const satisfies readonly Reported[];

export interface EnhancementPlan {
  timesS: Float64Array;
  /** Samples before contrast: `first`..`end` - 1. */
  baseline: readonly [first: number, end: number];
  /** Sample of the early phase, and of the late one (the last). */
  early: number;
  late: number;
}

/** About two minutes after injection, where breast and prostate protocols look for the early phase. */
const earlyS = 120;

/**
 * Which samples are early and late. `end` of the baseline is where contrast begins; with three samples they are before,
 * early and late. Undefined when fewer than one sample follows the baseline.
 */
export function enhancementPlan(
  timesS: Float64Array,
  baseline: readonly [first: number, end: number],
): EnhancementPlan | undefined {
  const [, end] = baseline;
  const last = timesS.length - 1;
  if (end > last) return undefined;
  let early = end;
  for (let at = end; at <= last; at++)
    if (Math.abs(timesS[at]! - timesS[end]! - earlyS) < Math.abs(timesS[early]! - timesS[end]! - earlyS)) early = at;
  if (last - end < 2) early = end;
  return { timesS, baseline, early, late: last };
}

/**
 * Enhancement of one curve in the order of {@link semiQuantitative}: PE = 100 (Smax - S0) / S0; PE1 = 100 (S1 - S0) / S0; SER =
 * (S1 - S0) / (S2 - S0) with S1 early and S2 late; the time from the last sample before contrast to the largest signal; the
 * steepest rise; the mean slope from early to late (negative: wash-out). NaN for all when a sample is no number or S0 is not
 * positive; NaN for SER when the late signal does not lie above S0.
 */
export function enhancement(signal: ArrayLike<number>, plan: EnhancementPlan, out: Float64Array | Float32Array): void {
  const { timesS, baseline, early, late } = plan;
  const [first, end] = baseline;
  out.fill(Number.NaN, 0, semiQuantitative.length);
  let s0 = 0;
  for (let at = first; at < end; at++) s0 += signal[at]!;
  s0 /= end - first;
  if (!(s0 > 0)) return;
  let most = Number.NEGATIVE_INFINITY;
  let peak = end;
  let steepest = Number.NEGATIVE_INFINITY;
  for (let at = end; at < timesS.length; at++) {
    if (!Number.isFinite(signal[at]!)) return;
    if (signal[at]! > most) {
      most = signal[at]!;
      peak = at;
    }
    const before = at === end ? s0 : signal[at - 1]!;
    steepest = Math.max(steepest, (signal[at]! - before) / (timesS[at]! - timesS[at - 1]!));
  }
  const [s1, s2] = [signal[early]!, signal[late]!];
  out[0] = (100 * (most - s0)) / s0;
  out[1] = (100 * (s1 - s0)) / s0;
  out[2] = s2 > s0 ? (s1 - s0) / (s2 - s0) : Number.NaN;
  out[3] = timesS[peak]! - timesS[end - 1]!;
  out[4] = (6000 * steepest) / s0;
  out[5] = late > early ? (6000 * (s2 - s1)) / s0 / (timesS[late]! - timesS[early]!) : Number.NaN;
}
