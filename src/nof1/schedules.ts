/** The schedules that a design admits: how many, all of them, one drawn. One line of letters a tier. */
import { IdiographError } from '../dossier/errors.ts';
import type { TrialDesign } from '../dossier/trial.ts';
import { type Random, randomOf } from './random.ts';

export type Schedule = readonly string[];

export function scheduleDays(design: TrialDesign): number {
  return design.type === 'pairs'
    ? 2 * design.cycles * (design.periodDays + design.washoutDays) - design.washoutDays
    : design.days;
}

/** Throws `usage` with what does not fit together. */
export function checkDesign(design: TrialDesign): void {
  const wrong = (message: string) => {
    throw new IdiographError('usage', message, { remedy: 'Give the trial more days, or its phases fewer.' });
  };
  if (design.type === 'pairs' && design.cycles < 3) wrong('a trial of pairs needs three cycles at least');
  if (design.type === 'phases' && design.order.length * design.minimumDays > design.days)
    wrong(`${design.order.length} phases of at least ${design.minimumDays} days do not fit into ${design.days} days`);
  if (design.type === 'baselines') {
    const last = design.firstStart + design.tiers.length * design.windowDays - 1;
    if (last + 3 > design.days)
      wrong(
        `the last start may fall on day ${last + 1} of ${design.days}: at least 3 days of treatment must follow it`,
      );
    if (new Set(design.tiers).size < design.tiers.length) wrong('two tiers have one name');
  }
}

/** Number of equally likely schedules. */
export function countSchedules(design: TrialDesign): number {
  switch (design.type) {
    case 'pairs':
      return 2 ** design.cycles;
    case 'phases':
      return choose(slackOf(design) + design.order.length - 1, design.order.length - 1);
    case 'baselines':
      return factorial(design.tiers.length) * design.windowDays ** design.tiers.length;
  }
}

/** All of them, in one fixed order. */
export function* allSchedules(design: TrialDesign): Generator<Schedule> {
  switch (design.type) {
    case 'pairs':
      for (let bits = 0; bits < 2 ** design.cycles; bits++) yield pairs(design, (cycle) => (bits & (2 ** cycle)) !== 0);
      return;
    case 'phases':
      for (const lengths of compositions(slackOf(design), design.order.length)) yield phases(design, lengths);
      return;
    case 'baselines': {
      const { length } = design.tiers;
      for (const order of permutations(length))
        for (let code = 0; code < design.windowDays ** length; code++)
          yield baselines(design, order, (tier) => Math.floor(code / design.windowDays ** tier) % design.windowDays);
    }
  }
}

/** One of them by the seed of the plan, each as likely as any other. */
export function drawSchedule(design: TrialDesign, seed: string): Schedule {
  checkDesign(design);
  return drawFrom(design, randomOf(`schedule ${seed}`));
}

export function drawFrom(design: TrialDesign, random: Random): Schedule {
  switch (design.type) {
    case 'pairs': {
      const first = Array.from({ length: design.cycles }, () => random.uniform() < 0.5);
      return pairs(design, (cycle) => first[cycle]);
    }
    case 'phases': {
      const parts = design.order.length;
      const bars = chooseSome(slackOf(design) + parts - 1, parts - 1, random);
      return phases(design, lengthsBetween(bars, slackOf(design) + parts - 1));
    }
    case 'baselines': {
      const order = shuffled(design.tiers.length, random);
      const offsets = order.map(() => random.below(design.windowDays));
      return baselines(design, order, (tier) => offsets[tier]);
    }
  }
}

