import { z } from 'zod';
import type { Size } from '../../voxels/components.ts';
import type { Boundary } from '../../voxels/filters/boundary.ts';
import { convolveAxes } from '../../voxels/filters/convolve.ts';
import { simoncelli } from '../../voxels/filters/fourierFilters.ts';
import { gaborModulus } from '../../voxels/filters/gabor.ts';
import { gaussian } from '../../voxels/filters/gaussian.ts';
import { gaussianLaplacian } from '../../voxels/filters/gaussianLaplacian.ts';
import { lawsKernels, waveletFamilies, waveletKernel } from '../../voxels/filters/kernels.ts';
import { type Kernels, pooled, rotated } from '../../voxels/filters/rotations.ts';

const positive = z.number().positive().finite();
const shared = {
  /** In slices, or in the volume. */
  isFlat: z.boolean().default(false),
  boundary: z.enum(['zero', 'nearest', 'periodic', 'mirror']).default('mirror'),
};
/** Response to all quarter turns of the kernels, pooled. */
const rotation = { pooling: z.enum(['max', 'min', 'mean']).optional() };
const laws = z.string().regex(/^([LES][35]|[WR]5){2,3}$/, 'is not like L5E5 or E5L5S5');

/** A filter of IBSI 2, by its own parameters (arXiv 2006.05470). */
export const Filter = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('mean'), support: z.int().min(1).max(255), ...shared }),
    z.strictObject({ type: z.literal('gaussian'), sigmaMm: positive, cutoff: positive.max(10).default(4), ...shared }),
    z.strictObject({ type: z.literal('log'), sigmaMm: positive, cutoff: positive.max(10).default(4), ...shared }),
    z.strictObject({
      type: z.literal('laws'),
      kernels: laws,
      ...rotation,
      /** Chebyshev distance of the neighbourhood whose mean absolute response is the energy. */
      energyDistance: z.int().min(1).max(127).optional(),
      ...shared,
    }),
    z.strictObject({
      type: z.literal('gabor'),
      sigmaMm: positive,
      lambdaMm: positive,
      gamma: positive,
      thetaDeg: z.number().finite().default(0),
      /** Mean of the responses to all directions that far apart. */
      stepDeg: z.number().min(1).max(180).optional(),
      ...shared,
    }),
    z.strictObject({
      type: z.literal('wavelet'),
      family: z.enum(waveletFamilies),
      passes: z.string().regex(/^[LH]{2,3}$/, 'is not like LHL'),
      level: z.int().min(1).max(5).default(1),
      ...rotation,
      ...shared,
    }),
    z.strictObject({
      type: z.literal('simoncelli'),
      level: z.int().min(1).max(5).default(1),
      /** Order of the Riesz transform along x, y, z. */
      riesz: z.tuple([z.int().min(0).max(4), z.int().min(0).max(4), z.int().min(0).max(4)]).default([0, 0, 0]),
    }),
  ])
  .refine((one) => one.type !== 'mean' || one.support % 2 === 1, 'a mean filter has an odd number of voxels')
  .refine(
    (one) =>
      (one.type !== 'laws' || one.kernels.length === (one.isFlat ? 4 : 6)) &&
      (one.type !== 'wavelet' || one.passes.length === (one.isFlat ? 2 : 3)),
    'name one kernel for each axis: two in slices, three in the volume',
  );
export type Filter = z.infer<typeof Filter>;

/** The response map of a filter, float32; float64 inside, but for the Gaussian. Throws `usage` for a Gaussian too wide. */
export async function filtered(
  values: Float32Array,
  size: Size,
  spacingMm: Size,
  filter: Filter,
): Promise<Float32Array> {
  if (filter.type !== 'gaussian')
    return Float32Array.from(response(Float64Array.from(values), size, spacingMm, filter));
  const sigma = spacingMm.map((mm, axis) => (filter.isFlat && axis === 2 ? 0 : filter.sigmaMm / mm)) as unknown as Size;
  return gaussian(values, size, { sigma, cutoff: filter.cutoff, boundary: filter.boundary });
}

