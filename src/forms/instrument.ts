import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Code } from '../dossier/code.ts';
import { IdiographError } from '../dossier/errors.ts';
import { KnowledgeHeader, knowledgeDirectory, loadKnowledge } from '../knowledge/load.ts';
import { Condition, namesIn } from './condition.ts';
import { Scale, Verdict } from './scale.ts';

export type { Scale } from './scale.ts';

const Item = z.object({
  number: z.int().positive(),
  /** Topic in our own words. The wording of an item belongs to its owner and is never kept here. */
  label: z.string().min(1),
  min: z.int(),
  max: z.int(),
  /** Answered in the other direction: scored as min + max - answer. */
  reverse: z.boolean().default(false),
  /** Points of each answer from min to max where they are not the answer itself. */
  points: z.array(z.number()).optional(),
  /** Our own words for the answers from min to max: only in forms that nobody else owns. */
  answers: z.array(z.string().min(1)).optional(),
  /** Left out by rule: asked of some people only (said in words), not after that answer, or not beside another item. */
  leftOut: z
    .union([
      z.object({ askedOf: z.string().min(1) }),
      z.object({ after: z.int().positive(), answeredAtMost: z.int() }),
      z.object({ beside: z.int().positive() }),
    ])
    .optional(),
  codes: z.array(Code).default([]),
  /** Other names under which sources list the item. */
  aliases: z.array(z.string()).default([]),
});
export type Item = z.infer<typeof Item>;

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
  /** By scale, verdict or safety code: the score with its band, the class, or the issue code of a refusal. */
  expect: z.record(
    z.string(),
    z.union([
      z.object({ value: z.number(), band: z.string().optional() }),
      z.object({ verdict: z.string() }),
      z.object({ refused: z.string() }),
    ]),
  ),
});

/** One questionnaire as data. A new file of this form under knowledge/psychosocial/ is a new instrument; no code changes. */
export const Instrument = KnowledgeHeader.extend({
  instrument: z
    .object({
      id: z.string().regex(/^[a-z0-9-]+$/),
      display: z.string().min(1),
      recall: z.string().min(1),
      /** Whether its scoring rule was read in a text that states it; `note` says what remains open. */
      status: z.object({ verified: z.boolean(), note: z.string().min(1) }),
      codes: z.array(Code),
      /** Names in any spelling; letters and digits alone are compared. */
      aliases: z.array(z.string()).min(1),
      items: z.array(Item).min(1),
      /** Items that belong to the form but to no score, and totals that the form may carry. */
      unscored: z.array(
        z.object({ label: z.string(), codes: z.array(Code), aliases: z.array(z.string()).default([]) }),
      ),
      answerCodes: z.array(z.object({ system: z.string(), code: z.string(), value: z.int() })),
      /** The first is the score of the instrument, unless it has none. */
      scales: z.array(Scale),
      noTotal: z.boolean().default(false),
      /** Some items belong to several sub-scales or to none. */
      overlapping: z.boolean().default(false),
      verdicts: z.array(Verdict).default([]),
      safety: z.array(SafetyItem),
      /** Answers that cannot both be meant. */
      contradictions: z.array(z.object({ when: Condition, says: z.string().min(1) })).default([]),
      wording: z.object({ licence: z.string().min(1), note: z.string().min(1) }),
      examples: z.array(Example).min(1),
    })
    .superRefine((instrument, context) => {
      const conditions = [
        ...instrument.verdicts.flatMap(({ cases }) => cases.map(({ when }) => when)),
        ...instrument.contradictions.map(({ when }) => when),
      ].map(namesIn);
      const known = new Set(instrument.items.map((item) => item.number));
      const used = [
        ...instrument.scales.flatMap((scale) => scale.items),
        ...instrument.safety.map((safety) => safety.item),
        ...instrument.verdicts.flatMap((verdict) => verdict.profile ?? []),
        ...conditions.flatMap(({ items }) => items),
      ];
      for (const number of used) {
        if (!known.has(number)) context.addIssue(`item ${number} is scored but not listed`);
      }
      if (known.size !== instrument.items.length) context.addIssue('an item number occurs twice');
      const codes = new Set(instrument.scales.map((scale) => scale.code));
      for (const code of conditions.flatMap(({ scales }) => scales)) {
        if (!codes.has(code)) context.addIssue(`${code} is asked for but not listed`);
      }
      for (const { number, min, max, points, reverse, answers } of instrument.items) {
        if (points && (points.length !== max - min + 1 || reverse)) context.addIssue(`points of item ${number}`);
        if (answers && answers.length !== max - min + 1) context.addIssue(`answers of item ${number}`);
      }
    }),
});
export type InstrumentFile = z.infer<typeof Instrument>;
export type Instrument = InstrumentFile['instrument'] & { path: string };

/** The scale that is the score of the instrument; undefined where it has none. */
export function mainScale(instrument: Instrument): Scale | undefined {
  return instrument.noTotal ? undefined : instrument.scales[0];
}

/** Files of instruments, relative to knowledge/, in the order of their names. */
export function instrumentPaths(directory = knowledgeDirectory): string[] {
  return readdirSync(join(directory, 'psychosocial'))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => `psychosocial/${name}`);
}

const parsedFiles = new WeakMap<object, Instrument>();

/** Checks one parsed file, once. Throws `knowledge-invalid` with what is wrong. */
export function parseInstrument(path: string, data: unknown): Instrument {
  const known = typeof data === 'object' && data !== null ? parsedFiles.get(data) : undefined;
  if (known) return known;
  const parsed = Instrument.safeParse(data);
  if (!parsed.success) {
    throw new IdiographError('knowledge-invalid', `knowledge/${path}: ${z.prettifyError(parsed.error)}`, { path });
  }
  const instrument = { ...parsed.data.instrument, path };
  parsedFiles.set(data as object, instrument);
  return instrument;
}

const loaded = new Map<string, Instrument[]>();

/** All instruments that are installed; a folder of a site goes before what ships, file by file. */
export function loadInstruments(directory = knowledgeDirectory): Instrument[] {
  let instruments = loaded.get(directory);
  if (!instruments) {
    instruments = instrumentPaths().map((path) => parseInstrument(path, loadKnowledge(path, directory).data));
    loaded.set(directory, instruments);
  }
  return instruments;
}
