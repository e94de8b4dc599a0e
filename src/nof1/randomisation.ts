import type { TrialPlan } from '../dossier/trial.ts';
import { conditionsOf } from './conditions.ts';
import { randomOf } from './random.ts';
import { allSchedules, countSchedules, drawFrom, type Schedule } from './schedules.ts';

/** One number a day and tier; undefined where nobody answered. */
export type Daily = readonly (readonly (number | undefined)[])[];

export interface RandomisationTest {
  /** Mean under treatment minus mean under comparison, days of the lag left out. */
  statistic: number;
  p: number;
  /** The smallest p that the design can give. */
  minimumP: number;
  /** Schedules that the design admits, and that were looked at. */
  schedules: number;
  looked: number;
  exact: boolean;
  /** For an inexact p: its standard error. */
  standardError?: number;
}

/** Schedules times days that are enumerated; beyond, schedules are drawn. */
const mostWork = 30_000_000;
const draws = 9_999;
const sameWithin = 1e-9;

export type TestPlan = Pick<TrialPlan, 'design' | 'lagDays' | 'alternative' | 'better' | 'seed'>;

/**
 * How many of the schedules that could have been drawn give a difference as large as the one seen, the answers being what
 * they are (Edgington and Onghena 2007; Onghena 1992, doi 10.1037/h0085196). Valid whatever the autocorrelation. A
 * schedule that leaves a side without an answer counts as large: p is then too large, never too small. Undefined where
 * that holds for the schedule itself.
 */
export function randomisationTest(plan: TestPlan, schedule: Schedule, daily: Daily): RandomisationTest | undefined {
  const { design, lagDays, alternative } = plan;
  const statistic = differenceOf(conditionsOf(design, schedule, lagDays), daily);
  if (statistic === undefined) return undefined;
  const sign = plan.better === 'lower' ? -1 : 1;
  const size = (value: number) => (alternative === 'two-sided' ? Math.abs(value) : sign * value);
  const tolerance = sameWithin * Math.max(1, Math.abs(statistic));
  const isLarge = (one: Schedule) => {
    const other = differenceOf(conditionsOf(design, one, lagDays), daily);
    return other === undefined || size(other) >= size(statistic) - tolerance;
  };
  const schedules = countSchedules(design);
  const days = daily.reduce((sum, line) => sum + line.length, 0);
  if (schedules * days <= mostWork) {
    let large = 0;
    for (const one of allSchedules(design)) if (isLarge(one)) large++;
    return { statistic, p: large / schedules, minimumP: minimumP(plan), schedules, looked: schedules, exact: true };
  }
  const random = randomOf(`test ${plan.seed}`);
  let large = 1;
  for (let i = 0; i < draws; i++) if (isLarge(drawFrom(design, random))) large++;
  const p = large / (draws + 1);
  return {
    statistic,
    p,
    minimumP: 1 / (draws + 1),
    schedules,
    looked: draws,
    exact: false,
    standardError: Math.sqrt((p * (1 - p)) / draws),
  };
}

/** The smallest p that a design can give: one schedule in all; two where each has a mirror image and both sides count. */
export function minimumP({ design, alternative }: Pick<TestPlan, 'design' | 'alternative'>): number {
  return (design.type === 'pairs' && alternative === 'two-sided' ? 2 : 1) / countSchedules(design);
}

/** Mean of the tiers' differences; undefined where a tier has no answer on one side. */
export function differenceOf(conditions: readonly Int8Array[], daily: Daily): number | undefined {
  let total = 0;
  for (let tier = 0; tier < daily.length; tier++) {
    const [line, labels] = [daily[tier], conditions[tier]];
    let [sumA, sumB, countA, countB] = [0, 0, 0, 0];
    for (let day = 0; day < line.length; day++) {
      const value = line[day];
      if (value === undefined) continue;
      if (labels[day] === 1) {
        sumB += value;
        countB++;
      } else if (labels[day] === 0) {
        sumA += value;
        countA++;
      }
    }
    if (countA === 0 || countB === 0) return undefined;
    total += sumB / countB - sumA / countA;
  }
  return total / daily.length;
}
