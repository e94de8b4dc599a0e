import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TrialPlan } from '../src/dossier/trial.ts';
import { analyseTrial } from '../src/nof1/analyse.ts';
import { seriesFit } from '../src/nof1/series.ts';
import { simulateRates } from '../src/nof1/simulate.ts';
import type { Case, Conformance } from './method.ts';

interface Expected {
  p: number;
  schedules: number;
  difference: number;
  posterior: Record<'effect' | 'deviation' | 'low' | 'high' | 'benefit' | 'autocorrelation' | 'spread', number>;
  pairedT?: { effect: number; p: number };
  mixed?: { effect: number; standardError: number };
}
interface Set {
  name: string;
  schedule: string[];
  daily: (number | null)[][];
  expected: Expected;
}

const common = { title: 'case', treatment: 'b', comparison: 'a', measure: 'value', seed: '1' };

function readingOf(one: Set) {
  const plan = TrialPlan.parse({ ...common, ...one });
  return analyseTrial(
    plan,
    one.schedule,
    one.daily.map((line) => line.map((value) => value ?? undefined)),
  );
}

const sets = (): Set[] =>
  (JSON.parse(readFileSync(join(import.meta.dirname, 'nof1-cases.json'), 'utf8')) as { cases: Set[] }).cases;

const relative = (name: string, got: number, wanted: number, tolerance: number, scale = Math.abs(wanted)): Case => ({
  name,
  error: Math.abs(got - wanted) / scale,
  tolerance,
  note: `${got} against ${wanted}`,
});

const posterior: Conformance = {
  id: 'nof1-posterior',
  method: 'single-patient trials: posterior of effect, interval, probability of benefit, spread on ten data sets',
  oracle: 'Gibbs and Metropolis sampling with dense covariances, numpy (conformance/nof1-oracle.py)',
  errorIs: 'relative (ends of intervals to their width)',
  needs: [],
  async run() {
    return sets().flatMap((one) => {
      const { effect, probability, model } = readingOf(one);
      const wanted = one.expected.posterior;
      const width = wanted.high - wanted.low;
      return [
        relative(`${one.name} effect`, effect!.value, wanted.effect, 0.02),
        relative(`${one.name} deviation`, effect!.deviation, wanted.deviation, 0.02),
        relative(`${one.name} low`, effect!.low, wanted.low, 0.02, width),
        relative(`${one.name} high`, effect!.high, wanted.high, 0.02, width),
        relative(`${one.name} benefit`, probability!.benefit, wanted.benefit, 0.02, 1),
        relative(`${one.name} autocorrelation`, model!.autocorrelation, wanted.autocorrelation, 0.02, 1),
        relative(`${one.name} spread`, model!.spread, wanted.spread, 0.02),
      ];
    });
  },
};

const exact: Conformance = {
  id: 'nof1-exact',
  method: 'single-patient trials: exact p by enumeration, paired t, mixed model by REML',
  oracle: 'itertools, scipy ttest_1samp, statsmodels MixedLM (conformance/nof1-oracle.py)',
  errorIs: 'relative',
  needs: [],
  async run() {
    return sets().flatMap((one) => {
      const { randomisation, pairedT, mixedModel } = readingOf(one);
      const { p, schedules, difference, pairedT: t, mixed } = one.expected;
      return [
        relative(`${one.name} p`, randomisation!.p, p, 1e-7),
        relative(`${one.name} schedules`, randomisation!.schedules, schedules, 0),
        relative(`${one.name} difference`, randomisation!.statistic, difference, 1e-6),
        ...(t
          ? [
              relative(`${one.name} paired t`, pairedT!.effect, t.effect, 1e-6),
              relative(`${one.name} p of t`, pairedT!.p, t.p, 1e-6),
            ]
          : []),
        ...(mixed
          ? [
              relative(`${one.name} mixed model`, mixedModel!.effect, mixed.effect, 1e-3),
              relative(`${one.name} its error`, mixedModel!.standardError, mixed.standardError, 1e-3),
            ]
          : []),
      ];
    });
  },
};

interface Series {
  effects: number[];
  errors: number[];
  people: { effect: number; low: number; high: number }[];
  group: { effect: number; low: number; high: number };
  between: number;
  next: { low: number; high: number };
}

const series: Conformance = {
  id: 'nof1-series',
  method: 'series of single-patient trials: people drawn towards their group',
  oracle: 'eight schools (Rubin 1981): a million draws, numpy (conformance/nof1-oracle.py)',
  errorIs: 'relative to the width of the 95 % interval',
  needs: [],
  async run() {
    const text = readFileSync(join(import.meta.dirname, 'nof1-cases.json'), 'utf8');
    const wanted = (JSON.parse(text) as { series: Series }).series;
    const { effects, errors } = wanted;
    const fit = seriesFit(
      effects.map((effect, index) => ({ id: String(index), effect, standardError: errors[index] })),
    )!;
    const three = (name: string, got: Series['group'], known: Series['group']) =>
      (['effect', 'low', 'high'] as const).map((what) =>
        relative(`${name} ${what}`, got[what], known[what], 0.02, known.high - known.low),
      );
    return [
      ...fit.people.flatMap((one, index) => three(`school ${index + 1}`, one, wanted.people[index])),
      ...three('group', fit.group, wanted.group),
      relative('between people', fit.between.mean, wanted.between, 0.02),
      ...(['low', 'high'] as const).map((what) =>
        relative(`next ${what}`, fit.next[what], wanted.next[what], 0.02, wanted.next.high - wanted.next.low),
      ),
    ];
  },
};

/** 200 trials here; docs/methods/nof1.md has the table of 1,000 a setting. Bands: 99 % binomial for 200. */
const simulated: Conformance = {
  id: 'nof1-rates',
  method:
    'single-patient trials: type I error of the randomisation test, coverage of the 95 % interval, AR(1) 0 and .3',
  oracle: 'simulation with known truth, 200 trials a setting, 99 % binomial bands',
  errorIs: 'share',
  needs: [],
  async run() {
    return [0, 0.3].flatMap((autocorrelation): Case[] => {
      const plan = TrialPlan.parse({ ...common, design: { type: 'pairs', cycles: 8, periodDays: 7 } });
      const truth = { effect: 0, deviation: 1.5, autocorrelation, carryOver: 0, missing: 0.1, trend: 0 };
      const { test, covered } = simulateRates(plan, truth, 200);
      const band = 2.576 * Math.sqrt((0.05 * 0.95) / 200);
      return [
        { name: `type I error, autocorrelation ${autocorrelation}`, error: Math.abs(test - 12 / 256), tolerance: band },
        { name: `coverage, autocorrelation ${autocorrelation}`, error: Math.abs(covered - 0.95), tolerance: band },
      ];
    });
  },
};

export default [posterior, exact, series, simulated];
