import { expect, it } from 'vitest';
import { TrialPlan } from '../dossier/trial.ts';
import { analyseTrial } from './analyse.ts';
import { randomOf } from './random.ts';
import { drawFrom } from './schedules.ts';
import { simulateDaily } from './simulate.ts';

const plan = TrialPlan.parse({
  title: 'breathing',
  treatment: 'breathing',
  comparison: 'usual',
  measure: 'pain',
  seed: '5',
  design: { type: 'baselines', tiers: ['a', 'b', 'c'], days: 42, firstStart: 10, windowDays: 5 },
});
const quiet = { effect: 3, deviation: 0.4, autocorrelation: 0, carryOver: 0, missing: 0, trend: 0 };
const codes = (truth: typeof quiet) => {
  const random = randomOf('carried');
  const schedule = drawFrom(plan.design, random);
  const { issues } = analyseTrial(plan, schedule, simulateDaily(schedule, truth, 5, random));
  return issues.map(({ code }) => code);
};

it('says of multiple baselines that a strong carry-over makes their interval too narrow', () => {
  expect(codes({ ...quiet, carryOver: 0.5 })).toEqual(['carry-over-strong']);
  expect(codes(quiet)).toEqual([]);
  // Without an effect nothing is carried over.
  expect(codes({ ...quiet, effect: 0, carryOver: 0.5 })).toEqual([]);
});
