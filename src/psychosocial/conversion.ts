import { z } from 'zod';
import { IdiographError } from '../dossier/errors.ts';
import { KnowledgeHeader } from '../knowledge/load.ts';

/** Raw score to T-score (mean 50, SD 10) of one form in one version. Rows that nobody confirmed are kept but not used. */
const Table = z.object({
  id: z.string().min(1),
  title: z.string().min(1),
  version: z.string().min(1),
  source: z.string().min(1),
  rows: z.array(
    z.object({ raw: z.number(), t: z.number(), se: z.number().positive().optional(), verified: z.boolean() }),
  ),
});

/**
 * Country value set of a five-dimension profile: index = constant - sum of decrements (one list of five levels for each
 * dimension), or every profile by name.
 */
const ValueSet = z
  .object({
    id: z.string().min(1),
    /** Instrument that it belongs to. */
    instrument: z.string().min(1),
    title: z.string().min(1),
    version: z.string().min(1),
    source: z.string().min(1),
    constant: z.number().optional(),
    decrements: z.array(z.array(z.number()).min(1)).optional(),
    profiles: z.record(z.string(), z.number()).optional(),
  })
  .refine((set) => set.profiles !== undefined || (set.constant !== undefined && set.decrements !== undefined), {
    error: 'needs profiles, or a constant with decrements',
  });

const ConversionFile = KnowledgeHeader.extend({ tables: z.array(Table), valueSets: z.array(ValueSet) });

export interface Conversions {
  tables: z.infer<typeof Table>[];
  valueSets: z.infer<typeof ValueSet>[];
}

/** What ships. A site puts a file of the same form in its place. */
export const conversionPath = 'psychosocial/conversions/tables.json';

const parsedFiles = new WeakMap<object, Conversions>();

/** Checks one parsed file, once. Throws `knowledge-invalid` with what is wrong. */
export function parseConversions(path: string, data: unknown): Conversions {
  const known = typeof data === 'object' && data !== null ? parsedFiles.get(data) : undefined;
  if (known) return known;
  const parsed = ConversionFile.safeParse(data);
  if (parsed.success) {
    parsedFiles.set(data as object, parsed.data);
    return parsed.data;
  }
  throw new IdiographError('knowledge-invalid', `${path}: ${z.prettifyError(parsed.error)}`, { path });
}

export type TScore =
  | { t: number; standardError?: number; table: string }
  | { refused: 't-no-table' | 't-not-in-table' | 't-not-verified' };

/** T of a raw score by the table in use, never interpolated. */
export function tOf(raw: number, table: string, { tables }: Conversions): TScore {
  const found = tables.find((one) => one.id === table);
  if (found === undefined) return { refused: 't-no-table' };
  const row = found.rows.find((one) => one.raw === raw);
  if (row === undefined) return { refused: 't-not-in-table' };
  if (!row.verified) return { refused: 't-not-verified' };
  return {
    t: row.t,
    ...(row.se === undefined ? {} : { standardError: row.se }),
    table: `${found.title}, version ${found.version} (${found.source})`,
  };
}

/** Index of a profile such as [1, 1, 2, 1, 2] by the one value set in use; undefined without one, or with several. */
export function indexOf(
  profile: readonly number[],
  instrument: string,
  { valueSets }: Conversions,
): { index: number; set: string } | undefined {
  const [set, another] = valueSets.filter((one) => one.instrument === instrument);
  if (set === undefined || another !== undefined) return undefined;
  const name = `${set.title}, version ${set.version} (${set.source})`;
  const listed = set.profiles?.[profile.join('')];
  if (listed !== undefined) return { index: listed, set: name };
  if (set.constant === undefined || set.decrements === undefined) return undefined;
  const losses = profile.map((level, dimension) => set.decrements?.[dimension]?.[level - 1]);
  if (losses.some((one) => one === undefined)) return undefined;
  const index = losses.reduce<number>((left, loss) => left - loss!, set.constant);
  return { index: Math.round(index * 1e6) / 1e6, set: name };
}
