import type { Analysis, RunContext } from '../dossier/analysis.ts';
import type { Json } from '../dossier/canonical.ts';
import { measure } from '../dossier/code.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import { whereOf } from '../dossier/whereOf.ts';
import { formIssue } from '../forms/formCheck.ts';
import { type Instrument, instrumentPaths, loadInstruments, parseInstrument } from '../forms/instrument.ts';
import { recogniseInstrument } from '../forms/recognise.ts';
import type { Scale } from '../forms/scale.ts';
import { smallestRealChange } from './change.ts';
import { emitChanges } from './changeFindings.ts';
import { type Conversions, conversionPath, parseConversions } from './conversion.ts';
import { diary } from './diary/analysis.ts';
import {
  changeSource,
  evidenceOf,
  itemValue,
  normOf,
  type Occasion,
  scaleFinding,
  statusIssues,
  tFinding,
  verdictFinding,
} from './findings.ts';
import { itemBanks } from './itemBank/analysis.ts';
import { standingFindings, standingMeasures } from './references.ts';
import { safetyAnswers } from './safety.ts';
import { bandOf, showsBands } from './scaleScore.ts';
import { type Scored, scoreResponse, verdictsOf } from './score.ts';
import { isResponse, type ResponseFact, select } from './select.ts';
import { series } from './seriesAnalysis.ts';

async function run(
  inputs: Record<string, string[]>,
  options: Record<string, Json>,
  context: RunContext,
): Promise<void> {
  const instruments = instrumentPaths().map((path) => parseInstrument(path, context.knowledge(path)));
  if (inputs['stated']) {
    runStated(inputs['stated'], options, instruments, context);
    return;
  }
  if (inputs['safety']) {
    runSafety(inputs['safety'], instruments, context);
    return;
  }
  const factsOf = (role: string) =>
    context.dossier.facts.filter(isResponse).filter((fact) => inputs[role]?.includes(fact.id));
  const facts = factsOf('responses');
  const [first] = facts;
  const instrument = first && recogniseInstrument(first.value, instruments);
  if (!first || !instrument) return;
  const conversions = parseConversions(conversionPath, context.knowledge(conversionPath));
  const scored = merge(instrument, facts, conversions, context.dossier.sources);
  for (const one of scored.issues) context.emit.issue(one);
  const shared = {
    ...(first.at ? { time: first.at } : {}),
    derivedFrom: facts.map((fact) => fact.id),
  };
  const ofFacts = facts.flatMap((fact) => issuesOf(fact, context.dossier.sources));
  for (const safety of instrument.safety) {
    const answer = scored.items.get(safety.item)!;
    if (answer.state === 'left-out') continue;
    context.emit.finding({
      ...shared,
      measure: measure(safety.code, safety.display),
      codes: instrument.items.find((item) => item.number === safety.item)!.codes,
      ...itemValue(answer, ofFacts),
      evidence: evidenceOf(facts, scored, [safety.item]),
    });
  }
  emitScores({ instrument, scored, facts, ofFacts, shared }, context);
  const earlier = factsOf('earlier');
  if (earlier.length > 0)
    emitChanges(scored, merge(instrument, earlier, conversions, context.dossier.sources), earlier, shared, context);
  const start = factsOf('first');
  if (start.length > 0)
    emitChanges(
      scored,
      merge(instrument, start, conversions, context.dossier.sources),
      start,
      shared,
      context,
      'first',
    );
}

function emitScores(occasion: Occasion, context: RunContext): void {
  for (const score of occasion.scored.scales) {
    context.emit.finding(scaleFinding(score, occasion));
    for (const standing of standingFindings(score, occasion)) context.emit.finding(standing);
    const t = tFinding(score, occasion);
    if (t) context.emit.finding(t);
  }
  for (const verdict of occasion.scored.verdicts) context.emit.finding(verdictFinding(verdict, occasion));
}

/** A safety item that stands alone in the record, or in a form without scoring rules. */
function runSafety(ids: readonly string[], instruments: readonly Instrument[], context: RunContext): void {
  const facts = context.dossier.facts.filter((fact) => ids.includes(fact.id));
  for (const answer of safetyAnswers(facts, instruments)) {
    const fact = facts.find((one) => one.id === answer.fact)!;
    const reason = answer.state === 'unreadable' ? 'answer-unreadable' : 'item-not-answered';
    context.emit.finding({
      measure: measure(answer.measure, answer.display),
      ...(answer.at ? { time: answer.at } : {}),
      value:
        answer.value === undefined
          ? { type: 'refused', reason }
          : { type: 'quantity', value: answer.value, unit: '{score}' },
      issues: [
        ...fact.issues,
        ...(answer.value === undefined
          ? [
              issue('warning', reason, 'The safety item has no answer that can be read: not assessed.', {
                place: fact.place,
                remedy: 'Ask the person.',
              }),
            ]
          : []),
      ],
      derivedFrom: [fact.id],
      evidence: answer.value === undefined ? [] : [{ of: fact.id, place: fact.place, says: String(answer.value) }],
    });
  }
}

