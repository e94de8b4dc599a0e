import { logGamma } from '../../kinetics/fTail.ts';

/**
 * The canonical haemodynamic response of SPM: a gamma density that peaks at 5 s minus a sixth of one that peaks at 15 s
 * (Friston et al. 1998), scaled to an area of 1. Responses to boxcars are exact integrals, not sums over a fine grid.
 */
const undershootShape = 16;
const peakShape = 6;
const ratio = 1 / 6;
const area = 1 - ratio;

/** Step of the dispersion derivative, as in SPM. */
const dispersionStep = 0.01;

export type BasisName = 'canonical' | 'time-derivative' | 'dispersion-derivative';

/** Response at `t` seconds to an impulse of area 1 at 0. */
export function hrf(t: number, peakDispersion = 1): number {
  return (gammaDensity(peakShape, peakDispersion, t) - ratio * gammaDensity(undershootShape, 1, t)) / area;
}

/** Integral of {@link hrf} from 0 to `t`. */
export function hrfIntegral(t: number, peakDispersion = 1): number {
  return (gammaShare(peakShape, peakDispersion, t) - ratio * gammaShare(undershootShape, 1, t)) / area;
}

/**
 * Response at time `t` to a boxcar of height 1 from `onset` over `duration` seconds; a duration of 0 is an impulse of
 * area 1. Derivatives are with respect to the onset's delay (SPM's sign: earlier is positive) and to dispersion.
 */
export function boxcarResponse(basis: BasisName, t: number, onset: number, duration: number): number {
  const [from, to] = [t - onset, t - onset - duration];
  if (basis === 'time-derivative') return duration > 0 ? hrf(from) - hrf(to) : (hrf(from) - hrf(from - 0.1)) / 0.1;
  const response = (dispersion: number): number =>
    duration > 0 ? hrfIntegral(from, dispersion) - hrfIntegral(to, dispersion) : hrf(from, dispersion);
  if (basis === 'canonical') return response(1);
  return (response(1) - response(1 + dispersionStep)) / dispersionStep;
}

/** Gamma density of mean `shape` seconds: shape / dispersion steps of `dispersion` seconds. */
function gammaDensity(mean: number, dispersion: number, t: number): number {
  if (t <= 0) return 0;
  const shape = mean / dispersion;
  const x = t / dispersion;
  return Math.exp((shape - 1) * Math.log(x) - x - logGamma(shape)) / dispersion;
}

/** Regularised lower incomplete gamma function of the same density, by its series (all terms are positive). */
function gammaShare(mean: number, dispersion: number, t: number): number {
  if (t <= 0) return 0;
  const shape = mean / dispersion;
  const x = t / dispersion;
  if (x > shape + 80) return 1;
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (shape + n);
    sum += term;
  }
  return Math.min(1, sum * Math.exp(shape * Math.log(x) - x - logGamma(shape)));
}
