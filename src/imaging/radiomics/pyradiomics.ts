import { largestDistanceInPlane } from '../../voxels/diameter.ts';
import { maskSurface } from '../../voxels/maskSurface.ts';
import type { RadiomicsConfig } from './config.ts';
import { extractFeatures, type FeatureValue } from './extract.ts';
import { coOccurrenceMatrices } from './features/coOccurrence.ts';
import { maximalCorrelation } from './features/maximalCorrelation.ts';
import { principalAxes } from './features/morphology.ts';
import { levelsOf } from './levels.ts';
import { type Prepared, regionValues } from './prepare.ts';

/** A value under a name of PyRadiomics 3: `shape_MeshVolume`. */
export interface NamedValue extends FeatureValue {
  name: string;
}

/**
 * The features of PyRadiomics 3 with its conventions where they differ from IBSI's: kurtosis is not excess, principal axes
 * come from the covariance of n, energies from values plus a shift; diameters within slices, columns and rows, total energy
 * and the maximal correlation coefficient are its own. `names`: IBSI tag -> name. Throws as `extractFeatures` does.
 */
export function pyradiomicsFeatures(
  prepared: Prepared,
  config: RadiomicsConfig,
  names: ReadonlyMap<string, string>,
): NamedValue[] {
  const found: NamedValue[] = [];
  for (const feature of extractFeatures(prepared, config)) {
    const name = names.get(feature.base);
    if (name !== undefined) found.push({ ...feature, name });
  }
  if (prepared.statistics.voxels === 0) return found;
  const value = (name: string, of: number | undefined): void => {
    const at = found.find((one) => one.name === name);
    if (at) at.value = of;
  };
  const add = (name: string, family: FeatureValue['family'], of: number | undefined): void => {
    const tag = `pyradiomics_${name}`;
    found.push({ name, base: tag, tag, family, value: of });
  };
  if (config.families.includes('morphology')) {
    const [a, b, c] = principalAxes(prepared, true) as [number, number, number];
    value('shape_MajorAxisLength', a);
    value('shape_MinorAxisLength', b);
    value('shape_LeastAxisLength', c);
    value('shape_Elongation', b / a);
    value('shape_Flatness', c / a);
    const { extremes, extremesAlongY } = maskSurface(prepared.morphology, prepared.size, prepared.spacingMm, true);
    const half = prepared.spacingMm.map((mm) => mm / 2) as unknown as Prepared['spacingMm'];
    add('shape_Maximum2DDiameterSlice', 'morphology', largestDistanceInPlane(extremes, 2, half));
    add('shape_Maximum2DDiameterColumn', 'morphology', largestDistanceInPlane(extremes, 1, half));
    add('shape_Maximum2DDiameterRow', 'morphology', largestDistanceInPlane(extremesAlongY, 0, half));
  }
  if (config.families.includes('statistics')) {
    const values = regionValues(prepared);
    let energy = 0;
    for (const one of values) energy += (one + config.energyShift) ** 2;
    const excess = found.find(({ name }) => name === 'firstorder_Kurtosis')?.value;
    const isEqual = !(prepared.statistics.maximum > prepared.statistics.minimum);
    value('firstorder_Kurtosis', isEqual ? 0 : excess === undefined ? undefined : excess + 3);
    value('firstorder_Energy', energy);
    value('firstorder_RootMeanSquared', Math.sqrt(energy / values.length));
    add('firstorder_TotalEnergy', 'statistics', energy * prepared.spacingMm.reduce((product, mm) => product * mm, 1));
  }
  if (config.families.includes('glcm'))
    for (const aggregation of config.aggregations) {
      const all = coOccurrenceMatrices(
        levelsOf(prepared, config.discretise),
        aggregation,
        config.glcmDistance,
        (pairs, n) => maximalCorrelation(pairs, n),
      ).filter((one) => one !== undefined);
      add('glcm_MCC', 'glcm', all.length > 0 ? all.reduce((sum, one) => sum + one, 0) / all.length : undefined);
    }
  return found;
}
