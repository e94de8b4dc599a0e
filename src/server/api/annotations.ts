import { z } from 'zod';
import { AnnotationContent, MeasurementContent } from '../../annotation/contents.ts';
import { MeasureRequest, WithdrawRequest } from '../../annotation/requests.ts';
import { Drawing, KeptDrawing } from '../volumes/drawing.ts';
import { SliceQuery } from './images.ts';
import { IssueView, Subject } from './params.ts';
import type { Specs } from './spec.ts';

const Id = z.string().min(1).max(128);
const OnImage = Subject.extend({ record: Id });

const stated = {
  entry: z.string(),
  reader: z.string(),
  mine: z.boolean(),
  at: z.string(),
  text: z.string().optional(),
};

export const AnnotationView = AnnotationContent.extend(stated);
export type AnnotationView = z.infer<typeof AnnotationView>;
export const MeasurementView = MeasurementContent.extend(stated);
export type MeasurementView = z.infer<typeof MeasurementView>;

/** What an entry of type `comment` holds that is a picture for the report. */
export const KeyImageContent = z.object({
  kind: z.literal('key-image'),
  image: z.string(),
  /** SHA-256 of the PNG. */
  picture: z.string().regex(/^[0-9a-f]{64}$/),
  /** What was drawn: plane, place, window, what lay over it. */
  view: z.record(z.string(), z.json()),
});
export type KeyImageContent = z.infer<typeof KeyImageContent>;
export const KeyImageView = z.object({ ...stated, image: z.string(), plane: z.string() });
export type KeyImageView = z.infer<typeof KeyImageView>;

/** A number about how readers agree, or what they agree on. */
export const AgreementView = z.object({
  finding: z.string(),
  image: z.string().optional(),
  region: z.string(),
  measure: z.string(),
  code: z.string(),
  reader: z.string().optional(),
  value: z.string(),
});
export type AgreementView = z.infer<typeof AgreementView>;

const Saved = z.object({ entries: z.array(z.string()), issues: z.array(IssueView) });

export const annotations = {
  'annotations.list': {
    method: 'GET',
    path: '/api/patients/:subject/annotations',
    summary: 'What readers drew and measured, their key images, and how far they agree',
    permission: 'patients:read',
    params: Subject,
    response: z.object({
      annotations: z.array(AnnotationView),
      measurements: z.array(MeasurementView),
      keyImages: z.array(KeyImageView),
      agreement: z.array(AgreementView),
      /** Entries that are newer than the agreement: it has to be computed again. */
      notCompared: z.number(),
    }),
  },
  'annotations.annotate': {
    method: 'POST',
    path: '/api/patients/:subject/images/:record/annotations',
    summary: 'State what was drawn: one entry for each named region, with a mask of its own',
    permission: 'annotations:write',
    params: OnImage,
    body: Drawing.extend({ text: z.string().max(2000).optional() }),
    response: Saved,
  },
  'annotations.measure': {
    method: 'POST',
    path: '/api/patients/:subject/images/:record/measurements',
    summary: 'State what was measured; the value is computed here from the points and the image',
    permission: 'annotations:write',
    params: OnImage,
    body: MeasureRequest.omit({ image: true }),
    response: Saved,
  },
  'annotations.withdraw': {
    method: 'POST',
    path: '/api/patients/:subject/annotations/withdrawals',
    summary: 'Take an own annotation, measurement or key image back; its history stays',
    permission: 'annotations:write',
    params: Subject,
    body: WithdrawRequest,
    response: Saved,
  },
  'annotations.keyImage': {
    method: 'POST',
    path: '/api/patients/:subject/images/:record/key-images',
    summary: 'Keep a picture of a slice, with what lies over it and a caption, for the report',
    permission: 'annotations:write',
    params: OnImage,
    body: z.object({
      caption: z.string().trim().min(1).max(300),
      /** As for images.slice. */
      view: SliceQuery,
      /** Lines in RAS mm. */
      lines: z
        .array(z.array(z.tuple([z.number(), z.number(), z.number()])).max(512))
        .max(64)
        .default([]),
    }),
    response: Saved,
  },
  'annotations.picture': {
    method: 'GET',
    path: '/api/patients/:subject/key-images/:record',
    summary: 'The picture of a key image (PNG)',
    permission: 'patients:read',
    params: OnImage,
    response: 'raw',
  },
  'annotations.drawing': {
    method: 'GET',
    path: '/api/patients/:subject/images/:record/drawing',
    summary: 'The own unfinished drawing on an image',
    permission: 'annotations:write',
    params: OnImage,
    response: z.object({ drawing: KeptDrawing.optional() }),
  },
  'annotations.keepDrawing': {
    method: 'PUT',
    path: '/api/patients/:subject/images/:record/drawing',
    summary: 'Keep the unfinished drawing on top of the version that was seen',
    permission: 'annotations:write',
    params: OnImage,
    body: Drawing.extend({ basedOn: z.int().nonnegative() }),
    response: z.object({ version: z.number(), savedAt: z.string() }),
  },
  'annotations.discardDrawing': {
    method: 'DELETE',
    path: '/api/patients/:subject/images/:record/drawing',
    summary: 'Throw the own unfinished drawing away',
    permission: 'annotations:write',
    params: OnImage,
    response: z.object({ discarded: z.literal(true) }),
  },
} as const satisfies Specs;
