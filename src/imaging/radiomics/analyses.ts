import type { Analysis, Dossier, RunContext } from '../../dossier/analysis.ts';
import { isIdiographError } from '../../dossier/errors.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import type { RegionMask } from '../../voxels/mask.ts';
import { missingSlices, withoutMissing } from '../../voxels/missingSlices.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { chooseRegions, type MeasuredRegion, measuredRegions, regionOfFinding } from './chooseRegions.ts';
import { compactFeatures, compactMeasure } from './compact.ts';
import { RadiomicsConfig } from './config.ts';
import { mostPlaces } from './features/autocorrelation.ts';
import { featureTable } from './featureTable.ts';
import { histogramPicture } from './histogramPicture.ts';
import { levelsOf } from './levels.ts';
import { chooseMaps, type MapChoice } from './maps/chooseMaps.ts';
import { type FeatureMaps, featureMaps, mapVolume } from './maps/featureMaps.ts';
import { fewVoxels, type Measured, measureRadiomics } from './measure.ts';
import { type FeatureName, type FeatureNames, featureNames, namesFile } from './names.ts';
import type { Prepared } from './prepare.ts';
import { robustness } from './robustnessAnalysis.ts';

const defaultsFile = 'radiomics/defaults.json';

/** Volumes of one region at most: at 2 mm 67 litres, more than a trunk. */
const mostVoxels = 2 ** 23;
/** Histograms of a series at most: the first regions; a whole-body label map has a hundred. */
const mostPictures = 8;
/** Image, masks, levels, zones and distances of a region, and float64 while it is interpolated. */
const bytesPerVoxel = 40;

/** Radiomics of every region on the image that it was drawn on: a few values as findings, all of them as a table. */
const radiomics: Analysis = {
  id: 'imaging.radiomics',
  version: '1.2.1',
  title: 'Radiomics of regions (IBSI)',
  makes: [
    ...compactFeatures.map((one) => compactMeasure(one).measure.code),
    'radiomics-features',
    'snapshot',
    'radiomics-map',
  ],
  takes: [],
  knowledge: [namesFile, defaultsFile],
  packs: [],
  method: 'radiomics.md',
  peakMemoryMb: ({ inputs }, dossier) => peakMemory(inputs.image?.[0], dossier),
  select: chooseRegions,
  async run(inputs, _options, context) {
    const { dossier } = context;
    const source = dossier.sources.find(({ id }) => id === inputs.image?.[0])!;
    const missing = missingSlices(source.metadata);
    const image = withoutMissing(await context.openImage(source.id), missing);
    const { modalities, featureMaps: wanted = [] } = context.knowledge<Defaults>(defaultsFile);
    const config = RadiomicsConfig.parse(modalities[source.modality]);
    const names = featureNames(context.knowledge<{ features: FeatureName[] }>(namesFile));
    const choices = chooseMaps(wanted, config, names, image.unit);
    const series: Series = {
      source,
      image,
      missing,
      config,
      names,
      issues: seriesIssues(source),
      choices,
      pictures: 0,
    };
    const regions = measuredRegions(dossier, inputs.regions);
    const tables: { region: string; label: string; features: Measured[] }[] = [];
    for (const [index, region] of regions.entries()) {
      if (context.signal.aborted) return;
      context.progress(index / regions.length, region.label);
      const features = await measureRegion(series, region, context, (share) =>
        context.progress((index + share) / regions.length, region.label),
      );
      if (features) tables.push({ region: region.id, label: region.label, features });
    }
    if (tables.length > 0) emitTable(series, tables, context);
    context.progress(1);
  },
};

export const analyses: readonly Analysis[] = [radiomics, robustness];

interface Defaults {
  modalities: Record<string, unknown>;
  /** Feature maps that are made of each region, by the names of `idiograph radiomics --maps`; none unless a site asks. */
  featureMaps?: string[];
}

interface Series {
  source: Source;
  image: ImageHandle;
  missing: ReadonlySet<number>;
  config: RadiomicsConfig;
  names: FeatureNames;
  issues: Issue[];
  choices: readonly MapChoice[];
  /** Histograms that were drawn so far. */
  pictures: number;
}

function peakMemory(id: string | undefined, dossier: Dossier): number {
  const layout = dossier.sources.find((source) => source.id === id)?.metadata.layout as
    | { shape?: number[] }
    | undefined;
  const voxels = layout?.shape?.slice(0, 3).reduce((product, length) => product * length, 1) ?? mostVoxels;
  // A grid finer than the image can hold up to eight times its voxels.
  return 64 + Math.ceil((bytesPerVoxel * Math.min(mostVoxels, 8 * voxels) + 32 * mostPlaces) / 2 ** 20);
}

