/** A model whose parameters are wanted. Arrays that it is given it fills; it keeps none of them. */
export interface Model {
  readonly points: number;
  /** Bounds of each parameter; infinite where there are none. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Values at the points, and in `jacobian[p][point]` their derivatives by each parameter. */
  evaluate(parameters: Float64Array, values: Float64Array, jacobian: readonly Float64Array[]): void;
}

/** Overwritten by the next fit of the same fitter: copy what is kept. */
export interface Fit {
  parameters: Float64Array;
  /** Sum of squared residuals, weighted where weights were given. */
  rss: number;
  /** Gradient and step vanished within the iterations allowed. */
  converged: boolean;
  iterations: number;
  /** 1 where a parameter ended at one of its bounds. */
  atBound: Uint8Array;
  /**
   * Row by row; rss / degrees of freedom times the inverse of J'J over the parameters that are free. NaN for those at a bound
   * and where J'J is singular.
   */
  covariance: Float64Array;
}

export interface FitOptions {
  /** One for each point, proportional to 1 / variance; 1 without. */
  weights?: Float64Array;
  /** Default 100. */
  iterations?: number;
  /** Relative change of the sum of squares and of the parameters that ends the fit. Default 1e-10. */
  tolerance?: number;
}

export type Fitter = (data: ArrayLike<number>, start: ArrayLike<number>) => Fit;

/**
 * Levenberg-Marquardt within bounds (Marquardt 1963; damping after Nielsen 1999): parameters that lie at a bound and are
 * pushed outwards stay there for the step, others are solved for and cut at their bounds. Nothing is allocated by a fit, so
 * that it can be run for each voxel.
 */
export function leastSquares(model: Model, options: FitOptions = {}): Fitter {
  const { low, high, points } = model;
  const count = low.length;
  const { weights, iterations: most = 100, tolerance = 1e-10 } = options;
  const current = new Float64Array(count);
  const trial = new Float64Array(count);
  const values = new Float64Array(points);
  const jacobian = Array.from({ length: count }, () => new Float64Array(points));
  const normal = new Float64Array(count * count);
  const gradient = new Float64Array(count);
  const free = new Uint8Array(count);
  const damped = new Float64Array(count * count);
  const step = new Float64Array(count);
  const fit: Fit = {
    parameters: current,
    rss: Number.NaN,
    converged: false,
    iterations: 0,
    atBound: new Uint8Array(count),
    covariance: new Float64Array(count * count),
  };

  function sumOfSquares(data: ArrayLike<number>): number {
    let sum = 0;
    for (let at = 0; at < points; at++) {
      const off = data[at]! - values[at]!;
      sum += weights ? weights[at]! * off * off : off * off;
    }
    return sum;
  }

  function normalEquations(data: ArrayLike<number>): void {
    for (let a = 0; a < count; a++) {
      const ja = jacobian[a]!;
      for (let b = 0; b <= a; b++) {
        const jb = jacobian[b]!;
        let sum = 0;
        if (weights) for (let at = 0; at < points; at++) sum += weights[at]! * ja[at]! * jb[at]!;
        else for (let at = 0; at < points; at++) sum += ja[at]! * jb[at]!;
        normal[a * count + b] = sum;
        normal[b * count + a] = sum;
      }
      let sum = 0;
      if (weights) for (let at = 0; at < points; at++) sum += weights[at]! * ja[at]! * (data[at]! - values[at]!);
      else for (let at = 0; at < points; at++) sum += ja[at]! * (data[at]! - values[at]!);
      gradient[a] = sum;
    }
  }

  /** Which parameters may move: those inside, and those at a bound that are drawn inwards. */
  function release(): void {
    for (let a = 0; a < count; a++) {
      const held =
        (current[a]! <= low[a]! && gradient[a]! <= 0) ||
        (current[a]! >= high[a]! && gradient[a]! >= 0) ||
        normal[a * count + a] === 0;
      free[a] = held ? 0 : 1;
    }
  }

  return (data, start) => {
    for (let a = 0; a < count; a++) current[a] = Math.min(high[a]!, Math.max(low[a]!, start[a]!));
    model.evaluate(current, values, jacobian);
    fit.rss = sumOfSquares(data);
    fit.converged = false;
    let damping = 1e-3;
    let factor = 2;
    let round = 0;
    normalEquations(data);
    release();
    for (; round < most && Number.isFinite(fit.rss); round++) {
      damped.set(normal);
      for (let a = 0; a < count; a++) damped[a * count + a]! *= 1 + damping;
      if (!solve(damped, gradient, free, step, count)) {
        damping *= factor;
        factor *= 2;
        if (damping > 1e12) break;
        continue;
      }
      let moved = 0;
      let expected = 0;
      for (let a = 0; a < count; a++) {
        trial[a] = Math.min(high[a]!, Math.max(low[a]!, current[a]! + step[a]!));
        const by = trial[a]! - current[a]!;
        moved = Math.max(moved, Math.abs(by) / (Math.abs(current[a]!) + 1e-12));
        expected += by * (gradient[a]! + damping * normal[a * count + a]! * by);
      }
      if (moved <= tolerance) {
        fit.converged = true;
        break;
      }
      model.evaluate(trial, values, jacobian);
      const rss = sumOfSquares(data);
      if (rss < fit.rss) {
        const gained = fit.rss - rss;
        const ratio = expected > 0 ? gained / expected : 1;
        damping *= Math.max(1 / 3, 1 - (2 * ratio - 1) ** 3);
        factor = 2;
        const before = fit.rss;
        fit.rss = rss;
        current.set(trial);
        normalEquations(data);
        release();
        if (gained <= tolerance * before && moved <= 1e-4) {
          fit.converged = true;
          round++;
          break;
        }
        continue;
      }
      // As small as rounding allows.
      if (moved < 1e-7 && rss - fit.rss <= 1e-12 * fit.rss) {
        fit.converged = true;
        break;
      }
      damping *= factor;
      factor *= 2;
      if (damping > 1e15) break;
    }
    fit.iterations = round;
    finish();
    return fit;
  };

  function finish(): void {
    let moving = 0;
    for (let a = 0; a < count; a++) {
      const bound = current[a]! <= low[a]! || current[a]! >= high[a]!;
      fit.atBound[a] = bound ? 1 : 0;
      free[a] = bound ? 0 : 1;
      moving += free[a]!;
    }
    const variance = fit.rss / (points - moving);
    fit.covariance.fill(Number.NaN);
    if (!(points > moving)) return;
    for (let column = 0; column < count; column++) {
      if (free[column] === 0) continue;
      trial.fill(0);
      trial[column] = 1;
      damped.set(normal);
      if (!solve(damped, trial, free, step, count)) return;
      for (let row = 0; row < count; row++)
        if (free[row] === 1) fit.covariance[row * count + column] = variance * step[row]!;
    }
  }
}

