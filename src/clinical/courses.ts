import { daysBetween } from '../dossier/dateTime.ts';
import type { Fact } from '../dossier/fact.ts';
import { dailyDose } from './dose.ts';
import { type Drug, type DrugIndex, ingredientsOf } from './drugs.ts';

/** Entries further apart than this are two courses. Own rule. */
const gapDays = 14;

/** One stretch of taking one drug, by what the record states of its beginning, end and dose. */
export interface TreatmentCourse {
  drug: Drug;
  /** Stated start; else undefined and `since` is the first day on which it is known to be taken. */
  start?: string;
  since?: string;
  end?: string;
  ongoing: boolean;
  entries: CourseEntry[];
}

export interface CourseEntry {
  fact: Fact;
  mgPerDay?: number;
  /** Days certainly taken, and at most (undefined: open). */
  leastDays: number;
  mostDays?: number;
  stopReason?: string;
  response?: string;
}

/** Courses of every known drug, oldest first. Doses that were given or dispensed, and plans, are no course. */
export function treatmentCourses(facts: readonly Fact[], drugs: DrugIndex): TreatmentCourse[] {
  const lists = facts.flatMap(({ type, status, at }) =>
    type === 'medication-list' && status !== 'entered-in-error' ? (at ?? []) : [],
  );
  const counted = facts.filter(
    ({ type, status, isEvent }) =>
      type === 'medication' && !isEvent && ['active', 'stopped', 'completed'].includes(status),
  );
  const byDrug = new Map<Drug, Fact[]>();
  for (const fact of counted) {
    const codes = fact.value?.type === 'medication' ? [...fact.value.codes, fact.code] : [fact.code];
    const words = fact.value?.type === 'medication' ? fact.value.text.split(':')[0]! : '';
    for (const drug of ingredientsOf(codes, words, drugs)) byDrug.set(drug, [...(byDrug.get(drug) ?? []), fact]);
  }
  const lastList = lists.sort().at(-1);
  return [...byDrug]
    .flatMap(([drug, own]) => coursesOfDrug(drug, own, lastList))
    .sort((a, b) => order(beginOf(a), beginOf(b)) || order(a.drug.name, b.drug.name));
}

function coursesOfDrug(drug: Drug, facts: readonly Fact[], lastList: string | undefined): TreatmentCourse[] {
  const sorted = [...facts].sort((a, b) => order(firstDay(a), firstDay(b)) || order(a.id, b.id));
  const courses: { facts: Fact[]; until: string | undefined }[] = [];
  for (const fact of sorted) {
    const last = courses.at(-1);
    const begins = firstDay(fact);
    const until = lastDay(fact, lastList);
    const joins =
      last && (begins === undefined || last.until === undefined || daysBetween(last.until, begins) <= gapDays);
    if (joins) {
      last.facts.push(fact);
      last.until = [last.until, until]
        .filter((one) => one !== undefined)
        .sort()
        .at(-1);
    } else courses.push({ facts: [fact], until });
  }
  return courses.map(({ facts: own }): TreatmentCourse => {
    const newest = [...own].sort((a, b) => order(statedDay(b), statedDay(a)))[0]!;
    const ongoing = newest.status === 'active';
    const start = own
      .map(({ period }) => period?.start)
      .filter((one) => one !== undefined)
      .sort()[0];
    const since = own
      .map(firstDay)
      .filter((one) => one !== undefined)
      .sort()[0];
    const end = ongoing
      ? undefined
      : own
          .map(({ period }) => period?.end)
          .filter((one) => one !== undefined)
          .sort()
          .at(-1);
    return {
      drug,
      ...(start ? { start } : {}),
      ...(since ? { since } : {}),
      ...(end ? { end } : {}),
      ongoing,
      entries: own.map((fact) => entryOf(fact, drug, lastList)),
    };
  });
}

function entryOf(fact: Fact, drug: Drug, lastList: string | undefined): CourseEntry {
  const value = fact.value?.type === 'medication' ? fact.value : undefined;
  const daily = dailyDose(fact, [drug.name, ...(drug.aliases ?? [])]);
  const begins = firstDay(fact);
  const until = lastDay(fact, lastList);
  const span = begins && until ? Math.max(daysBetween(begins, until), 0) : undefined;
  const isOver = fact.status !== 'active';
  // Stopped on an unstated day: it ended somewhere before it was said.
  const endOpen = isOver && fact.period?.end === undefined;
  const bounded = isOver && fact.period?.start !== undefined && span !== undefined;
  return {
    fact,
    ...(daily?.unit === 'mg/d' ? { mgPerDay: daily.value } : {}),
    leastDays: endOpen ? 0 : (span ?? 0),
    ...(bounded ? { mostDays: span } : {}),
    ...(value?.stopReason ? { stopReason: value.stopReason } : {}),
    ...(value?.response ? { response: value.response } : {}),
  };
}

function firstDay(fact: Fact): string | undefined {
  return fact.period?.start ?? fact.at ?? fact.statedAt;
}

function statedDay(fact: Fact): string | undefined {
  return fact.statedAt ?? fact.period?.end ?? fact.at ?? fact.period?.start;
}

/** The last day on which it was taken, as far as the record goes. */
function lastDay(fact: Fact, lastList: string | undefined): string | undefined {
  if (fact.status !== 'active') return fact.period?.end ?? fact.statedAt;
  return [fact.statedAt, fact.at, lastList]
    .filter((one) => one !== undefined)
    .sort()
    .at(-1);
}

/** Where a course stands in time. */
export function beginOf({ start, since }: TreatmentCourse): string | undefined {
  return start ?? since;
}

function order(a: string | undefined, b: string | undefined): number {
  return (a ?? '9999') < (b ?? '9999') ? -1 : (a ?? '9999') > (b ?? '9999') ? 1 : 0;
}
