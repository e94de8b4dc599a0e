import { z } from 'zod';
import { colormapNames } from '../../display/colormaps.ts';
import { conventions, planes } from '../../display/planes.ts';
import { IssueView, Subject } from './params.ts';
import type { Specs } from './spec.ts';

const Id = z.string().min(1).max(128);
const One = Subject.extend({ record: Id });

const number = '-?\\d{1,6}(?:\\.\\d{1,6})?';
const numbers = (count: number) => z.string().regex(new RegExp(`^${Array(count).fill(number).join(',')}$`));
/** `x,y,z` in RAS mm. */
const Place = numbers(3).transform((text) => text.split(',').map(Number) as [number, number, number]);
/** `low,high` in the unit of the image. */
const Range = z
  .string()
  .regex(/^-?[\d.]{1,15}(?:e[+-]?\d{1,3})?,-?[\d.]{1,15}(?:e[+-]?\d{1,3})?$/)
  .transform((text) => text.split(',').map(Number) as [number, number])
  .refine((pair) => pair.every(Number.isFinite), 'two numbers');
const Frame = z.coerce.number().int().nonnegative().max(1e6);
const Three = z.tuple([z.number(), z.number(), z.number()]);

/** A finding in short, for the place that it is about. */
export const FindingLine = z.object({ finding: z.string(), title: z.string(), value: z.string() });
export type FindingLine = z.infer<typeof FindingLine>;

export const LabelView = z.object({
  value: z.number(),
  name: z.string(),
  color: z.string().optional(),
  findings: z.array(FindingLine),
});
export type LabelView = z.infer<typeof LabelView>;

/** In what a length drawn on a projection is, where not in millimetres of the body. */
export const LengthBasis = z.enum(['pixels', 'detector', 'film', 'magnification-estimate', 'unexplained']);
export type LengthBasis = z.infer<typeof LengthBasis>;

/** Something that can be shown by itself or laid over another image. */
export const ImageView = z.object({
  id: z.string(),
  kind: z.enum(['source', 'artifact']),
  type: z.enum(['image', 'labelmap']),
  modality: z.string(),
  title: z.string(),
  time: z.string().optional(),
  role: z.string().optional(),
  shape: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  voxelMm: Three,
  repetitionTimeS: z.number().optional(),
  /** UCUM, `1` for arbitrary signal. */
  unit: z.string(),
  /** Images of one space share coordinates. */
  space: z.string(),
  /** What it was made from. */
  derivedFrom: z.array(z.string()),
  presets: z.array(z.object({ name: z.string(), window: z.tuple([z.number(), z.number()]) })),
  window: z.tuple([z.number(), z.number()]).optional(),
  colormap: z.enum(colormapNames),
  /** 256 grey levels over the window, 0 to 255, where the header asks for a curve. */
  tone: z.array(z.number()).optional(),
  /** Absent: millimetres of the body. Otherwise what a length drawn on the image is instead. */
  lengths: LengthBasis.optional(),
  /** From the unit of the image to SUV by body weight. */
  suvFactor: z.number().optional(),
  labels: z.array(LabelView),
  /** False: where it lies in the patient is not stated; no sides are named. */
  placed: z.boolean(),
  issues: z.array(IssueView),
});
export type ImageView = z.infer<typeof ImageView>;

/** A region of an imported contour set or segmentation. */
export const RegionView = z.object({
  id: z.string(),
  source: z.string(),
  label: z.string(),
  type: z.string(),
  laterality: z.string().optional(),
  color: z.string(),
  space: z.string().optional(),
  /** Images that it can be laid over, the one that it was drawn on first. */
  images: z.array(z.string()),
  findings: z.array(FindingLine),
});
export type RegionView = z.infer<typeof RegionView>;

/** Where something lies in an image. */
export const PlaceView = z.object({
  value: z.number(),
  voxels: z.number(),
  volumeMm3: z.number(),
  ijk: Three,
  ras: Three,
  first: Three,
  last: Three,
});
export type PlaceView = z.infer<typeof PlaceView>;

const overlay = {
  overlay: Id.optional(),
  overlayWindow: Range.optional(),
  overlayColormap: z.enum(colormapNames).default('hot'),
  opacity: z.coerce.number().min(0).max(1).default(0.5),
  threshold: Range.optional(),
  outline: z.enum(['0', '1']).default('0'),
  /** Region of the image, or entry of a reader, to be drawn. */
  region: Id.optional(),
  /** Label of the overlay whose border is drawn white. */
  label: z.coerce.number().int().optional(),
};

