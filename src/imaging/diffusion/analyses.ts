import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import { isIdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { missingSlices, withoutMissing } from '../../voxels/missingSlices.ts';
import { chooseSeries } from './choose.ts';
import { shellsOf } from './gradients.ts';
import { mapKinds, mapRoles, maskRole } from './mapList.ts';
import type { DiffusionModel } from './models.ts';
import { mapPicture } from './picture.ts';
import { regionalDiffusion } from './regionalAnalysis.ts';
import { type DiffusionStudy, studyDiffusion } from './study.ts';

const fitMeasure = measure('diffusion-fit-residual', 'Noise of the diffusion fit, median over the tissue');

/** ADC, tensor, kurtosis and IVIM maps of each diffusion series, as far as its weighting allows. */
const diffusion: Analysis = {
  id: 'imaging.diffusion',
  version: '1.1.0',
  title: 'Diffusion maps',
  makes: [fitMeasure.code, ...mapRoles, maskRole, 'snapshot'],
  takes: [],
  knowledge: [],
  packs: [],
  method: 'diffusion.md',
  peakMemoryMb: ({ inputs }, dossier) => peakMemory(dossier.sources.find(({ id }) => id === inputs.image?.[0])),
  select: chooseSeries,
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
    context.progress(1);
  },
};

export const analyses: readonly Analysis[] = [diffusion, regionalDiffusion];

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
      // With as many weightings as unknowns there are no errors to map.
      if (isEmpty(name, values)) continue;
      const shape: Grid['shape'] = [data.grid.shape[0], data.grid.shape[1], data.grid.shape[2], volumes ?? 1];
      const named = unit === '1' ? title : `${title} (${unit})`;
      artifacts.set(
        `${model}.${name}`,
        volume(role, named, values, { ...data.grid, shape }, values instanceof Uint8Array),
      );
    }
  volume(maskRole, 'Where diffusion was fitted', Uint8Array.from(data.mask), data.grid, true);
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

function isEmpty(name: string, values: ArrayLike<number>): boolean {
  return /Se$|^residual$/.test(name) && Array.prototype.every.call(values, (value) => value === 0);
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
    derivedFrom: [source.id, artifacts.get(`${model}.residual`) ?? artifacts.values().next().value!],
    evidence: [{ of: source.id, place: 'gradient table', says: `${model}: ${describe(study)}` }],
  });
}
