import { IdiographError } from '../../dossier/errors.ts';
import { dot, orthonormalise } from '../function/orthonormal.ts';
import type { RestSeries } from './readRest.ts';

export interface CleanOptions {
  /** 1 for volumes that count. */
  keep: Uint8Array;
  bandHz: readonly [number, number];
  globalSignal: boolean;
  /** Motion and other courses of the preprocessing, one array of all volumes each. */
  confounds: readonly Float64Array[];
}

/** Courses of kept volumes after confounds: `search` has one row a voxel. */
export interface CleanSeries {
  volumes: number;
  /** Degrees of freedom that are left. */
  freedom: number;
  repetitionTimeS: number;
  seed: Float64Array;
  search: Float64Array[];
}

/** Fewer degrees of freedom than this leave nothing to correlate. */
const leastFreedom = 30;

/**
 * Takes constant, drift, what lies outside the band, confounds and (by choice) the global signal out of the kept volumes in one
 * least-squares model, so that nothing comes back by a second step (Lindquist 2019). The band is made of cosines on the full
 * time axis. Throws `unsupported` when fewer than 30 degrees of freedom are left.
 */
export function clean(series: RestSeries, options: CleanOptions): CleanSeries {
  const kept = [...options.keep.keys()].filter((t) => options.keep[t] === 1);
  const pick = (course: ArrayLike<number>): Float64Array => Float64Array.from(kept, (t) => course[t]!);
  const columns = [
    new Float64Array(kept.length).fill(1),
    ...stopBand(series.volumes, series.repetitionTimeS, options.bandHz).map(pick),
    ...options.confounds.map((course) => centred(pick(course))),
    ...(options.globalSignal ? [centred(pick(series.globalSignal))] : []),
  ];
  const { q } = orthonormalise(columns);
  const freedom = kept.length - q.length;
  if (freedom < leastFreedom)
    throw new IdiographError(
      'unsupported',
      `${kept.length} volumes leave ${Math.max(0, freedom)} degrees of freedom after confounds`,
      {
        remedy: 'Give a longer or steadier run.',
      },
    );
  const residual = (course: Float64Array): Float64Array => {
    for (const unit of q) {
      const share = dot(unit, course);
      for (let t = 0; t < course.length; t++) course[t]! -= share * unit[t]!;
    }
    return course;
  };
  const count = series.voxels.length;
  return {
    ...{ volumes: kept.length, freedom, repetitionTimeS: series.repetitionTimeS },
    seed: residual(pick(series.seed)),
    search: Array.from({ length: count }, (_, voxel) =>
      residual(Float64Array.from(kept, (t) => series.courses[t * count + voxel]!)),
    ),
  };
}

/** Cosines (DCT-II) whose frequency k / (2 n TR) lies outside the band, without the constant. */
function stopBand(volumes: number, repetitionTimeS: number, [low, high]: readonly [number, number]): Float64Array[] {
  const columns: Float64Array[] = [];
  for (let k = 1; k < volumes; k++) {
    const hz = k / (2 * volumes * repetitionTimeS);
    if (hz >= low && hz <= high) continue;
    columns.push(Float64Array.from({ length: volumes }, (_, t) => Math.cos((Math.PI * k * (t + 0.5)) / volumes)));
  }
  return columns;
}

function centred(course: Float64Array): Float64Array {
  const mean = course.reduce((sum, value) => sum + value, 0) / course.length;
  return course.map((value) => value - mean);
}
