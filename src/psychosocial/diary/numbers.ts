/** What a series of answers says of one person: level, variability, inertia, hours. Pure arithmetic. */
import { daysOf, deviationOf, lagOne, meanOf, trendOf } from '../series.ts';

export interface Answered {
  at: string;
  day: string;
  minutes?: number | undefined;
  value: number;
}

export interface SeriesNumbers {
  answers: number;
  days: number;
  /** Mean of the daily means with a 95 % interval that allows for the likeness of neighbouring days. */
  level: { mean: number; low: number; high: number };
  /** Standard deviation of all answers; of the daily means; of answers around the mean of their day (pooled). */
  spread: { all: number; betweenDays: number; withinDays?: number };
  /** Root mean square of successive differences; and over what: answers of one day, or neighbouring days. */
  instability?: { value: number; pairs: number; over: 'within days' | 'between days' };
  /** Lag-1 autocorrelation after the trend is taken out, over the same pairs. */
  inertia?: { value: number; pairs: number; over: 'within days' | 'between days' };
}

/** Undefined below five days: too little for any of it. */
export function numbersOfSeries(answers: readonly Answered[]): SeriesNumbers | undefined {
  const days = daysOf(answers);
  if (days.length < 5) return undefined;
  const means = days.map(({ mean }) => mean);
  const mean = meanOf(means);
  const betweenDays = deviationOf(means)!;
  const trend = trendOf(days.map((day) => ({ ms: msOf(day.day), value: day.mean })));
  const likeness = Math.max(0, lagOne(means));
  const half = 1.959964 * betweenDays * Math.sqrt((1 + likeness) / (1 - likeness) / means.length);
  const within = withinDays(answers);
  const slope = (trend?.slopePerWeek ?? 0) / (7 * 86_400_000);
  const pairs = pairsOf(answers);
  const flat = (one: Answered) => one.value - slope * msOf(one.day);
  const instability = pairs.of.length >= 5 && {
    value: Math.sqrt(meanOf(pairs.of.map(([a, b]) => (b.value - a.value) ** 2))),
    pairs: pairs.of.length,
    over: pairs.over,
  };
  const inertia = pairs.of.length >= 10 && correlation(pairs.of.map(([a, b]) => [flat(a), flat(b)]));
  return {
    answers: answers.length,
    days: days.length,
    level: { mean, low: mean - half, high: mean + half },
    spread: {
      all: deviationOf(answers.map(({ value }) => value))!,
      betweenDays,
      ...(within === undefined ? {} : { withinDays: within }),
    },
    ...(instability ? { instability } : {}),
    ...(typeof inertia === 'number' ? { inertia: { value: inertia, pairs: pairs.of.length, over: pairs.over } } : {}),
  };
}

export function msOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** Answers that follow each other on one day; where days have one answer each, neighbouring days. */
function pairsOf(answers: readonly Answered[]): { of: [Answered, Answered][]; over: 'within days' | 'between days' } {
  const next = answers.slice(1).map((one, index): [Answered, Answered] => [answers[index]!, one]);
  const sameDay = next.filter(([a, b]) => a.day === b.day && a.at !== b.at);
  if (sameDay.length >= 5) return { of: sameDay, over: 'within days' };
  return { of: next.filter(([a, b]) => msOf(b.day) - msOf(a.day) === 86_400_000), over: 'between days' };
}

function withinDays(answers: readonly Answered[]): number | undefined {
  let squares = 0;
  let freedom = 0;
  for (const given of Map.groupBy(answers, ({ day }) => day).values()) {
    const mean = meanOf(given.map(({ value }) => value));
    squares += given.reduce((sum, { value }) => sum + (value - mean) ** 2, 0);
    freedom += given.length - 1;
  }
  return freedom < 5 ? undefined : Math.sqrt(squares / freedom);
}

/** Pearson's correlation; undefined where one of the two does not vary. */
export function correlation(pairs: readonly (readonly [number, number])[]): number | undefined {
  const [meanA, meanB] = [meanOf(pairs.map(([a]) => a)), meanOf(pairs.map(([, b]) => b))];
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (const [a, b] of pairs) {
    both += (a - meanA) * (b - meanB);
    squaresA += (a - meanA) ** 2;
    squaresB += (b - meanB) ** 2;
  }
  // What is left is rounding.
  if (squaresA < 1e-12 * pairs.length || squaresB < 1e-12 * pairs.length) return undefined;
  return both / Math.sqrt(squaresA * squaresB);
}

/** The four quarters of a day on the clock of the person. */
export const hours = [
  { name: 'night', from: 0, to: 6 },
  { name: 'morning', from: 6, to: 12 },
  { name: 'afternoon', from: 12, to: 18 },
  { name: 'evening', from: 18, to: 24 },
] as const;

export interface PartOfDay {
  name: (typeof hours)[number]['name'];
  answers: number;
  mean: number;
}

/** Mean of each quarter of the day that has three answers at least. Answers without a time of day are in none. */
export function partsOfDay(answers: readonly Answered[]): PartOfDay[] {
  return hours.flatMap(({ name, from, to }) => {
    const own = answers.filter(({ minutes }) => minutes !== undefined && minutes >= from * 60 && minutes < to * 60);
    return own.length < 3 ? [] : [{ name, answers: own.length, mean: meanOf(own.map(({ value }) => value)) }];
  });
}
