import { scaled } from './design.ts';
import { cosineDrift, driftOrder, stopBand } from './drift.ts';
import { dot, orthonormalise } from './orthonormal.ts';

export interface CleanOptions {
  repetitionTimeS: number;
  /** Columns to regress out, by volume. */
  confounds: readonly Float64Array[];
  /** 1: the volume counts. */
  keep: Uint8Array;
  /** Hz; `undefined` as upper end: high-pass only; `undefined`: what was filtered before. */
  bandHz: readonly [number, number | undefined] | undefined;
}

export interface Cleaner {
  /** Volumes that count. */
  volumes: number;
  regressors: number;
  degreesOfFreedom: number;
  /** Residual of a series over the volumes that count. */
  clean(series: ArrayLike<number>): Float64Array;
}

/**
 * Confounds, filter and censoring in one model: only volumes that count enter the fit, and the filter is part of its columns,
 * so that nothing that was removed comes back (Lindquist 2019).
 */
export function cleaner({ repetitionTimeS, confounds, keep, bandHz }: CleanOptions): Cleaner {
  const all = keep.length;
  const kept = Array.from({ length: all }, (_, t) => t).filter((t) => keep[t] === 1);
  const pick = (column: ArrayLike<number>): Float64Array => Float64Array.from(kept, (t) => column[t]!);
  const filter =
    bandHz === undefined
      ? []
      : bandHz[1] === undefined
        ? cosineDrift(all, driftOrder(all, repetitionTimeS, 1 / bandHz[0]))
        : stopBand(all, repetitionTimeS, bandHz[0], bandHz[1]);
  const columns = [new Float64Array(all).fill(1), ...filter, ...confounds.map(scaled)].map(pick);
  const { q } = orthonormalise(columns);
  return {
    ...{ volumes: kept.length, regressors: q.length, degreesOfFreedom: kept.length - q.length },
    clean(series) {
      const left = pick(series);
      for (let pass = 0; pass < 2; pass++)
        for (const unit of q) {
          const share = dot(unit, left);
          for (let t = 0; t < left.length; t++) left[t]! -= share * unit[t]!;
        }
      return left;
    },
  };
}

/** Six motion parameters, their changes, and the squares of both (Satterthwaite 2013: 24 columns). `parameters`: 6 a volume. */
export function twentyFour(columns: readonly ArrayLike<number>[]): Float64Array[] {
  const own = columns.map(scaled);
  const changes = columns.map((column) =>
    scaled(Float64Array.from(column, (value, t) => (t === 0 ? 0 : value - column[t - 1]!))),
  );
  const squares = [...own, ...changes].map((column) => column.map((value) => value * value));
  return [...own, ...changes, ...squares];
}

/** Volumes that count: motion at or below the limit. Stretches shorter than `least` volumes between censored ones go too. */
export function censor(framewiseMm: ArrayLike<number>, limitMm: number, least = 3): Uint8Array {
  const keep = Uint8Array.from(framewiseMm, (one) => (one <= limitMm ? 1 : 0));
  for (let from = 0; from < keep.length; from++) {
    if (keep[from] === 0 || (from > 0 && keep[from - 1] === 1)) continue;
    let to = from;
    while (to < keep.length && keep[to] === 1) to++;
    if (to - from < least && to - from < keep.length) keep.fill(0, from, to);
  }
  return keep;
}
