import { type LateFit, lateFit, type TStar } from './lateFit.ts';
import { errorOfRatio } from './linearFit.ts';
import { estimatesOf, type KineticFit } from './models.ts';
import { atFrames, type Sampling, tissueAtSteps } from './sampling.ts';

export interface GraphicalOptions {
  tStar: TStar;
  /** Proportional to 1 / variance of the tissue's value; one a frame. */
  weights: ArrayLike<number>;
  weightsSay: string;
  /** Blood in the tissue's vessels, 0..1, taken out before. */
  bloodShare: number;
}

export type Graphical = 'patlak' | 'logan' | 'ma1';

/**
 * Patlak: C/Cp over int Cp/Cp; the slope is Ki. Logan: int C/C over int Cp/C; the slope is VT. MA1: C by int Cp and int C;
 * VT is the negative ratio of their coefficients. Rates per minute. Weights of Patlak follow its ordinate (times Cp squared),
 * those of Logan are uniform because its ordinate divides by the noise; MA1 takes them as they are.
 */
export function graphicalFit(
  id: Graphical,
  of: Sampling,
  curve: ArrayLike<number>,
  options: GraphicalOptions,
): KineticFit | undefined {
  const n = of.timesS.length;
  const value = new Float64Array(2 * n);
  const integral = new Float64Array(2 * n);
  tissueAtSteps(of, curve, options.bloodShare, value, integral);
  const ones = new Float64Array(n).fill(1);
  const cp = atFrames(of, (row) => of.plasma[row]!);
  if (id === 'patlak') {
    const x = atFrames(of, (row) => of.plasmaIntegral[row]! / of.plasma[row]!);
    const y = atFrames(of, (row) => value[row]! / of.plasma[row]!);
    const weights = cp.map((one, at) => one * one * options.weights[at]!);
    const fit = lateFit(of.timesS, [x, ones], y, weights, options.tStar);
    if (!fit) return undefined;
    const [slope, start] = fit.coefficients as unknown as [number, number];
    const errors = [60 * Math.sqrt(fit.covariance[0]!), Math.sqrt(fit.covariance[3]!)];
    return result(id, fit, [60 * slope, start], errors, options, x, y, `${options.weightsSay} × Cp²`);
  }
  if (id === 'logan') {
    const x = atFrames(of, (row) => of.plasmaIntegral[row]! / value[row]!);
    const y = atFrames(of, (row) => integral[row]! / value[row]!);
    const fit = lateFit(of.timesS, [x, ones], y, undefined, options.tStar);
    if (!fit) return undefined;
    return result(id, fit, [fit.coefficients[0]!], [Math.sqrt(fit.covariance[0]!)], options, x, y, 'uniform');
  }
  const input = atFrames(of, (row) => of.plasmaIntegral[row]!);
  const tissue = atFrames(of, (row) => integral[row]!);
  const y = atFrames(of, (row) => value[row]!);
  const fit = lateFit(of.timesS, [input, tissue], y, options.weights, options.tStar);
  if (!fit) return undefined;
  const [a, b] = fit.coefficients as unknown as [number, number];
  const error = errorOfRatio(fit.covariance, [-1 / b, a / (b * b)]);
  return result(id, fit, [-a / b], [error], options, of.timesS, y, options.weightsSay);
}

function result(
  id: Graphical,
  fit: LateFit,
  values: number[],
  errors: number[],
  { bloodShare }: GraphicalOptions,
  x: Float64Array,
  y: Float64Array,
  weights: string,
): KineticFit {
  return {
    model: id,
    status: values[0]! > 0 || id === 'patlak' ? 'fitted' : 'not-physical',
    estimates: estimatesOf(id, values, errors),
    r2: fit.r2,
    rss: fit.rss,
    frames: fit.frames,
    tStarS: fit.tStarS,
    says: [
      fit.says,
      `weights ${weights}`,
      bloodShare > 0 ? `blood share ${bloodShare} taken out` : 'blood in vessels not taken out',
    ],
    drawn: { x, y, fitted: fit.fitted },
  };
}
