/** How a lesion's active part is cut out of the region around it. */
export type Threshold = { type: 'suv'; suv: number } | { type: 'of-maximum'; fraction: number };

/** The three in widest use: fixed SUVbw 2.5 and 4.0 (Barrington, EJNMMI 2021;48:1), 41 % of the maximum (EANM 2015). */
export const thresholds: readonly Threshold[] = [
  { type: 'suv', suv: 2.5 },
  { type: 'suv', suv: 4 },
  { type: 'of-maximum', fraction: 0.41 },
];

/** Ending of a measure code: `suv-2-5`, `suv-4`, `41-percent`. */
export function thresholdCode(threshold: Threshold): string {
  return threshold.type === 'suv'
    ? `suv-${String(threshold.suv).replace('.', '-')}`
    : `${Math.round(100 * threshold.fraction)}-percent`;
}

/** For people: `SUV ≥ 2.5`, `≥ 41 % of the maximum`. */
export function thresholdText(threshold: Threshold): string {
  return threshold.type === 'suv'
    ? `SUV ≥ ${threshold.suv}`
    : `≥ ${Math.round(100 * threshold.fraction)} % of the maximum`;
}

export interface ActiveVolume {
  voxels: number;
  millilitres: number;
  /** Mean SUVbw of the active voxels, g/mL; undefined without one. */
  meanSuv: number | undefined;
  /** Volume x mean SUVbw, g. */
  totalGlycolysisG: number;
}

/** Voxels of a region at or above the threshold. `suv` in g/mL; the maximum is that of the values given. */
export function activeVolume(suv: Float32Array, threshold: Threshold, voxelMm3: number): ActiveVolume {
  let limit: number;
  if (threshold.type === 'suv') limit = threshold.suv;
  else {
    let maximum = -Infinity;
    for (const value of suv) if (value > maximum) maximum = value;
    limit = threshold.fraction * maximum;
  }
  let voxels = 0;
  let sum = 0;
  for (const value of suv) {
    if (!(value >= limit) || !Number.isFinite(value)) continue;
    voxels++;
    sum += value;
  }
  const millilitres = (voxels * voxelMm3) / 1000;
  return {
    voxels,
    millilitres,
    meanSuv: voxels > 0 ? sum / voxels : undefined,
    totalGlycolysisG: (sum * voxelMm3) / 1000,
  };
}
