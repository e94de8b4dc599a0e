import { z } from 'zod';
import { DateTime } from './code.ts';
import { Issue } from './issue.ts';

/** Bytes of one subject. The same bytes of two subjects are two blobs, so that each can be erased alone. */
export const Blob = z.object({
  kind: z.literal('blob'),
  /** `<subject>/<sha256>` */
  id: z.string().min(1),
  subject: z.string().min(1),
  sha256: z.string().length(64),
  bytes: z.number().int().nonnegative(),
  mediaType: z.string().min(1),
});
export type Blob = z.infer<typeof Blob>;

export const SourceFormat = z.enum([
  'dicom-series', // images of one series that form volumes
  'dicom-regions', // RTSTRUCT, SEG
  'dicom-object', // recognised and kept: SR, RTDOSE, encapsulated PDF, parametric map, ...
  'nifti',
  'vcf',
  'fhir',
  'hl7v2',
  'answers', // questionnaire answers as a table
  'freesurfer-stats',
  'volume-table', // regional volumes of SynthSeg or DLMUSE, one scan a row
  'outside-calls', // star alleles and HLA types that another program called
  'table',
  'pgs', // PGS Catalog scoring file, or the reference distribution of one
  'maf', // variants of a tumour as a table
  'trial', // frozen plan of a single-patient trial, with the tables of its days
]);
export type SourceFormat = z.infer<typeof SourceFormat>;

/**
 * A readable part of what was imported. Several files may make one source (a series, an image with its sidecars):
 * then the blob is a manifest that lists the hashes of its members.
 */
export const Source = z.object({
  kind: z.literal('source'),
  /** contentId('src', { subject, blob, locator }) */
  id: z.string().min(1),
  subject: z.string().min(1),
  /** SHA-256 of the file, or of the manifest. */
  blob: z.string().length(64),
  format: SourceFormat,
  /** Which part of the blob: series UID and volume number, sample, sheet. Empty for all of it. */
  locator: z.record(z.string(), z.string()),
  /** Where it was found, for people: relative path, `archive.zip!/member`. */
  path: z.string(),
  import: z.string().min(1),
  /** DICOM modality (`MR`, `CT`, `PT`, `SEG`...) or `genome`, `record`, `answers`, `stats`, `table`. */
  modality: z.string().min(1),
  /** Finer than modality where content tells: `T1w`, `bold`, `dwi`, `asl`, `attenuation-corrected`. */
  contrast: z.string().optional(),
  acquiredAt: DateTime.optional(),
  bodyPart: z.string().optional(),
  description: z.string().optional(),
  /** The rest of the header that somebody may ask for, under the format's own keywords. */
  metadata: z.record(z.string(), z.json()),
  issues: z.array(Issue),
  supersedes: z.string().optional(),
  /** The identity that the file names; absent where it names nobody. No part of what the source says: names are in no hash. */
  identity: z.string().optional(),
});
export type Source = z.infer<typeof Source>;

/** The manifest blob of a source made of several files, in reading order. */
export const Manifest = z.object({
  manifest: z.literal(1),
  members: z.array(
    z.object({ path: z.string(), sha256: z.string().length(64), bytes: z.number().int().nonnegative() }),
  ),
});
export type Manifest = z.infer<typeof Manifest>;

/** One act of importing. Its files are listed with what became of each. */
export const Import = z.object({
  kind: z.literal('import'),
  id: z.string().min(1),
  /** The subject whose part of the import this record describes. */
  subject: z.string().min(1),
  at: DateTime,
  origin: z.string(),
  files: z.number().int().nonnegative(),
  issues: z.array(Issue),
});
export type Import = z.infer<typeof Import>;
