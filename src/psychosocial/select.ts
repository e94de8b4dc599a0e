import type { Dossier, Selected, Selection } from '../dossier/analysis.ts';
import type { Code } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { type Instrument, loadInstruments, type Scale } from '../forms/instrument.ts';
import { type Response, recogniseInstrument } from '../forms/recognise.ts';
import { safetyAnswers } from './safety.ts';

/** What a source calls answers to an item bank; fixed forms have scoring rules of their own. */
export function isBankName({ code, display }: Code): boolean {
  return /\b(item ?bank|bank|cat|adaptive)\b/i.test(`${code} ${display}`.replaceAll(/[_/-]/g, ' '));
}

export type ResponseFact = Fact & { value: Response };

export function isResponse(fact: Fact): fact is ResponseFact {
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

/** The occasions of the same instrument before this one, oldest first; undated answers have no place in time. */
function before(occasion: Occasion, all: readonly Occasion[]): Occasion[] {
  const { at } = occasion;
  if (at === undefined) return [];
  return all.filter((one) => one.instrument.id === occasion.instrument.id && one.at !== undefined && one.at < at);
}

/** One selection an occasion of an instrument, one a stated total, one for safety items that stand alone. */
export function select(dossier: Dossier): Selected {
  const instruments = loadInstruments();
  const { occasions, unknown } = occasionsOf(dossier, instruments);
  // Answers to an item bank are another analysis's to read.
  const rest = unknown.filter(({ code }) => !isBankName(code));
  const missing: Issue[] = rest.map((fact) =>
    issue('warning', 'instrument-unknown', `No scoring rules for "${fact.code.display}"; its answers are kept.`, {
      place: fact.id,
      remedy: 'Add the instrument as a file under knowledge/psychosocial.',
    }),
  );
  if (occasions.length === 0) {
    missing.push(
      issue('info', 'no-questionnaire', 'No questionnaire with scoring rules was imported.', {
        remedy: `Add answers to one of ${instruments.length} questionnaires; "idiograph instruments" lists them.`,
      }),
    );
  }
  const selections = occasions.map((occasion): Selection => {
    const comparable = occasion.instrument.scales.some((scale) => scale.change);
    const past = comparable ? before(occasion, occasions) : [];
    const earlier = past.at(-1);
    const first = past.length > 1 ? past[0] : undefined;
    return {
      title: `${occasion.instrument.display} ${occasion.at?.slice(0, 10) ?? 'undated'}`,
      inputs: {
        responses: occasion.facts.map((fact) => fact.id),
        ...(earlier ? { earlier: earlier.facts.map((fact) => fact.id) } : {}),
        ...(first ? { first: first.facts.map((fact) => fact.id) } : {}),
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
