import type { Analysis } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import type { FindingDraft, Value } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { quantityForReader } from '../../dossier/words.ts';
import { among } from '../inputs.ts';
import { type Analyte, type AnalyteIndex, analytesPath, indexAnalytes, loadAnalytes, siteOf } from './analytes.ts';
import {
  type Course,
  coursesOf,
  dedupe,
  inWords,
  newestOf,
  numbered,
  type Point,
  pointValue,
  restsOn,
} from './courses.ts';
import { type Reading, readingsOf, standardCodes } from './readings.ts';

/** kg/m2: a stated index further than this from weight and height of its day is questioned. */
const indexTolerance = 1;

/**
 * Vital signs, weight and height -> one finding a time in a fixed unit (the first of knowledge/clinical/analytes.json),
 * which says where it was converted; the body mass index of the newest weight where the record gives none.
 */
export const vitals: Analysis = {
  id: 'clinical.vitals',
  version: '1.0.0',
  title: 'Vital signs, weight and height',
  makes: ['vital'],
  takes: [],
  knowledge: [analytesPath],
  packs: [],
  peakMemoryMb: () => 8,
  method: 'labs.md',
  select(dossier) {
    const facts = vitalReadings(dossier.facts, loadAnalytes()).map(({ fact }) => fact.id);
    if (facts.length === 0) return { selections: [], missing: [] };
    return { selections: [{ title: 'all values', inputs: { facts: [...new Set(facts)] } }], missing: [] };
  },
  async run(inputs, _options, { dossier, knowledge, emit }) {
    const index = indexAnalytes(knowledge(analytesPath));
    const courses = coursesOf(vitalReadings(among(dossier.facts, inputs['facts']), index));
    const indexIssues = massIndexIssues(courses);
    for (const { analyte, points } of courses) {
      for (const point of points) {
        const extra = analyte.id === 'body-mass-index' ? (indexIssues.get(point) ?? []) : [];
        emit.finding(pointFinding(analyte, point, extra));
      }
    }
    const computed = computedMassIndex(courses, index);
    if (computed) emit.finding(computed);
  },
};

function vitalReadings(facts: Parameters<typeof readingsOf>[0], index: AnalyteIndex): Reading[] {
  return readingsOf(facts, index).filter(({ analyte }) => analyte.kind === 'vital');
}

function pointFinding(analyte: Analyte, point: Point, extra: readonly Issue[]): FindingDraft {
  const unit = analyte.units[0]!.unit;
  const converted = point.readings.filter((one) => one.comparable !== undefined && one.unit !== unit);
  const { value, issues } = pointValue({ ...point, readings: point.readings.map((one) => inUnit(one, unit)) });
  const codes = standardCodes(point.readings);
  return {
    measure: measure('vital', 'Vital sign'),
    ...(codes.length > 0 ? { codes } : {}),
    site: siteOf(analyte),
    ...(point.time ? { time: point.time } : {}),
    value,
    issues: dedupe([
      ...issues,
      ...extra,
      ...converted.map((one) =>
        issue(
          'info',
          'unit-converted',
          `${analyte.display} was stated as ${inWords(one)} and is shown in another unit.`,
        ),
      ),
    ]),
    ...restsOn(point.readings),
  };
}

function inUnit(one: Reading, unit: string): Reading {
  if (one.comparable === undefined || one.unit === unit) return one;
  return { ...one, value: Number(one.comparable.toPrecision(6)), unit };
}

/** Weight and height of one day, in kg and cm. */
function pairOn(day: string, courses: readonly Course[]): { weight: Reading; height: Reading } | undefined {
  const on = (id: string) =>
    courses
      .filter(({ analyte }) => analyte.id === id)
      .flatMap(numbered)
      .findLast(({ time }) => time.slice(0, 10) === day)?.reading;
  const [weight, height] = [on('body-weight'), on('body-height')];
  return weight?.comparable !== undefined && height?.comparable !== undefined ? { weight, height } : undefined;
}

function massIndex({ weight, height }: { weight: Reading; height: Reading }): number {
  return weight.comparable! / (height.comparable! / 100) ** 2;
}

function massIndexIssues(courses: readonly Course[]): Map<Point, Issue[]> {
  const found = new Map<Point, Issue[]>();
  for (const point of courses
    .filter(({ analyte }) => analyte.id === 'body-mass-index')
    .flatMap(({ points }) => points)) {
    const pair = point.time === undefined ? undefined : pairOn(point.time.slice(0, 10), courses);
    const stated = point.readings[0]!.comparable;
    if (!pair || stated === undefined || Math.abs(massIndex(pair) - stated) <= indexTolerance) continue;
    const message = `The stated body mass index is not that of the weight and height of its day (${quantityForReader(massIndex(pair), 'kg/m2')}).`;
    found.set(point, [
      issue('warning', 'index-disagrees', message, { remedy: 'Check weight, height and their units.' }),
    ]);
  }
  return found;
}

/** Of the newest weight with a height of the same day, unless the record states an index of that day. */
function computedMassIndex(courses: readonly Course[], index: AnalyteIndex): FindingDraft | undefined {
  const weights = courses.find(({ analyte }) => analyte.id === 'body-weight');
  const time = weights && newestOf(weights).time;
  if (time === undefined) return undefined;
  const day = time.slice(0, 10);
  const analyte = index.byId.get('body-mass-index')!;
  const stated = courses.find((one) => one.analyte.id === analyte.id)?.points ?? [];
  const pair = pairOn(day, courses);
  if (!pair || stated.some((point) => point.time?.slice(0, 10) === day)) return undefined;
  const value: Value = { type: 'quantity', value: Number(massIndex(pair).toPrecision(4)), unit: 'kg/m2' };
  return {
    measure: measure('vital', 'Vital sign'),
    codes: [{ system: 'LOINC', code: analyte.loinc[0]!, display: analyte.display }],
    site: siteOf(analyte),
    time,
    value,
    issues: [],
    methodNote: 'weight over height squared, both of one day',
    ...restsOn([pair.weight, pair.height]),
  };
}
