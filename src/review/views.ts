import type { Entry } from '../dossier/entry.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { actionsThatCount } from '../dossier/safetyEntries.ts';
import { checkContent, contentHash, type Difference, differences, lineContent } from './content.ts';
import { type DecisionForm, heads, type Stated, statedAs } from './forms.ts';

/** A decision as a page shows it. */
export interface DecisionView {
  entry: string;
  slot: string;
  decision: DecisionForm['decision'];
  wording: string | undefined;
  reason: string | undefined;
  author: string;
  role: string;
  at: string;
  /** The line as it read when it was decided on. */
  action: string;
  /** `earlier-version`: the line reads otherwise now, or is gone; the decision does not hold for it. */
  standing: 'stands' | 'earlier-version';
  /** What the line says now that it did not say then. */
  changed: Difference[];
}

/** A decision beside the line as it stands; without a line everything that was decided on is gone. */
export function decisionView({ entry, content }: Stated<DecisionForm>, line: Recommendation | undefined): DecisionView {
  const changed = line === undefined ? [] : differences(content.line, lineContent(line));
  return {
    entry: entry.id,
    slot: entry.slot!,
    decision: content.decision,
    wording: content.wording,
    reason: content.reason,
    author: entry.author,
    role: entry.role,
    at: entry.at,
    action: content.line.action,
    standing: line !== undefined && changed.length === 0 ? 'stands' : 'earlier-version',
    changed,
  };
}

type Acknowledging = Stated<Extract<Stated['content'], { form: 'acknowledgement' | 'safety-action' }>>;

/** What was stated of exactly these words of a check and not taken back: an acknowledgement, or an action. */
export function acknowledgementOf(entries: readonly Entry[], check: SafetyCheck): Acknowledging | undefined {
  const hash = contentHash(checkContent(check));
  const acknowledged = [...heads(statedAs(entries, 'acknowledgement')).values()].filter(
    ({ content }) => content.acknowledged && contentHash(content.check) === hash,
  );
  const counting = new Set(actionsThatCount(entries).map(({ id }) => id));
  const acted = statedAs(entries, 'safety-action').filter(
    ({ entry, content }) =>
      content.check !== undefined && contentHash(content.check) === hash && counting.has(entry.id),
  );
  return [...acknowledged, ...acted].at(-1);
}