/**
 * Solves the symmetric system over the free unknowns by Cholesky in place; the others become 0. False when it is not positive
 * definite to rounding, judged by each pivot against its own diagonal, so that units do not matter.
 */
function solve(matrix: Float64Array, right: Float64Array, free: Uint8Array, out: Float64Array, count: number): boolean {
  out.fill(0);
  for (let a = 0; a < count; a++) {
    if (free[a] === 0) continue;
    const scale = matrix[a * count + a]!;
    if (!(scale > 0)) return false;
  }
  for (let a = 0; a < count; a++) {
    if (free[a] === 0) continue;
    const diagonal = matrix[a * count + a]!;
    for (let b = 0; b <= a; b++) {
      if (free[b] === 0) continue;
      let sum = matrix[a * count + b]!;
      for (let c = 0; c < b; c++) if (free[c] === 1) sum -= matrix[a * count + c]! * matrix[b * count + c]!;
      if (a === b) {
        if (!(sum > 1e-14 * diagonal)) return false;
        matrix[a * count + a] = Math.sqrt(sum);
      } else matrix[a * count + b] = sum / matrix[b * count + b]!;
    }
  }
  for (let a = 0; a < count; a++) {
    if (free[a] === 0) continue;
    let sum = right[a]!;
    for (let c = 0; c < a; c++) if (free[c] === 1) sum -= matrix[a * count + c]! * out[c]!;
    out[a] = sum / matrix[a * count + a]!;
  }
  for (let a = count - 1; a >= 0; a--) {
    if (free[a] === 0) continue;
    let sum = out[a]!;
    for (let c = a + 1; c < count; c++) if (free[c] === 1) sum -= matrix[c * count + a]! * out[c]!;
    out[a] = sum / matrix[a * count + a]!;
  }
  return true;
}
