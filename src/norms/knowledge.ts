import { z } from 'zod';
import { loadKnowledge } from '../knowledge/load.ts';

export const referencesPath = 'norms/references.json';

const Span = z.tuple([z.number(), z.number()]);
/** Regions beyond |z| 2 in people of a reference: 5 %, 50 % and 95 % of them have no more. */
export const PeopleCounts = z.object({
  n: z.int().positive(),
  regions: z.int().positive(),
  beyond2: z.tuple([z.number(), z.number(), z.number()]),
  /** Largest |z| of a person: 5 %, 50 %, 95 %. */
  largest: z.tuple([z.number(), z.number(), z.number()]).optional(),
  source: z.string().min(1),
});
export type PeopleCounts = z.infer<typeof PeopleCounts>;

export const ReferencesFile = z.object({
  braincharts: z.object({
    pack: z.string(),
    population: z.string(),
    sexCoding: z.string(),
    covariates: z.array(z.string()),
    licence: z.string(),
    models: z.array(
      z.object({
        file: z.string(),
        title: z.string(),
        n: z.int(),
        ageSpanYears: Span,
        /** `cohort`: the span of the cohort that the model's people are from; its own is not published. */
        ageSpanOf: z.enum(['model', 'cohort']),
        software: z.string(),
        family: z.string(),
        atlas: z.string(),
        quantity: z.enum(['thickness', 'area', 'fa', 'connectivity']),
        /** Instead of those of the whole pack. */
        covariates: z.array(z.string()).optional(),
        source: z.string().optional(),
        people: PeopleCounts.optional(),
      }),
    ),
  }),
  nichart: z.object({
    pack: z.string(),
    model: z.string(),
    title: z.string(),
    population: z.string(),
    ageSpanYears: Span,
    sexCoding: z.string(),
    covariates: z.array(z.string()),
    software: z.string(),
    family: z.string(),
    atlas: z.string(),
    licence: z.string(),
    sentence: z.string(),
    refused: z.record(z.string(), z.string()),
  }),
  notMeasures: z.array(z.string()),
  aliases: z.array(z.tuple([z.string(), z.string()])),
});
export type ReferencesFile = z.infer<typeof ReferencesFile>;

/** What is known of published references, and how names are read. */
export function referencesKnown(): ReferencesFile {
  return ReferencesFile.parse(loadKnowledge(referencesPath).data);
}
