import { measure } from '../../dossier/code.ts';
import { findingFromDraft } from '../../dossier/finding.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { SafetyFile } from '../../plan/rule.ts';
import { askSafety } from '../../plan/safety.ts';
import type { Instrument } from '../../psychosocial/instrument.ts';
import type { FormAnswers } from './answers.ts';

/** What must be shown before anything else when a form is done. */
export interface Escalation {
  check: string;
  display: string;
  statement: string;
  action: string | undefined;
  urgency: 'now' | 'open' | 'historic' | 'none';
}

/**
 * Safety answers of a form that was just completed that ask for something, in the words of the plan's own checks or those
 * that a site put in their place. It needs no store and no work-up: nothing may come between the answer and the text.
 */
export function escalations(
  instrument: Instrument,
  answers: FormAnswers,
  at: string,
  knowledgeDirectory?: string,
): Escalation[] {
  const asOf = at.slice(0, 10);
  const findings = instrument.safety.flatMap((safety) => {
    const value = answers[String(safety.item)];
    if (value === undefined) return [];
    const draft = {
      measure: measure(safety.code, safety.display),
      value: { type: 'quantity' as const, value, unit: '{score}' },
      time: at,
      issues: [],
      derivedFrom: [],
    };
    return [findingFromDraft(draft, { id: 'form', subject: 'form', method: 'form' })];
  });
  const asked = new Set(instrument.safety.map(({ check }) => check));
  const { checks } = SafetyFile.parse(loadKnowledge('plan/safety-checks.json', knowledgeDirectory).data);
  return checks
    .filter(({ check }) => asked.has(check))
    .flatMap((rule) =>
      askSafety(rule, findings, {
        subject: 'form',
        run: 'form',
        asOf,
        ageYears: undefined,
        siteTexts: {},
        handled: new Set(),
      }),
    )
    .filter(({ urgency }) => urgency !== 'none')
    .map(({ check, display, statement, action, urgency }) => ({ check, display, statement, action, urgency }));
}
