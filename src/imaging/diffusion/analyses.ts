import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import { isIdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import type { RegionMask } from '../../voxels/mask.ts';
import { missingSlices, withoutMissing } from '../../voxels/missingSlices.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { chooseDiffusion, segmentationRole } from './choose.ts';
import { shellsOf } from './gradients.ts';
import { mapKinds, mapRoles } from './mapList.ts';
import type { DiffusionModel } from './models.ts';
import { mapPicture } from './picture.ts';
import { regionalMeasures, regionalValues } from './regional.ts';
import { type DiffusionRepeatability, organOf, realChange, repeatabilityFile } from './repeatability.ts';
import { type DiffusionStudy, studyDiffusion } from './study.ts';

const fitMeasure = measure('diffusion-fit-residual', 'Noise of the diffusion fit, median over the tissue');
/** Regions of fewer voxels are refused: their mean is one noisy place. */
const fewestVoxels = 4;

/** ADC, tensor, kurtosis and IVIM maps of each diffusion series, as far as its weighting allows, and regional means. */
const diffusion: Analysis = {
  id: 'imaging.diffusion',
  version: '1.0.0',
  title: 'Diffusion maps and regional values',
  makes: [
    fitMeasure.code,
    ...new Set(regionalMeasures.map((one) => one.measure.code)),
    ...mapRoles,
    'diffusion-mask',
    'snapshot',
  ],
  takes: [segmentationRole],
  knowledge: [repeatabilityFile],
  packs: [],
  method: 'diffusion.md',
  peakMemoryMb: ({ inputs }, dossier) => peakMemory(dossier.sources.find(({ id }) => id === inputs.image?.[0])),
  select: chooseDiffusion,
  async run(inputs, _options, context) {
    const source = context.dossier.sources.find(({ id }) => id === inputs.image?.[0])!;
    const lost = missingSlices(source.metadata);
    const image = withoutMissing(await context.openImage(source.id), lost);
    let study: Awaited<ReturnType<typeof studyDiffusion>>;
    try {
      study = await studyDiffusion(
        image,
        { ...image.metadata, ...source.metadata },
        { progress: (share, doing) => context.progress(0.9 * share, doing) },
      );
    } catch (error) {
      if (!isIdiographError(error, 'unsupported') && !isIdiographError(error, 'usage')) throw error;
      const text = `${error.message.replace(/^./, (a) => a.toUpperCase())}.`;
      study = { issues: [issue('error', 'diffusion-refused', text, error.remedy ? { remedy: error.remedy } : {})] };
    }
    if (lost.size > 0)
      study.issues.push(
        issue(
          'warning',
          'slice-missing',
          `${lost.size} slices of the series are missing; the maps hold nothing true there.`,
          {
            remedy: 'Fetch the series again.',
          },
        ),
      );
    if (!('maps' in study)) {
      refuse(source, study.issues, context);
      return;
    }
    const artifacts = emitMaps(source, study, context);
    emitFit(source, study, artifacts, context);
    await emitRegions(source, study, inputs, artifacts, context);
    context.progress(1);
  },
};

export const analyses: readonly Analysis[] = [diffusion];

/** The series, its maps in float32 and what the threads read: measured as series + 30 maps. */
function peakMemory(source: Source | undefined): number {
  const layout = source?.metadata['layout'] as { shape?: number[] } | undefined;
  const dim = source?.metadata['dim'] as number[] | undefined;
  const [ni, nj, nk, nt] = layout?.shape ?? dim?.slice(1, 5) ?? [128, 128, 80, 130];
  const voxels = Number(ni) * Number(nj) * Number(nk);
  return 80 + Math.ceil((voxels * 4 * (2 * Number(nt) + 40)) / 2 ** 20);
}

function refuse(source: Source, issues: readonly Issue[], context: RunContext): void {
  const why = issues.findLast(({ severity }) => severity === 'error')!;
  context.emit.finding({
    measure: fitMeasure,
    site: siteOf(source),
    ...(source.acquiredAt && { time: source.acquiredAt }),
    value: { type: 'refused', reason: why.code },
    issues: [...issues],
    derivedFrom: [source.id],
  });
}

function siteOf(source: Source) {
  return { system: 'source', code: source.id, display: source.description ?? 'diffusion series' };
}

/** What the maps were fitted to, in one line. */
function describe({ data: { table, voxels } }: DiffusionStudy): string {
  const shells = shellsOf(table).map(({ b, entries }) => `b ${Math.round(b)} × ${entries.length}`);
  return `${shells.slice(0, 12).join(', ')}${shells.length > 12 ? ' ...' : ''}; ${voxels.length} voxels`;
}

/** Emits maps, mask and picture; returns the artifact id of each map as `model.name`. */
function emitMaps(source: Source, study: DiffusionStudy, { emit }: RunContext): Map<string, string> {
  const { data, maps } = study;
  const time = source.acquiredAt;
  const stamp = `${time ? `-${time.slice(0, 19).replaceAll(':', '')}` : ''}-${source.id.slice(-6)}`;
  const common = { ...(time && { time }), derivedFrom: [source.id] };
  const volume = (role: string, title: string, values: ArrayLike<number>, grid: Grid, bytes: boolean): string =>
    emit.artifact({
      ...common,
      ...{ type: 'image', role, title, grid, mediaType: 'application/gzip', fileName: `${role}${stamp}.nii.gz` },
      issues: study.issues.filter(({ severity }) => severity !== 'info'),
      bytes: writeNiftiGz(grid, values, { datatype: bytes ? 'uint8' : 'float32', description: title }),
    });
  const artifacts = new Map<string, string>();
  for (const [model, found] of Object.entries(maps))
    for (const { name, role, title, unit, volumes } of mapKinds[model as DiffusionModel]) {
      if (role === undefined) continue;
      const values = found[name]!;
      const shape: Grid['shape'] = [data.grid.shape[0], data.grid.shape[1], data.grid.shape[2], volumes ?? 1];
      const named = unit === '1' ? title : `${title} (${unit})`;
      artifacts.set(
        `${model}.${name}`,
        volume(role, named, values, { ...data.grid, shape }, values instanceof Uint8Array),
      );
    }
  volume('diffusion-mask', 'Where diffusion was fitted', Uint8Array.from(data.mask), data.grid, true);
  const { bytes, says } = mapPicture(study);
  emit.artifact({
    ...common,
    ...{
      type: 'picture',
      role: 'snapshot',
      mediaType: 'image/png',
      fileName: `diffusion${stamp}.png`,
      issues: [],
      bytes,
    },
    title: `From the top: ${says}. Axial, coronal, sagittal; the patient's right is on the left`,
  });
  return artifacts;
}

/** One finding for the series: how well the most general model fits, with all that was found about its gradients. */
function emitFit(source: Source, study: DiffusionStudy, artifacts: Map<string, string>, { emit }: RunContext): void {
  const model = (['dti', 'ivim', 'adc', 'dki'] as const).find((one) => study.maps[one])!;
  const residual = study.maps[model]!['residual']!;
  const sorted = Float64Array.from(study.data.voxels, (at) => residual[at]!).sort();
  const free = sorted.at(-1)! > 0;
  const left = Object.entries(study.left).map(([name, why]) =>
    issue('info', 'diffusion-model-left-out', `${name} was not fitted: ${why}.`),
  );
  const noFreedom = issue(
    'info',
    'diffusion-no-residual',
    'There are as many weightings as unknowns: nothing is left to judge the fit by.',
  );
  emit.finding({
    measure: fitMeasure,
    site: siteOf(source),
    ...(source.acquiredAt && { time: source.acquiredAt }),
    value: free
      ? { type: 'quantity', value: 100 * sorted[sorted.length >> 1]!, unit: '%' }
      : { type: 'refused', reason: noFreedom.code },
    issues: [...study.issues, ...left, ...(free ? [] : [noFreedom])],
    derivedFrom: [source.id, artifacts.get(`${model}.residual`)!],
    evidence: [{ of: source.id, place: 'gradient table', says: `${model}: ${describe(study)}` }],
  });
}

interface Place {
  mask: RegionMask;
  site: { system: string; code: string; display: string };
  region?: string;
  laterality?: 'left' | 'right' | 'both';
  isLesion: boolean;
  issues: Issue[];
  from: string;
}

async function emitRegions(
  source: Source,
  study: DiffusionStudy,
  inputs: Record<string, string[]>,
  artifacts: Map<string, string>,
  context: RunContext,
): Promise<void> {
  const knowledge = context.knowledge<DiffusionRepeatability>(repeatabilityFile);
  const highestB = Math.max(...study.data.table.b);
  const shared = study.issues.filter(({ severity }) => severity !== 'info');
  for (const place of await placesOf(study, inputs, context)) {
    const found = place.mask.voxels < fewestVoxels ? undefined : regionalValues(study, place.mask);
    const organ = organOf([place.site.display, source.bodyPart, source.description], knowledge);
    const base = {
      site: place.site,
      ...(place.region && { region: place.region }),
      ...(place.laterality && { laterality: place.laterality }),
      ...(source.acquiredAt && { time: source.acquiredAt }),
    };
    if (found === undefined || found.voxels < fewestVoxels) {
      const why = issue(
        'error',
        'region-too-small',
        `${found?.voxels ?? place.mask.voxels} voxels of the region have a diffusion value; fewer than ${fewestVoxels} are no region.`,
      );
      const of = regionalMeasures.find(({ model }) => study.maps[model])!;
      context.emit.finding({
        ...{ ...base, measure: of.measure, codes: of.codes, derivedFrom: [source.id, place.from] },
        value: { type: 'refused', reason: why.code },
        issues: [...place.issues, why],
      });
      continue;
    }
    const trouble =
      found.troubled > 0.1 * found.voxels
        ? [
            issue(
              'warning',
              'diffusion-region-troubled',
              `${found.troubled} of ${found.voxels} voxels lie at the noise floor or have no proper tensor.`,
            ),
          ]
        : [];
    for (const { of, mean, standardDeviation } of found.values) {
      const change = realChange(
        { measure: of.measure.code, value: mean, organ, isLesion: place.isLesion, highestB },
        knowledge,
      );
      context.emit.finding({
        ...{ ...base, measure: of.measure, codes: of.codes },
        value: { type: 'quantity', value: mean, unit: of.unit },
        ...('uncertainty' in change && { uncertainty: change.uncertainty }),
        issues: [...shared, ...place.issues, ...trouble, ...('unknown' in change ? [change.unknown] : [])],
        derivedFrom: [source.id, place.from, artifacts.get(`${of.model}.${of.map}`)!],
        evidence: [
          {
            of: place.from,
            place: place.site.display,
            says: `${found.voxels} voxels, SD ${standardDeviation.toPrecision(3)}`,
          },
          { of: source.id, place: 'gradient table', says: describe(study) },
        ],
      });
    }
  }
}

/** Regions that were drawn, and the structures of a segmentation, on the grid of the series. */
async function placesOf(
  study: DiffusionStudy,
  inputs: Record<string, string[]>,
  context: RunContext,
): Promise<Place[]> {
  const { grid } = study.data;
  const places: Place[] = [];
  for (const region of context.dossier.regions.filter(({ id }) => inputs['regions']?.includes(id))) {
    const { mask, issues } = regionMask(await context.openRegion(region.id), grid);
    const display = region.label || `region ${region.number}`;
    places.push({
      ...{ mask, issues, from: region.id, region: region.id, isLesion: region.type !== 'organ' },
      site: { system: 'region', code: region.label || String(region.number), display },
      ...(region.laterality && { laterality: region.laterality }),
    });
  }
  const labels = context.dossier.artifacts.find(({ id }) => inputs['labels']?.includes(id));
  if (labels === undefined) return places;
  const drawn = await context.openImage(labels.id);
  const values = await drawn.readVolume(0);
  const notRegistered = issue(
    'warning',
    'region-not-registered',
    'The structure was found on the T1 of the same session and laid over the diffusion images as they lie: movement and distortion are not corrected, and edges hold neighbouring tissue.',
    { remedy: 'Look at the segmentation over the FA map before using the value.' },
  );
  for (const { value, name } of labels.labels ?? []) {
    if (value === 0) continue;
    const whole = Uint8Array.from(values, (one) => (one === value ? 1 : 0));
    const { mask } = regionMask({ type: 'mask', grid: drawn.grid, mask: whole }, grid);
    places.push({
      ...{ mask, from: labels.id, isLesion: false, issues: [notRegistered] },
      site: { system: 'idiograph', code: name.toLowerCase().replace(/[\s_]+/g, '-'), display: name },
    });
  }
  return places;
}
