import { z } from 'zod';
import { IdiographError } from '../dossier/errors.ts';
import { designRow, motionCovariate, type Person } from './design.ts';
import { PeopleCounts } from './knowledge.ts';
import { columnsOf, Model } from './model.ts';

export const referenceFormat = 'idiograph-reference-1';

const SiteAdaptation = z.object({
  rule: z.enum(['A', 'B', 'C']),
  n: z.int().positive(),
  shift: z.number(),
  spread: z.number().positive(),
  df: z.number().positive(),
});

/**
 * A reference as a typed artefact: whom it was learnt from, how they were measured, and the models. What is missing here
 * is a reason to refuse, never something to assume.
 */
export const Reference = z.object({
  format: z.literal(referenceFormat),
  id: z.string().min(1),
  title: z.string().min(1),
  population: z.string().min(1),
  n: z.int().positive().optional(),
  ageSpanYears: z.tuple([z.number(), z.number()]),
  ageSpanOf: z.enum(['model', 'cohort']),
  /** Of the people it was learnt from; a person of another sex is refused. */
  sexes: z.enum(['both', 'female', 'male']),
  sexCoding: z.string().min(1),
  /** In the order of the design's columns. */
  sites: z.array(z.string()),
  /** Segmentation or processing that made the numbers, as stated: `FreeSurfer 6`, `meshnet-model18cls@74359425f3b5`. */
  software: z.string().min(1).optional(),
  /** Tables of this family of software may be scored: `FreeSurfer`, `DLMUSE`, or the whole method id. */
  family: z.string().min(1).optional(),
  atlas: z.string().optional(),
  quantity: z.enum(['thickness', 'area', 'volume', 'fa', 'connectivity', 'mixed']),
  covariates: z.array(z.string()),
  licence: z.string().min(1),
  source: z.string().min(1),
  /** A sentence that must stand on every page that uses it. */
  sentence: z.string().optional(),
  exploratory: z.boolean().optional(),
  people: PeopleCounts.optional(),
  /** What controls of a scanner taught: by site ('' where they have no name) and measure. */
  adaptations: z.record(z.string(), z.record(z.string(), SiteAdaptation)).optional(),
  /** SD of the change of z between two scans of one person, from people who were scanned twice. */
  retest: z.record(z.string(), z.object({ sd: z.number().positive(), n: z.int().positive() })).optional(),
  models: z.record(z.string(), Model),
  /** Unit of each measure (UCUM). */
  units: z.record(z.string(), z.string()),
  /** Mean and SD of the people it was learnt from, for the standardised log loss. */
  training: z.record(z.string(), z.object({ mean: z.number(), sd: z.number().positive() })).optional(),
});
export type Reference = z.infer<typeof Reference>;

/** Numbers of one file; larger ones are not read. */
const mostModels = 20_000;

/**
 * Checks a reference: its form, that every model fits the design, that noise agrees with the hyperparameters. Throws
 * `pack-invalid` with the first thing that is wrong.
 */
export function checkReference(value: unknown, name: string): Reference {
  const parsed = Reference.safeParse(value);
  if (!parsed.success) {
    const first = parsed.error.issues[0]!;
    throw invalid(name, `${first.path.map(String).slice(0, 4).join('.') || 'its form'}: ${first.message}`);
  }
  const reference = parsed.data;
  const columns = columnsOf(reference.sites.length, hasMotion(reference));
  const entries = Object.entries(reference.models);
  if (entries.length === 0 || entries.length > mostModels) throw invalid(name, `${entries.length} models`);
  for (const [measure, model] of entries) {
    if (model.type === 'blr') {
      const [logNoise, , logB] = model.hyp;
      const noise = Math.exp(2 * logB - logNoise);
      if (model.m.length !== columns)
        throw invalid(name, `${measure} has ${model.m.length} weights for ${columns} columns`);
      if (Math.abs(noise / model.noiseVar - 1) > 1e-4) throw invalid(name, `${measure}: noise is not what hyp says`);
      const known = model.postCov ? (columns * (columns + 1)) / 2 : columns;
      if ((model.postCov ?? model.postVarDiag)?.length !== known) throw invalid(name, `${measure} has no posterior`);
    } else if (
      model.type === 'shash' &&
      (model.location.length !== columns || model.locationCov.length !== (columns * (columns + 1)) / 2)
    ) {
      throw invalid(name, `${measure} has ${model.location.length} weights for ${columns} columns`);
    } else if (model.type === 'centiles') {
      const tables = [model.female, model.male, model.both].flatMap((one) => one ?? []);
      const odd = tables.some(({ ages, centiles }) => centiles.some(({ values }) => values.length !== ages.length));
      if (tables.length === 0 || odd) throw invalid(name, `${measure}: ages and centiles do not match`);
    }
  }
  return reference;
}

/** Whether the design of a reference has a column of mean framewise displacement. */
export function hasMotion({ covariates }: Pick<Reference, 'covariates'>): boolean {
  return covariates.includes(motionCovariate);
}

/** Design row of one person in a reference; `site`: index among its sites, -1 for none. */
export function rowIn(reference: Pick<Reference, 'covariates' | 'sites'>, person: Person, site: number): Float64Array {
  return designRow(person, reference.sites.length, site, hasMotion(reference));
}

/** Reads a reference file that `reference fit` wrote. Throws `pack-invalid`. */
export function parseReference(text: string, name: string): Reference {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(name, 'it is not JSON');
  }
  return checkReference(value, name);
}

function invalid(name: string, what: string): IdiographError {
  return new IdiographError('pack-invalid', `reference ${name}: ${what}`, {
    reference: name,
    remedy: 'Install the pack again, or fit the reference again with "idiograph reference fit".',
  });
}
