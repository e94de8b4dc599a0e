import { z } from 'zod';
import { JobView } from './jobs.ts';
import type { Specs } from './spec.ts';

const One = z.object({ upload: z.string().regex(/^u[0-9a-f]{32}$/) });

/** The clinical question that the work-up should answer. */
export const Question = z.string().trim().min(1).max(500);

export const UploadView = z.object({
  id: z.string(),
  createdAt: z.string(),
  state: z.enum(['open', 'sealed']),
  asOnePatient: z.boolean(),
  question: z.string().optional(),
  expected: z.object({ files: z.number(), bytes: z.number() }).optional(),
  files: z.number(),
  /** Files of which only a part has arrived. */
  partial: z.number(),
  bytes: z.number(),
  changedAt: z.string(),
  /** Removed then if nothing happens. */
  expiresAt: z.string(),
});
export type UploadView = z.infer<typeof UploadView>;

export const HeldFileView = z.object({
  path: z.string(),
  bytes: z.number(),
  held: z.number(),
  modified: z.number().optional(),
});
export type HeldFileView = z.infer<typeof HeldFileView>;

export const imports = {
  'imports.create': {
    method: 'POST',
    path: '/api/imports',
    summary: 'Begin an upload of files to be imported',
    permission: 'imports:write',
    body: z.object({
      asOnePatient: z.boolean().default(false),
      question: Question.optional(),
      expected: z.object({ files: z.int().nonnegative(), bytes: z.int().nonnegative() }).optional(),
    }),
    response: UploadView,
  },
  'imports.list': {
    method: 'GET',
    path: '/api/imports',
    summary: 'Uploads of this account that are held',
    permission: 'imports:write',
    response: z.object({
      uploads: z.array(UploadView),
      /** Files up to this size may be sent together; at most so many at once. */
      smallBytes: z.number(),
      batchFiles: z.number(),
    }),
  },
  'imports.get': {
    method: 'GET',
    path: '/api/imports/:upload',
    summary: 'One upload of this account',
    permission: 'imports:write',
    params: One,
    response: UploadView,
  },
  'imports.held': {
    method: 'GET',
    path: '/api/imports/:upload/files',
    summary: 'What of each file has arrived: where to go on from',
    permission: 'imports:write',
    params: One,
    query: z.object({
      from: z.coerce.number().int().nonnegative().default(0),
      count: z.coerce.number().int().min(1).max(20_000).default(20_000),
    }),
    response: z.object({ files: z.array(HeldFileView), total: z.number() }),
  },
  'imports.part': {
    method: 'PUT',
    path: '/api/imports/:upload/part',
    summary:
      'A part of one file. Body: 4 bytes length of the head (big-endian), the head as JSON {path, bytes, offset, modified?}, then bytes of the file from `offset` on. 409 with `details.held` says where to go on',
    permission: 'imports:write',
    params: One,
    body: 'stream',
    response: HeldFileView,
  },
  'imports.batch': {
    method: 'POST',
    path: '/api/imports/:upload/batch',
    summary:
      'Many small files. Body, again and again: 4 bytes length of the head (big-endian), the head as JSON {path, bytes, modified?}, the bytes of the file',
    permission: 'imports:write',
    params: One,
    body: 'stream',
    response: z.object({
      kept: z.number(),
      bytes: z.number(),
      refused: z.array(z.object({ path: z.string(), reason: z.string() })),
    }),
    action: 'update',
  },
  'imports.start': {
    method: 'POST',
    path: '/api/imports/:upload/start',
    summary:
      'Import what has arrived, then work up and plan for each patient in it; again when that was stopped or failed',
    permission: 'imports:write',
    params: One,
    body: z.object({
      /** Everything is of one patient, whatever the files say. Default: as said when it began. */
      asOnePatient: z.boolean().optional(),
      /** Default: as said when it began. Kept with the patient when the files are of one. */
      question: Question.optional(),
      /** Leave out files of which only a part has arrived. */
      withoutPartial: z.boolean().default(false),
    }),
    response: JobView,
    action: 'execute',
  },
  'imports.cancel': {
    method: 'DELETE',
    path: '/api/imports/:upload',
    summary: 'Give an upload up and remove its files; an import of it is stopped, and what it had kept stays',
    permission: 'imports:write',
    params: One,
    response: z.object({ removed: z.literal(true) }),
  },
} as const satisfies Specs;
