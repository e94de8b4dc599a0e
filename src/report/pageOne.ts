import type { Issue } from '../dossier/issue.ts';
import type { Consulted } from '../dossier/run.ts';
import { numberForReader, unitForReader, valueForReader } from '../dossier/words.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import type { BandPlot } from './bandPlot.ts';
import type { ClassScale } from './classScale.ts';
import { type Link, linksOf } from './links.ts';
import type { ReportModel } from './model.ts';
import { joinUnasked } from './openQuestions.ts';
import { type BodyFigure, bodyFigure } from './pain/bodyFigure.ts';
import { type PlanLine, planLine } from './planLine.ts';
import { type ReportReview, signatureWords } from './review.ts';
import { type SafetyGroup, safetyGroups, safetyRemark } from './safetyGroups.ts';
import { subjectWords } from './subjectWords.ts';
import { nameOf, referenceCell, reliabilityWords } from './tables/findingCells.ts';
import { unitOf } from './tables/findingTable.ts';
import type { Reference } from './tables/table.ts';
import { type TrendPlot, trendPlot } from './trendPlot.ts';

/** Page one, fit for JSON: what the printed report says on it, with the ids that each thing rests on. */
export interface PageOne {
  subject: SubjectLine;
  /** Day for which the page holds. */
  asOf: string;
  /** The building of the plan that it shows: what a decision on it was made in sight of. */
  planRun: string;
  /** Who signed it and when, or that nobody did. */
  signed: { status: ReportReview['status']; words: string };
  safety: { groups: SafetyGroup[]; remark: string };
  /** Three sentences that can be read alone. */
  sentences: { text: string; links: Link[] }[];
  present: { what: string; count: number; when: string[]; words: string; sources: string[] }[];
  absent: Issue[];
  key: KeyLine[];
  /** What comes next in the order of consequence: named in a line, told in its room. */
  keyFolded: KeyLine[];
  /** Where it hurts, with every map, when somebody has said so. */
  painFigure?: BodyFigure;
  plan: PlanLine[];
  /** Set when the medication list cannot be relied on: the words, and all that rests on it. */
  medicationDoubt?: { words: string; ids: string[] };
  quality: Issue[];
  rooms: { room: string; title: string; findings: number; cautions: number; pictures: string[] }[];
  program: { name: string; version: string };
  /** Knowledge, packs and norms that the runs consulted; the date of the facts where the file is at hand. */
  consulted: (Consulted & { number: number; date?: string })[];
}

export interface SubjectLine {
  id: string;
  label: string;
  identifiers: { value: string; systems: string[] }[];
  birthDate?: string;
  sex?: string;
  question?: string;
  composite: boolean;
  synthetic: boolean;
  /** Words for the watermark, and what they mean. */
  stamps: string[];
  notes: string[];
  /** The files named several people and this page holds one of them. */
  oneOfSeveral: boolean;
}

export interface KeyLine {
  id: string;
  measure: string;
  name: string;
  place?: string;
  /** It is the highest of so many places. */
  among?: number;
  time?: string;
  value: string;
  /** Of a score: `0 to 10`. */
  range?: string;
  /** Number and unit apart, where the value is one number. */
  number?: { value: number; text: string; unit: string };
  /** Why more than one value is possible. */
  reason?: string;
  plot?: BandPlot | ClassScale;
  trend?: TrendPlot;
  reference: Reference;
  reliability: string;
  /** The one caution that page one names, and how many more the room holds. */
  caution?: Issue;
  moreCautions: number;
  doubt?: string;
}

