/** How a lesion's active part is cut out of the region around it. */
export type Threshold =
  | { type: 'suv'; suv: number }
  | { type: 'of-maximum'; fraction: number }
  /** 1.5 times the mean of the liver plus two standard deviations: PERCIST's limit of measurable disease. */
  | { type: 'percist-liver' }
  /** Twice the mean of the blood pool plus two standard deviations, where the liver is diseased: PERCIST. */
  | { type: 'percist-blood' }
  /** Between the two classes of the region's own histogram that differ most (Otsu). */
  | { type: 'otsu' };

/**
 * In use: fixed SUVbw 2.5 and 4.0 (Barrington, EJNMMI 2021;48:1), 41 % and 50 % of the maximum (EANM 2015), limits of PERCIST
 * (Wahl, J Nucl Med 2009;50 Suppl 1:122S), Otsu (IEEE Trans Syst Man Cybern 1979;9:62).
 */
export const thresholds: readonly Threshold[] = [
  { type: 'suv', suv: 2.5 },
  { type: 'suv', suv: 4 },
  { type: 'of-maximum', fraction: 0.41 },
  { type: 'of-maximum', fraction: 0.5 },
  { type: 'percist-liver' },
  { type: 'percist-blood' },
  { type: 'otsu' },
];

/** Ending of a measure code: `suv-2-5`, `suv-4`, `41-percent`, `percist-liver`. */
export function thresholdCode(threshold: Threshold): string {
  if (threshold.type === 'suv') return `suv-${String(threshold.suv).replace('.', '-')}`;
  return threshold.type === 'of-maximum' ? `${Math.round(100 * threshold.fraction)}-percent` : threshold.type;
}

/** For people: `SUV ≥ 2.5`, `≥ 41 % of the maximum`. */
export function thresholdText(threshold: Threshold): string {
  switch (threshold.type) {
    case 'suv':
      return `SUV ≥ ${threshold.suv}`;
    case 'of-maximum':
      return `≥ ${Math.round(100 * threshold.fraction)} % of the maximum`;
    case 'percist-liver':
      return '≥ 1.5 × liver + 2 SD';
    case 'percist-blood':
      return '≥ 2 × blood pool + 2 SD';
    case 'otsu':
      return 'Otsu’s threshold';
  }
}

/** Mean and SD of SUVbw in a reference region. */
export interface ReferenceUptake {
  mean: number;
  sd: number;
}

export interface References {
  liver?: ReferenceUptake | undefined;
  bloodPool?: ReferenceUptake | undefined;
}

/**
 * The limit in SUVbw; undefined where its reference is missing or the region has no two classes. PERCIST states its limits in
 * SUL: both sides scale with the same lean mass, so that SUVbw gives the same voxels.
 */
export function limitOf(
  suv: Float32Array,
  threshold: Threshold,
  { liver, bloodPool }: References = {},
): number | undefined {
  switch (threshold.type) {
    case 'suv':
      return threshold.suv;
    case 'of-maximum': {
      let maximum = -Infinity;
      for (const value of suv) if (value > maximum) maximum = value;
      return threshold.fraction * maximum;
    }
    case 'percist-liver':
      return liver && 1.5 * liver.mean + 2 * liver.sd;
    case 'percist-blood':
      return bloodPool && 2 * bloodPool.mean + 2 * bloodPool.sd;
    case 'otsu':
      return otsu(suv);
  }
}

const bins = 256;

/** Otsu's threshold over 256 bins between minimum and maximum; undefined for a region of one value. */
export function otsu(values: Float32Array): number | undefined {
  let [low, high, count] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    count++;
  }
  if (!(high > low)) return undefined;
  const histogram = new Float64Array(bins);
  for (const value of values)
    if (Number.isFinite(value)) histogram[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]!++;
  let whole = 0;
  for (let bin = 0; bin < bins; bin++) whole += bin * histogram[bin]!;
  let [below, sum, best, at] = [0, 0, -1, 0];
  for (let bin = 0; bin < bins - 1; bin++) {
    below += histogram[bin]!;
    sum += bin * histogram[bin]!;
    const above = count - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sum / below - (whole - sum) / above) ** 2;
    if (between > best) [best, at] = [between, bin];
  }
  return low + ((at + 1) * (high - low)) / bins;
}

export interface ActiveVolume {
  voxels: number;
  millilitres: number;
  /** SUVbw of the limit. */
  limit: number;
  /** Mean SUVbw of the active voxels, g/mL; undefined without one. */
  meanSuv: number | undefined;
  /** Volume x mean SUVbw, g. */
  totalGlycolysisG: number;
}

/** Voxels at or above a limit of SUVbw. */
export function activeAbove(suv: Float32Array, limit: number, voxelMm3: number): ActiveVolume {
  let voxels = 0;
  let sum = 0;
  for (const value of suv) {
    if (!(value >= limit) || !Number.isFinite(value)) continue;
    voxels++;
    sum += value;
  }
  return {
    voxels,
    millilitres: (voxels * voxelMm3) / 1000,
    limit,
    meanSuv: voxels > 0 ? sum / voxels : undefined,
    totalGlycolysisG: (sum * voxelMm3) / 1000,
  };
}

/** Voxels of a region at or above its threshold; undefined where there is none. `suv` in g/mL. */
export function activeVolume(
  suv: Float32Array,
  threshold: Threshold,
  voxelMm3: number,
  references: References = {},
): ActiveVolume | undefined {
  const limit = limitOf(suv, threshold, references);
  return limit === undefined ? undefined : activeAbove(suv, limit, voxelMm3);
}
