import { heads, statedAs } from './forms.ts';
import type { ReviewInput } from './input.ts';
import type { ReviewRules } from './rules.ts';
import { acknowledgementOf, decisionView } from './views.ts';

/** Something urgent that nobody has decided on or answered for. */
export interface Blocking {
  type: 'line' | 'check';
  id: string;
  title: string;
  /** What would settle it, in one sentence. */
  needs: string;
}

/** All that stands in the way of a signature, checks first. */
export function blocking(input: ReviewInput, rules: ReviewRules): Blocking[] {
  const { plan, entries } = input;
  const { signing } = rules;
  const decisions = heads(statedAs(entries, 'decision'));
  const checks = plan.safetyChecks
    .filter(({ check, urgency }) => (signing.namedChecks[check] ?? signing.checks).includes(urgency))
    .filter((check) => acknowledgementOf(entries, check) === undefined)
    .map(
      ({ id, display, stateLabel }): Blocking => ({
        type: 'check',
        id,
        title: `${display}: ${stateLabel}`,
        needs: 'Record what was done, or acknowledge it with a reason.',
      }),
    );
  const lines = plan.recommendations
    .filter(({ urgency }) => signing.lines.includes(urgency))
    .flatMap((line): Blocking[] => {
      const head = decisions.get(line.slot);
      const view = head && decisionView(head, line);
      if (view?.standing === 'stands' && view.decision !== 'taken-back') return [];
      const needs =
        view && view.decision !== 'taken-back'
          ? 'It was decided on in an earlier version and reads otherwise now: decide again.'
          : 'Accept, modify or reject it.';
      return [{ type: 'line', id: line.id, title: line.action, needs }];
    });
  return [...checks, ...lines];
}
