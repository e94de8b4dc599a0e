import { leastSquares, type Model } from '../../kinetics/leastSquares.ts';
import type { Degrees, Fraction, PerSecond, Seconds } from '../../kinetics/units.ts';
import { radians } from './signal.ts';

export interface VariableFlipAngle {
  flipAngles: readonly Degrees[];
  /** One for all angles. */
  repetitionTime: Seconds;
}

/** Overwritten by the next fit. */
export interface T1Fit {
  r1: PerSecond;
  t1: Seconds;
  /** Signal of full magnetisation, in the unit of the signals. */
  s0: number;
  r1StandardError: number;
  /** From the linear form alone (Fram 1987): where the search began. */
  linearR1: PerSecond;
  converged: boolean;
  rss: number;
}

/**
 * T1 from spoiled gradient echoes of several flip angles: S = S0 sin a (1 - E1) / (1 - E1 cos a). The linear form
 * S / sin a = E1 S / tan a + S0 (1 - E1) weights noise wrongly (up to 15 % off) and is the start only; then non-linear least
 * squares in S0 and R1. `b1` scales the angles. All NaN when a signal is missing or not positive.
 */
export function t1Fitter({
  flipAngles,
  repetitionTime,
}: VariableFlipAngle): (signal: ArrayLike<number>, b1?: Fraction | number) => T1Fit {
  const points = flipAngles.length;
  if (points < 2) throw new RangeError('T1 needs signals of at least two flip angles');
  const angles = Float64Array.from(flipAngles, radians);
  const sin = new Float64Array(points);
  const cos = new Float64Array(points);
  const scaled = new Float64Array(points);
  const start = new Float64Array(2);
  const model: Model = {
    points,
    low: Float64Array.of(0, 1e-3),
    high: Float64Array.of(Number.POSITIVE_INFINITY, 1e3),
    evaluate(parameters, values, jacobian) {
      const e1 = Math.exp(-repetitionTime * parameters[1]!);
      for (let at = 0; at < points; at++) {
        const below = 1 - e1 * cos[at]!;
        const unit = (sin[at]! * (1 - e1)) / below;
        values[at] = parameters[0]! * unit;
        jacobian[0]![at] = unit;
        jacobian[1]![at] = (parameters[0]! * repetitionTime * e1 * sin[at]! * (1 - cos[at]!)) / (below * below);
      }
    },
  };
  const fitter = leastSquares(model);
  const none = Number.NaN;
  return (signal, b1 = 1) => {
    let most = 0;
    for (let at = 0; at < points; at++) {
      if (!(signal[at]! > 0)) most = none;
      most = Math.max(most, signal[at]!);
      sin[at] = Math.sin(angles[at]! * b1);
      cos[at] = Math.cos(angles[at]! * b1);
    }
    if (!(most > 0) || !(b1 > 0))
      return {
        r1: none,
        t1: none,
        s0: none,
        r1StandardError: none,
        linearR1: none,
        converged: false,
        rss: none,
      } as T1Fit;
    let [n, sx, sy, sxx, sxy] = [points, 0, 0, 0, 0];
    for (let at = 0; at < points; at++) {
      // A scale of one, whatever the receiver gain.
      scaled[at] = signal[at]! / most;
      const x = (scaled[at]! * cos[at]!) / sin[at]!;
      const y = scaled[at]! / sin[at]!;
      sx += x;
      sy += y;
      sxx += x * x;
      sxy += x * y;
    }
    const slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
    const linearR1 = -Math.log(slope) / repetitionTime;
    const usable = slope > 0 && slope < 1;
    start[1] = usable ? linearR1 : 1;
    const e1 = Math.exp(-repetitionTime * start[1]!);
    start[0] = (sy - e1 * sx) / n / (1 - e1);
    const fit = fitter(scaled, start);
    return {
      r1: fit.parameters[1]! as PerSecond,
      t1: (1 / fit.parameters[1]!) as Seconds,
      s0: fit.parameters[0]! * most,
      r1StandardError: points > 2 ? Math.sqrt(fit.covariance[3]!) : none,
      linearR1: (usable ? linearR1 : none) as PerSecond,
      converged: fit.converged && !fit.atBound.includes(1),
      rss: fit.rss * most * most,
    };
  };
}