export const SliceQuery = z.object({
  plane: z.enum(planes).default('axial'),
  convention: z.enum(conventions).default('radiological'),
  at: Place.optional(),
  /** Number of the slice, 0-based, counted along the axis of the image that the plane stands on; instead of `at`. */
  slice: z.coerce.number().int().nonnegative().max(1e5).optional(),
  frame: Frame.default(0),
  window: Range.optional(),
  colormap: z.enum(colormapNames).optional(),
  width: z.coerce.number().int().min(16).max(1024).default(384),
  height: z.coerce.number().int().min(16).max(1024).default(384),
  heightMm: z.coerce.number().min(1).max(5000).optional(),
  ...overlay,
});
export type SliceQuery = z.infer<typeof SliceQuery>;

export const images = {
  'images.list': {
    method: 'GET',
    path: '/api/patients/:subject/images',
    summary:
      'All that can be looked at: series, files and images that were made, by visit and modality, with their regions',
    permission: 'patients:read',
    params: Subject,
    response: z.object({
      images: z.array(ImageView),
      regions: z.array(RegionView),
      visits: z.array(
        z.object({
          /** Day of acquisition; absent where it is not stated. */
          day: z.string().optional(),
          modalities: z.array(z.object({ modality: z.string(), images: z.array(z.string()) })),
        }),
      ),
    }),
  },
  'images.prepare': {
    method: 'GET',
    path: '/api/patients/:subject/images/:record/prepare',
    summary: 'Make the volume ready; `progress` with done and total bytes, then `ready`, or `trouble`',
    permission: 'patients:read',
    params: One,
    response: 'events',
  },
  'images.volume': {
    method: 'GET',
    path: '/api/patients/:subject/images/:record/volume',
    summary:
      'The volume as NIfTI, with ranges: as it was imported where that is one NIfTI file and allowed, else in plain form',
    permission: 'patients:read',
    params: One,
    query: z.object({
      /** One time point; the answer is in plain form. */
      frame: Frame.optional(),
      /** `plain`: NIfTI-1, uncompressed, little endian, without texts. */
      form: z.enum(['plain', 'original']).optional(),
    }),
    response: 'raw',
  },
  'images.dicom': {
    method: 'GET',
    path: '/api/patients/:subject/images/:record/dicom',
    summary: 'An image that was made, to be handed out as DICOM: a segmentation, or the parametric map of a volume',
    permission: 'report:export',
    params: One,
    query: z.object({ frame: Frame.default(0) }),
    response: 'raw',
    action: 'export',
  },
  'images.region': {
    method: 'GET',
    path: '/api/patients/:subject/images/:record/regions/:region',
    summary: 'A region, or the mask of a reader, as a label map on the grid of the image: its box, or all of it',
    permission: 'patients:read',
    params: One.extend({ region: Id }),
    query: z.object({ extent: z.enum(['box', 'whole']).default('whole') }),
    response: 'raw',
  },
  'images.labels': {
    method: 'GET',
    path: '/api/patients/:subject/images/:record/labels',
    summary: 'Where each label of a label map lies',
    permission: 'patients:read',
    params: One,
    response: z.object({ places: z.array(PlaceView) }),
  },
  'images.centre': {
    method: 'GET',
    path: '/api/patients/:subject/images/:record/centre',
    summary: 'A point inside a label, a region or what a reader drew, nearest to its middle',
    permission: 'patients:read',
    params: One,
    query: z.object({ label: z.coerce.number().int().optional(), region: Id.optional() }),
    response: z.object({ place: PlaceView, issues: z.array(IssueView) }),
  },
  'images.curve': {
    method: 'GET',
    path: '/api/patients/:subject/images/:record/curve',
    summary: 'Values over time at a point in RAS mm',
    permission: 'patients:read',
    params: One,
    query: z.object({ at: Place }),
    response: z.object({
      ijk: Three,
      unit: z.string(),
      repetitionTimeS: z.number().optional(),
      values: z.array(z.number().nullable()),
    }),
  },
  'images.slice': {
    method: 'GET',
    path: '/api/patients/:subject/images/:record/slice',
    summary: 'One plane as a PNG, with an image, labels or a region laid over it',
    permission: 'patients:read',
    params: One,
    query: SliceQuery,
    response: 'raw',
  },
} as const satisfies Specs;
