import type { Code } from '../dossier/code.ts';
import { measure } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { NormReference } from '../dossier/norm.ts';
import type { Instrument } from '../forms/instrument.ts';
import { type ItemAnswer, pointsOf } from '../forms/itemAnswers.ts';
import type { Domain, Scale } from '../forms/scale.ts';
import { smallestRealChange } from './change.ts';
import { normalShare } from './normalShare.ts';
import { bandOf, type ScaleScore, showsBands } from './scaleScore.ts';
import type { Scored, VerdictScore } from './score.ts';
import type { ResponseFact } from './select.ts';

/** What every finding of one occasion shares. */
export interface Occasion {
  instrument: Instrument;
  scored: Scored;
  facts: readonly ResponseFact[];
  /** What was wrong with the answers as they came. */
  ofFacts: Issue[];
  shared: Pick<FindingDraft, 'time' | 'derivedFrom'>;
}

export function itemValue(answer: ItemAnswer, ofFacts: Issue[]): Pick<FindingDraft, 'value' | 'issues'> {
  if (answer.state === 'answered') {
    return { value: { type: 'quantity', value: answer.value, unit: '{score}' }, issues: ofFacts };
  }
  const why =
    answer.state === 'refused'
      ? answer.issue
      : issue('warning', 'item-not-answered', 'The safety item was not answered: not assessed, which is not "no".', {
          remedy: 'Ask the person.',
        });
  return { value: { type: 'refused', reason: why.code }, issues: [...ofFacts, why] };
}

/** The domain of a profile as a code beside the codes of the measure. */
export function domainCodes(domain: Domain | undefined): Code[] {
  return domain === undefined ? [] : [{ system: 'domain', code: domain, display: domain.replace('-', ' ') }];
}

/** Said with every number of an instrument whose rule nobody has read in its source. */
export function statusIssues({ status, display }: Instrument): Issue[] {
  if (status.verified) return [];
  const message = `The scoring of ${display} is not verified (${status.note}): the raw score stands without a band.`;
  return [issue('warning', 'instrument-unverified', message, { remedy: 'Hold the file against the published rule.' })];
}

export function scaleFinding(score: ScaleScore, occasion: Occasion): FindingDraft {
  const { scale } = score;
  const { instrument, scored, facts, ofFacts, shared } = occasion;
  const real = smallestRealChange(scale);
  const norm = normOf(instrument, score);
  const codes = [...scale.codes, ...domainCodes(scale.domain)];
  return {
    ...shared,
    measure: measure(scale.code, scale.display),
    ...(codes.length > 0 ? { codes } : {}),
    ...(score.valueSet === undefined ? {} : { methodNote: score.valueSet }),
    value: scoreValue(score, occasion),
    ...(score.value !== undefined && isRuled(score) && real
      ? { uncertainty: { type: 'smallest-real-change', value: real.value, level: 0.95, source: changeSource(scale) } }
      : {}),
    ...(norm ? { norm } : {}),
    issues: [...ofFacts, ...score.issues, ...statusIssues(instrument)],
    evidence: evidenceOf(facts, scored, scale.items),
  };
}

/** Whether every item was answered, or the rule for the missing ones was read in a text that states it. */
export function isRuled({ missing, scale }: ScaleScore): boolean {
  return missing.length === 0 || scale.missingVerified;
}

/**
 * A score by a rule that nobody verified is no number that a plan may move on: what the missing answers can still make of
 * it stands as an interval.
 */
function scoreValue(score: ScaleScore, { instrument, scored }: Occasion): FindingDraft['value'] {
  const { scale, value, reason, missing } = score;
  if (value === undefined) return { type: 'refused', reason: reason! };
  if (isRuled(score) || scale.method !== 'sum') return { type: 'quantity', value, unit: scale.unit };
  const span = (pick: (...points: number[]) => number) => {
    const points = scale.items.map((number) => {
      const item = instrument.items.find((one) => one.number === number)!;
      const answer = scored.items.get(number)!;
      if (answer.state === 'answered') return pointsOf(item, answer.value);
      return missing.includes(number) ? pick(pointsOf(item, item.min), pointsOf(item, item.max)) : 0;
    });
    return scale.times * points.reduce((sum, one) => sum + one, 0);
  };
  return { type: 'interval', low: span(Math.min), high: span(Math.max), unit: scale.unit };
}

