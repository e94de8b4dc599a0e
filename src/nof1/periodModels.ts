/** The two frequentist readings of period means, side by side. */
import type { TrialPlan } from '../dossier/trial.ts';
import { conditionsOf } from './conditions.ts';
import { choleskyOf, halfLogDeterminant, solveCholesky } from './linear.ts';
import { tCritical, tTwoSided } from './normal.ts';
import type { Daily } from './randomisation.ts';
import { periodsOf, type Schedule } from './schedules.ts';

export interface Estimate {
  effect: number;
  standardError: number;
  degrees: number;
  p: number;
  low: number;
  high: number;
}

export interface PeriodMean {
  cycle: number;
  treatment: boolean;
  /** Middle of the period, in days from the first. */
  day: number;
  mean: number;
  answers: number;
}

export function periodMeans(
  plan: Pick<TrialPlan, 'design' | 'lagDays'>,
  schedule: Schedule,
  daily: Daily,
  tier = 0,
): PeriodMean[] {
  const [conditions] = [conditionsOf(plan.design, schedule, plan.lagDays)[tier]];
  return periodsOf(plan.design, schedule[tier]).flatMap(({ letter, from, days, cycle }) => {
    const values = Array.from({ length: days }, (_, index) => from + index).flatMap((day) =>
      conditions[day] >= 0 && daily[tier][day] !== undefined ? [daily[tier][day]!] : [],
    );
    if (values.length === 0) return [];
    const mean = values.reduce((a, b) => a + b) / values.length;
    return [{ cycle, treatment: letter === 'B', day: from + (days - 1) / 2, mean, answers: values.length }];
  });
}

/** Student's t of the differences within cycles. Undefined below two whole cycles, or where they do not differ at all. */
export function pairedT(means: readonly PeriodMean[]): Estimate | undefined {
  const differences = wholeCycles(means).map((cycle) => meanOf(cycle, true) - meanOf(cycle, false));
  const n = differences.length;
  if (n < 2) return undefined;
  const effect = differences.reduce((a, b) => a + b) / n;
  const variance = differences.reduce((sum, one) => sum + (one - effect) ** 2, 0) / (n - 1);
  return estimateOf(effect, Math.sqrt(variance / n), n - 1);
}

/**
 * Period means by treatment and linear trend, cycles as random levels, by restricted maximum likelihood over the ratio of
 * the two variances; degrees of freedom by containment (periods - cycles - 2). Undefined below one degree of freedom.
 */
export function mixedModel(means: readonly PeriodMean[]): Estimate | undefined {
  const cycles = wholeCycles(means);
  const rows = cycles.flat();
  const degrees = rows.length - cycles.length - 2;
  if (cycles.length < 3 || degrees < 1) return undefined;
  const days = rows.map(({ day }) => day);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const at = (ratio: number) => remlOf(cycles, ratio, (day) => (day - first) / (last - first) - 0.5);
  // The likelihood of one ratio has one top: golden section over its logarithm, held against no variance between cycles.
  let [low, high] = [-12, 12];
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < 80; i++) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (at(Math.exp(a)).logLikelihood > at(Math.exp(b)).logLikelihood) high = b;
    else low = a;
  }
  const [inside, none] = [at(Math.exp((low + high) / 2)), at(0)];
  const best = none.logLikelihood >= inside.logLikelihood ? none : inside;
  return estimateOf(best.effect, best.standardError, degrees);
}

function remlOf(cycles: readonly PeriodMean[][], ratio: number, time: (day: number) => number) {
  const p = 3;
  const [xx, xy] = [new Float64Array(p * p), new Float64Array(p)];
  let [yy, logDeterminant, n] = [0, 0, 0];
  for (const cycle of cycles) {
    // Inverse of I + ratio 11': I - shrink 11'.
    const shrink = ratio / (1 + cycle.length * ratio);
    const x = cycle.map(({ treatment, day }) => [1, Number(treatment), time(day)]);
    const y = cycle.map(({ mean }) => mean);
    const sumX = [0, 1, 2].map((j) => x.reduce((sum, row) => sum + row[j], 0));
    const sumY = y.reduce((a, b) => a + b);
    for (let j = 0; j < p; j++) {
      xy[j] += x.reduce((sum, row, i) => sum + row[j] * y[i], 0) - shrink * sumX[j] * sumY;
      for (let k = 0; k < p; k++)
        xx[j * p + k] += x.reduce((sum, row) => sum + row[j] * row[k], 0) - shrink * sumX[j] * sumX[k];
    }
    yy += y.reduce((sum, value) => sum + value * value, 0) - shrink * sumY * sumY;
    logDeterminant += Math.log(1 + cycle.length * ratio);
    n += cycle.length;
  }
  const lower = choleskyOf(xx, p);
  if (lower === undefined) return { logLikelihood: -Infinity, effect: Number.NaN, standardError: Number.NaN };
  const beta = solveCholesky(lower, p, xy);
  const squares = Math.max(yy - beta.reduce((sum, value, j) => sum + value * xy[j], 0), 1e-300);
  const variance = squares / (n - p);
  return {
    logLikelihood: -0.5 * ((n - p) * Math.log(variance) + logDeterminant) - halfLogDeterminant(lower, p),
    effect: beta[1],
    standardError: Math.sqrt(variance * solveCholesky(lower, p, [0, 1, 0])[1]),
  };
}

function estimateOf(effect: number, standardError: number, degrees: number): Estimate | undefined {
  // What is left is rounding: no spread, no test.
  if (!(standardError > 1e-12 * Math.max(1, Math.abs(effect)))) return undefined;
  const half = tCritical(degrees) * standardError;
  const p = tTwoSided(effect / standardError, degrees);
  return { effect, standardError, degrees, p, low: effect - half, high: effect + half };
}

/** Cycles that have both sides, in order. */
function wholeCycles(means: readonly PeriodMean[]): PeriodMean[][] {
  return [...Map.groupBy(means, ({ cycle }) => cycle).values()].filter(
    (cycle) => new Set(cycle.map(({ treatment }) => treatment)).size === 2,
  );
}

function meanOf(cycle: readonly PeriodMean[], treatment: boolean): number {
  const values = cycle.filter((one) => one.treatment === treatment).map(({ mean }) => mean);
  return values.reduce((a, b) => a + b) / values.length;
}
