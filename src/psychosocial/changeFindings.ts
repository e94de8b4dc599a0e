import type { RunContext } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Scale } from '../forms/scale.ts';
import { type Change, courseOf, importantDifferences, reliableChange } from './change.ts';
import { changeSource, domainCodes, isRuled } from './findings.ts';
import type { Scored } from './score.ts';
import type { ResponseFact } from './select.ts';
import { stateOf } from './significance.ts';

/** Difference to an earlier occasion, and what published words call it, for each scale that has a noise limit. */
export function emitChanges(
  now: Scored,
  then: Scored,
  earlier: readonly ResponseFact[],
  shared: Pick<FindingDraft, 'time' | 'derivedFrom'>,
  context: RunContext,
  /** The occasion before, or the first one of all: the person's own start. */
  from: 'before' | 'first' = 'before',
): void {
  const suffix = from === 'first' ? '-from-first' : '';
  const words = from === 'first' ? ' from the first' : '';
  for (const later of now.scales) {
    const first = then.scales.find((one) => one.scale.code === later.scale.code);
    if (first?.value === undefined || later.value === undefined || !isRuled(first) || !isRuled(later)) continue;
    const { scale } = later;
    const change = reliableChange(scale, first.value, later.value);
    if (!change) continue;
    const derivedFrom = [...shared.derivedFrom, ...earlier.map((fact) => fact.id)];
    const since = `since ${earlier[0]!.at}`;
    context.emit.finding({
      ...shared,
      ...changeFinding(scale, change),
      measure: measure(`${scale.code}.change${suffix}`, `${scale.display}, change${words}`),
      methodNote: since,
      issues: [...first.issues, ...later.issues, ...importance(scale, change, first.value)],
      derivedFrom,
    });
    const state = stateOf(scale, first.value, later.value)!;
    context.emit.finding({
      ...shared,
      measure: measure(`${scale.code}.state${suffix}`, `${scale.display}, state${words}`),
      codes: domainCodes(scale.domain),
      methodNote: `${since}; ${state.basis}; ${state.source}`,
      value: { type: 'code', code: { system: 'idiograph', code: state.code, display: state.code } },
      issues: [...first.issues, ...later.issues],
      derivedFrom,
    });
    const course = from === 'first' ? undefined : courseOf(scale, first.value, later.value);
    if (!course) continue;
    context.emit.finding({
      ...shared,
      measure: measure(`${scale.code}.course`, `${scale.display}, course`),
      codes: domainCodes(scale.domain),
      methodNote: `${since}; ${course.source}`,
      value: { type: 'code', code: { system: 'idiograph', code: course.code, display: course.label } },
      issues: [...first.issues, ...later.issues],
      derivedFrom,
    });
  }
}

function changeFinding(scale: Scale, change: Change): Pick<FindingDraft, 'value' | 'uncertainty' | 'norm'> {
  const limit = change.smallestRealChange;
  const span = scale.range[1] - scale.range[0];
  const words =
    scale.worse === 'higher'
      ? ['reliable improvement', 'no reliable change', 'reliable deterioration']
      : ['reliable deterioration', 'no reliable change', 'reliable improvement'];
  return {
    value: { type: 'quantity', value: change.difference, unit: scale.unit },
    uncertainty: { type: 'smallest-real-change', value: limit, level: 0.95, source: changeSource(scale) },
    norm: {
      norm: `${scale.code}/reliable-change`,
      display: 'Reliable change of one person between two occasions',
      source: `Jacobson and Truax 1991, doi 10.1037/0022-006X.59.1.12, with ${changeSource(scale)}`,
      bands: [
        { from: -span, to: -limit, label: words[0]! },
        { from: -limit, to: limit, label: words[1]! },
        { from: limit, to: span, label: words[2]! },
      ],
      band: change.state,
    },
  };
}

/** A published important difference may lie below the noise of one pair of scores: both are said. */
function importance(scale: Scale, change: Change, earlier: number): Issue[] {
  const reached = importantDifferences(scale, earlier, change.difference);
  if (reached.length === 0 || change.state !== 'no reliable change') return [];
  const message = `The difference reaches a published important difference (${reached.join('; ')}) and still cannot be told from noise in one pair of scores.`;
  const remedy = 'Ask what has changed for the person, and measure again.';
  return [issue('info', 'important-within-noise', message, { remedy })];
}
