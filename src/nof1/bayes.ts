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

/** Part of the standard error that an autocorrelation has at best: the sum over an even grid is then exact beyond need. */
const rhoStepOf = (answers: number) => Math.min(0.07, 0.7 / Math.sqrt(answers));
/** Autocorrelations whose best weight is lower than that of the best one by this much, in logarithms, add nothing. */
const leastLogWeight = -18;
/** Grid over log sigma, in steps of 0.7 of its own standard error, around what the residuals say. */
const [sigmaFrom, sigmaTo, sigmaStep] = [-7, 10, 0.7];
/** Grid over the share carried over, in steps of 0.8 of what its posterior is about wide. */
const [shareReach, shareStep] = [5, 0.8];
/** Standard deviation of the prior of the share carried over. */
const shareSpread = 0.5;
const leastAnswers = 8;

/**
 * y = level + effect (x + k c) + trend t + e, e an AR(1) process on days (gaps weigh as the days they are), one level and
 * trend a tier; k is the share of the effect that is left on the first day after a change, c how it wears off. Carry-over
 * is a part of the effect: where there is no effect nothing can be carried. Priors in units of the range R of the scale:
 * level ~ N(middle, R), trend over the trial ~ N(0, R), effect ~ N(0, R / 2), k ~ N(0, 1/2) (below 0: rebound),
 * sigma ~ half-normal(R / 2), autocorrelation r with density 1 - r^2 on (-1, 1). Those of trend and level are as wide as
 * the scale because a narrower one would speak on the effect wherever treatment and time look alike.
 * Given r, sigma and k all else is normal, so that the posterior is a sum over a grid of three: no sampler, the same bits
 * each time. Undefined with fewer than eight answers, one side only, or answers that never vary.
 */
