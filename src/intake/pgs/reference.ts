import { z } from 'zod';

/**
 * A distribution of one score in one population, as a site supplies it: `anything.json` beside the scoring file.
 * @example { "pgsReference": 1, "pgs_id": "PGS000001", "population": "...", "n": 2504, "mean": 0.31, "sd": 0.42,
 *            "rowsUsed": 71, "source": "..." }
 */
export const PgsReference = z.strictObject({
  pgsReference: z.literal(1),
  pgs_id: z.string().min(1).max(60),
  population: z.string().min(1).max(200),
  n: z.number().int().min(2),
  mean: z.number(),
  sd: z.number().positive(),
  /** Rows of the score that the distribution was computed with: another number gives sums that do not compare. */
  rowsUsed: z.number().int().positive(),
  source: z.string().min(1).max(500),
  licence: z.string().min(1).max(200).default('not stated'),
});
export type PgsReference = z.infer<typeof PgsReference>;