/** What is known of the series and bears on every value. */
function seriesIssues(source: Source): Issue[] {
  const issues = source.issues.filter(({ severity }) => severity !== 'info');
  const { RescaleIntercept, RescaleType } = source.metadata;
  const isOther = typeof RescaleType === 'string' && !['HU', 'US', ''].includes(RescaleType);
  if (source.modality === 'CT' && (RescaleIntercept === undefined || isOther))
    issues.push(
      issue('warning', 'ct-not-calibrated', 'The CT does not say how its values become Hounsfield units.', {
        remedy: 'Use the original series with its rescale intercept and slope.',
      }),
    );
  if (source.modality === 'MR')
    issues.push(
      issue('info', 'radiomics-arbitrary-signal', 'MR signal has no unit: intensities do not compare between scans.'),
    );
  return issues;
}

/** All values of one region; emits the compact ones. Undefined when the region was refused. */
async function measureRegion(
  series: Series,
  region: MeasuredRegion,
  context: RunContext,
  progress: (share: number) => void,
): Promise<Measured[] | undefined> {
  const { source, image, missing, config, names } = series;
  const refuse = (why: Issue): undefined => {
    emit(
      series,
      region,
      compactFeatures.map(({ tag }) => ({ tag, refused: why })),
      [],
      context,
    );
  };
  if (image.grid.shape[3] > 1)
    return refuse(
      issue('error', 'radiomics-dynamic-series', 'The series has several frames in time; a region has no one value.', {
        remedy: 'Use a static series.',
      }),
    );
  const { mask, issues } = regionMask(await context.openRegion(region.id), image.grid);
  if (mask.voxels === 0)
    return refuse(
      issues.find(({ severity }) => severity === 'error') ??
        issue('error', 'region-empty', 'No voxel of the image lies inside the region.'),
    );
  const lost = [...missing].filter((k) => k >= mask.origin[2] && k < mask.origin[2] + mask.size[2]);
  if (lost.length > 0)
    return refuse(
      issue('error', 'region-on-missing-slice', `${lost.length} slices of the region are missing from the series.`, {
        remedy: 'Fetch the series again.',
      }),
    );
  try {
    let done = 0;
    const measured = await measureRadiomics(image, mask, config, names, {
      voxels: mostVoxels,
      progress: () => progress(done++ / 11),
    });
    const made = await mapsOf(series, mask, () => progress(1));
    const shared = [...made.issues, ...series.issues, ...issues, ...drawnElsewhere(region, source), ...measured.issues];
    const values = compactFeatures.map(({ tag }) => {
      const feature = measured.features.find((one) => one.tag === tag)!;
      return { tag, value: feature.value, unit: feature.unit };
    });
    emit(series, region, values, shared, context);
    if (series.pictures++ < mostPictures) emitHistogram(series, region, measured.prepared, context);
    if (made.maps) emitMaps(series, region, made.maps, context);
    return measured.features;
  } catch (error) {
    if (!isIdiographError(error, 'usage')) throw error;
    return refuse(
      issue('error', 'radiomics-region-refused', `${error.message.replace(/^./, (a) => a.toUpperCase())}.`, {
        ...(error.remedy && { remedy: error.remedy }),
      }),
    );
  }
}

function drawnElsewhere(region: MeasuredRegion, source: Source): Issue[] {
  const uid = source.metadata.SeriesInstanceUID ?? source.locator.series;
  if (region.reader !== undefined || region.referencedSeries === uid) return [];
  return [
    issue(
      'info',
      'region-drawn-on-other-series',
      'The region was drawn on another series of the same frame of reference.',
      { remedy: 'Look for movement between the two series.' },
    ),
  ];
}

type Compact = { tag: string } & ({ value: number | undefined; unit: string } | { refused: Issue });

