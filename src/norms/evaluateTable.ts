import { moments } from './distributions.ts';
import { referencesKnown } from './knowledge.ts';
import { type Evaluation, evaluate, type Judged, logLoss } from './metrics.ts';
import { type Model, predict } from './model.ts';
import { matchColumns } from './names.ts';
import type { People } from './people.ts';
import { rowIn } from './reference.ts';
import { type PersonScores, personOf, type Scorer } from './score.ts';

/**
 * How well a reference describes the people of a table, one line a measure that at least 3 people have. The log loss is
 * read against mean and SD of those whom the reference was learnt from, else of the controls it was adapted with.
 */
export function evaluateTable(scorer: Scorer, scored: readonly PersonScores[], controls?: People): Evaluation[] {
  const { reference, sites } = scorer;
  const judged = new Map<string, Judged[]>();
  for (const { person, scores } of scored) {
    if (scores.length === 0) continue;
    const who = personOf(person);
    const learnt = sites.get(person.site ?? '');
    const only = person.site === undefined && reference.sites.length === 1;
    const row = rowIn(reference, who, learnt ? -1 : only ? 0 : reference.sites.indexOf(person.site ?? ''));
    for (const { measure, value, z, expected } of scores) {
      const prediction = predict(reference.models[measure]!, who, row)!;
      const loss = logLoss(prediction, value, learnt?.get(measure));
      const one = { value, z, expected, logLoss: loss, site: person.site ?? '', male: who.male };
      const list = judged.get(measure);
      if (list) list.push(one);
      else judged.set(measure, [one]);
    }
  }
  const columns =
    controls && matchColumns([...judged.keys()], controls.columns, referencesKnown().aliases, reference.quantity);
  return [...judged].flatMap(([measure, list]) => {
    if (list.length < 3) return [];
    const of = columns?.get(measure);
    const values = of === undefined ? [] : (controls?.people ?? []).flatMap((person) => person.values[of] ?? []);
    const training =
      reference.training?.[measure] ?? (values.length > 1 ? moments(values) : { mean: Number.NaN, sd: Number.NaN });
    return [evaluate(measure, list, training, hyperparameters(reference.models[measure]!))];
  });
}

function hyperparameters(model: Model): number {
  if (model.type === 'blr') return 2 + (model.hyp[1] === 0 && model.hyp[2] === 0 ? 0 : 2) + (model.noiseBy ? 2 : 0);
  return model.type === 'shash' ? 5 : 2;
}

export interface Pooled {
  measures: number;
  ev: number;
  msll: number;
  smse: number;
  zMean: number;
  zSd: number;
  tails: { above196: number; above258: number };
}

/** Means over measures; tails over all numbers together. */
export function pooled(evaluations: readonly Evaluation[]): Pooled {
  const mean = (pick: (one: Evaluation) => number) =>
    evaluations.reduce((sum, one) => sum + pick(one), 0) / Math.max(evaluations.length, 1);
  const n = evaluations.reduce((sum, one) => sum + one.n, 0);
  const share = (pick: (one: Evaluation) => number) =>
    evaluations.reduce((sum, one) => sum + pick(one) * one.n, 0) / Math.max(n, 1);
  return {
    measures: evaluations.length,
    ev: mean(({ ev }) => ev),
    msll: mean(({ msll }) => msll),
    smse: mean(({ smse }) => smse),
    zMean: mean(({ zMean }) => zMean),
    zSd: mean(({ zSd }) => zSd),
    tails: { above196: share(({ tails }) => tails.above196), above258: share(({ tails }) => tails.above258) },
  };
}
