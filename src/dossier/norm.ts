import { z } from 'zod';

/** A stated reference against which one measure of one method may be read. */
export const Norm = z.object({
  kind: z.literal('norm'),
  id: z.string().min(1),
  display: z.string().min(1),
  population: z.string().min(1),
  n: z.number().int().positive().optional(),
  ageSpanYears: z.tuple([z.number(), z.number()]).optional(),
  sex: z.enum(['female', 'male', 'both']).optional(),
  /** Scanner, software, instrument version: a norm belongs to one measuring method. */
  method: z.string().min(1),
  covariates: z.array(z.string()),
  licence: z.string().min(1),
  source: z.string().min(1),
});
export type Norm = z.infer<typeof Norm>;

/**
 * How a finding stands to a norm. There is no `normal`: a value lies in a named band or it does not.
 * Bands are the reference's own (questionnaire severity, activity-score classes, centile limits).
 */
export const NormReference = z.object({
  norm: z.string().min(1),
  display: z.string().min(1),
  source: z.string().min(1),
  bands: z.array(z.object({ from: z.number(), to: z.number(), label: z.string() })).optional(),
  /** Label of the band in which the value lies. */
  band: z.string().optional(),
  z: z.number().optional(),
  centile: z.number().optional(),
  /** 95 % limits of the centile, from how few people the reference was learnt or adapted with. */
  centileLimits: z.tuple([z.number(), z.number()]).optional(),
  /** The reference over age, for people of the same sex: values (unit of the finding) at its centiles. */
  curve: z
    .object({
      ageYears: z.array(z.number()),
      centiles: z.array(z.object({ p: z.number(), values: z.array(z.number()) })),
      /** Age of this person at this value. */
      atYears: z.number(),
    })
    .optional(),
  /** Set when the norm refuses this person: why. */
  refused: z.string().optional(),
});
export type NormReference = z.infer<typeof NormReference>;