export function bayesFit(plan: ModelPlan, schedule: Schedule, daily: Daily): BayesFit | undefined {
  const { lines, priors, isCarried } = designMatrix(plan, schedule, daily);
  const p = priors.length;
  const answers = lines.reduce((sum, { y }) => sum + y.length, 0);
  const sides = new Set(lines.flatMap(({ x }) => x.map((row) => row[0])));
  if (answers < Math.max(leastAnswers, p + (isCarried ? 4 : 3)) || sides.size < 2) return undefined;
  if (new Set(lines.flatMap(({ y }) => y)).size < 2) return undefined;
  const span = plan.range[1] - plan.range[0];
  const middle = (plan.range[0] + plan.range[1]) / 2;
  const columns = p + (isCarried ? 1 : 0);
  const rhoStep = rhoStepOf(answers);
  const farthest = Math.floor(0.98 / rhoStep);
  const slices = Array.from({ length: 2 * farthest + 1 }, (_, index) => {
    const rho = (index - farthest) * rhoStep;
    return sliceOf(whitened(lines, columns, rho, middle), rho, { answers, span, priors, isCarried });
  });
  const best = slices.reduce((most, { top }) => Math.max(most, top), -Infinity);
  const weights: number[] = [];
  const [means, deviations]: [number[][], number[][]] = [
    [[], []],
    [[], []],
  ];
  const at: { rho: number; sigma: number; share: number }[] = [];
  for (const { rho, centre, width, shares, weigh, top } of slices) {
    if (top < best + leastLogWeight) continue;
    for (const share of shares.values) {
      const given = weigh(share);
      for (let node = sigmaFrom; node <= sigmaTo; node++) {
        const sigma = centre * Math.exp(node * width);
        const one = given(sigma);
        if (one === undefined) continue;
        weights.push(one.logWeight);
        at.push({ rho, sigma, share });
        for (const i of [0, 1]) {
          means[i].push(one.mean[i]);
          deviations[i].push(one.deviation[i]);
        }
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
  const carried = () =>
    mixtureOf(
      weights,
      means[0].map((effect, index) => at[index].share * effect),
      deviations[0].map((deviation, index) => Math.abs(at[index].share) * deviation),
    );
  return {
    effect: mixtureOf(weights, means[0], deviations[0]),
    trend: of(1),
    ...(isCarried ? { carryOver: mixtureMoments(carried()) } : {}),
    autocorrelation: mean(({ rho }) => rho),
    spread: mean(({ sigma }) => sigma),
    answers,
  };
}

/** Everything of one autocorrelation: where sigma and the share carried over are looked at, and what each pair weighs. */
function sliceOf(
  moments: Moments,
  rho: number,
  {
    answers,
    span,
    priors,
    isCarried,
  }: { answers: number; span: number; priors: readonly number[]; isCarried: boolean },
) {
  const degrees = answers - moments.xy.length;
  const plain = plainFit(moments);
  const centre = Math.max(Math.sqrt(plain.squares / degrees), 1e-3 * span);
  const width = sigmaStep / Math.sqrt(2 * degrees);
  const shares = isCarried ? sharesOf(plain, centre) : { values: [0], width: 1 };
  const weigh = (share: number) => {
    const shared = isCarried ? carriedInto(moments, share) : moments;
    return (sigma: number) => {
      const given = conditional(shared, priors, sigma);
      if (given === undefined) return undefined;
      const { mean, deviation, logLikelihood } = given;
      // The grid is even in log sigma: its step and its Jacobian belong to the weight.
      const logWeight =
        logLikelihood +
        Math.log(1 - rho * rho) -
        answers * Math.log(sigma) +
        moments.logScale -
        0.5 * (sigma / (span / 2)) ** 2 +
        Math.log(sigma) +
        Math.log(width) -
        0.5 * (share / shareSpread) ** 2 +
        Math.log(shares.width);
      return { mean, deviation, logWeight };
    };
  };
  const middle = shares.values[Math.floor(shares.values.length / 2)]!;
  const top = weigh(middle)(centre)?.logWeight ?? -Infinity;
  return { rho, centre, width, shares, weigh, top };
}

/** Columns: effect, then trend and level of each tier, each with a prior; last what is carried over, where anything is left. */
function designMatrix(
  plan: ModelPlan,
  schedule: Schedule,
  daily: Daily,
): { lines: Line[]; priors: number[]; isCarried: boolean } {
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
  const span = plan.range[1] - plan.range[0];
  const priors = [span / 2, ...daily.flatMap(() => [span, span])];
  if (lines.some(({ x }) => x.some((row) => Math.abs(row.at(-1)!) > 0.01))) return { lines, priors, isCarried: true };
  const without = lines.map((line) => ({ ...line, x: line.x.map((row) => row.slice(0, -1)) }));
  return { lines: without, priors, isCarried: false };
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

interface Plain {
  squares: number;
  beta: Float64Array;
  /** What the last column alone tells, in its unit: 1 / the last diagonal element of the inverse of X'X. */
  lastInformation: number;
}

/** The fit without priors; a hair of ridge keeps columns apart that the data do not. */
function plainFit({ xx, xy, yy }: Moments): Plain {
  const p = xy.length;
  const matrix = xx.slice();
  for (let j = 0; j < p; j++) matrix[j * p + j] += 1e-8;
  const lower = choleskyOf(matrix, p);
  if (lower === undefined) return { squares: yy, beta: new Float64Array(p), lastInformation: 0 };
  const beta = solveCholesky(lower, p, xy);
  const squares = Math.max(yy - beta.reduce((sum, value, j) => sum + value * xy[j], 0), 0);
  return { squares, beta, lastInformation: lower[p * p - 1] ** 2 };
}

/** Where the share carried over is looked at: around prior and plain fit together, as if both were normal. */
function sharesOf({ beta, lastInformation }: Plain, sigma: number): { values: number[]; width: number } {
  const known = (beta[0] ** 2 * lastInformation) / sigma ** 2;
  const precision = known + 1 / shareSpread ** 2;
  // known * (carried / effect), written so that no effect at all divides nothing by nothing.
  const centre = (beta[0] * beta.at(-1)! * lastInformation) / sigma ** 2 / precision;
  const width = shareStep / Math.sqrt(precision);
  const values = Array.from({ length: 2 * shareReach + 1 }, (_, index) => centre + (index - shareReach) * width);
  return { values, width };
}

/** The moments with the last column taken into the first: x + share c. */
function carriedInto({ xx, xy, yy, logScale }: Moments, share: number): Moments {
  const [wide, p] = [xy.length, xy.length - 1];
  const into: Moments = { xx: new Float64Array(p * p), xy: xy.slice(0, p), yy, logScale };
  for (let j = 0; j < p; j++)
    for (let k = 0; k < p; k++) {
      let value = xx[j * wide + k];
      if (j === 0) value += share * xx[p * wide + k];
      if (k === 0) value += share * xx[j * wide + p];
      if (j === 0 && k === 0) value += share ** 2 * xx[p * wide + p];
      into.xx[j * p + k] = value;
    }
  into.xy[0] += share * xy[p];
  return into;
}

/** The normal posterior of effect and first trend for one sigma, and the likelihood of the answers without any coefficient. */
function conditional({ xx, xy, yy }: Moments, priors: readonly number[], sigma: number) {
  const p = priors.length;
  const precision = xx.map((value) => value / sigma ** 2);
  for (let j = 0; j < p; j++) precision[j * p + j] += 1 / priors[j] ** 2;
  const lower = choleskyOf(precision, p);
  if (lower === undefined) return undefined;
  const right = xy.map((value) => value / sigma ** 2);
  const mean = solveCholesky(lower, p, right);
  const deviation = [0, 1].map((j) => {
    const unit = new Float64Array(p);
    unit[j] = 1;
    return Math.sqrt(solveCholesky(lower, p, unit)[j]);
  });
  const explained = mean.reduce((sum, value, j) => sum + value * right[j], 0);
  return { mean, deviation, logLikelihood: -0.5 * (yy / sigma ** 2 - explained) - halfLogDeterminant(lower, p) };
}
