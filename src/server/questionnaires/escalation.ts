import { measure } from '../../dossier/code.ts';
import { findingFromDraft } from '../../dossier/finding.ts';
import type { SafetyCheck } from '../../dossier/recommendation.ts';
import type { Instrument } from '../../forms/instrument.ts';
import { readItems } from '../../forms/itemAnswers.ts';
import { indexFindings } from '../../plan/findingIndex.ts';
import { loadRules } from '../../plan/loadRules.ts';
import { askSafety } from '../../plan/safety.ts';
import type { FormAnswers } from './answers.ts';

/** What must be shown before anything else when a form is done. */
export interface Escalation {
  check: string;
  display: string;
  statement: string;
  action: string | undefined;
  state: SafetyCheck['state'];
  urgency: SafetyCheck['urgency'];
}

/**
 * Safety answers of a form that ask for something, in the words of the plan's own checks or those that a site put in their
 * place. It needs no store and no work-up: nothing may come between the answer and the text. An item without an answer is
 * not assessed, unless the form itself leads past it.
 */
export function escalations(
  instrument: Instrument,
  answers: FormAnswers,
  at: string,
  knowledgeDirectory?: string,
): Escalation[] {
  const asOf = at.slice(0, 10);
  const items = readItems(
    instrument,
    {
      type: 'response',
      instrument: { system: 'idiograph', code: instrument.id, display: instrument.display },
      answers: Object.entries(answers).map(([item, value]) => ({ item, value })),
    },
    [],
  );
  const findings = instrument.safety.flatMap((safety) => {
    const answer = items.get(safety.item)!;
    if (answer.state === 'left-out') return [];
    const draft = {
      measure: measure(safety.code, safety.display),
      value:
        answer.state === 'answered'
          ? { type: 'quantity' as const, value: answer.value, unit: '{score}' }
          : { type: 'refused' as const, reason: 'item-not-answered' },
      time: at,
      issues: [],
      derivedFrom: [],
    };
    return [findingFromDraft(draft, { id: 'form', subject: 'form', method: 'form' })];
  });
  const asked = new Set(instrument.safety.map(({ check }) => check));
  const { checks, siteTexts } = loadRules(knowledgeDirectory);
  return checks
    .filter(({ check }) => asked.has(check))
    .flatMap((rule) =>
      askSafety(rule, indexFindings(findings), {
        subject: 'form',
        run: 'form',
        asOf,
        ageYears: undefined,
        siteTexts,
        actions: [],
      }),
    )
    .filter(({ urgency }) => urgency !== 'none')
    .map(({ check, display, statement, action, state, urgency }) => ({
      check,
      display,
      statement,
      action,
      state,
      urgency,
    }));
}

/** What must be shown while a form is being filled in: what is not answered yet is no matter before it is done. */
export function positiveEscalations(...given: Parameters<typeof escalations>): Escalation[] {
  return escalations(...given).filter(({ state }) => state === 'positive');
}
