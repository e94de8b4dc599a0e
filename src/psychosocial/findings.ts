import type { RunContext } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { NormReference } from '../dossier/norm.ts';
import { reliableChange, smallestRealChange } from './change.ts';
import type { Scale } from './instrument.ts';
import type { ItemAnswer, ScaleScore, Scored } from './score.ts';
import type { ResponseFact } from './select.ts';

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

export function scaleFinding(
  score: ScaleScore,
  scored: Scored,
  facts: readonly ResponseFact[],
  ofFacts: Issue[],
  shared: Pick<FindingDraft, 'time' | 'derivedFrom'>,
): FindingDraft {
  const { scale } = score;
  const real = smallestRealChange(scale);
  const norm = normOf(score);
  return {
    ...shared,
    measure: measure(scale.code, scale.display),
    ...(scale.codes.length > 0 ? { codes: scale.codes } : {}),
    value:
      score.value === undefined
        ? { type: 'refused', reason: score.reason! }
        : { type: 'quantity', value: score.value, unit: scale.unit },
    ...(score.value !== undefined && real
      ? { uncertainty: { type: 'smallest-real-change', value: real.value, level: 0.95, source: changeSource(scale) } }
      : {}),
    ...(norm ? { norm } : {}),
    issues: [...ofFacts, ...score.issues],
    evidence: evidenceOf(facts, scored, scale.items),
  };
}

export function changeSource(scale: Scale): string {
  const { source, population, verified } = scale.change!;
  return `${source}; ${population}${verified ? '' : '; not verified against the primary source'}`;
}

export function normOf({ scale, band }: ScaleScore): NormReference | undefined {
  if (scale.bands.length === 0) return undefined;
  return {
    norm: `${scale.code}/bands`,
    display: `${scale.display}, published bands`,
    source: scale.bandsSource ?? 'stated in the instrument file',
    bands: scale.bands,
    ...(band === undefined ? { refused: 'no score' } : { band }),
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

export function emitChanges(
  now: Scored,
  then: Scored,
  earlier: readonly ResponseFact[],
  shared: Pick<FindingDraft, 'time' | 'derivedFrom'>,
  context: RunContext,
): void {
  for (const later of now.scales) {
    const first = then.scales.find((one) => one.scale.code === later.scale.code);
    if (first?.value === undefined || later.value === undefined) continue;
    const change = reliableChange(later.scale, first.value, later.value);
    if (!change) continue;
    const limit = change.smallestRealChange;
    const [low, high] = later.scale.range;
    const span = high - low;
    const words =
      later.scale.worse === 'higher'
        ? ['reliable improvement', 'no reliable change', 'reliable deterioration']
        : ['reliable deterioration', 'no reliable change', 'reliable improvement'];
    context.emit.finding({
      ...shared,
      measure: measure(`${later.scale.code}.change`, `${later.scale.display}, change`),
      methodNote: `since ${earlier[0]!.at}`,
      value: { type: 'quantity', value: change.difference, unit: later.scale.unit },
      uncertainty: { type: 'smallest-real-change', value: limit, level: 0.95, source: changeSource(later.scale) },
      norm: {
        norm: `${later.scale.code}/reliable-change`,
        display: 'Reliable change of one person between two occasions',
        source: `Jacobson and Truax 1991, doi 10.1037/0022-006X.59.1.12, with ${changeSource(later.scale)}`,
        bands: [
          { from: -span, to: -limit, label: words[0]! },
          { from: -limit, to: limit, label: words[1]! },
          { from: limit, to: span, label: words[2]! },
        ],
        band: change.state,
      },
      issues: [...first.issues, ...later.issues],
      derivedFrom: [...shared.derivedFrom, ...earlier.map((fact) => fact.id)],
    });
  }
}
