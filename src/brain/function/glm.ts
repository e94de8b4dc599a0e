import { IdiographError } from '../../dossier/errors.ts';
import { inParallel, sharedFloat32 } from '../../voxels/parallel.ts';
import type { Contrast } from './contrast.ts';
import type { Design } from './design.ts';
import type { GlmSetup } from './glmKernel.ts';
import { contrastWeights, orthonormalise } from './orthonormal.ts';

export interface GlmInput {
  /** Volume-major, shared with threads. */
  data: Float32Array<SharedArrayBuffer>;
  /** Voxels of one volume. */
  size: number;
  /** Where to fit. */
  voxels: Int32Array<SharedArrayBuffer>;
  volumes: number;
}

export interface GlmMaps {
  /** By contrast, of the length of `voxels`: effect in units of the signal, and t. */
  contrasts: { name: string; effect: Float32Array; t: Float32Array }[];
  rho: Float32Array;
  sigma: Float32Array;
  degreesOfFreedom: number;
}

/** Fewer degrees of freedom than this leave no noise to judge an effect by. */
const leastFreedom = 10;

/**
 * Fits a design to each voxel, by ordinary least squares or after AR(1) prewhitening, and tells effect and t of contrasts.
 * Throws `unsupported` for a design that leaves fewer than 10 degrees of freedom and `usage` for contrasts that the design
 * cannot tell (their regressors are combinations of others).
 */
export async function fitGlm(
  input: GlmInput,
  design: Design,
  contrasts: readonly Contrast[],
  options: { noise: 'ols' | 'ar1'; threads?: number; progress?: (fraction: number) => void },
): Promise<GlmMaps> {
  const { data, size, voxels, volumes } = input;
  const basis = orthonormalise(design.columns);
  const degreesOfFreedom = volumes - basis.q.length;
  if (degreesOfFreedom < leastFreedom)
    throw new IdiographError(
      'unsupported',
      `${basis.q.length} regressors for ${volumes} volumes leave no noise to judge by`,
      {
        remedy: 'Give fewer confounds or a longer run.',
      },
    );
  for (const { name, weights } of contrasts)
    if (contrastWeights(basis, weights) === undefined)
      throw new IdiographError(
        'usage',
        `the contrast ${name} cannot be told: its regressors are combinations of others`,
        {
          remedy: 'Conditions that always come together, or none of whose events lie in the run, cannot be told apart.',
        },
      );
  const count = voxels.length;
  const arrays = {
    ...{ data, voxels, rho: sharedFloat32(count), sigma: sharedFloat32(count) },
    ...{ effect: sharedFloat32(count * contrasts.length), t: sharedFloat32(count * contrasts.length) },
  };
  await inParallel<GlmSetup>({
    module: new URL('./glmKernel.ts', import.meta.url).href,
    setup: {
      volumes,
      size,
      columns: design.columns,
      contrasts: contrasts.map(({ weights }) => weights),
      noise: options.noise,
    },
    ...{ arrays, items: count },
    ...(options.threads !== undefined && { threads: options.threads }),
    ...(options.progress && { progress: options.progress }),
  });
  const part = (all: Float32Array, of: number): Float32Array =>
    Float32Array.from(all.subarray(of * count, (of + 1) * count));
  return {
    contrasts: contrasts.map(({ name }, of) => ({ name, effect: part(arrays.effect, of), t: part(arrays.t, of) })),
    ...{ rho: arrays.rho, sigma: arrays.sigma, degreesOfFreedom },
  };
}
