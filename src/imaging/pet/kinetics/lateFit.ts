import { type LinearFit, linearFit } from './linearFit.ts';

/** From when on a plot is taken for straight: so many last frames, from a time after injection, or found in the data. */
export type TStar = { frames: number } | { fromS: number } | 'found';

export interface LateFit extends LinearFit {
  frames: number;
  tStarS: number;
  says: string;
}

/** Fewer frames do not show whether a line is straight. */
const fewestFrames = 5;
/** A frame may lie this far from the line, as share of it. */
const furthest = 0.1;

/**
 * A linear fit over the last frames of a plot. `found`: the earliest t* with all frames within 10 % of the fit, at least five
 * frames; else the last five. `columns` and `y` are of all frames. Undefined when the fit is not determined.
 */
export function lateFit(
  timesS: Float64Array,
  columns: readonly Float64Array[],
  y: Float64Array,
  weights: ArrayLike<number> | undefined,
  tStar: TStar,
): LateFit | undefined {
  const n = timesS.length;
  const over = (frames: number): LinearFit | undefined =>
    linearFit(
      columns.map((column) => column.subarray(n - frames)),
      y.subarray(n - frames),
      weights && Array.prototype.slice.call(weights, n - frames),
    );
  const done = (fit: LinearFit | undefined, frames: number, how: string): LateFit | undefined =>
    fit && {
      ...fit,
      frames,
      tStarS: timesS[n - frames]!,
      says: `t* ${(timesS[n - frames]! / 60).toFixed(1)} min (${how}), ${frames} frames`,
    };
  if (tStar !== 'found') {
    const wanted = 'frames' in tStar ? tStar.frames : timesS.filter((time) => time >= tStar.fromS).length;
    const frames = Math.min(n, Math.max(0, Math.floor(wanted)));
    return done(over(frames), frames, 'as asked');
  }
  for (let frames = n; frames > fewestFrames; frames--) {
    const late = y.subarray(n - frames);
    if (!late.every(Number.isFinite)) continue;
    const fit = over(frames);
    if (fit?.fitted.every((value, at) => Math.abs(value - late[at]!) <= furthest * Math.abs(value)))
      return done(fit, frames, 'all frames within 10 % of the fit');
  }
  const frames = Math.min(n, fewestFrames);
  return done(over(frames), frames, 'the last five frames; none earlier keeps within 10 % of a line');
}
