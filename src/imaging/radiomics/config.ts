import { z } from 'zod';
import { Filter } from './filter.ts';

export const families = [
  'morphology',
  'local-intensity',
  'statistics',
  'histogram',
  'volume-histogram',
  'glcm',
  'glrlm',
  'glszm',
  'gldzm',
  'ngtdm',
  'ngldm',
] as const;
export type Family = (typeof families)[number];

/**
 * How matrices of slices and directions become one value. `avg`: a value for each matrix, then their mean; `comb`:
 * matrices are added first. `2D`: by slice; `2_5D`: directions of slices, added over slices; `3D`: directions of the
 * volume. Zone and neighbour matrices have no direction: for them `avg` and `comb` of one dimension are the same.
 */
export const aggregations = ['2D_avg', '2D_comb', '2_5D_avg', '2_5D_comb', '3D_avg', '3D_comb'] as const;
export type Aggregation = (typeof aggregations)[number];

const positive = z.number().positive().finite();

const FixedBinNumber = z.strictObject({ method: z.literal('fixed-bin-number'), bins: z.int().min(2).max(4096) });
const FixedBinSize = z.strictObject({
  method: z.literal('fixed-bin-size'),
  width: positive,
  /** Bins begin at multiples of the width, as PyRadiomics has it, instead of at the lower bound of the region. */
  alignedToZero: z.boolean().optional(),
});
const Discretisation = z.discriminatedUnion('method', [
  FixedBinNumber,
  FixedBinSize,
  z.strictObject({ method: z.literal('none') }),
]);
export type Discretisation = z.infer<typeof Discretisation>;

const interpolations = z.enum(['nearest', 'linear', 'cubic']);
const Interpolate = z.strictObject({
  /** New edges of a voxel in mm along i, j, k; null keeps the edge. One number: all three. */
  spacingMm: z.union([positive, z.tuple([positive.nullable(), positive.nullable(), positive.nullable()])]),
  /** Where the new grid lies: `centre` has the middle of the old one (IBSI), `corner` its first corner (PyRadiomics). */
  alignment: z.enum(['centre', 'corner']).default('centre'),
  image: interpolations.default('linear'),
  mask: interpolations.default('linear'),
  /** A voxel whose interpolated mask reaches this is inside. */
  maskThreshold: z.number().min(0).max(1).default(0.5),
  /** Intensities become whole numbers after interpolation, as CT values are; PyRadiomics cuts those of integer images. */
  round: z.union([z.boolean(), z.literal('towards-zero')]).default(false),
});

/** All that decides a radiomics value but the image and the region (IBSI reference manual, chapters 2 to 4). */
export const RadiomicsConfig = z.strictObject({
  /** Names and conventions. `pyradiomics`: its names, its kurtosis (not excess), its axes (n), its zero-aligned bins. */
  profile: z.enum(['ibsi', 'pyradiomics']).default('ibsi'),
  interpolate: Interpolate.optional(),
  /**
   * Values of the whole image become (value - mean) / SD x scale before all else, farther than `outlierSd` from the mean
   * cut there: for signals without a unit.
   */
  normalise: z.strictObject({ scale: positive.default(1), outlierSd: positive.optional() }).optional(),
  resegment: z
    .strictObject({
      /** Lowest and highest value that stay, null for none. */
      range: z.tuple([z.number().nullable(), z.number().nullable()]).optional(),
      /** Values farther from the mean than this many standard deviations (of n) are left out, after `range`. */
      outlierSd: positive.optional(),
    })
    .optional(),
  /** Features are taken from its response map, within the region as re-segmented on the image itself. */
  filter: Filter.optional(),
  discretise: Discretisation,
  /** Added to values before they are squared: energy, total energy and root mean square of the PyRadiomics profile. */
  energyShift: z.number().finite().default(0),
  /** Of the intensity-volume histogram; `none` takes whole-number values as they are. */
  volumeHistogram: Discretisation.default({ method: 'none' }),
  families: z
    .array(z.enum(families))
    .min(1)
    .default([...families]),
  aggregations: z.array(z.enum(aggregations)).min(1).default(['3D_avg', '3D_comb']),
  /** Chebyshev distance of pairs of voxels. */
  glcmDistance: z.int().min(1).max(16).default(1),
  /** Of feature maps: how they are taken round each voxel of the region. */
  maps: z
    .strictObject({
      /** Chebyshev distance of the farthest voxel that counts. */
      kernelRadius: z.int().min(1).max(15).default(1),
      /** Only voxels of the region count; otherwise all round it. */
      maskedKernel: z.boolean().default(true),
      /** What stands outside the region; null: no value. */
      initValue: z.number().finite().nullable().default(null),
    })
    .prefault({}),
  /** Largest difference of level that still counts as dependent (alpha). */
  ngldmDifference: z.int().min(0).max(64).default(0),
});
export type RadiomicsConfig = z.infer<typeof RadiomicsConfig>;
