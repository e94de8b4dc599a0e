import type { Dossier } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Entry } from '../dossier/entry.ts';
import { type Finding, findingFromDraft } from '../dossier/finding.ts';
import { formAnswers, type KeptFormAnswer } from '../dossier/safetyEntries.ts';

/**
 * Safety answers that stand in a form and in no source, as findings that the safety questions can ask: each under the id
 * and slot of its entry. One that the completed form says as well, or more, is left to the findings of that form.
 */
export function answersInForms(dossier: Pick<Dossier, 'subject' | 'entries' | 'facts' | 'findings'>): {
  findings: Finding[];
  forms: Map<string, KeptFormAnswer>;
  /** By finding of a completed form, the entry of the same answer: who acted on the one has acted on the other. */
  sameAs: Map<string, Entry>;
} {
  const sourceOf = new Map(dossier.facts.map(({ id, source }) => [id, source]));
  const sameAs = new Map<string, Entry>();
  const standing = formAnswers(dossier.entries).filter((given) => {
    if (given.state !== 'completed') return true;
    const said = dossier.findings.find(
      ({ measure, value, derivedFrom }) =>
        measure.code === given.measure &&
        value.type === 'quantity' &&
        value.value >= given.value &&
        derivedFrom.some((id) => given.entry.targets.includes(sourceOf.get(id) ?? '')),
    );
    if (said?.value.type === 'quantity' && said.value.value === given.value) sameAs.set(said.id, given.entry);
    return said === undefined;
  });
  const findings = standing.map(({ entry, measure: code, display, value, answeredAt }) => {
    const draft = {
      measure: measure(code, display),
      value: { type: 'quantity' as const, value, unit: '{score}' },
      time: answeredAt,
      issues: [],
      derivedFrom: [],
    };
    const finding = findingFromDraft(draft, { id: entry.id, subject: dossier.subject.id, method: 'form' });
    return { ...finding, id: entry.id, slot: entry.slot ?? finding.slot };
  });
  return { findings, forms: new Map(standing.map((given) => [given.entry.id, given])), sameAs };
}
