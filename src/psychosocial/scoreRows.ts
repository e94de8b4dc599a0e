import type { Issue } from '../dossier/issue.ts';
import { type Instrument, mainScale } from '../forms/instrument.ts';
import type { Response } from '../forms/recognise.ts';
import { courseOf, importantDifferences, reliableChange } from './change.ts';
import type { Conversions } from './conversion.ts';
import { statusIssues } from './findings.ts';
import type { ScaleScore } from './scaleScore.ts';
import { type Scored, scoreResponse } from './score.ts';

/** One form that one person answered at one time. */
export interface Administration {
  id: string | null;
  instrument: Instrument;
  /** Day, or day and time, as stated and ISO 8601; undefined where it is not. */
  at: string | undefined;
  line: number;
  response: Response;
  issues: Issue[];
}

/** One administration with its scores, as scripts get it. Absent keys do not apply to the instrument. */
export interface ScoredRow {
  id: string | null;
  date: string | null;
  score: number | null;
  subscales: Record<string, number | null>;
  band?: string;
  /** T-score, or one for each domain of a profile without a total. */
  t?: number | null | Record<string, number | null>;
  reliableChange?: {
    since: string;
    difference: number;
    smallestRealChange: number;
    index: number;
    state: string;
    important: string[];
    course?: string;
  };
  categories?: Record<string, string | null>;
  issues: Issue[];
}

export interface RowResult {
  administration: Administration;
  /** Undefined where the row belongs to another instrument. */
  scored: Scored | undefined;
  row: ScoredRow;
}

/** True where the instrument that the row names is another one: nothing is scored then. */
function isOfAnother({ issues }: Administration): boolean {
  return issues.some(({ code }) => code === 'instrument-differs');
}

/** Scores administrations in their order; change is against the latest earlier one of the same person and form. */
export function scoreRows(administrations: readonly Administration[], conversions: Conversions): RowResult[] {
  const results = administrations.map((administration): RowResult => {
    const scored = isOfAnother(administration)
      ? undefined
      : scoreResponse(administration.instrument, administration.response, conversions, administration.issues);
    return { administration, scored, row: rowOf(administration, scored) };
  });
  const courses = Map.groupBy(
    results.filter((one) => one.administration.id !== null && one.row.score !== null && usable(one)),
    ({ administration: { id, instrument } }) => JSON.stringify([id, instrument.id]),
  );
  for (const course of courses.values()) addChanges(course);
  return results;
}

function rowOf(administration: Administration, scored: Scored | undefined): ScoredRow {
  const { id, at, instrument } = administration;
  const main = mainScale(instrument);
  const scores = scored?.scales ?? [];
  const score = scores.find(({ scale }) => scale === main);
  const others = scores.filter(({ scale }) => scale !== main);
  const verdicts = scored?.verdicts ?? [];
  const band = score?.band ?? (main?.bands.length ? undefined : verdicts.find(({ label }) => label)?.label);
  const t = tOf(score, others);
  return {
    id,
    date: at ?? null,
    score: score?.value ?? null,
    subscales: Object.fromEntries(others.map(({ scale, value }) => [partName(scale.code), value ?? null])),
    ...(band === undefined ? {} : { band }),
    ...(t === undefined ? {} : { t }),
    ...(verdicts.length === 0
      ? {}
      : {
          categories: Object.fromEntries(verdicts.map(({ verdict, code }) => [partName(verdict.code), code ?? null])),
        }),
    issues: placed(administration, [
      ...administration.issues,
      ...(scored?.issues ?? []),
      ...scores.flatMap(({ issues }) => issues),
      ...verdicts.flatMap(({ issues }) => issues),
      ...statusIssues(instrument),
    ]),
  };
}

function partName(code: string): string {
  return code.split('.')[1]!;
}

function tOf(score: ScaleScore | undefined, others: readonly ScaleScore[]): ScoredRow['t'] {
  const value = ({ t }: ScaleScore) => (t && 't' in t ? t.t : null);
  if (score) return score.scale.tScore ? value(score) : undefined;
  const profile = others.filter(({ scale }) => scale.tScore);
  if (profile.length === 0) return undefined;
  return Object.fromEntries(profile.map((one) => [partName(one.scale.code), value(one)]));
}

/** Each issue once, with the line of the row before its own place. */
function placed({ line }: Administration, issues: readonly Issue[]): Issue[] {
  const known = new Set<string>();
  return issues.flatMap((one) => {
    const key = `${one.code}|${one.place ?? ''}|${one.message}`;
    if (known.has(key)) return [];
    known.add(key);
    return [{ ...one, place: one.place === undefined ? `line ${line}` : `line ${line}, ${one.place}` }];
  });
}

/** @param course usable rows of one person and form, in the order of the table */
function addChanges(course: readonly RowResult[]): void {
  let earlier: RowResult | undefined;
  let newest: RowResult | undefined;
  // Of several on one day the first in the table is what later ones are held against.
  for (const result of course.toSorted((a, b) => compareText(a.administration.at!, b.administration.at!))) {
    if (newest === undefined || newest.administration.at! < result.administration.at!) {
      earlier = newest;
      newest = result;
    }
    if (earlier) addChange(result, earlier);
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function addChange({ administration: now, row }: RowResult, earlier: RowResult): void {
  const main = mainScale(now.instrument);
  if (main === undefined || row.score === null) return;
  const change = reliableChange(main, earlier.row.score!, row.score);
  if (!change) return;
  const course = courseOf(main, earlier.row.score!, row.score);
  row.reliableChange = {
    since: earlier.administration.at!,
    difference: change.difference,
    smallestRealChange: change.smallestRealChange,
    index: change.index,
    state: change.state,
    important: importantDifferences(main, earlier.row.score!, change.difference),
    ...(course ? { course: course.code } : {}),
  };
}

/** Dated, and not from the future. */
function usable({ administration: { at, issues } }: RowResult): boolean {
  return at !== undefined && !issues.some(({ code }) => code === 'response-future');
}