const refusals: Record<string, string> = {
  't-no-table': 'no conversion table of that name is installed',
  't-not-in-table': 'the conversion table has no row for this raw score',
  't-not-verified': 'the row of the conversion table is not confirmed by a second source',
};

/** T-score by the table in use; undefined where the scale has none or the raw score was refused. */
export function tFinding(score: ScaleScore, occasion: Occasion): FindingDraft | undefined {
  const { scale, t } = score;
  if (t === undefined || scale.tScore === undefined) return undefined;
  const { scored, facts, ofFacts, shared } = occasion;
  const { bands, bandsSource, bandsVerified } = scale.tScore;
  const common = {
    ...shared,
    measure: measure(`${scale.code}.t`, `${scale.display}, T-score`),
    codes: [...scale.tScore.codes, ...domainCodes(scale.domain)],
    evidence: evidenceOf(facts, scored, scale.items),
  };
  if ('refused' in t) {
    const message = `No T-score: ${refusals[t.refused]}; the raw score stands.`;
    const why = issue('warning', t.refused, message, { remedy: 'Install the table of the manual of this form.' });
    return { ...common, value: { type: 'refused', reason: t.refused }, issues: [...ofFacts, why] };
  }
  const band = bandsVerified ? bandOf(bands, t.t) : undefined;
  // The T of these tables is made so that their reference population has mean 50 and SD 10.
  const standing = { z: (t.t - 50) / 10, centile: Math.round(1000 * normalShare((t.t - 50) / 10)) / 10 };
  return {
    ...common,
    methodNote: t.table,
    value: { type: 'quantity', value: t.t, unit: '{score}' },
    ...(t.standardError === undefined
      ? {}
      : { uncertainty: { type: 'standard-error' as const, value: t.standardError, source: t.table } }),
    ...(band === undefined
      ? {}
      : {
          norm: {
            norm: `${scale.code}/t-bands`,
            display: `${scale.display}, T; general population of the table: mean 50, SD 10`,
            source: bandsSource,
            bands,
            band,
            ...standing,
          },
        }),
    issues: ofFacts,
  };
}

export function verdictFinding(
  { verdict, code, label, reason, issues }: VerdictScore,
  occasion: Occasion,
): FindingDraft {
  const { instrument, ofFacts, shared } = occasion;
  const codes = domainCodes(verdict.domain);
  return {
    ...shared,
    measure: measure(verdict.code, verdict.display),
    ...(codes.length > 0 ? { codes } : {}),
    methodNote: verdict.source,
    value:
      code === undefined
        ? { type: 'refused', reason: reason ?? 'no-class' }
        : { type: 'code', code: { system: 'idiograph', code, display: label! } },
    issues: [...ofFacts, ...issues, ...statusIssues(instrument)],
  };
}

export function changeSource(scale: Scale): string {
  const { source, population, verified } = scale.change!;
  return `${source}; ${population}${verified ? '' : '; not verified against the primary source'}`;
}

export function normOf(instrument: Instrument, { scale, band, value }: ScaleScore): NormReference | undefined {
  if (!showsBands(instrument, scale)) return undefined;
  return {
    norm: `${scale.code}/bands`,
    display: `${scale.display}, published bands`,
    source: scale.bandsSource!,
    bands: scale.bands,
    ...(band === undefined
      ? { refused: value === undefined ? 'no score' : 'the rule for missing items is not verified' }
      : { band }),
  };
}

/** Where each used answer stands: item numbers and values, never wording. */
export function evidenceOf(
  facts: readonly ResponseFact[],
  scored: Scored,
  items: readonly number[],
): FindingDraft['evidence'] {
  const evidence = items.flatMap((number) => {
    const answer = scored.items.get(number)!;
    if (answer.state !== 'answered') return [];
    const fact = facts.find((one) => one.value.answers.includes(answer.answer)) ?? facts[0]!;
    return [{ of: fact.id, place: `item ${number} (${answer.answer.item})`, says: String(answer.value) }];
  });
  return evidence;
}
