import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Code } from '../dossier/code.ts';
import { IdiographError } from '../dossier/errors.ts';
import { KnowledgeHeader, knowledgeDirectory, loadKnowledge } from '../knowledge/load.ts';

const Item = z.object({
  number: z.int().positive(),
  /** Topic in our own words. The wording of an item belongs to its owner and is never kept here. */
  label: z.string().min(1),
  min: z.int(),
  max: z.int(),
  /** Answered in the other direction: scored as min + max - answer. */
  reverse: z.boolean().default(false),
  codes: z.array(Code).default([]),
  /** Other names under which sources list the item. */
  aliases: z.array(z.string()).default([]),
});

const Reference = z.object({ statement: z.string().min(1), source: z.string().min(1), verified: z.boolean() });

const Scale = z.object({
  /** Measure code of the finding: `phq-9.total`. */
  code: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/),
  display: z.string().min(1),
  items: z.array(z.int().positive()).min(1),
  method: z.enum(['sum', 'mean']),
  unit: z.string().min(1),
  range: z.tuple([z.number(), z.number()]),
  worse: z.enum(['higher', 'lower']),
  codes: z.array(Code).default([]),
  /** How many items may be missing; the mean of the answered ones then stands for them. 0: no score. */
  missingAtMost: z.int().nonnegative(),
  missingSource: z.string().min(1),
  bands: z.array(z.object({ from: z.number(), to: z.number(), label: z.string().min(1) })).default([]),
  bandsSource: z.string().optional(),
  /** Standard deviation and reliability from which the smallest real change follows (docs/methods/questionnaires.md). */
  change: z
    .object({
      sd: z.number().positive(),
      reliability: z.number().gt(0).lt(1),
      reliabilityType: z.enum(['retest', 'alpha']),
      population: z.string().min(1),
      source: z.string().min(1),
      verified: z.boolean(),
    })
    .optional(),
  /** Differences that people notice, as published; they are printed, never mixed with the smallest real change. */
  important: z.array(Reference).default([]),
  /** What other groups score. Printed beside the person's score; no z-score is made from a mean without an SD. */
  references: z.array(Reference).default([]),
});
export type Scale = z.infer<typeof Scale>;

const SafetyItem = z.object({
  item: z.int().positive(),
  /** Measure code of the finding: `phq-9.item-9`. */
  code: z.string().min(1),
  display: z.string().min(1),
  /** Which safety check it answers: `suicidality`. */
  check: z.string().min(1),
  positiveFrom: z.int(),
  /** From this answer on it goes before the weaker positives. */
  urgentFrom: z.int(),
});
export type SafetyItem = z.infer<typeof SafetyItem>;

const Example = z.object({
  title: z.string().min(1),
  answers: z.record(z.string(), z.number()),
  /** By scale or safety code: the score with its band, or the issue code of a refusal. */
  expect: z.record(
    z.string(),
    z.union([z.object({ value: z.number(), band: z.string().optional() }), z.object({ refused: z.string() })]),
  ),
});

/** One questionnaire as data. A new file of this form under knowledge/psychosocial/ is a new instrument; no code changes. */
export const Instrument = KnowledgeHeader.extend({
  instrument: z
    .object({
      id: z.string().regex(/^[a-z0-9-]+$/),
      display: z.string().min(1),
      recall: z.string().min(1),
      codes: z.array(Code),
      /** Names in any spelling; letters and digits alone are compared. */
      aliases: z.array(z.string()).min(1),
      items: z.array(Item).min(1),
      /** Items that belong to the form but to no score, and totals that the form may carry. */
      unscored: z.array(
        z.object({ label: z.string(), codes: z.array(Code), aliases: z.array(z.string()).default([]) }),
      ),
      answerCodes: z.array(z.object({ system: z.string(), code: z.string(), value: z.int() })),
      scales: z.array(Scale).min(1),
      safety: z.array(SafetyItem),
      wording: z.object({ licence: z.string().min(1), note: z.string().min(1) }),
      examples: z.array(Example).min(1),
    })
    .superRefine((instrument, context) => {
      const numbers = new Set(instrument.items.map((item) => item.number));
      const used = [
        ...instrument.scales.flatMap((scale) => scale.items),
        ...instrument.safety.map((safety) => safety.item),
      ];
      for (const number of used) {
        if (!numbers.has(number)) context.addIssue(`item ${number} is scored but not listed`);
      }
      if (numbers.size !== instrument.items.length) context.addIssue('an item number occurs twice');
    }),
});
export type InstrumentFile = z.infer<typeof Instrument>;
export type Instrument = InstrumentFile['instrument'] & { path: string };

/** Files of instruments, relative to knowledge/, in the order of their names. */
export function instrumentPaths(directory = knowledgeDirectory): string[] {
  return readdirSync(join(directory, 'psychosocial'))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => `psychosocial/${name}`);
}

/** Checks one parsed file. Throws `knowledge-invalid` with what is wrong. */
export function parseInstrument(path: string, data: unknown): Instrument {
  const parsed = Instrument.safeParse(data);
  if (!parsed.success) {
    throw new IdiographError('knowledge-invalid', `knowledge/${path}: ${z.prettifyError(parsed.error)}`, { path });
  }
  return { ...parsed.data.instrument, path };
}

const loaded = new Map<string, Instrument[]>();

/** All instruments that are installed. */
export function loadInstruments(directory = knowledgeDirectory): Instrument[] {
  let instruments = loaded.get(directory);
  if (!instruments) {
    instruments = instrumentPaths(directory).map((path) => parseInstrument(path, loadKnowledge(path, directory).data));
    loaded.set(directory, instruments);
  }
  return instruments;
}
