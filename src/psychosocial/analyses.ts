import type { Analysis, Dossier, RunContext, Selected, Selection } from '../dossier/analysis.ts';
import type { Json } from '../dossier/canonical.ts';
import { measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { NormReference } from '../dossier/norm.ts';
import { reliableChange, smallestRealChange } from './change.ts';
import { type Instrument, instrumentPaths, loadInstruments, parseInstrument, type Scale } from './instrument.ts';
import { type Response, recogniseInstrument } from './recognise.ts';
import { safetyAnswers } from './safety.ts';
import { bandOf, type ItemAnswer, type ScaleScore, type Scored, scoreResponse } from './score.ts';

type ResponseFact = Fact & { value: Response };

function isResponse(fact: Fact): fact is ResponseFact {
  return fact.type === 'response' && fact.value?.type === 'response' && fact.status !== 'entered-in-error';
}

/** Responses of one instrument at one time. More than one: the same form came twice, or two forms contradict. */
interface Occasion {
  instrument: Instrument;
  at: string | undefined;
  facts: ResponseFact[];
}

function occasionsOf(dossier: Dossier, instruments: readonly Instrument[]): { occasions: Occasion[]; unknown: Fact[] } {
  const occasions = new Map<string, Occasion>();
  const unknown: Fact[] = [];
  for (const fact of dossier.facts) {
    if (!isResponse(fact)) continue;
    const instrument = recogniseInstrument(fact.value, instruments);
    if (!instrument) {
      unknown.push(fact);
      continue;
    }
    const key = `${instrument.id}|${fact.at ?? ''}`;
    const occasion = occasions.get(key) ?? { instrument, at: fact.at, facts: [] };
    occasion.facts.push(fact);
    occasions.set(key, occasion);
  }
  const sorted = [...occasions.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return { occasions: sorted.map(([, occasion]) => occasion), unknown };
}

/** The occasion of the same instrument just before this one; undated answers have no place in time. */
function before(occasion: Occasion, all: readonly Occasion[]): Occasion | undefined {
  const { at } = occasion;
  if (at === undefined) return undefined;
  return all
    .filter((one) => one.instrument.id === occasion.instrument.id && one.at !== undefined && one.at < at)
    .at(-1);
}

function select(dossier: Dossier): Selected {
  const instruments = loadInstruments();
  const { occasions, unknown } = occasionsOf(dossier, instruments);
  const missing: Issue[] = unknown.map((fact) =>
    issue('warning', 'instrument-unknown', `No scoring rules for "${fact.code.display}"; its answers are kept.`, {
      place: fact.id,
      remedy: 'Add the instrument as a file under knowledge/psychosocial.',
    }),
  );
  if (occasions.length === 0) {
    missing.push(
      issue('info', 'no-questionnaire', 'No questionnaire with scoring rules was imported.', {
        remedy: `Add answers to ${instruments.map((one) => one.display).join(', ')}.`,
      }),
    );
  }
  const selections = occasions.map((occasion): Selection => {
    const comparable = occasion.instrument.scales.some((scale) => scale.change);
    const earlier = comparable ? before(occasion, occasions) : undefined;
    return {
      title: `${occasion.instrument.display} ${occasion.at?.slice(0, 10) ?? 'undated'}`,
      inputs: {
        responses: occasion.facts.map((fact) => fact.id),
        ...(earlier ? { earlier: earlier.facts.map((fact) => fact.id) } : {}),
      },
    };
  });
  for (const { fact, instrument, scale } of statedTotals(dossier, instruments, occasions)) {
    selections.push({
      title: `${scale.display} stated ${fact.at?.slice(0, 10) ?? 'undated'}`,
      inputs: { stated: [fact.id] },
      options: { instrument: instrument.id, scale: scale.code },
    });
  }
  const scored = new Set(occasions.flatMap((occasion) => occasion.facts.map((fact) => fact.id)));
  for (const answer of safetyAnswers(dossier.facts, instruments).filter((one) => !scored.has(one.fact))) {
    selections.push({
      title: `${answer.display} ${answer.at?.slice(0, 10) ?? 'undated'}`,
      inputs: { safety: [answer.fact] },
    });
  }
  return { selections, missing };
}

/** Totals that a record carries as observations, where no form of that instrument and time is there to score. */
function statedTotals(
  dossier: Dossier,
  instruments: readonly Instrument[],
  occasions: readonly Occasion[],
): { fact: Fact; instrument: Instrument; scale: Scale }[] {
  return dossier.facts
    .filter((fact) => fact.type === 'observation' && fact.status !== 'entered-in-error')
    .filter((fact) => fact.value?.type === 'quantity')
    .flatMap((fact) => {
      const codes = [fact.code, ...(fact.codes ?? [])];
      return instruments.flatMap((instrument) =>
        instrument.scales
          .filter((scale) =>
            scale.codes.some((known) => codes.some((c) => c.system === known.system && c.code === known.code)),
          )
          .filter(() => !occasions.some((one) => one.instrument.id === instrument.id && one.at === fact.at))
          .map((scale) => ({ fact, instrument, scale })),
      );
    });
}

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
  const scored = merge(instrument, facts);
  for (const one of scored.issues) context.emit.issue(one);
  const shared = {
    ...(first.at ? { time: first.at } : {}),
    derivedFrom: facts.map((fact) => fact.id),
  };
  const ofFacts = facts.flatMap((fact) => fact.issues);
  for (const safety of instrument.safety) {
    context.emit.finding({
      ...shared,
      measure: measure(safety.code, safety.display),
      codes: instrument.items.find((item) => item.number === safety.item)!.codes,
      ...itemValue(scored.items.get(safety.item)!, ofFacts),
      evidence: evidenceOf(facts, scored, [safety.item]),
    });
  }
  for (const score of scored.scales) context.emit.finding(scaleFinding(score, scored, facts, ofFacts, shared));
  const earlier = factsOf('earlier');
  if (earlier.length > 0) emitChanges(scored, merge(instrument, earlier), earlier, shared, context);
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
  const scale = instruments
    .find((one) => one.id === options['instrument'])
    ?.scales.find((one) => one.code === options['scale']);
  for (const fact of context.dossier.facts) {
    if (!scale || !ids.includes(fact.id) || fact.value?.type !== 'quantity') continue;
    const { value } = fact.value;
    const fits = value >= scale.range[0] && value <= scale.range[1];
    const real = smallestRealChange(scale);
    const band = fits ? bandOf(scale, value) : undefined;
    const norm = normOf({ scale, missing: [], issues: [], ...(band === undefined ? {} : { band }) });
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
      issues: [...fact.issues, why],
      derivedFrom: [fact.id],
      evidence: [{ of: fact.id, place: fact.place, says: String(value) }],
    });
  }
}