/** A total whose items nobody sees: checked against the range and read with its band, and said to be unchecked. */
function runStated(
  ids: readonly string[],
  options: Record<string, Json>,
  instruments: readonly Instrument[],
  context: RunContext,
): void {
  const instrument = instruments.find((one) => one.id === options['instrument']);
  const scale = instrument?.scales.find((one) => one.code === options['scale']);
  for (const fact of context.dossier.facts) {
    if (!instrument || !scale || !ids.includes(fact.id) || fact.value?.type !== 'quantity') continue;
    const { value } = fact.value;
    const fits = value >= scale.range[0] && value <= scale.range[1];
    const real = smallestRealChange(scale);
    const band = fits && showsBands(instrument, scale) ? bandOf(scale.bands, value) : undefined;
    const norm = normOf(instrument, { scale, missing: [], issues: [], ...(band === undefined ? {} : { band }) });
    const why = fits
      ? issue(
          'warning',
          'items-not-seen',
          'The record states only the total; its items and any safety item were not seen.',
          {
            place: fact.place,
            remedy: 'Import the answers themselves.',
          },
        )
      : issue('error', 'total-out-of-range', `The stated total ${value} is outside ${scale.range.join('-')}.`, {
          place: fact.place,
          remedy: 'Correct the total in the source.',
        });
    context.emit.finding({
      measure: measure(scale.code, scale.display),
      codes: scale.codes,
      ...(fact.at ? { time: fact.at } : {}),
      value: fits ? { type: 'quantity', value, unit: scale.unit } : { type: 'refused', reason: why.code },
      ...(fits && real
        ? { uncertainty: { type: 'smallest-real-change', value: real.value, level: 0.95, source: changeSource(scale) } }
        : {}),
      ...(norm ? { norm } : {}),
      issues: [...fact.issues, why, ...statusIssues(instrument)],
      derivedFrom: [fact.id],
      evidence: [{ of: fact.id, place: fact.place, says: String(value) }],
    });
  }
}

/** Two forms of one occasion must agree item by item; where they do not, the item is refused. */
function merge(
  instrument: Instrument,
  facts: readonly ResponseFact[],
  conversions: Conversions,
  sources: readonly Source[],
): Scored {
  const answers = facts.flatMap((fact) => fact.value.answers);
  const stated = facts.length === 1 ? facts[0]!.value.statedTotal : undefined;
  // Of several forms of one occasion one that does not fit is enough to refuse the score.
  const form = facts.find((fact) => formIssue(instrument, fact.value))?.value.form;
  const scored = scoreResponse(
    instrument,
    {
      type: 'response',
      instrument: facts[0]!.value.instrument,
      answers,
      ...(stated === undefined ? {} : { statedTotal: stated }),
      ...(form ? { form } : {}),
    },
    conversions,
    facts.flatMap(({ issues }) => issues),
  );
  placeIssues(scored, facts.map((fact) => whereOf(fact, sources)).join('; '));
  if (facts.length > 1) {
    scored.issues.push(
      issue('info', 'answers-duplicate', `${facts.length} forms carry the same date; they were read as one.`, {
        remedy: 'Check whether one of them belongs to another day.',
      }),
    );
  }
  return scored;
}

/** What the reader said of a response, with the file. */
function issuesOf(fact: ResponseFact, sources: readonly Source[]): Issue[] {
  const where = whereOf(fact, sources);
  return fact.issues.map((one) => {
    const place = one.place === undefined || where.endsWith(one.place) ? where : `${where}, ${one.place}`;
    return { ...one, place };
  });
}

/** Scoring knows the item only: whoever is to correct it must find the file and the line. */
function placeIssues({ items, scales, verdicts, issues }: Scored, where: string): void {
  const placed = (one: Issue): Issue => ({ ...one, place: one.place === undefined ? where : `${where}, ${one.place}` });
  const refused = [...items].flatMap(([number, answer]) =>
    answer.state === 'refused' ? [[number, { ...answer, issue: placed(answer.issue) }] as const] : [],
  );
  for (const [number, answer] of refused) items.set(number, answer);
  for (const of of [...scales, ...verdicts]) of.issues = of.issues.map(placed);
  issues.splice(0, issues.length, ...issues.map(placed));
}

function measuresOf(scale: Scale): string[] {
  const { code, change, tScore } = scale;
  return [
    code,
    ...standingMeasures(scale),
    ...(change
      ? ['change', 'course', 'state', 'change-from-first', 'state-from-first'].map((what) => `${code}.${what}`)
      : []),
    ...(tScore ? [`${code}.t`] : []),
  ];
}

const scores: Analysis = {
  id: 'psychosocial.scores',
  version: '2.2.0',
  title: 'Questionnaire scores',
  get makes() {
    return loadInstruments().flatMap((instrument) => [
      ...instrument.scales.flatMap(measuresOf),
      ...verdictsOf(instrument).map(({ code }) => code),
      ...instrument.safety.map((safety) => safety.code),
    ]);
  },
  takes: [],
  get knowledge() {
    return [...instrumentPaths(), conversionPath];
  },
  packs: [],
  peakMemoryMb: () => 1,
  method: 'questionnaires.md',
  select,
  run,
};

export const analyses: readonly Analysis[] = [scores, series, diary, itemBanks];
