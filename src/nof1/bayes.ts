import type { TrialPlan } from '../dossier/trial.ts';
import { carryOverOf, conditionsOf } from './conditions.ts';
import { choleskyOf, halfLogDeterminant, solveCholesky } from './linear.ts';
import { type Mixture, mixtureMoments, mixtureOf } from './normal.ts';
import type { Daily } from './randomisation.ts';
import type { Schedule } from './schedules.ts';

export type ModelPlan = Pick<TrialPlan, 'design' | 'lagDays' | 'range' | 'carryOverHalfLifeDays'>;

export interface BayesFit {
  /** Treatment minus comparison, in points of the measure. */
  effect: Mixture;
  /** Posterior means and standard deviations of the rest; the trend is points over the whole trial. */
  trend: { mean: number; deviation: number };
  carryOver?: { mean: number; deviation: number };
  autocorrelation: number;
  /** Standard deviation of the answers around the line. */
  spread: number;
  answers: number;
}

interface Line {
  y: number[];
  x: number[][];
  day: number[];
}

/** Half of the standard error that an autocorrelation has at best: the sum over the grid is then exact to rounding. */
const rhoStepOf = (answers: number) => Math.min(0.05, 0.5 / Math.sqrt(answers));
/** Grid over log sigma, in steps of half its own standard error, around what the residuals say. */
const [sigmaFrom, sigmaTo] = [-12, 18];
const leastAnswers = 8;

/**
 * y = level + effect x + trend t + carry-over c + e, e an AR(1) process on days (gaps weigh as the days they are), one level
 * and trend a tier. Weak priors in units of the range R of the scale: level ~ N(middle, R), effect ~ N(0, R / 2),
 * trend ~ N(0, R / 4), carry-over ~ N(0, R / 10), sigma ~ half-normal(R / 2), autocorrelation r with density 1 - r^2 on (-1, 1).
 * Given autocorrelation and sigma all else is normal, so that the posterior is a sum over a grid of two: no sampler, the
 * same bits each time. Undefined with fewer than eight answers, one side only, or answers that never vary.
 */
export function bayesFit(plan: ModelPlan, schedule: Schedule, daily: Daily): BayesFit | undefined {
  const { lines, names } = designMatrix(plan, schedule, daily);
  const p = names.length;
  const answers = lines.reduce((sum, { y }) => sum + y.length, 0);
  const sides = new Set(lines.flatMap(({ x }) => x.map((row) => row[0])));
  if (answers < Math.max(leastAnswers, p + 3) || sides.size < 2) return undefined;
  if (new Set(lines.flatMap(({ y }) => y)).size < 2) return undefined;
  const span = plan.range[1] - plan.range[0];
  const middle = (plan.range[0] + plan.range[1]) / 2;
  const priors = names.map((name) => priorOf[name](span));
  const weights: number[] = [];
  const [means, deviations]: [number[][], number[][]] = [names.map(() => []), names.map(() => [])];
  const at: { rho: number; sigma: number }[] = [];
  const rhoStep = rhoStepOf(answers);
  const farthest = Math.floor(0.98 / rhoStep);
  for (let step = -farthest; step <= farthest; step++) {
    const rho = step * rhoStep;
    const moments = whitened(lines, p, rho, middle);
    const degrees = answers - p;
    const centre = Math.max(Math.sqrt(residualSquares(moments, p) / degrees), 1e-3 * span);
    const width = 0.5 / Math.sqrt(2 * degrees);
    for (let node = sigmaFrom; node <= sigmaTo; node++) {
      const sigma = centre * Math.exp(node * width);
      const given = conditional(moments, p, priors, sigma);
      if (given === undefined) continue;
      // The grid is even in log sigma: its step and its Jacobian belong to the weight.
      weights.push(
        given.logLikelihood +
          Math.log(1 - rho * rho) -
          answers * Math.log(sigma) +
          moments.logScale -
          0.5 * (sigma / (span / 2)) ** 2 +
          Math.log(sigma) +
          Math.log(width),
      );
      at.push({ rho, sigma });
      for (let i = 0; i < p; i++) {
        means[i].push(given.mean[i]);
        deviations[i].push(given.deviation[i]);
      }
    }
  }
  if (weights.length === 0) return undefined;
  const of = (index: number) => mixtureMoments(mixtureOf(weights, means[index], deviations[index]));
  const highest = weights.reduce((a, b) => Math.max(a, b));
  const raw = weights.map((one) => Math.exp(one - highest));
  const total = raw.reduce((a, b) => a + b);
  const mean = (value: (one: { rho: number; sigma: number }) => number) =>
    raw.reduce((sum, weight, index) => sum + weight * value(at[index]), 0) / total;
  const carried = names.indexOf('carry-over');
  return {
    effect: mixtureOf(weights, means[0], deviations[0]),
    trend: of(1),
    ...(carried < 0 ? {} : { carryOver: of(carried) }),
    autocorrelation: mean(({ rho }) => rho),
    spread: mean(({ sigma }) => sigma),
    answers,
  };
}