/** Two forms of one occasion must agree item by item; where they do not, the item is refused. */
function merge(instrument: Instrument, facts: readonly ResponseFact[]): Scored {
  const answers = facts.flatMap((fact) => fact.value.answers);
  const stated = facts.length === 1 ? facts[0]!.value.statedTotal : undefined;
  const scored = scoreResponse(instrument, {
    type: 'response',
    instrument: facts[0]!.value.instrument,
    answers,
    ...(stated === undefined ? {} : { statedTotal: stated }),
  });
  if (facts.length > 1) {
    scored.issues.push(
      issue('info', 'answers-duplicate', `${facts.length} forms carry the same date; they were read as one.`, {
        remedy: 'Check whether one of them belongs to another day.',
      }),
    );
  }
  return scored;
}

function itemValue(answer: ItemAnswer, ofFacts: Issue[]): Pick<FindingDraft, 'value' | 'issues'> {
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

function scaleFinding(
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

function changeSource(scale: Scale): string {
  const { source, population, verified } = scale.change!;
  return `${source}; ${population}${verified ? '' : '; not verified against the primary source'}`;
}

function normOf({ scale, band }: ScaleScore): NormReference | undefined {
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
function evidenceOf(
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

function emitChanges(
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

const scores: Analysis = {
  id: 'psychosocial.scores',
  version: '1.0.0',
  title: 'Questionnaire scores',
  get makes() {
    return loadInstruments().flatMap((instrument) => [
      ...instrument.scales.flatMap((scale) => [scale.code, ...(scale.change ? [`${scale.code}.change`] : [])]),
      ...instrument.safety.map((safety) => safety.code),
    ]);
  },
  takes: [],
  get knowledge() {
    return instrumentPaths();
  },
  packs: [],
  peakMemoryMb: () => 1,
  method: 'questionnaires.md',
  select,
  run,
};

export const analyses: readonly Analysis[] = [scores];
