import type { DiffusionModel } from './models.ts';

/** A map as files, artifacts and people know it. */
export interface MapKind {
  /** Name among the arrays of the kernel. */
  name: string;
  /** Of the artifact; absent for maps that only the command writes. */
  role?: string;
  /** File without `.nii.gz`. */
  file: string;
  title: string;
  /** UCUM. */
  unit: string;
  volumes?: 3;
}

const diffusivity = 'mm2/s';
const quality = (role: string): MapKind[] => [
  { name: 'residual', role: `${role}-residual-map`, file: 'residual', title: 'Noise of the fit / S0', unit: '1' },
  { name: 'flags', role: `${role}-flags-map`, file: 'flags', title: 'What went wrong in the fit (bits)', unit: '1' },
];
const s0: MapKind = { name: 's0', file: 's0', title: 'Signal without weighting', unit: '1' };

/** Maps of each model, the most asked for first. Roles are unique over all models. */
export const mapKinds: Record<DiffusionModel, readonly MapKind[]> = {
  adc: [
    { name: 'adc', role: 'adc-map', file: 'adc', title: 'Apparent diffusion coefficient', unit: diffusivity },
    { name: 'adcSe', role: 'adc-se-map', file: 'adc-se', title: 'Standard error of the ADC', unit: diffusivity },
    s0,
    ...quality('adc'),
  ],
  dti: [
    { name: 'fa', role: 'fa-map', file: 'fa', title: 'Fractional anisotropy', unit: '1' },
    { name: 'md', role: 'md-map', file: 'md', title: 'Mean diffusivity', unit: diffusivity },
    { name: 'ad', role: 'ad-map', file: 'ad', title: 'Axial diffusivity', unit: diffusivity },
    { name: 'rd', role: 'rd-map', file: 'rd', title: 'Radial diffusivity', unit: diffusivity },
    {
      name: 'colour',
      role: 'fa-colour-map',
      file: 'colour',
      title: 'FA by direction: left-right, front-back, head-foot',
      unit: '1',
      volumes: 3,
    },
    { name: 'vector', file: 'v1', title: 'First eigenvector (patient RAS)', unit: '1', volumes: 3 },
    { name: 'faSe', role: 'fa-se-map', file: 'fa-se', title: 'Standard error of FA', unit: '1' },
    { name: 'mdSe', role: 'md-se-map', file: 'md-se', title: 'Standard error of MD', unit: diffusivity },
    { name: 'outliers', file: 'outliers', title: 'Volumes left out by the robust fit', unit: '1' },
    s0,
    ...quality('dti'),
  ],
  dki: [
    { name: 'mk', role: 'mk-map', file: 'mk', title: 'Mean kurtosis', unit: '1' },
    { name: 'ak', role: 'ak-map', file: 'ak', title: 'Axial kurtosis', unit: '1' },
    { name: 'rk', role: 'rk-map', file: 'rk', title: 'Radial kurtosis', unit: '1' },
    { name: 'fa', file: 'fa', title: 'Fractional anisotropy, freed of kurtosis', unit: '1' },
    { name: 'md', file: 'md', title: 'Mean diffusivity, freed of kurtosis', unit: diffusivity },
    ...quality('dki'),
  ],
  ivim: [
    { name: 'f', role: 'ivim-f-map', file: 'f', title: 'Perfusion fraction', unit: '1' },
    { name: 'd', role: 'ivim-d-map', file: 'd', title: 'Tissue diffusion coefficient', unit: diffusivity },
    { name: 'dStar', role: 'ivim-dstar-map', file: 'dstar', title: 'D* where it is determined', unit: diffusivity },
    { name: 'dStarLow', file: 'dstar-low', title: 'D*, lower limit (95 %)', unit: diffusivity },
    { name: 'dStarHigh', file: 'dstar-high', title: 'D*, upper limit (95 %)', unit: diffusivity },
    { name: 'fSe', role: 'ivim-f-se-map', file: 'f-se', title: 'Standard error of f', unit: '1' },
    { name: 'dSe', role: 'ivim-d-se-map', file: 'd-se', title: 'Standard error of D', unit: diffusivity },
    s0,
    ...quality('ivim'),
  ],
};

/** The mask of all maps of a series. */
export const maskRole = 'diffusion-mask';

export const mapRoles: readonly string[] = Object.values(mapKinds)
  .flat()
  .flatMap(({ role }) => (role === undefined ? [] : [role]));

/** |first eigenvector| x FA in patient axes, three volumes: red left-right, green front-back, blue head-foot. */
export function colourMap(fa: ArrayLike<number>, vector: ArrayLike<number>): Float32Array {
  const size = fa.length;
  return Float32Array.from({ length: 3 * size }, (_, at) => Math.abs(vector[at]!) * fa[at % size]!);
}