function response(
  values: Float64Array,
  size: Size,
  spacingMm: Size,
  filter: Exclude<Filter, { type: 'gaussian' }>,
): Float64Array {
  switch (filter.type) {
    case 'mean': {
      const kernel = new Array<number>(filter.support).fill(1 / filter.support);
      return convolveAxes(values, size, axesOf(kernel, filter.isFlat), filter.boundary);
    }
    case 'log':
      return gaussianLaplacian(values, size, spacingMm, filter);
    case 'laws': {
      const kernels = filter.kernels.match(/../g)!.map((name) => lawsKernels[name]!);
      const map = turned(kernels, filter.pooling, (turn) => convolveAxes(values, size, turn, filter.boundary));
      return filter.energyDistance === undefined ? map : energy(map, size, filter.energyDistance, filter);
    }
    case 'wavelet':
      return wavelet(values, size, filter);
    case 'gabor':
      return gabor(values, size, spacingMm, filter);
    case 'simoncelli':
      return simoncelli(values, size, filter.level, filter.riesz);
  }
}

function axesOf(kernel: readonly number[], isFlat: boolean): Kernels {
  return isFlat ? [kernel, kernel] : [kernel, kernel, kernel];
}

function turned(
  kernels: Kernels,
  pooling: 'max' | 'min' | 'mean' | undefined,
  respond: (kernels: Kernels) => Float64Array,
): Float64Array {
  if (pooling === undefined) return respond(kernels);
  return pooled(
    rotated(kernels).map((turn) => () => respond(turn)),
    pooling,
  );
}

/** Mean absolute value within a Chebyshev distance. */
function energy(
  map: Float64Array,
  size: Size,
  distance: number,
  { isFlat, boundary }: { isFlat: boolean; boundary: Boundary },
): Float64Array {
  const kernel = new Array<number>(2 * distance + 1).fill(1 / (2 * distance + 1));
  return convolveAxes(map.map(Math.abs), size, axesOf(kernel, isFlat), boundary);
}

/** Undecimated: low-pass on every level before the last; its kernels turn with the others. */
function wavelet(values: Float64Array, size: Size, filter: Extract<Filter, { type: 'wavelet' }>): Float64Array {
  const { family, level, boundary } = filter;
  const passes = [...filter.passes] as ('L' | 'H')[];
  const stages = Array.from({ length: level }, (_, at) =>
    passes.map((pass) => waveletKernel(family, at + 1 < level ? 'L' : pass, at + 1)),
  );
  const respond = (kernels: readonly Kernels[]): Float64Array =>
    kernels.reduce((map, stage) => convolveAxes(map, size, stage, boundary), values);
  if (filter.pooling === undefined) return respond(stages);
  const turns = stages.map(rotated);
  return pooled(
    turns[0]!.map((_, turn) => () => respond(turns.map((stage) => stage[turn]!))),
    filter.pooling,
  );
}

function gabor(
  values: Float64Array,
  size: Size,
  spacingMm: Size,
  filter: Extract<Filter, { type: 'gabor' }>,
): Float64Array {
  const { thetaDeg, stepDeg, boundary, isFlat } = filter;
  // The modulus is the same half a turn on, so that a half circle of directions stands for the whole.
  const count = stepDeg === undefined ? 1 : Math.round(180 / stepDeg);
  const angles = Array.from({ length: count }, (_, at) => ((thetaDeg + at * (stepDeg ?? 0)) * Math.PI) / 180);
  const planes: (0 | 1 | 2)[] = isFlat ? [2] : [2, 1, 0];
  return pooled(
    planes.flatMap((axis) =>
      angles.map((theta) => () => gaborModulus(values, size, spacingMm, axis, { ...filter, theta }, boundary)),
    ),
    'mean',
  );
}
