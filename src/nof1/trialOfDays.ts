/** From answers on days to one trial: by a frozen plan, or by what the table states. */
import { daysBetween } from '../dossier/dateTime.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { type FrozenTrial, TrialPlan } from '../dossier/trial.ts';
import type { DesignKnown } from './analyse.ts';
import { assumeDesign } from './assume.ts';
import type { Daily } from './randomisation.ts';
import { type Schedule, scheduleDays } from './schedules.ts';

export interface DayAnswer {
  /** Calendar day, or the number of the day from 1. */
  day: string | number;
  tier: string;
  value: number | undefined;
  /** What the row says was given. */
  letter: 'A' | 'B' | '-' | undefined;
  sideEffect: number | undefined;
  place: string;
}

export interface ReadTrial {
  plan: TrialPlan;
  schedule: Schedule;
  daily: Daily;
  sideEffects: (number | undefined)[];
  known: DesignKnown;
  firstDay?: string;
}

/** Answers placed on the days of a frozen trial. What does not belong is told with its place and left out. */
export function onFrozenDays(
  trial: Pick<FrozenTrial, 'plan' | 'schedule' | 'startDay' | 'stopped'>,
  answers: readonly DayAnswer[],
): { read: ReadTrial; issues: Issue[] } {
  const { plan, schedule, startDay, stopped } = trial;
  const issues: Issue[] = [];
  const days = scheduleDays(plan.design);
  const tiers = plan.design.type === 'baselines' ? plan.design.tiers : [''];
  const lastDay = stopped ? Math.min(days, daysBetween(startDay, stopped.day)) : days;
  const outside: string[] = [];
  const kept = answers.flatMap((one) => {
    const day = typeof one.day === 'number' ? one.day - 1 : daysBetween(startDay, one.day);
    const tier = plan.design.type === 'baselines' ? tiers.indexOf(one.tier) : 0;
    if (tier < 0) {
      issues.push(
        issue('error', 'tier-unknown', `The plan has no tier "${one.tier.slice(0, 40)}"; the answer is left out.`, {
          place: one.place,
          remedy: `Its tiers are ${tiers.join(', ')}.`,
        }),
      );
      return [];
    }
    if (day < 0 || day >= lastDay) {
      outside.push(one.place);
      return [];
    }
    const planned = schedule[tier][day];
    if (one.letter !== undefined && one.letter !== planned)
      issues.push(
        issue(
          'warning',
          'treatment-differs',
          `The plan drew ${planned} for this day and the row says ${one.letter}; it is read as drawn.`,
          { place: one.place, remedy: 'Ask what was taken; a trial is read as it was drawn, not as it was lived.' },
        ),
      );
    return [{ ...one, at: day, tierIndex: tier }];
  });
  if (outside.length > 0)
    issues.push(
      issue(
        'info',
        'outside-trial',
        `${outside.length} answers are of days before the trial or after its end; they are left out.`,
        {
          place: outside[0],
          remedy: 'Check the first day of the plan.',
        },
      ),
    );
  const daily = tiers.map((_, tier) =>
    meansOfDays(
      kept.filter((one) => one.tierIndex === tier),
      days,
      plan.range,
      issues,
    ),
  );
  return {
    read: { plan, schedule, daily, sideEffects: worstOfDays(kept, days), known: 'planned', firstDay: startDay },
    issues,
  };
}

export interface TableChoice
  extends Pick<TrialPlan, 'better' | 'alternative' | 'lagDays' | 'carryOverHalfLifeDays' | 'seed'> {
  range?: [number, number] | undefined;
  worthwhile?: number | undefined;
}

const mostDays = 1000;

