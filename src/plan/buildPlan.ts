import type { Dossier } from '../dossier/analysis.ts';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import { ageInYears } from '../dossier/dateTime.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { type Run, runId } from '../dossier/run.ts';
import { type KnowledgeFile, loadKnowledge } from '../knowledge/load.ts';
import { applyRule } from './applyRule.ts';
import { agreedBirthDate } from './birthDate.ts';
import { qualifyByList } from './medicationDoubt.ts';
import { RuleFile, SafetyFile } from './rule.ts';
import { askSafety, type SiteTexts } from './safety.ts';

const planAnalysis = 'plan.rules';
const planVersion = '1.0.0';

export interface Plan {
  subject: string;
  /** The day on which the plan holds; staleness and age are counted to it. */
  asOf: string;
  /** The building of this plan: its id is a hash of all that decides it. */
  run: Pick<Run, 'id' | 'key'>;
  safetyChecks: SafetyCheck[];
  recommendations: Recommendation[];
}

const urgencyOrder = { now: 0, soon: 1, routine: 2, open: 1, historic: 2, none: 3 } as const;

/**
 * The plan of one subject: safety checks first, then the lines that the rules of knowledge/plan/ yield.
 * Pure over the dossier, the day and the knowledge files; by urgency and then in the order of the files,
 * so that equal input gives an equal plan.
 */
export function buildPlan(
  dossier: Dossier,
  options: { asOf: string; siteTexts?: SiteTexts; knowledgeDirectory?: string | undefined },
): Plan {
  const subject = dossier.subject.id;
  const asOf = options.asOf.slice(0, 10);
  const siteTexts = options.siteTexts ?? {};
  const safetyLoaded = loadKnowledge('plan/safety-checks.json', options.knowledgeDirectory);
  const rulesLoaded = loadKnowledge('plan/rules.json', options.knowledgeDirectory);
  const safetyFile = SafetyFile.parse(safetyLoaded.data);
  const ruleFile = RuleFile.parse(rulesLoaded.data);
  const findings = [...dossier.findings].sort((a, b) => (a.id < b.id ? -1 : 1));
  const actions = dossier.entries.filter((entry) => entry.type === 'safety-action' && entry.slot !== undefined);
  const ageYears = ageInYears(agreedBirthDate(dossier.facts), asOf);

  const seen = [...findings.map((finding) => finding.id), ...actions.map((entry) => entry.id)].sort();
  const decides = {
    subject,
    asOf,
    ageYears: ageYears ?? null,
    siteTexts: { ...siteTexts },
    dossier: sha256(canonicalJson(seen)),
  };
  const consulted = [safetyLoaded, rulesLoaded].map(consultedOf);
  const emptyKey = {
    analysis: planAnalysis,
    version: planVersion,
    options: decides,
    runtime: '',
    inputs: [],
    consulted,
  };
  const run = runId(emptyKey);

  const handled = new Set(actions.map((entry) => entry.slot!));
  const safetyChecks = safetyFile.checks
    .flatMap((rule) => askSafety(rule, findings, { subject, run, asOf, ageYears, siteTexts, handled }))
    .sort((a, b) => urgencyOrder[a.urgency] - urgencyOrder[b.urgency]);
  const rules = { sha256: rulesLoaded.sha256, guidance: ruleFile.guidance };
  const lines = ruleFile.rules.flatMap((rule) =>
    applyRule(rule, rules, findings, { subject, run, safety: safetyChecks, ageYears, asOf }),
  );
  const qualified = qualifyByList(withConflicts(lines), findings, safetyChecks);
  const recommendations = qualified.sort((a, b) => urgencyOrder[a.urgency] - urgencyOrder[b.urgency]);
  return { subject, asOf, run: { id: run, key: emptyKey }, safetyChecks, recommendations };
}

function consultedOf({ path, header, sha256 }: KnowledgeFile) {
  return { type: 'knowledge' as const, id: path, version: header.version, sha256, licence: header.licence };
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
