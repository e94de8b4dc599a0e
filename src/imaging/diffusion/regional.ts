import { type Code, measure } from '../../dossier/code.ts';
import type { RegionMask } from '../../voxels/mask.ts';
import { mapKinds } from './mapList.ts';
import type { DiffusionModel } from './models.ts';
import { flags } from './signals.ts';

/** A number that regions get. */
export interface RegionalMeasure {
  model: DiffusionModel;
  map: string;
  measure: Code;
  codes: Code[];
  unit: string;
}

const dcm = (code: string, display: string): Code => ({ system: 'DCM', code, display });
const kind = (model: DiffusionModel, map: string, code: string, display: string, unit: string, codes: Code[] = []) => ({
  ...{ model, map, unit, codes },
  measure: measure(code, display),
});

/** Codes of DICOM CID 7263 and 7272 where they have one. */
/** As clinicians write it; maps hold mm2/s. */
const diffusivity = '10*-3.mm2/s';

export const regionalMeasures: readonly RegionalMeasure[] = [
  kind('adc', 'adc', 'adc-mean', 'ADC, mean of the region', diffusivity, [
    dcm('113041', 'Apparent Diffusion Coefficient'),
  ]),
  kind('dti', 'fa', 'fa-mean', 'FA, mean of the region', '1', [dcm('110808', 'Fractional Anisotropy')]),
  kind('dti', 'md', 'md-mean', 'Mean diffusivity, mean of the region', diffusivity, [
    dcm('113202', 'Mean Diffusivity'),
  ]),
  kind('dti', 'ad', 'ad-mean', 'Axial diffusivity, mean of the region', diffusivity, [
    dcm('113204', 'Axial Diffusivity'),
  ]),
  kind('dti', 'rd', 'rd-mean', 'Radial diffusivity, mean of the region', diffusivity, [
    dcm('113203', 'Radial Diffusivity'),
  ]),
  kind('dki', 'mk', 'mk-mean', 'Mean kurtosis, mean of the region', '1', [dcm('113205', 'Mean Kurtosis')]),
  kind('ivim', 'd', 'ivim-d-mean', 'IVIM tissue diffusion, mean of the region', diffusivity, [
    dcm('113291', 'Slow Diffusion Coefficient'),
  ]),
  kind('ivim', 'f', 'ivim-f-mean', 'IVIM perfusion fraction, mean of the region', '1', [
    dcm('113293', 'Fast Diffusion Coefficient Fraction'),
  ]),
];

export interface Regional {
  of: RegionalMeasure;
  mean: number;
  standardDeviation: number;
}

/** Maps of a series, read back from its artifacts, by role. */
export interface RegionalMaps {
  shape: readonly [number, number, number];
  byRole: ReadonlyMap<string, ArrayLike<number>>;
  /** Where was fitted. */
  mask: ArrayLike<number>;
  /** Flags of the most general model. */
  flags: ArrayLike<number> | undefined;
}

/** Role of the map that a measure averages. */
export function roleOf({ model, map }: RegionalMeasure): string {
  return mapKinds[model].find(({ name }) => name === map)!.role!;
}

/** What a region has of each map: means over its voxels that were fitted; undefined when there is none. */
export function regionalValues(
  { shape: [ni, nj], byRole, mask, flags: flagged }: RegionalMaps,
  region: RegionMask,
): { values: Regional[]; voxels: number; troubled: number } | undefined {
  const fitted: number[] = [];
  const [si, sj, sk] = region.size;
  for (let k = 0, at = 0; k < sk; k++)
    for (let j = 0; j < sj; j++)
      for (let i = 0; i < si; i++, at++) {
        if (region.inside[at] !== 1) continue;
        const voxel = i + region.origin[0] + ni * (j + region.origin[1] + nj * (k + region.origin[2]));
        if (mask[voxel] !== 0) fitted.push(voxel);
      }
  if (fitted.length === 0) return undefined;
  const values = regionalMeasures.flatMap((of): Regional[] => {
    const map = byRole.get(roleOf(of));
    if (map === undefined) return [];
    const scale = of.unit === diffusivity ? 1000 : 1;
    const mean = (scale * fitted.reduce((sum, voxel) => sum + map[voxel]!, 0)) / fitted.length;
    const square = fitted.reduce((sum, voxel) => sum + (scale * map[voxel]! - mean) ** 2, 0) / fitted.length;
    return [{ of, mean, standardDeviation: Math.sqrt(square) }];
  });
  const serious = flags.negativeEigenvalue | flags.noiseFloor | flags.signalNotPositive;
  const troubled = flagged ? fitted.filter((voxel) => (flagged[voxel]! & serious) !== 0).length : 0;
  return { values, voxels: fitted.length, troubled };
}
