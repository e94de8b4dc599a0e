import type { Dossier } from '../dossier/analysis.ts';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import { ageInYears } from '../dossier/dateTime.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { type Run, runId } from '../dossier/run.ts';
import { actionsThatCount } from '../dossier/safetyEntries.ts';
import type { KnowledgeFile } from '../knowledge/load.ts';
import { applyRule } from './applyRule.ts';
import { agreedBirthDate } from './birthDate.ts';
import { weigh } from './conflicts.ts';
import { askDrugs } from './drugChecks.ts';
import { mayMove } from './evidence.ts';
import { type FindingIndex, indexFindings } from './findingIndex.ts';
import { answersInForms } from './formAnswers.ts';
import { loadRules } from './loadRules.ts';
import { qualifyByList } from './medicationDoubt.ts';
import type { SafetyRule } from './rule.ts';
import { askSafety, type SiteTexts } from './safety.ts';
import { asBefore, scoreDoubts, withScoreDoubts } from './scoreDoubt.ts';
import { agreedSex } from './sex.ts';
import { switchedOffCheck } from './switchedOff.ts';
import { withTapers } from './tapers.ts';

const planAnalysis = 'plan.rules';
const planVersion = '2.1.0';

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
 * Pure and total over the dossier, the day and the knowledge files; by urgency, among those of today by `firstOfNow` of
 * plan/precedence.json, then by the ground on which lines stand, then in the order of the files, so that equal input in any order gives an equal plan.
 */
export function buildPlan(
  dossier: Dossier,
  options: { asOf: string; siteTexts?: SiteTexts; knowledgeDirectory?: string | undefined },
): Plan {
  const subject = dossier.subject.id;
  const asOf = options.asOf.slice(0, 10);
  const set = loadRules(options.knowledgeDirectory);
  const siteTexts = { ...set.siteTexts, ...options.siteTexts };
  // Once by id: every index below takes this order over instead of sorting thousands of findings again.
  const findings = [...dossier.findings].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const actions = actionsThatCount(dossier.entries);
  const inForms = answersInForms(dossier);
  const ageYears = ageInYears(agreedBirthDate(dossier.facts), asOf);
  const sex = agreedSex(dossier.facts);

  const seen = [...findings, ...actions, ...inForms.findings].map(({ id }) => id).sort();
  const decides = {
    subject,
    asOf,
    ageYears: ageYears ?? null,
    sex: sex ?? null,
    siteTexts: { ...siteTexts },
    dossier: sha256(canonicalJson(seen)),
  };
  const consulted = set.files.map(consultedOf);
  const emptyKey = {
    analysis: planAnalysis,
    version: planVersion,
    options: decides,
    runtime: '',
    inputs: [],
    consulted,
  };
  const run = runId(emptyKey);

  const { formWords } = set;
  const about = {
    subject,
    run,
    asOf,
    ageYears,
    siteTexts,
    actions,
    forms: inForms.forms,
    sameAs: inForms.sameAs,
    formWords,
  };
  const mayMoveLines = findings.filter((finding) => mayMove(finding, set.evidence));
  const doubts = scoreDoubts(mayMoveLines, set.scores);
  const everything = indexFindings([...findings, ...inForms.findings]);
  const before = doubts.length === 0 ? everything : indexFindings(asBefore([...findings, ...inForms.findings], doubts));
  const asked = set.checks.flatMap((rule) => {
    const checks = askSafety(rule, everything, about);
    // A question that is asked because of a score is asked on the earlier one as well.
    return checks.length > 0 || doubts.length === 0 ? checks : askSafety(rule, before, about);
  });
  const moving = indexFindings(mayMoveLines);
  const scene = { subject, run, safety: asked, ageYears, sex, asOf };
  const linesOn = (index: FindingIndex) =>
    set.rules.flatMap((rule) =>
      applyRule(rule, { sha256: set.sha256Of.get(rule.id)!, guidance: set.guidance }, index, scene),
    );
  const drafts =
    doubts.length === 0
      ? linesOn(moving)
      : withScoreDoubts(linesOn(moving), linesOn(indexFindings(asBefore(mayMoveLines, doubts))), doubts);
  const lines = withTapers(weigh(drafts, set.precedence), drafts, findings, set.tapers);
  const ofDrugs = set.drugChecks.flatMap((rule) => askDrugs(rule, moving, lines, scene));
  const safetyChecks = [
    ...withLines(asked, set.checks, lines),
    ...ofDrugs,
    ...switchedOffCheck(set.switchedOff, scene),
  ].sort((a, b) => urgencyOrder[a.urgency] - urgencyOrder[b.urgency]);
  const recommendations = qualifyByList(lines, findings, safetyChecks).sort(
    (a, b) =>
      urgencyOrder[a.urgency] - urgencyOrder[b.urgency] ||
      placeInNow(a, set.firstOfNow) - placeInNow(b, set.firstOfNow) ||
      Number(a.held !== undefined) - Number(b.held !== undefined),
  );
  return { subject, asOf, run: { id: run, key: emptyKey }, safetyChecks, recommendations };
}

/** Positive checks with the lines that say what to do about them. */
function withLines(
  checks: readonly SafetyCheck[],
  rules: readonly SafetyRule[],
  lines: readonly Recommendation[],
): SafetyCheck[] {
  const wanted = new Map(rules.map((rule) => [rule.check, rule.lines]));
  return checks.map((check) => {
    if (check.state !== 'positive') return check;
    const of = wanted.get(check.check) ?? [];
    const found = lines.filter((line) =>
      of.some(
        ({ rule, about }) => rule === line.rule.id && (about ?? line.about).toLowerCase() === line.about.toLowerCase(),
      ),
    );
    return found.length === 0 ? check : { ...check, lines: found.map(({ id }) => id) };
  });
}

/** Among lines of today: the place that plan/precedence.json gives to the rule; all others stand behind, alike. */
function placeInNow({ urgency, rule }: Recommendation, first: readonly string[]): number {
  const at = urgency === 'now' ? first.indexOf(rule.id) : -1;
  return at === -1 ? first.length : at;
}

function consultedOf({ path, header, sha256 }: KnowledgeFile) {
  return { type: 'knowledge' as const, id: path, version: header.version, sha256, licence: header.licence };
}