export function pageOne(model: ReportModel): PageOne {
  const { plan, program, dossier, review } = model.input;
  const painFigure = bodyFigure(dossier.findings);
  return {
    subject: subjectLine(model),
    asOf: plan.asOf.slice(0, 10),
    planRun: plan.run.id,
    signed: { status: review?.status ?? 'draft', words: signatureWords(review) },
    safety: { groups: safetyGroups(model).map(joinUnasked), remark: safetyRemark(model) },
    sentences: model.sentences.map(({ text, of }) => ({ text, links: linksOf(of, model) })),
    present: model.present.map((one) => ({ ...one, words: presentWords(one) })),
    absent: model.absent,
    key: model.key.map((view) => keyLine(view, model)),
    keyFolded: model.keyFolded.map((view) => keyLine(view, model)),
    ...(painFigure ? { painFigure } : {}),
    plan: plan.recommendations.map((line) => planLine(line, model)),
    ...(model.medicationDoubt
      ? { medicationDoubt: { words: model.medicationDoubt.words, ids: [...model.medicationDoubt.ids].sort() } }
      : {}),
    quality: model.quality,
    rooms: model.rooms.map(({ room, title, findings, runs }) => {
      const own = new Set(runs.map((run) => run.id));
      return {
        room,
        title,
        findings: findings.length,
        cautions: findings.filter((view) => view.finding.issues.some((one) => one.severity !== 'info')).length,
        pictures: dossier.artifacts.filter((one) => one.type === 'picture' && own.has(one.run)).map((one) => one.id),
      };
    }),
    program,
    consulted: model.consulted.map((one, i) => ({ ...one, number: i + 1, ...dateOf(one) })),
  };
}

/** Who the page is about, and how it must be called. */
export function subjectLine(model: ReportModel): SubjectLine {
  const { dossier, identities, importIssues } = model.input;
  const { id, label, question, composite, synthetic } = dossier.subject;
  const { stamps, notes, identifiers } = subjectWords(dossier.subject, identities);
  const birth = dossier.facts.find((fact) => fact.type === 'birth-date')?.value;
  const sex = dossier.facts.find((fact) => fact.type === 'sex')?.value;
  const birthDate = birth?.type === 'date' ? birth.date : identities.find((one) => one.birthDate)?.birthDate;
  const sexWords = sex?.type === 'code' ? sex.code.display : identities.find((one) => one.sex)?.sex;
  return {
    id,
    label,
    identifiers,
    ...(birthDate ? { birthDate } : {}),
    ...(sexWords ? { sex: sexWords } : {}),
    ...(question === undefined ? {} : { question }),
    composite,
    synthetic,
    stamps,
    notes,
    oneOfSeveral: importIssues.some((one) => one.code === 'several-identities'),
  };
}

/** `MR T1w x 2 2025-01-02 to 2026-01-02`. */
export function presentWords({ what, count, when }: ReportModel['present'][number]): string {
  const span = when.length === 0 ? '' : ` ${when.length === 1 ? when[0] : `${when[0]} to ${when.at(-1)}`}`;
  return `${what}${count > 1 ? ` x ${count}` : ''}${span}`;
}

function keyLine(view: ReportModel['key'][number], model: ReportModel): KeyLine {
  const { finding, place, among, caution, course } = view;
  const { value, measure, time } = finding;
  const reference = referenceCell(finding);
  const trend = trendPlot(measure.display, course, unitOf(finding));
  const cautions = finding.issues.filter((one) => one.code !== 'no-norm').length;
  const doubtful = model.medicationDoubt?.ids.has(finding.id);
  return {
    id: finding.id,
    measure: measure.code,
    name: nameOf(finding),
    ...(place ? { place } : {}),
    ...(among ? { among } : {}),
    ...(time ? { time } : {}),
    value: valueForReader(finding),
    ...(value.type === 'quantity'
      ? {
          number: {
            value: value.value,
            text: numberForReader(value.value, value.unit),
            unit: unitForReader(value.unit),
          },
        }
      : {}),
    ...(view.range ? { range: `${view.range[0]} to ${view.range[1]}` } : {}),
    ...(value.type === 'set' && value.reason ? { reason: value.reason } : {}),
    ...(reference.plot ? { plot: reference.plot } : {}),
    ...(trend ? { trend } : {}),
    reference: reference.reference ?? { type: 'none', text: '' },
    reliability: reliabilityWords(finding, true),
    ...(caution ? { caution } : {}),
    moreCautions: caution ? cautions - 1 : 0,
    ...(doubtful && model.medicationDoubt ? { doubt: model.medicationDoubt.words } : {}),
  };
}

/** The date of a knowledge file, when the very file that was consulted is the one at hand. */
function dateOf({ type, id, sha256 }: Consulted): { date?: string } {
  if (type !== 'knowledge') return {};
  try {
    const file = loadKnowledge(id);
    return file.sha256 === sha256 ? { date: file.header.date } : {};
  } catch {
    // A file of a site or of an earlier version: its date is not known here.
    return {};
  }
}
