import type { Degrees, Fraction, PerMillimolarSecond, PerSecond, Seconds } from '../../kinetics/units.ts';

/** How a spoiled gradient echo was acquired. */
export interface SpoiledGradientEcho {
  repetitionTime: Seconds;
  flipAngle: Degrees;
}

export const radians = (angle: number): number => (angle * Math.PI) / 180;

/** Signal in the steady state for unit magnetisation. Bad input gives no number. */
export function spoiledSignal(r1: PerSecond, { repetitionTime, flipAngle }: SpoiledGradientEcho): number {
  const e1 = Math.exp(-repetitionTime * r1);
  const angle = radians(flipAngle);
  return (Math.sin(angle) * (1 - e1)) / (1 - e1 * Math.cos(angle));
}

export interface Conversion extends SpoiledGradientEcho {
  /** Before contrast. */
  r10: PerSecond;
  relaxivity: PerMillimolarSecond;
  /** Actual over nominal flip angle; 1 without. */
  b1?: Fraction | number;
  /** Signal before contrast. */
  baseline: number;
}

/**
 * Concentrations (mmol/L) from signals of a spoiled gradient echo, relative to the signal before contrast: enhancement beyond
 * what the sequence can give (saturation) gives NaN, never a clipped value. T2* is neglected.
 */
export function concentrations(signal: ArrayLike<number>, how: Conversion, out: Float64Array): void {
  const angle = radians(how.flipAngle) * (how.b1 ?? 1);
  const cos = Math.cos(angle);
  const e10 = Math.exp(-how.repetitionTime * how.r10);
  const before = (1 - e10) / (1 - e10 * cos) / how.baseline;
  for (let at = 0; at < out.length; at++) {
    const now = signal[at]! * before;
    // From 1 on no R1 gives so much signal.
    const r1 = now < 1 ? -Math.log((1 - now) / (1 - now * cos)) / how.repetitionTime : Number.NaN;
    out[at] = (r1 - how.r10) / how.relaxivity;
  }
}

/** The linear approximation for small changes, where neither T1 nor the sequence is known: relative enhancement. */
export function relativeEnhancement(signal: ArrayLike<number>, baseline: number, out: Float64Array): void {
  for (let at = 0; at < out.length; at++) out[at] = (signal[at]! - baseline) / baseline;
}

/**
 * Mean signal of samples `first`..`end`-1. The first sample of a spoiled gradient echo is often not in the steady state:
 * OSIPI's reference data leave it out, and so does the default of the callers.
 */
export function baselineOf(signal: ArrayLike<number>, first: number, end: number): number {
  let sum = 0;
  for (let at = first; at < end; at++) sum += signal[at]!;
  return sum / (end - first);
}

/** Change of R2* in 1/s from signals of a gradient echo; no number where a signal is not positive. */
export function deltaR2(signal: ArrayLike<number>, baseline: number, echoTime: Seconds, out: Float64Array): void {
  for (let at = 0; at < out.length; at++) {
    const ratio = signal[at]! / baseline;
    out[at] = ratio > 0 ? -Math.log(ratio) / echoTime : Number.NaN;
  }
}
