import { numberForReader, quantityForReader, valueForReader } from '../../dossier/words.ts';
import type { FindingView } from '../model.ts';
import type { Notebook } from '../notes.ts';
import { trendPlot } from '../trendPlot.ts';
import { nameOf, opens, referenceCell, reliabilityWords, whenWords } from './findingCells.ts';
import { unitOf } from './findingTable.ts';
import { type Cell, cell, noteRefs, type TableModel } from './table.ts';

const changeSuffix = '.change';
/** The same score beside a group of people: a line of its reference, no row of its own. */
const besidePart = /^(.*)\.beside-[a-z-]+$/;
/** The way from the first score of all: a line below the course. */
const sinceFirst = '.change-from-first';

/** Scores with bands, course and, in the same row, the change since the answer before (`<measure>.change`). */
export function scoreTable(id: string, title: string, views: readonly FindingView[], book: Notebook): TableModel {
  const changes = new Map(
    views.flatMap((view) => {
      const { code } = view.finding.measure;
      return code.endsWith(changeSuffix) ? [[code.slice(0, -changeSuffix.length), view] as const] : [];
    }),
  );
  const codes = new Set(views.map((view) => view.finding.measure.code));
  const beside = Map.groupBy(
    views.filter((view) => codes.has(besidePart.exec(view.finding.measure.code)?.[1] ?? '')),
    (view) => besidePart.exec(view.finding.measure.code)![1]!,
  );
  const isShownWithItsScore = ({ finding: { measure } }: FindingView) =>
    (measure.code.endsWith(changeSuffix) && codes.has(measure.code.slice(0, -changeSuffix.length))) ||
    codes.has(besidePart.exec(measure.code)?.[1] ?? '') ||
    (measure.code.endsWith(sinceFirst) && codes.has(measure.code.slice(0, -sinceFirst.length)));
  const denied = views.filter(isDenied);
  const rows = views
    .filter((view) => !isShownWithItsScore(view) && !isDenied(view))
    .map((view) => {
      const { finding, course } = view;
      const change = changes.get(finding.measure.code);
      const first = views.find((one) => one.finding.measure.code === `${finding.measure.code}${sinceFirst}`);
      return {
        cells: [
          cell(finding.measure.display, { sub: [whenWords(finding)] }),
          cell(valueForReader(finding), opens(finding)),
          referenceCell(finding, { sub: (beside.get(finding.measure.code) ?? []).map(besideWords) }),
          cell(courseWords(view), {
            quiet: true,
            trend: trendPlot(finding.measure.display, course, unitOf(finding)),
            change: change && change !== view ? changeOf(change) : undefined,
            sub: first ? [sinceFirstWords(first)] : [],
          }),
          cell(reliabilityWords(finding), {
            quiet: true,
            issues: noteRefs([...finding.issues, ...(change?.finding.issues ?? [])], book),
          }),
        ],
        findings: [
          finding.id,
          ...(change && change !== view ? [change.finding.id] : []),
          ...(beside.get(finding.measure.code) ?? []).map((one) => one.finding.id),
          ...(first ? [first.finding.id] : []),
        ],
      };
    });
  return {
    id,
    kind: 'scores',
    title,
    columns: ['Scale', 'Score', 'Bands', 'Course and change', 'Reliability'].map((header) => ({
      header,
      align: 'start',
    })),
    rows,
    shared: [],
    remarks: [],
    folds: [...Map.groupBy(denied, formOf)].map(([form, items]) => ({
      text: `${form}: ${items.length === 1 ? 'one question' : `${items.length} questions`} answered no (${whenWords(items[0]!.finding)}).`,
      items: items.map(({ finding }) => ({
        text: finding.measure.display.replace(`${form}: `, ''),
        finding: finding.id,
      })),
    })),
  };
}

/** A single question of safety that was answered no: many of them would hide the scores. */
function isDenied({ finding: { measure, value }, course }: FindingView): boolean {
  const isQuestion = /\.item-\d+$/.test(measure.code) && measure.display.includes(': ');
  // One that was ever answered otherwise keeps its row and its course.
  return isQuestion && value.type === 'quantity' && value.value === 0 && course.every((point) => point.value === 0);
}

/** The name of the form before the topic of its question: `Red flags of pain` of `Red flags of pain: fever`. */
function formOf({ finding: { measure } }: FindingView): string {
  const { display } = measure;
  return display.slice(0, display.indexOf(': '));
}

function sinceFirstWords(view: FindingView): string {
  const { text, band } = changeOf(view);
  return `Since the first answer: ${text}${band ? `, ${band}` : ''}`;
}

/** `4.2 points above the mean of 13,343 people at 36 pain clinics: mean 29.8`. */
export function besideWords({ finding: { value, norm } }: Pick<FindingView, 'finding'>): string {
  if (value.type !== 'quantity' || norm === undefined) return '';
  const size = numberForReader(Math.abs(value.value), value.unit);
  const where = Math.abs(value.value) < 0.05 ? 'At' : `${size} ${value.value > 0 ? 'above' : 'below'}`;
  const deviations = norm.z === undefined ? '' : ` (${numberForReader(Math.abs(norm.z), '{score}')} SD)`;
  return `${where} the mean of ${norm.display}${deviations}.`;
}

function courseWords({ finding, course }: FindingView): string {
  if (course.length === 0) return finding.value.type === 'refused' ? '' : 'answered once';
  const values = course.map((point) => point.value);
  const unit = unitOf(finding);
  return `${course.length} answers, ${numberForReader(Math.min(...values), unit)} to ${quantityForReader(Math.max(...values), unit)}`;
}

function changeOf({ finding }: FindingView): NonNullable<Cell['change']> {
  const { value, norm } = finding;
  return {
    text:
      value.type === 'quantity'
        ? `${value.value > 0 ? '+' : ''}${quantityForReader(value.value, value.unit)}`
        : 'not assessed',
    ...(norm?.band ? { band: norm.band } : {}),
    finding: finding.id,
    label: nameOf(finding),
  };
}
