import type { Analysis } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import { isIdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { missingSlices, withoutMissing } from '../../voxels/missingSlices.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { chooseRegions, measuredRegions, regionOfFinding } from './chooseRegions.ts';
import { RadiomicsConfig } from './config.ts';
import { type FeatureName, featureNames, namesFile } from './names.ts';
import { measureRobustness, type Robustness, robustnessTable } from './robustness.ts';

const defaultsFile = 'radiomics/defaults.json';
const share = measure('radiomics-robust-share', 'Radiomics features that vary by less than 10 % over perturbed masks');
const robustPercent = 10;

/** Larger regions take minutes, and a voxel more or less at their border changes little. */
const mostVoxels = 20_000;

/** How far the radiomics of a region hang on where exactly its border was drawn. */
export const robustness: Analysis = {
  id: 'imaging.radiomics-robustness',
  version: '1.0.1',
  title: 'Radiomics under perturbed masks',
  makes: [share.code, 'radiomics-robustness'],
  takes: [],
  knowledge: [namesFile, defaultsFile],
  packs: [],
  method: 'radiomics-robustness.md',
  peakMemoryMb: () => 320,
  select: (dossier) => ({ selections: chooseRegions(dossier).selections, missing: [] }),
  async run(inputs, _options, context) {
    const source = context.dossier.sources.find(({ id }) => id === inputs.image?.[0])!;
    const missing = missingSlices(source.metadata);
    const image = withoutMissing(await context.openImage(source.id), missing);
    const { modalities } = context.knowledge<{ modalities: Record<string, unknown> }>(defaultsFile);
    const config = RadiomicsConfig.parse(modalities[source.modality]);
    const names = featureNames(context.knowledge<{ features: FeatureName[] }>(namesFile));
    const regions = measuredRegions(context.dossier, inputs.regions);
    const tables: { region: string; label: string; features: Robustness[] }[] = [];
    for (const [index, region] of regions.entries()) {
      const { mask, issues } = regionMask(await context.openRegion(region.id), image.grid);
      const lost = [...missing].some((k) => k >= mask.origin[2] && k < mask.origin[2] + mask.size[2]);
      let refused: Issue | undefined =
        image.grid.shape[3] > 1
          ? issue(
              'error',
              'radiomics-dynamic-series',
              'The series has several frames in time; a region has no one value.',
            )
          : mask.voxels === 0
            ? issue('error', 'region-empty', 'No voxel of the image lies inside the region.')
            : lost
              ? issue('error', 'region-on-missing-slice', 'Slices of the region are missing from the series.')
              : mask.voxels > mostVoxels
                ? issue(
                    'info',
                    'region-too-large',
                    `The region has ${mask.voxels} voxels: masks are perturbed up to ${mostVoxels}.`,
                  )
                : undefined;
      let features: Robustness[] = [];
      try {
        if (!refused)
          features = await measureRobustness(image, mask, config, names, {
            voxels: 2 ** 23,
            progress: (part) => context.progress((index + part) / regions.length, region.label),
          });
      } catch (error) {
        if (!isIdiographError(error, 'usage')) throw error;
        refused = issue('error', 'radiomics-region-refused', `${error.message.replace(/^./, (a) => a.toUpperCase())}.`);
      }
      const judged = features.filter(({ variationPercent }) => variationPercent !== undefined);
      if (!refused && judged.length === 0)
        refused = issue('error', 'radiomics-no-value', 'No feature has a value for enough masks.');
      const steady = judged.filter(({ variationPercent }) => variationPercent! < robustPercent).length;
      context.emit.finding({
        measure: share,
        ...regionOfFinding(region),
        ...(source.acquiredAt && { time: source.acquiredAt }),
        value: refused
          ? { type: 'refused', reason: refused.code }
          : { type: 'quantity', value: (100 * steady) / judged.length, unit: '%' },
        issues: refused ? [...issues, refused] : issues,
        derivedFrom: [source.id, region.id],
        ...(!refused && {
          evidence: [{ of: source.id, place: 'image', says: `${steady} of ${judged.length} features` }],
        }),
      });
      if (!refused) tables.push({ region: region.id, label: region.label, features });
    }
    if (tables.length > 0)
      context.emit.artifact({
        type: 'table',
        role: 'radiomics-robustness',
        title: `Radiomics under perturbed masks, ${source.description ?? source.modality}`,
        ...(source.acquiredAt && { time: source.acquiredAt }),
        mediaType: 'text/csv',
        fileName: `radiomics-robustness-${source.modality.toLowerCase()}${source.acquiredAt ? `-${source.acquiredAt.slice(0, 19).replaceAll(':', '')}` : ''}.csv`,
        issues: [],
        derivedFrom: [source.id, ...tables.map(({ region }) => region)],
        bytes: robustnessTable(tables),
      });
    context.progress(1);
  },
};