/** Whether a schedule is one that the design could have drawn. */
export function isAdmissible(design: TrialDesign, schedule: Schedule): boolean {
  switch (design.type) {
    case 'pairs': {
      const [line] = schedule;
      const step = design.periodDays + design.washoutDays;
      const treatmentFirst = Array.from({ length: design.cycles }, (_, cycle) => line[2 * cycle * step] === 'B');
      return schedule.length === 1 && pairs(design, (cycle) => treatmentFirst[cycle])[0] === line;
    }
    case 'phases': {
      const runs = runsOf(schedule[0]);
      return (
        schedule.length === 1 &&
        schedule[0].length === design.days &&
        runs.map(({ letter }) => letter).join('') === design.order &&
        runs.every(({ days }) => days >= design.minimumDays)
      );
    }
    case 'baselines': {
      const windows = schedule.map((line) => Math.floor((line.indexOf('B') - design.firstStart) / design.windowDays));
      return (
        schedule.length === design.tiers.length &&
        schedule.every((line) => line.length === design.days && /^A+B+$/.test(line)) &&
        windows.toSorted((a, b) => a - b).every((window, index) => window === index)
      );
    }
  }
}

/** Runs of one letter: `AAB` is A for 2 days, B for 1. */
export function runsOf(line: string): { letter: string; from: number; days: number }[] {
  const runs: { letter: string; from: number; days: number }[] = [];
  [...line].forEach((letter, day) => {
    const last = runs.at(-1);
    if (last?.letter === letter) last.days++;
    else runs.push({ letter, from: day, days: 1 });
  });
  return runs;
}

/** The periods of one tier in time: what is given, from which day, for how long. Two of the same may follow each other. */
export function periodsOf(
  design: TrialDesign,
  line: string,
): { letter: string; from: number; days: number; cycle: number }[] {
  if (design.type !== 'pairs') return runsOf(line).map((run, index) => ({ ...run, cycle: Math.floor(index / 2) }));
  const step = design.periodDays + design.washoutDays;
  return Array.from({ length: 2 * design.cycles }, (_, period) => ({
    letter: line[period * step],
    from: period * step,
    days: design.periodDays,
    cycle: Math.floor(period / 2),
  }));
}

type Of<T extends TrialDesign['type']> = Extract<TrialDesign, { type: T }>;

function pairs({ cycles, periodDays, washoutDays }: Of<'pairs'>, treatmentFirst: (cycle: number) => boolean): Schedule {
  const periods = Array.from({ length: cycles }, (_, cycle) =>
    treatmentFirst(cycle) ? ['B', 'A'] : ['A', 'B'],
  ).flat();
  return [periods.map((letter) => letter.repeat(periodDays)).join('-'.repeat(washoutDays))];
}

function slackOf({ days, order, minimumDays }: Of<'phases'>): number {
  return days - order.length * minimumDays;
}

function phases({ order, minimumDays }: Of<'phases'>, extra: readonly number[]): Schedule {
  return [[...order].map((letter, phase) => letter.repeat(minimumDays + extra[phase])).join('')];
}

/** `order[tier]`: the window of the tier. */
function baselines(design: Of<'baselines'>, order: readonly number[], offset: (tier: number) => number): Schedule {
  return design.tiers.map((_, tier) => {
    const start = design.firstStart + order[tier] * design.windowDays + offset(tier);
    return 'A'.repeat(start) + 'B'.repeat(design.days - start);
  });
}

/** All ways to share `total` among `parts`. */
function* compositions(total: number, parts: number): Generator<number[]> {
  if (parts === 1) {
    yield [total];
    return;
  }
  for (let first = 0; first <= total; first++)
    for (const rest of compositions(total - first, parts - 1)) yield [first, ...rest];
}

function lengthsBetween(bars: readonly number[], places: number): number[] {
  const edges = [-1, ...bars, places];
  return edges.slice(1).map((edge, index) => edge - edges[index] - 1);
}

function* permutations(length: number): Generator<number[]> {
  if (length === 0) {
    yield [];
    return;
  }
  for (const rest of permutations(length - 1))
    for (let at = 0; at <= rest.length; at++) yield [...rest.slice(0, at), length - 1, ...rest.slice(at)];
}

function shuffled(length: number, random: Random): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let at = length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

/** `count` different places of `places`, in order. */
function chooseSome(places: number, count: number, random: Random): number[] {
  return shuffled(places, random)
    .slice(0, count)
    .sort((a, b) => a - b);
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return Math.round(ways);
}