type Name = 'effect' | 'trend' | 'level' | 'carry-over';
const priorOf: Record<Name, (span: number) => number> = {
  effect: (span) => span / 2,
  trend: (span) => span / 4,
  level: (span) => span,
  'carry-over': (span) => span / 10,
};

/** Columns: effect, then trend and level of each tier, then carry-over where any is left on the analysed days. */
function designMatrix(plan: ModelPlan, schedule: Schedule, daily: Daily): { lines: Line[]; names: Name[] } {
  const conditions = conditionsOf(plan.design, schedule, plan.lagDays);
  const carried = schedule.map((line) => carryOverOf(plan.design, line, plan.carryOverHalfLifeDays));
  const last = daily[0].length - 1;
  const lines = daily.map((values, tier): Line => {
    const line: Line = { y: [], x: [], day: [] };
    values.forEach((value, day) => {
      if (value === undefined || conditions[tier][day] < 0) return;
      const own = daily.flatMap((_, other) => (other === tier ? [day / last - 0.5, 1] : [0, 0]));
      line.y.push(value);
      line.x.push([conditions[tier][day], ...own, carried[tier][day]]);
      line.day.push(day);
    });
    return line;
  });
  const names: Name[] = ['effect', ...daily.flatMap((): Name[] => ['trend', 'level']), 'carry-over'];
  const left = lines.some(({ x }) => x.some((row) => Math.abs(row.at(-1)!) > 0.01));
  if (left) return { lines, names };
  return {
    lines: lines.map((line) => ({ ...line, x: line.x.map((row) => row.slice(0, -1)) })),
    names: names.slice(0, -1),
  };
}

interface Moments {
  xx: Float64Array;
  xy: Float64Array;
  yy: number;
  /** Logarithm of the determinant that the whitening leaves. */
  logScale: number;
}

/** X'X, X'y and y'y after the autocorrelation is taken out; y around the middle of the scale. */
function whitened(lines: readonly Line[], p: number, rho: number, middle: number): Moments {
  const [xx, xy] = [new Float64Array(p * p), new Float64Array(p)];
  let [yy, logScale] = [0, 0];
  const row = new Float64Array(p);
  for (const { x, y, day } of lines)
    for (let i = 0; i < y.length; i++) {
      const likeness = i === 0 ? 0 : rho ** (day[i] - day[i - 1]);
      const scale = 1 / Math.sqrt(1 - likeness * likeness);
      const value = scale * (y[i] - middle - (i === 0 ? 0 : likeness * (y[i - 1] - middle)));
      for (let j = 0; j < p; j++) row[j] = scale * (x[i][j] - (i === 0 ? 0 : likeness * x[i - 1][j]));
      for (let j = 0; j < p; j++) {
        xy[j] += row[j] * value;
        for (let k = 0; k <= j; k++) xx[j * p + k] += row[j] * row[k];
      }
      yy += value * value;
      logScale += Math.log(scale);
    }
  for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) xx[k * p + j] = xx[j * p + k];
  return { xx, xy, yy, logScale };
}

/** Residual sum of squares of the plain fit; a hair of ridge keeps columns apart that the data do not. */
function residualSquares({ xx, xy, yy }: Moments, p: number): number {
  const matrix = xx.slice();
  for (let j = 0; j < p; j++) matrix[j * p + j] += 1e-8;
  const lower = choleskyOf(matrix, p);
  if (lower === undefined) return yy;
  const beta = solveCholesky(lower, p, xy);
  return Math.max(yy - beta.reduce((sum, value, j) => sum + value * xy[j], 0), 0);
}

/** The normal posterior of the coefficients for one sigma, and the likelihood of the answers without them. */
function conditional({ xx, xy, yy }: Moments, p: number, priors: readonly number[], sigma: number) {
  const precision = xx.map((value) => value / sigma ** 2);
  for (let j = 0; j < p; j++) precision[j * p + j] += 1 / priors[j] ** 2;
  const lower = choleskyOf(precision, p);
  if (lower === undefined) return undefined;
  const right = xy.map((value) => value / sigma ** 2);
  const mean = solveCholesky(lower, p, right);
  const deviation = priors.map((_, j) => {
    const unit = new Float64Array(p);
    unit[j] = 1;
    return Math.sqrt(solveCholesky(lower, p, unit)[j]);
  });
  const explained = mean.reduce((sum, value, j) => sum + value * right[j], 0);
  return { mean, deviation, logLikelihood: -0.5 * (yy / sigma ** 2 - explained) - halfLogDeterminant(lower, p) };
}
