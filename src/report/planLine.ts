import type { Argument, Recommendation } from '../dossier/recommendation.ts';
import { type Link, linksOf } from './links.ts';
import type { ReportModel } from './model.ts';
import { decisionWords } from './review.ts';

/** A line that speaks for or against, with what it rests on. */
export interface ArgumentView {
  text: string;
  links: Link[];
}

/** One line to weigh, with everything that a reader needs to weigh it. */
export interface PlanLine extends Omit<Recommendation, 'kind' | 'subject' | 'for' | 'against' | 'conflicts' | 'basis'> {
  verbWords: string;
  for: ArgumentView[];
  against: ArgumentView[];
  conflicts: ArgumentView[];
  /** All that the line rests on. */
  links: Link[];
  /** Said where it rests on a medication list that cannot be relied on. */
  doubt?: string;
  /** What was decided on it, by whom and when. */
  decision?: string;
}

export function planLine(line: Recommendation, model: ReportModel): PlanLine {
  const { kind: _kind, subject: _subject, basis, ...rest } = line;
  const doubt = model.medicationDoubt;
  const decision = decisionWords(model.input.review, line.slot);
  const views = (all: readonly Argument[]): ArgumentView[] =>
    all.map(({ statement, basis: ids }) => ({ text: statement, links: linksOf(ids, model) }));
  return {
    ...rest,
    verbWords: line.verb === 'act-now' ? 'Act now' : line.verb,
    for: views(line.for),
    against: views(line.against),
    conflicts: views(line.conflicts),
    links: linksOf(basis, model),
    ...(doubt?.ids.has(line.id) ? { doubt: doubt.words } : {}),
    ...(decision === undefined ? {} : { decision }),
  };
}
