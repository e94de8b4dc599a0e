/** Voxels of a range of attenuation inside a region. */
export interface InRange {
  voxels: number;
  volumeMl: number;
  /** Undefined without a voxel. */
  meanHu: number | undefined;
}

/** Both ends of the range inside. `voxelMm3`: volume of a voxel. */
export function inRange(values: Float32Array, [low, high]: readonly [number, number], voxelMm3: number): InRange {
  let [voxels, sum] = [0, 0];
  for (const value of values)
    if (value >= low && value <= high) {
      voxels++;
      sum += value;
    }
  return { voxels, volumeMl: (voxels * voxelMm3) / 1000, meanHu: voxels > 0 ? sum / voxels : undefined };
}

export interface LungDensity {
  volumeMl: number;
  /** Tissue and blood as water, air as nothing: (HU + 1000) / 1000 g/ml, no voxel below nothing. */
  massG: number;
  meanHu: number;
  /** Share of voxels below -950 HU, per cent. */
  lowAttenuationPercent: number;
  /** Attenuation below which 15 % of voxels lie (nearest rank), HU. */
  percentileHu: number;
}

/** Density of the lung from all voxels of a mask. Throws `RangeError` without one. */
export function lungDensity(
  values: Float32Array,
  voxelMm3: number,
  { lowAttenuationHu, percentile }: { lowAttenuationHu: number; percentile: number },
): LungDensity {
  if (values.length === 0) throw new RangeError('a lung without voxels');
  const sorted = values.slice().sort();
  let [sum, mass, low] = [0, 0, 0];
  for (const value of sorted) {
    sum += value;
    mass += Math.max(0, (value + 1000) / 1000);
    if (value < lowAttenuationHu) low++;
  }
  return {
    volumeMl: (sorted.length * voxelMm3) / 1000,
    massG: (mass * voxelMm3) / 1000,
    meanHu: sum / sorted.length,
    lowAttenuationPercent: (100 * low) / sorted.length,
    percentileHu: sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)]!,
  };
}
