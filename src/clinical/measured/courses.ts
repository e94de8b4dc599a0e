import type { FindingDraft, Value } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { orList, quantityForReader } from '../../dossier/words.ts';
import type { Analyte } from './analytes.ts';
import { type Reading, timeOf } from './readings.ts';

/** What was measured of one analyte at one time, by however many records. */
export interface Point {
  /** Undefined where no record says when. */
  time?: string;
  readings: Reading[];
}

/** All points of one analyte, the oldest first, undated ones last. */
export interface Course {
  analyte: Analyte;
  points: Point[];
}

/** Readings by analyte and time. */
export function coursesOf(readings: readonly Reading[]): Course[] {
  const byAnalyte = Map.groupBy(readings, ({ analyte }) => analyte);
  return [...byAnalyte]
    .sort(([a], [b]) => (a.id < b.id ? -1 : 1))
    .map(([analyte, own]) => ({
      analyte,
      points: [...Map.groupBy(own, (one) => timeOf(one) ?? '')]
        .sort(([a], [b]) => ((a || '9999') < (b || '9999') ? -1 : 1))
        .map(([time, same]) => ({
          ...(time === '' ? {} : { time }),
          readings: [...same].sort((a, b) => (a.fact.id < b.fact.id ? -1 : 1)),
        })),
    }));
}

/** The one number of a point in the unit that was reported; undefined when it has none, a limit only, or several. */
export function numberOf(point: Point): Reading | undefined {
  const [first, ...others] = point.readings;
  const plain = (one: Reading) => one.refused === undefined && one.comparator === undefined;
  return plain(first!) && others.every((one) => plain(one) && isSame(one, first!)) ? first : undefined;
}

/** The newest dated point; an undated one only where there is no other. */
export function newestOf(course: Course): Point {
  return course.points.findLast(({ time }) => time !== undefined) ?? course.points.at(-1)!;
}

/** Points with one number and a time, the oldest first. */
export function numbered(course: Course): { time: string; reading: Reading }[] {
  return course.points.flatMap((point) => {
    const reading = numberOf(point);
    return point.time !== undefined && reading ? [{ time: point.time, reading }] : [];
  });
}

function isSame(a: Reading, b: Reading): boolean {
  if (a.unit === b.unit) return a.value === b.value && a.comparator === b.comparator;
  if (a.comparable === undefined || b.comparable === undefined || a.comparator !== b.comparator) return false;
  // Two units of one result differ by the rounding of either.
  return Math.abs(a.comparable - b.comparable) <= 0.005 * Math.max(Math.abs(a.comparable), Math.abs(b.comparable));
}

/** Value of a point: a number, a limit, all that records state where they differ, or why there is none. */
export function pointValue(point: Point): { value: Value; issues: Issue[] } {
  const distinct: Reading[] = [];
  for (const one of point.readings) if (!distinct.some((other) => isSame(one, other))) distinct.push(one);
  const usable = distinct.filter((one) => one.refused === undefined);
  const issues = dedupe(point.readings.flatMap((one) => one.issues));
  if (usable.length === 0) return { value: { type: 'refused', reason: distinct[0]!.refused! }, issues };
  if (usable.length === 1) return { value: singleValue(usable[0]!), issues };
  issues.push(
    issue(
      'warning',
      'results-differ',
      `${usable[0]!.analyte.display}: the record states ${orList(usable.map(inWords))} ${point.time ? 'for one time' : 'without a date'}.`,
      {
        remedy: 'Look the result up in the laboratory system.',
      },
    ),
  );
  return {
    value: {
      type: 'set',
      members: usable.map((one) => ({ value: plainValue(one) })),
      reason: point.time ? 'different results at one time' : 'several results without a date',
    },
    issues,
  };
}

function singleValue(one: Reading): Value {
  const { value, unit, comparator } = one;
  if (comparator === undefined) return { type: 'quantity', value, unit };
  if (comparator.startsWith('<') && value >= 0) return { type: 'interval', low: 0, high: value, unit };
  return plainValue(one);
}

function plainValue(one: Reading) {
  const { value, unit, comparator } = one;
  if (comparator === undefined) return { type: 'quantity' as const, value, unit };
  const code = comparator.startsWith('<') ? 'below' : 'above';
  return { type: 'code' as const, code: { system: 'idiograph', code, display: inWords(one) } };
}

/** `1.2 mg/dL`, `> 60 mL/min`. */
export function inWords({ value, unit, comparator }: Reading): string {
  return `${comparator ? `${comparator} ` : ''}${quantityForReader(value, unit)}`;
}

/** What every finding of a point rests on. */
export function restsOn(readings: readonly Reading[]): Pick<FindingDraft, 'derivedFrom' | 'evidence'> {
  return {
    derivedFrom: [...new Set(readings.map(({ fact }) => fact.id))],
    evidence: readings.map((one) => ({
      of: one.fact.id,
      place: one.fact.place,
      says: `${one.fact.code.display}: ${one.unit === '' ? one.value : inWords(one)}`,
    })),
  };
}

export function dedupe(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((one) => [`${one.code}|${one.message}`, one])).values()];
}
