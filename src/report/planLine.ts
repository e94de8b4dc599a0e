import type { Argument, Conflict, Recommendation } from '../dossier/recommendation.ts';
import { type Link, linksOf } from './links.ts';
import type { ReportModel } from './model.ts';
import { plainLine } from './plainLine.ts';
import { decisionWords } from './review.ts';

/** A line that speaks for or against, with what it rests on. */
export interface ArgumentView {
  text: string;
  links: Link[];
}

/** Another way to the same end, with the grade of its body. */
export interface AlternativeView extends ArgumentView {
  equal: boolean;
  strength?: string;
}

/** Another line about the same thing, and how the two stand. */
export interface ConflictView extends ArgumentView {
  outcome: NonNullable<Conflict['outcome']>;
}

/** One line to weigh, with everything that a reader needs to weigh it. */
export interface PlanLine
  extends Omit<Recommendation, 'kind' | 'subject' | 'for' | 'against' | 'conflicts' | 'alternatives' | 'basis'> {
  verbWords: string;
  for: ArgumentView[];
  against: ArgumentView[];
  /** Other ways to the same end; the equal ones first, side by side. */
  alternatives: AlternativeView[];
  conflicts: ConflictView[];
  /** All that the line rests on. */
  links: Link[];
  /** What the patient's page would say of it, once released; absent where a person writes it. */
  patient?: string;
  /** Said where it rests on a medication list that cannot be relied on. */
  doubt?: string;
  /** What was decided on it, by whom and when. */
  decision?: string;
}

export function planLine(line: Recommendation, model: ReportModel): PlanLine {
  const { kind: _kind, subject: _subject, basis, ...rest } = line;
  const doubt = model.medicationDoubt;
  const decision = decisionWords(model.input.review, line.slot);
  const patient = plainLine(line, 'en');
  const view = ({ statement, basis: ids }: Argument): ArgumentView => ({
    text: statement,
    links: linksOf(ids, model),
  });
  return {
    ...rest,
    verbWords: line.verb === 'act-now' ? 'Act now' : line.verb,
    for: line.for.map(view),
    against: line.against.map(view),
    alternatives: [...(line.alternatives ?? [])]
      .sort((a, b) => Number(b.equal) - Number(a.equal))
      .map((one) => ({
        ...view(one),
        equal: one.equal,
        ...(one.strength === undefined ? {} : { strength: one.strength }),
      })),
    conflicts: line.conflicts.map((one) => ({ ...view(one), outcome: one.outcome ?? 'together' })),
    links: linksOf(basis, model),
    ...(patient === undefined ? {} : { patient: patient.text }),
    ...(doubt?.ids.has(line.id) ? { doubt: doubt.words } : {}),
    ...(decision === undefined ? {} : { decision }),
  };
}
