import { type Code, measure } from '../../dossier/code.ts';

/** A feature that stands as a finding of its own; all others stand in the table. */
interface CompactFeature {
  tag: string;
  ibsi: string;
  display: string;
}

/** Shape, first order and one texture value each of randomness, coarseness and uniformity. PET uptake has its own analysis. */
export const compactFeatures: readonly CompactFeature[] = [
  { tag: 'morph_volume', ibsi: 'RNU0', display: 'Volume (mesh)' },
  { tag: 'morph_area_mesh', ibsi: 'C0JK', display: 'Surface area (mesh)' },
  { tag: 'morph_sphericity', ibsi: 'QCFX', display: 'Sphericity' },
  { tag: 'morph_diam', ibsi: 'L0JK', display: 'Maximum 3D diameter' },
  { tag: 'stat_mean', ibsi: 'Q4LE', display: 'Mean intensity' },
  { tag: 'stat_var', ibsi: 'ECT3', display: 'Intensity variance' },
  { tag: 'stat_skew', ibsi: 'KE2A', display: 'Intensity skewness' },
  { tag: 'stat_kurt', ibsi: 'IPH6', display: 'Intensity kurtosis (excess)' },
  { tag: 'ih_entropy', ibsi: 'TLU2', display: 'Histogram entropy' },
  { tag: 'cm_joint_entr_3D_comb', ibsi: 'TU9B', display: 'Co-occurrence joint entropy (3D, merged)' },
  { tag: 'rlm_rlnu_norm_3D_comb', ibsi: 'IC23', display: 'Normalised run length non-uniformity (3D, merged)' },
  { tag: 'szm_zs_var_3D', ibsi: '3NSA', display: 'Zone size variance (3D)' },
];

/** Measure of a compact feature: `ibsi-RNU0`. */
export function compactMeasure({ ibsi, display }: CompactFeature): { measure: Code; codes: Code[] } {
  return { measure: measure(`ibsi-${ibsi}`, display), codes: [{ system: 'IBSI', code: ibsi, display }] };
}
