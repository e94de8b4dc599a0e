import { IdiographError } from '../../../dossier/errors.ts';
import type { RadiomicsConfig } from '../config.ts';
import { type FeatureNames, unitOf } from '../names.ts';
import { aggregationsOf, type MapFamily, mapFamilies } from './mapFamilies.ts';

/** One map that is to be made. */
export interface MapChoice {
  /** Name of the file without its ending: IBSI tag with aggregation, or PyRadiomics' name under its profile. */
  name: string;
  /** For people. */
  title: string;
  family: MapFamily;
  aggregation?: string;
  /** Place of the feature among those of its family. */
  index: number;
  /** UCUM. */
  unit: string;
}

/**
 * What names mean under a configuration: an IBSI tag with or without aggregation (`cm_joint_entr_3D_comb`, `stat_mean`), a
 * name of PyRadiomics (`glcm_JointEntropy`, `original_firstorder_Mean`), or a whole family (`glcm`, `firstorder`). In the
 * order of the families, each map once. Throws `usage` for a name that has no map.
 */
export function chooseMaps(
  wanted: readonly string[],
  config: RadiomicsConfig,
  names: FeatureNames,
  imageUnit: string,
): MapChoice[] {
  const all = every(config, names, config.normalise ? '1' : imageUnit);
  const chosen = new Set<MapChoice>();
  for (const name of wanted) {
    const asked = name.replace(/^original_/, '');
    const found = all.filter(({ known }) => known.includes(asked));
    if (found.length === 0)
      throw new IdiographError('usage', `there is no feature map ${name}`, {
        remedy: `Name an IBSI tag (stat_mean, cm_joint_entr_3D_comb), a PyRadiomics feature (glcm_JointEntropy) or a family: ${Object.keys(mapFamilies).join(', ')}. Shape, volume histogram, peaks and distance zones have no maps.`,
      });
    for (const { choice } of found) chosen.add(choice);
  }
  return all.flatMap(({ choice }) => (chosen.has(choice) ? [choice] : []));
}

function every(config: RadiomicsConfig, names: FeatureNames, unit: string): { choice: MapChoice; known: string[] }[] {
  const isPyradiomics = config.profile === 'pyradiomics';
  const found: { choice: MapChoice; known: string[] }[] = [];
  for (const [family, tags] of Object.entries(mapFamilies) as [MapFamily, readonly string[]][])
    for (const aggregation of aggregationsOf(family, config.aggregations))
      for (const [index, base] of tags.entries()) {
        const peer = base.startsWith('pyradiomics_') ? base.slice('pyradiomics_'.length) : names.pyradiomics.get(base);
        if (isPyradiomics ? peer === undefined : base.startsWith('pyradiomics_')) continue;
        const tag = aggregation ? `${base}_${aggregation}` : base;
        const row = names.byTag.get(base);
        found.push({
          choice: {
            name: isPyradiomics ? `original_${peer}` : tag,
            title: isPyradiomics ? peer! : `${row?.name ?? base}${aggregation ? ` (${aggregation})` : ''}`,
            family,
            ...(aggregation && { aggregation }),
            index,
            unit: unitOf(row, unit),
          },
          known: [family, base, tag, ...(peer === undefined ? [] : [peer, peer.split('_')[0]!])],
        });
      }
  return found;
}