/** A table that states treatments itself. `refused` with what is wrong where it is no trial. */
export function fromTable(answers: readonly DayAnswer[], choice: TableChoice): { read?: ReadTrial; issues: Issue[] } {
  const issues: Issue[] = [];
  const refuse = (code: string, message: string, remedy: string) => {
    issues.push(issue('error', code, message, { ...(answers[0] ? { place: answers[0].place } : {}), remedy }));
    return { issues };
  };
  if (new Set(answers.map(({ tier }) => tier)).size > 1)
    return refuse(
      'plan-needed',
      'Several tiers can be read with the plan of the trial alone.',
      'Hand it over with --plan.',
    );
  const kinds = new Set(answers.map(({ day }) => typeof day));
  if (kinds.size > 1)
    return refuse(
      'days-mixed',
      'Some rows name a calendar day and some the number of a day.',
      'Write all days one way.',
    );
  const first = answers.map(({ day }) => day).reduce((a, b) => (a < b ? a : b), answers[0]?.day ?? 1);
  const at = ({ day }: DayAnswer) =>
    typeof day === 'number' ? day - (first as number) : daysBetween(first as string, day);
  const days = answers.reduce((most, one) => Math.max(most, at(one) + 1), 0);
  if (days > mostDays)
    return refuse(
      'trial-too-long',
      `The rows span ${days} days; at most ${mostDays} are read as one trial.`,
      'Check the dates.',
    );
  const letters = Array.from({ length: days }, (): 'A' | 'B' | undefined => undefined);
  for (const one of answers) {
    const [day, { letter }] = [at(one), one];
    if (letter === '-' || letter === undefined) continue;
    if (letters[day] !== undefined && letters[day] !== letter)
      return refuse(
        'treatment-contradicts',
        `One day states both treatments (${one.place}).`,
        'State one treatment a day.',
      );
    letters[day] = letter;
  }
  const assumed = assumeDesign(letters);
  if (assumed === undefined)
    return refuse(
      'one-treatment',
      'The rows state one treatment only, or none that is known.',
      'A trial needs days under both: A or 0 for the comparison, B or 1 for the treatment, or --treatment LABEL.',
    );
  const unstated = answers.filter((one) => one.value !== undefined && letters[at(one)] === undefined);
  for (const one of unstated.slice(0, 20).filter(({ letter }) => letter === undefined))
    issues.push(
      issue('warning', 'treatment-missing', 'An answer on a day without a stated treatment; it is left out.', {
        place: one.place,
        remedy: 'State the treatment of the day.',
      }),
    );
  const counted = answers.filter((one) => letters[at(one)] !== undefined).map((one) => ({ ...one, at: at(one) }));
  const length = assumed.schedule[0].length;
  const range = choice.range ?? rangeOf(counted, issues);
  const parsed = TrialPlan.safeParse({
    title: 'Trial of a table',
    treatment: 'B',
    comparison: 'A',
    measure: 'value',
    ...choice,
    design: assumed.design,
    range,
  });
  if (!parsed.success) {
    const short = parsed.error.issues.some(({ code }) => code === 'too_small');
    return refuse(
      short ? 'trial-too-short' : 'trial-too-long',
      `${length} days with these changes of treatment are too ${short ? 'few' : 'many'} to be read as one trial.`,
      short
        ? 'A trial needs at least three days under each treatment, and several changes between them to say much.'
        : 'Leave the days of one trial in the table: at most 400, 60 in one period.',
    );
  }
  const plan = parsed.data;
  const daily = [meansOfDays(counted, length, range, issues)];
  const firstDay = typeof first === 'string' ? { firstDay: first } : {};
  return {
    read: {
      plan,
      schedule: assumed.schedule,
      daily,
      sideEffects: worstOfDays(counted, length),
      known: assumed.known,
      ...firstDay,
    },
    issues,
  };
}

/** 0 to 10 where all answers lie within; otherwise from the lowest to the highest, which is told. */
function rangeOf(answers: readonly DayAnswer[], issues: Issue[]): [number, number] {
  const values = answers.flatMap(({ value }) => value ?? []);
  const [low, high] = values.reduce(([a, b], one) => [Math.min(a, one), Math.max(b, one)], [0, 10]);
  if (low >= 0 && high <= 10) return [0, 10];
  issues.push(
    issue('warning', 'range-assumed', `Answers lie beyond 0 to 10; the scale is taken to go from ${low} to ${high}.`, {
      remedy: 'State it with --range LOW,HIGH: the weak priors hang on it.',
    }),
  );
  return [low, high];
}

/** One number a day: the mean of its answers. Answers outside the scale are refused with their place. */
function meansOfDays(
  answers: readonly (DayAnswer & { at: number })[],
  days: number,
  [low, high]: readonly [number, number],
  issues: Issue[],
): (number | undefined)[] {
  const fitting = answers.filter(({ value, place }) => {
    if (value === undefined) return false;
    if (value >= low && value <= high) return true;
    issues.push(
      issue(
        'error',
        'value-out-of-range',
        `${value} is outside the scale from ${low} to ${high}; it counts as not given.`,
        { place, remedy: 'Correct the row, or state the range.' },
      ),
    );
    return false;
  });
  const byDay = Map.groupBy(fitting, ({ at }) => at);
  const several = [...byDay.values()].filter((given) => given.length > 1);
  if (several.length > 0)
    issues.push(
      issue('info', 'days-averaged', `${several.length} days have several answers; their mean counts.`, {
        place: several[0][1].place,
        remedy: 'Nothing is to be done where the day was asked several times.',
      }),
    );
  return Array.from({ length: days }, (_, day) => {
    const given = byDay.get(day);
    return given === undefined ? undefined : given.reduce((sum, { value }) => sum + value!, 0) / given.length;
  });
}

function worstOfDays(answers: readonly (DayAnswer & { at: number })[], days: number): (number | undefined)[] {
  const worst: (number | undefined)[] = Array.from({ length: days }, () => undefined);
  for (const { at, sideEffect } of answers)
    if (sideEffect !== undefined) worst[at] = Math.max(worst[at] ?? sideEffect, sideEffect);
  return worst;
}

/** The day (from 0) on which the side effect had been at its limit for long enough in a row; undefined: never. */
export function stopDay(plan: TrialPlan, sideEffects: readonly (number | undefined)[]): number | undefined {
  if (plan.sideEffect === undefined) return undefined;
  const { stopAt, days } = plan.sideEffect;
  let inRow = 0;
  for (let day = 0; day < sideEffects.length; day++) {
    const value = sideEffects[day];
    // A day without an answer neither ends a row nor adds to it.
    if (value === undefined) continue;
    inRow = value >= stopAt ? inRow + 1 : 0;
    if (inRow >= days) return day;
  }
  return undefined;
}