function emit(
  { source, config }: Series,
  region: MeasuredRegion,
  values: readonly Compact[],
  shared: readonly Issue[],
  context: RunContext,
): void {
  for (const [at, one] of values.entries()) {
    const refused =
      'refused' in one
        ? one.refused
        : one.value === undefined
          ? issue('error', 'radiomics-no-value', 'The feature has no value for this region.')
          : undefined;
    context.emit.finding({
      ...compactMeasure(compactFeatures[at]!),
      ...regionOfFinding(region),
      ...(source.acquiredAt && { time: source.acquiredAt }),
      value:
        refused || !('value' in one)
          ? { type: 'refused', reason: refused!.code }
          : { type: 'quantity', value: one.value!, unit: one.unit },
      issues: refused ? [...shared, refused] : [...shared],
      derivedFrom: [source.id, region.id],
      evidence: [{ of: source.id, place: 'image', says: describe(config) }],
    });
  }
}

/** The histogram of a region's levels as a picture. */
function emitHistogram(
  { source, image, config }: Series,
  region: MeasuredRegion,
  prepared: Prepared,
  { emit }: RunContext,
): void {
  if (prepared.statistics.voxels < fewVoxels || !(prepared.statistics.maximum > prepared.statistics.minimum)) return;
  const { png, says } = histogramPicture(prepared, levelsOf(prepared, config.discretise), image.unit);
  emit.artifact({
    ...{ type: 'picture', role: 'snapshot', mediaType: 'image/png', issues: [], bytes: png },
    title: `${region.label}: intensities, ${says}`,
    fileName: `${fileStem('histogram', source, region)}.png`,
    ...(source.acquiredAt && { time: source.acquiredAt }),
    derivedFrom: [source.id, region.id],
  });
}

/** Feature maps of a region, or why there are none. */
async function mapsOf(
  { image, config, choices }: Series,
  mask: RegionMask,
  progress: () => void,
): Promise<{ maps?: FeatureMaps; issues: Issue[] }> {
  if (choices.length === 0) return { issues: [] };
  try {
    return { maps: await featureMaps(image, mask, config, choices, { voxels: mostVoxels, progress }), issues: [] };
  } catch (error) {
    if (!isIdiographError(error, 'usage')) throw error;
    const message = `Feature maps were not made: ${error.message}.`;
    return {
      issues: [issue('warning', 'radiomics-maps-refused', message, error.remedy ? { remedy: error.remedy } : {})],
    };
  }
}

/** Feature maps as images that can be laid over the series. */
function emitMaps({ source }: Series, region: MeasuredRegion, made: FeatureMaps, { emit }: RunContext): void {
  for (const [map, { name, title }] of made.choices.entries())
    emit.artifact({
      ...{ type: 'image', role: 'radiomics-map', mediaType: 'application/gzip', grid: made.grid, issues: made.issues },
      title: `${title} round each voxel, ${region.label}`,
      fileName: `${fileStem(name, source, region)}.nii.gz`,
      ...(source.acquiredAt && { time: source.acquiredAt }),
      derivedFrom: [source.id, region.id],
      bytes: writeNiftiGz(made.grid, mapVolume(made, map, Number.NaN), {
        datatype: 'float32',
        description: title.slice(0, 79),
      }),
    });
}

function fileStem(what: string, { modality, acquiredAt }: Source, { id }: MeasuredRegion): string {
  const time = acquiredAt ? `-${acquiredAt.slice(0, 19).replaceAll(':', '')}` : '';
  return `radiomics-${what}-${modality.toLowerCase()}${time}-${id.slice(-8)}`;
}

/** The processing in one line. */
function describe({ interpolate, resegment, discretise }: RadiomicsConfig): string {
  const range = resegment?.range?.map((bound) => bound ?? 'none').join(' to ');
  return [
    interpolate ? `${String(interpolate.spacingMm)} mm ${interpolate.image}` : 'native grid',
    range && `range ${range}`,
    resegment?.outlierSd !== undefined && `within ${resegment.outlierSd} SD`,
    discretise.method === 'none'
      ? 'no discretisation'
      : discretise.method === 'fixed-bin-number'
        ? `${discretise.bins} bins`
        : `bins of ${discretise.width}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function emitTable(
  { source }: Series,
  tables: readonly { region: string; label: string; features: Measured[] }[],
  { emit }: RunContext,
): void {
  const time = source.acquiredAt;
  emit.artifact({
    type: 'table',
    role: 'radiomics-features',
    title: `All radiomics features, ${source.description ?? source.modality}`,
    ...(time && { time }),
    mediaType: 'text/csv',
    fileName: `radiomics-${source.modality.toLowerCase()}${time ? `-${time.slice(0, 19).replaceAll(':', '')}` : ''}.csv`,
    issues: [],
    derivedFrom: [source.id, ...tables.map(({ region }) => region)],
    bytes: featureTable(tables),
  });
}
