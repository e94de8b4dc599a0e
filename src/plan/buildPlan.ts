import type { Dossier } from '../dossier/analysis.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { applyRule } from './applyRule.ts';
import { ageInYears } from './dates.ts';
import { RuleFile, SafetyFile } from './rule.ts';
import { askSafety, type SiteTexts } from './safety.ts';

export interface Plan {
  subject: string;
  /** The day on which the plan holds; staleness and age are counted to it. */
  asOf: string;
  safetyChecks: SafetyCheck[];
  recommendations: Recommendation[];
}

const urgencyOrder = { now: 0, soon: 1, routine: 2, open: 1, historic: 2, none: 3 } as const;

/**
 * The plan of one subject: safety checks first, then the lines that the rules of knowledge/plan/ yield.
 * Pure over the dossier, the day and the knowledge files; sorted, so that equal input gives an equal plan.
 */
export function buildPlan(dossier: Dossier, options: { asOf: string; siteTexts?: SiteTexts }): Plan {
  const subject = dossier.subject.id;
  const safetyFile = SafetyFile.parse(loadKnowledge('plan/safety-checks.json').data);
  const rulesLoaded = loadKnowledge('plan/rules.json');
  const ruleFile = RuleFile.parse(rulesLoaded.data);
  const handled = new Set(
    dossier.entries
      .filter((entry) => entry.type === 'safety-action' && entry.slot !== undefined)
      .map((entry) => entry.slot!),
  );
  const safetyChecks = safetyFile.checks
    .flatMap((rule) =>
      askSafety(rule, dossier.findings, { subject, asOf: options.asOf, siteTexts: options.siteTexts ?? {}, handled }),
    )
    .sort((a, b) => urgencyOrder[a.urgency] - urgencyOrder[b.urgency] || a.check.localeCompare(b.check));
  const birthDate = dossier.facts.find((fact) => fact.type === 'birth-date' && fact.value?.type === 'date')?.value;
  const ageYears = ageInYears(birthDate?.type === 'date' ? birthDate.date : undefined, options.asOf);
  const lines = ruleFile.rules.flatMap((rule) =>
    applyRule(rule, { sha256: rulesLoaded.sha256, guidance: ruleFile.guidance }, dossier.findings, {
      subject,
      safety: safetyChecks,
      ageYears,
    }),
  );
  const recommendations = withConflicts(lines).sort(
    (a, b) => urgencyOrder[a.urgency] - urgencyOrder[b.urgency] || a.slot.localeCompare(b.slot),
  );
  return { subject, asOf: options.asOf, safetyChecks, recommendations };
}

/** Two lines about one thing are shown to each other: the reader must weigh them together. */
function withConflicts(lines: readonly Recommendation[]): Recommendation[] {
  return lines.map((line) => ({
    ...line,
    conflicts: lines
      .filter((other) => other.id !== line.id && other.about === line.about)
      .map((other) => ({ statement: `Weigh together with: ${other.action}`, basis: [other.id] })),
  }));
}
