import { z } from 'zod';
import { type Instrument, parseInstrument } from '../forms/instrument.ts';
import { BodyMapFile, bodyMapPath } from '../knowledge/bodyMap.ts';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';

const item = z.int().positive();
const items = z.array(item).min(1);
const Sourced = { source: z.string().min(1), verified: z.boolean() };

export const PainForms = KnowledgeHeader.extend({
  redFlags: z.array(z.object({ group: z.string(), display: z.string(), form: z.string(), items })),
  neuropathic: z.object({ form: z.string(), history: item, distribution: item, signs: item, test: item, ...Sourced }),
  sensory: z.object({ form: z.string(), modalities: z.array(z.string()), states: z.array(z.string()) }),
  nociplastic: z.object({
    form: z.string(),
    duration: item,
    regional: item,
    nociceptiveExplains: item,
    neuropathicExplains: item,
    evoked: items,
    history: items,
    comorbid: items,
    ...Sourced,
  }),
  /** Items that say whether the pain has lasted three months. */
  duration: z.array(z.object({ form: z.string(), item })),
  classes: z.object({
    form: z.string(),
    codes: z.array(z.object({ item, code: z.string(), display: z.string() })),
    ...Sourced,
  }),
});
export type PainForms = z.infer<typeof PainForms>;

const Problem = z.object({
  id: z.string(),
  display: z.string(),
  /** Where the pain is, when the name says it; a part with two sides stands for both unless the record names one. */
  areas: z.array(z.string()),
  icd10: z.array(z.string()),
  snomed: z.array(z.string()),
  words: z.array(z.string()),
  /** Mechanisms for which it is an argument. */
  speaks: z.array(z.enum(['nociceptive', 'neuropathic', 'nociplastic'])),
  classes: z.array(z.string()),
  /** It is a pain itself; otherwise it only speaks to mechanism or class. */
  isPain: z.boolean(),
});
export type Problem = z.infer<typeof Problem>;

export const PainProblems = KnowledgeHeader.extend({ problems: z.array(Problem) });

export const formsPath = 'pain/forms.json';
export const problemsPath = 'pain/problems.json';

type Read = (path: string) => unknown;

/** As it ships: for `select`, which has no context to read from. */
export const shipped: Read = (path) => loadKnowledge(path).data;

/** One parse a file: `select` asks at each look at a dossier. */
function parser<T>(schema: z.ZodType<T>, path: string): (read: Read) => T {
  const parsed = new WeakMap<object, T>();
  return (read) => {
    const data = read(path) as object;
    const known = parsed.get(data) ?? schema.parse(data);
    parsed.set(data, known);
    return known;
  };
}

export const bodyMapIn = parser(BodyMapFile, bodyMapPath);
export const formsIn = parser(PainForms, formsPath);
const problemFileIn = parser(PainProblems, problemsPath);
export const problemsIn = (read: Read): Problem[] => problemFileIn(read).problems;

/** Paths of these forms below knowledge/. */
export function formPaths(ids: readonly string[]): string[] {
  return ids.map((id) => `psychosocial/${id}.json`);
}

export function instrumentsIn(read: Read, ids: readonly string[]): Instrument[] {
  return formPaths(ids).map((path) => parseInstrument(path, read(path)));
}
