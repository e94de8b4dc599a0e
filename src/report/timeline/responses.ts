import type { Fact } from '../../dossier/fact.ts';
import type { Finding } from '../../dossier/finding.ts';
import { unitForReader, valueForReader } from '../../dossier/words.ts';
import { instrumentFacts } from '../psychosocial/scales.ts';
import type { Collector, LaneKey } from './collect.ts';

/** Scores stand first in the words of an item in this order, then by code. */
const mainScores = ['.total', '.mean', '.sum'];

/**
 * One item for each filled questionnaire, with a series for each of its scores and safety items. A lane is an
 * instrument, whatever a source calls it: the scores that were made of the answers tell.
 */
export function addResponses(facts: readonly Fact[], findings: readonly Finding[], collect: Collector): void {
  const scores = scoresByResponse(facts, findings);
  for (const fact of facts) {
    if (fact.type !== 'response' || fact.status === 'entered-in-error') continue;
    const own = scores.get(fact.id) ?? [];
    const lane = laneOf(fact, own);
    const [main] = own;
    const time = fact.at ?? fact.period?.end ?? fact.period?.start;
    const answers = fact.value?.type === 'response' ? fact.value.answers.length : undefined;
    collect.add({
      ids: [fact.id],
      lane,
      label: lane.title,
      value: main ? `${valueForReader(main)}${main.norm?.band ? ` (${main.norm.band})` : ''}` : undefined,
      detail: answers === undefined ? undefined : `${answers} answer${answers === 1 ? '' : 's'}`,
      start: time,
      statedAt: fact.statedAt,
    });
    for (const score of own) {
      if (score.value.type !== 'quantity') continue;
      const { bands, band, display } = score.norm ?? {};
      collect.point(
        lane,
        {
          id: score.measure.code,
          title: score.measure.display,
          unit: unitForReader(score.value.unit),
          ...(bands ? { bands, reference: display } : {}),
        },
        {
          time: time ?? score.time,
          value: score.value.value,
          text: valueForReader(score),
          ...(band ? { flag: band } : {}),
          why: score.id,
        },
      );
    }
  }
}

/**
 * A change rests on two responses: it belongs to neither. What is said of a place is no score of the form, and what other
 * rooms read from it (their codes name no instrument) stands only where the form has no score of its own.
 */
function scoresByResponse(facts: readonly Fact[], findings: readonly Finding[]): Map<string, Finding[]> {
  const responses = new Set(facts.flatMap((fact) => (fact.type === 'response' ? [fact.id] : [])));
  const scores = new Map<string, Finding[]>();
  for (const finding of findings) {
    const of = finding.derivedFrom.filter((id) => responses.has(id));
    if (of.length !== 1 || finding.site !== undefined) continue;
    scores.set(of[0], [...(scores.get(of[0]) ?? []), finding]);
  }
  const rank = ({ measure }: Finding) => {
    const at = mainScores.findIndex((end) => measure.code.endsWith(end));
    return at < 0 ? mainScores.length : at;
  };
  for (const [id, all] of scores) {
    const named = all.filter(({ measure }) => instrumentOf(measure.code) !== undefined);
    const own = named.length > 0 ? named : all;
    scores.set(
      id,
      own.sort((a, b) => rank(a) - rank(b) || (a.measure.code < b.measure.code ? -1 : 1)),
    );
  }
  return scores;
}

/** `phq-9` of `phq-9.total`. */
function instrumentOf(code: string): string | undefined {
  return code.includes('.') ? code.split('.')[0] : undefined;
}

function laneOf(fact: Fact, scores: readonly Finding[]): LaneKey {
  const stated = fact.value?.type === 'response' ? fact.value.instrument : fact.code;
  const scored = scores[0] && instrumentOf(scores[0].measure.code);
  const isAddress = /^[a-z]+:/i.test(stated.display);
  const key = scored ?? (isAddress ? (stated.code.split('/').at(-1) ?? stated.code) : stated.display).toLowerCase();
  const named = instrumentFacts().find(({ id }) => id === key)?.display;
  return { group: 'questionnaires', key, title: named ?? (isAddress || scored ? key.toUpperCase() : stated.display) };
}
