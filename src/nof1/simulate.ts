/** What a design can find: trials made up with known truth, by an explicit seed. */
import type { TrialPlan } from '../dossier/trial.ts';
import { bayesFit } from './bayes.ts';
import { mixtureBelow } from './normal.ts';
import { pairedT, periodMeans } from './periodModels.ts';
import { type Random, randomOf } from './random.ts';
import { type Daily, randomisationTest } from './randomisation.ts';
import { drawFrom, type Schedule } from './schedules.ts';

export interface Truth {
  /** Treatment minus comparison, in points. */
  effect: number;
  /** Standard deviation of one day around the person's level, and lag-1 autocorrelation of the days. */
  deviation: number;
  autocorrelation: number;
  /** Share of the effect of the day before that is still there: 0 none, .5 halved each day. */
  carryOver: number;
  /** Share of days without an answer. */
  missing: number;
  /** Points over the whole trial. */
  trend: number;
}

export interface Rates {
  runs: number;
  /** Share of trials in which the randomisation test gives p <= .05; with an effect this is the power. */
  test: number;
  /** Share in which the 95 % interval of the model leaves 0 out, and holds the truth. */
  interval: number;
  covered: number;
  pairedT: number;
}

/** Answers of one trial. Not rounded, not cut at the ends of the scale. */
export function simulateDaily(schedule: Schedule, truth: Truth, level: number, random: Random): Daily {
  return schedule.map((line) => {
    let [noise, given] = [0, 0];
    return [...line].map((letter, day) => {
      const fresh = random.normal();
      noise = day === 0 ? fresh : truth.autocorrelation * noise + Math.sqrt(1 - truth.autocorrelation ** 2) * fresh;
      const now = letter === 'B' ? 1 : 0;
      given = day === 0 ? now : now + truth.carryOver * (given - now);
      const isMissing = random.uniform() < truth.missing;
      const trend = truth.trend * (day / (line.length - 1) - 0.5);
      return isMissing ? undefined : level + truth.effect * given + trend + truth.deviation * noise;
    });
  });
}

/** Rates over `runs` trials, each with a schedule of its own. `progress` hears 0..1 and may throw to end it. */
export function simulateRates(plan: TrialPlan, truth: Truth, runs: number, progress?: (done: number) => void): Rates {
  const random = randomOf(`power ${plan.seed}`);
  const level = (plan.range[0] + plan.range[1]) / 2;
  const found = { test: 0, interval: 0, covered: 0, pairedT: 0 };
  for (let run = 0; run < runs; run++) {
    const schedule = drawFrom(plan.design, random);
    const daily = simulateDaily(schedule, truth, level, random);
    const test = randomisationTest({ ...plan, seed: `${plan.seed} ${run}` }, schedule, daily);
    if (test !== undefined && test.p <= 0.05 + 1e-12) found.test++;
    const fit = bayesFit(plan, schedule, daily);
    if (fit !== undefined) {
      const inside = (value: number) => Math.abs(mixtureBelow(fit.effect, value) - 0.5) <= 0.475;
      if (!inside(0)) found.interval++;
      if (inside(truth.effect)) found.covered++;
    }
    const paired = schedule.length === 1 ? pairedT(periodMeans(plan, schedule, daily)) : undefined;
    if (paired !== undefined && paired.p <= 0.05) found.pairedT++;
    progress?.((run + 1) / runs);
  }
  return {
    runs,
    test: found.test / runs,
    interval: found.interval / runs,
    covered: found.covered / runs,
    pairedT: found.pairedT / runs,
  };
}
