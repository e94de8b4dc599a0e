/** Which volumes count, and how that was decided. */
export interface Censoring {
  keep: Uint8Array;
  by: 'framewise-displacement' | 'dvars-outliers';
  usableMinutes: number;
  totalMinutes: number;
}

/** Volumes after the start of the scan until the signal is steady. */
const settlingS = 8;

/**
 * Leaves out volumes whose framewise displacement (mm, Power) is above the limit, and the one after each. Where displacement is
 * not known, those whose DVARS lies above the third quartile plus 1.5 interquartile ranges: weaker, because it cannot see a run
 * that is noisy throughout.
 */
export function censor(
  series: { volumes: number; repetitionTimeS: number; dvars: Float64Array },
  limitMm: number,
  framewiseDisplacementMm?: ArrayLike<number>,
): Censoring {
  const { volumes, repetitionTimeS, dvars } = series;
  const keep = new Uint8Array(volumes).fill(1);
  const limit = framewiseDisplacementMm ? limitMm : outlierLimit(dvars.subarray(1));
  const moved = framewiseDisplacementMm ?? dvars;
  for (let t = 0; t < volumes; t++) {
    // The first volume has no volume before it: displacement is absent there, which is no motion.
    if (moved[t]! > limit) keep.fill(0, t, t + 2);
  }
  keep.fill(0, 0, Math.min(volumes, Math.ceil(settlingS / repetitionTimeS)));
  const kept = keep.reduce((sum, one) => sum + one, 0);
  return {
    keep,
    by: framewiseDisplacementMm ? 'framewise-displacement' : 'dvars-outliers',
    usableMinutes: (kept * repetitionTimeS) / 60,
    totalMinutes: (volumes * repetitionTimeS) / 60,
  };
}

function outlierLimit(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))]!;
  return at(0.75) + 1.5 * (at(0.75) - at(0.25));
}
