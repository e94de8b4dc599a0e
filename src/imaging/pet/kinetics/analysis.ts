import type { Analysis, RunContext } from '../../../dossier/analysis.ts';
import { measure } from '../../../dossier/code.ts';
import { curveRole } from '../../../dossier/curveFigure.ts';
import type { ImageHandle } from '../../../dossier/image.ts';
import { type Issue, issue } from '../../../dossier/issue.ts';
import type { Region } from '../../../dossier/region.ts';
import type { Source } from '../../../dossier/source.ts';
import { writeNiftiGz } from '../../../intake/nifti/write.ts';
import { type InputFunction, inputFunction } from '../../../kinetics/input.ts';
import { apply } from '../../../voxels/affine.ts';
import { wholeMask } from '../../../voxels/mask.ts';
import { regionMask } from '../../../voxels/regionMask.ts';
import { emitCurve, fileWord } from '../../curveArtifact.ts';
import { foreground, meanCurve } from '../../perfusion/curves.ts';
import { mapOver } from '../../perfusion/picture.ts';
import { type RepeatabilityRow, repeatabilityFile } from '../../repeatability.ts';
import { type DynamicFrames, dynamicFrames, frameWeights } from '../frames.ts';
import type { Nuclide } from '../nuclides.ts';
import { petHeader } from '../petHeader.ts';
import { bindingChange } from '../repeatability.ts';
import { bloodSamples } from './bloodSamples.ts';
import { chooseKinetics, roleOf } from './choose.ts';
import { kineticFigure } from './figure.ts';
import { type Drive, kineticFitter } from './fit.ts';
import { type KineticMap, kineticMaps } from './maps.ts';
import { kineticMapUnits, roleOfMap } from './mapUnits.ts';
import { type KineticFit, type KineticModelId, kineticModels } from './models.ts';

const nuclideFile = 'imaging/nuclides.json';
/** What a work-up fits; the others are for the command line. By a vessel: FDG is trapped, other tracers come back. */
const byVessel = { trapped: 'patlak', other: 'logan' } as const;
const byReference = ['mrtm1', 'srtm'] as const;
const used: readonly KineticModelId[] = ['patlak', 'logan', ...byReference];

const codeOf = (id: KineticModelId, name: string): string => `pet-${id}-${name}`;
const sharedCode = measure('pet-kinetics', 'Kinetics of the dynamic PET series');

/**
 * Dynamic PET: Patlak (FDG) or Logan by a vessel in the image, MRTM1 and SRTM by a reference tissue; in regions, and as
 * maps of the linear model.
 */
export const petKinetics: Analysis = {
  id: 'imaging.pet.kinetics',
  version: '1.2.0',
  title: 'Kinetics of dynamic PET',
  makes: [
    ...new Set([
      ...used.flatMap((id) => kineticModels[id].reported.map(({ name }) => codeOf(id, name))),
      ...kineticMapUnits.map(([role]) => role),
      ...[sharedCode.code, 'snapshot', curveRole],
    ]),
  ],
  takes: [],
  knowledge: [nuclideFile, repeatabilityFile],
  packs: [],
  method: 'pet-kinetics.md',
  peakMemoryMb: ({ inputs }, { sources }) => {
    const metadata = sources.find(({ id }) => id === inputs['image']?.[0])?.metadata;
    const layout = metadata?.['layout'] as { shape?: number[] } | undefined;
    const shape = layout?.shape ?? (metadata?.['dim'] as number[] | undefined)?.slice(1, 5) ?? [256, 256, 100];
    // Eleven maps in float32, their files one after another, and curves of a slab.
    return 160 + Math.ceil(((shape[0] ?? 256) * (shape[1] ?? 256) * (shape[2] ?? 100) * 4 * 14) / 2 ** 20);
  },
  select: chooseKinetics,
  async run(inputs, _options, context) {
    const { dossier } = context;
    const source = dossier.sources.find(({ id }) => id === inputs['image']?.[0])!;
    const opened = await context.openImage(source.id);
    const image = { ...opened, metadata: { ...opened.metadata, ...source.metadata } };
    const { nuclides } = context.knowledge<{ nuclides: Nuclide[] }>(nuclideFile);
    const frames = dynamicFrames(image.metadata, image.grid.shape, nuclides);
    const shared = source.issues.filter(({ severity }) => severity !== 'info');
    if ('refused' in frames) {
      context.emit.finding({
        measure: sharedCode,
        site: { system: 'source', code: source.id, display: source.description ?? 'dynamic PET' },
        ...(source.acquiredAt && { time: source.acquiredAt }),
        value: { type: 'refused', reason: frames.refused.code },
        issues: [...shared, frames.refused],
        derivedFrom: [source.id],
      });
      return;
    }
    shared.push(...frames.issues);
    const drawn: Drawn[] = [];
    for (const region of dossier.regions.filter(({ id }) => inputs['regions']?.includes(id))) {
      const { mask, issues } = regionMask(await context.openRegion(region.id), image.grid);
      if (mask.voxels === 0) continue;
      const curve = (await meanCurve(image, wholeMask(mask))).map((value, t) => value * frames.decay[t]!);
      drawn.push({ region, curve, voxels: mask.voxels, issues });
    }
    const inside = await foreground(image);
    const mean = (await meanCurve(image, inside)).map((value, t) => value * frames.decay[t]!);
    const study: Study = { source, image, frames, weights: frameWeights(frames, mean), inside, shared, drawn, context };
    const [vessel, reference] = (['input', 'reference'] as const).map((role) =>
      drawn.find(({ region, curve }) => roleOf(region) === role && curve.every(Number.isFinite)),
    );
    const samples = inputs['blood'] ? await samplesOf(study, inputs['blood'][0]!) : undefined;
    if (!samples && !vessel && !reference) return context.emit.issue(noDrive);
    const name = petHeader(image.metadata).tracerName ?? '';
    const model = /fdg|fluoro-?deoxy-?glucose/i.test(name) ? byVessel.trapped : byVessel.other;
    // Samples of blood are the measure; a vessel in the image stands in for them.
    if (samples) await fitAll(study, [model], samples.driver, samples.drive);
    else if (vessel) {
      const driver: Driver = { id: vessel.region.id, label: vessel.region.label, kind: 'vessel', says: 'input' };
      await fitAll(study, [model], driver, vesselDrive(vessel, frames));
    }
    if (reference) {
      const driver: Driver = {
        ...{ id: reference.region.id, label: reference.region.label, kind: 'reference', says: 'reference tissue' },
      };
      await fitAll(study, byReference, driver, { reference: { timesS: frames.midsS, values: reference.curve } });
    }
    context.progress(1);
  },
};

const noDrive = issue(
  'warning',
  'pet-no-input',
  'The region of the vessel or the reference tissue has no voxel with a course.',
);

/** What drives the tissue: a region, or the table of blood samples. */
interface Driver {
  id: string;
  label: string;
  kind: 'vessel' | 'reference' | 'blood';
  says: string;
}

/** The samples in the unit of the image; undefined, with the reason, where they cannot be used. */
async function samplesOf(
  { image, source, context }: Study,
  table: string,
): Promise<{ driver: Driver; drive: Drive } | undefined> {
  const stated = image.unit === '1' ? source.metadata['Units'] : image.unit;
  const perBq = { 'bq/ml': 1, 'kbq/ml': 1e-3 }[String(stated).toLowerCase()];
  if (perBq === undefined) {
    const message = 'The unit of the series is not Bq/mL: measured blood cannot be set beside it.';
    context.emit.issue(issue('warning', 'pet-blood-other-unit', message, { remedy: 'State Units in the sidecar.' }));
    return undefined;
  }
  const metadata = context.dossier.sources.find(({ id }) => id === table)?.metadata ?? {};
  // BIDS counts frames and samples from one moment, which need not be the injection.
  const injectedS = metadata['columnUnits'] === undefined ? 0 : Number(source.metadata['InjectionStart'] ?? 0);
  const found = await bloodSamples(await context.openTable(table), metadata, injectedS);
  if ('refused' in found) {
    context.emit.issue({ ...found.refused, severity: 'warning' });
    return undefined;
  }
  const scaled = ({ timesS, values }: InputFunction) =>
    inputFunction(
      timesS,
      values.map((value) => value * perBq),
    );
  const input = { plasma: scaled(found.input.plasma), blood: scaled(found.input.blood) };
  return {
    driver: { id: table, label: 'blood samples', kind: 'blood', says: `input: ${found.says}` },
    drive: { input },
  };
}

interface Drawn {
  region: Region;
  curve: Float64Array;
  voxels: number;
  issues: Issue[];
}

interface Study {
  source: Source;
  image: ImageHandle;
  frames: DynamicFrames;
  weights: Float64Array;
  inside: Uint8Array;
  shared: Issue[];
  drawn: Drawn[];
  context: RunContext;
}

function vesselDrive({ curve }: Drawn, { midsS }: DynamicFrames): Drive {
  const later = midsS[0]! > 0;
  const blood = inputFunction(later ? [0, ...midsS] : midsS, later ? [0, ...curve] : curve);
  return { input: { plasma: blood, blood } };
}

const fromImage = issue(
  'warning',
  'pet-input-from-image',
  'The input is the activity in a vessel of the image: whole blood stands for plasma, metabolites, spill-out and spill-in are not corrected.',
  { remedy: 'Use blood samples (idiograph pet --input) where they were taken.' },
);

/** Regions with a figure of their own for each input. */
const mostFigures = 40;

/** One way to drive the tissue: all models in all regions, and maps of the first. */
async function fitAll(study: Study, models: readonly KineticModelId[], driver: Driver, drive: Drive): Promise<void> {
  const { frames, weights, drawn, context } = study;
  const settings = { weights, weightsSay: 'duration / activity, decay undone' };
  const isVessel = driver.kind === 'vessel';
  const tissues = drawn.filter(({ region }) => region.id !== driver.id && roleOf(region) !== 'input');
  const fitters = models.map((model) => ({ id: model, fitOne: kineticFitter(model, frames.midsS, drive, settings) }));
  for (const [at, one] of tissues.entries()) {
    const known = one.curve.every(Number.isFinite);
    const fits = fitters.map((by) => ({ id: by.id, fit: known ? by.fitOne(one.curve) : undefined }));
    const figure = known && at < mostFigures ? drawCurves(study, driver, drive, placeOf(one), fits) : undefined;
    for (const { id: model, fit } of fits) emitFit(study, model, driver, one, fit, isVessel, figure);
  }
  const { id, fitOne } = fitters[0]!;
  const made = await kineticMaps(id, study.image, study.inside, frames.decay, fitOne, (share) =>
    context.progress(0.9 * share, kineticModels[id].title),
  );
  const artifacts = emitMaps(study, id, made.maps, [study.source.id, driver.id], isVessel);
  drawMap(study, id, made.maps[0]!, artifacts[0]!, await study.image.readVolume(study.image.grid.shape[3] - 1));
  if (tissues.length === 0) await drawHighest(study, driver, drive, made.maps[0]!, fitters);
}

function emitFit(
  { source, frames, shared, context }: Study,
  id: KineticModelId,
  driver: Driver,
  { region, voxels, issues, curve }: Drawn,
  fit: KineticFit | undefined,
  isVessel: boolean,
  figure: { id: string; says: string } | undefined,
): void {
  const label = region.label || `region ${region.number}`;
  const { values: rows } = context.knowledge<{ values: RepeatabilityRow[] }>(repeatabilityFile);
  const tracer = petHeader(source.metadata).tracerName;
  const doubts = fit ? doubtsOf(fit) : [];
  for (const [at, reported] of kineticModels[id].reported.entries()) {
    const { value, standardError } = fit?.estimates[at] ?? { value: Number.NaN, standardError: Number.NaN };
    const stands = fit !== undefined && Number.isFinite(value) && fit.status !== 'not-physical';
    const why = issue(
      'error',
      'pet-fit-not-determined',
      curve.every(Number.isFinite)
        ? `The curve of the region does not determine ${kineticModels[id].title}.`
        : 'The region has no curve: some frames have no value.',
    );
    const change =
      reported.name === 'bp-nd' && stands ? bindingChange('bp-nd', value, { tracer, label }, rows) : undefined;
    const unknown = issue(
      'info',
      'repeatability-unknown',
      'No repeatability is known for this tracer, model and region.',
    );
    context.emit.finding({
      measure: measure(codeOf(id, reported.name), `${reported.title}, ${kineticModels[id].title}`),
      region: region.id,
      site: { system: 'region', code: region.label || String(region.number), display: label },
      ...(region.laterality && { laterality: region.laterality }),
      ...(source.acquiredAt && { time: source.acquiredAt }),
      value: stands ? { type: 'quantity', value, unit: reported.unit } : { type: 'refused', reason: why.code },
      ...(change
        ? { uncertainty: change }
        : Number.isFinite(standardError) &&
          stands && {
            uncertainty: {
              type: 'standard-error' as const,
              value: standardError,
              source: 'scatter round the fit; the input is taken as free of error',
            },
          }),
      issues: [
        ...shared,
        ...issues,
        ...(isVessel ? [fromImage] : []),
        ...doubts,
        ...(stands ? (change ? [] : [unknown]) : [why]),
      ],
      derivedFrom: [source.id, region.id, driver.id, ...(figure ? [figure.id] : [])],
      evidence: [
        {
          of: region.id,
          place: label,
          says: `${voxels} voxels; ${fit?.says.join('; ') ?? 'no fit'}; R2 ${fit?.r2.toFixed(4) ?? '-'}`,
        },
        { of: source.id, place: 'frames', says: frames.says.join('; ') },
        { of: driver.id, place: driver.label, says: driver.says },
        ...(figure ? [{ of: figure.id, place: 'curve and fit', says: figure.says }] : []),
      ],
    });
  }
}

function doubtsOf({ status, r2, frames }: KineticFit): Issue[] {
  const doubts: Issue[] = [];
  if (status === 'at-bound')
    doubts.push(issue('warning', 'fit-at-bound', 'A parameter lies at its bound: the value is that bound.'));
  if (status === 'not-converged')
    doubts.push(issue('warning', 'fit-not-converged', 'The search did not come to rest.'));
  if (!(r2 > 0.9))
    doubts.push(
      issue(
        'warning',
        'pet-fit-poor',
        `The model explains ${Math.round(100 * r2)} % of the variance over ${frames} frames.`,
      ),
    );
  return doubts;
}

function stampOf({ acquiredAt, id }: Source): string {
  return `${acquiredAt ? `-${acquiredAt.slice(0, 19).replaceAll(':', '')}` : ''}-${id.slice(-6)}`;
}

function emitMaps(
  { source, image, shared, context }: Study,
  id: KineticModelId,
  maps: readonly KineticMap[],
  derivedFrom: string[],
  isVessel: boolean,
): string[] {
  const grid = { ...image.grid, shape: [...image.grid.shape.slice(0, 3), 1] as [number, number, number, number] };
  return maps.map(({ name, title, unit, values }) => {
    const named = `${title}, ${kineticModels[id].title}${unit === '1' ? '' : ` (${unit})`}`;
    return context.emit.artifact({
      ...{ type: 'image', role: roleOfMap(name), title: named, grid, mediaType: 'application/gzip' },
      ...(source.acquiredAt && { time: source.acquiredAt }),
      fileName: `pet-${id}-${name}${stampOf(source)}.nii.gz`,
      issues: [...shared, ...(isVessel ? [fromImage] : [])],
      derivedFrom,
      bytes: writeNiftiGz(grid, values, { datatype: 'float32', description: named.slice(0, 78) }),
    });
  });
}

function drawMap(
  { source, image, context }: Study,
  id: KineticModelId,
  map: KineticMap,
  artifact: string,
  anatomy: Float32Array,
): void {
  const known = map.values.filter((value) => Number.isFinite(value) && value > 0).sort();
  if (known.length === 0) return;
  const top = known[Math.floor(0.98 * (known.length - 1))]!;
  const [ni, nj, nk] = image.grid.shape;
  const sums = Array.from({ length: nk }, (_, k) => {
    let sum = 0;
    for (let at = k * ni * nj; at < (k + 1) * ni * nj; at++)
      if (map.values[at]! > 0) sum += Math.min(top, map.values[at]!);
    return sum;
  });
  const k = sums.indexOf(Math.max(...sums));
  const grid = { ...image.grid, shape: [ni, nj, nk, 1] as typeof image.grid.shape };
  const { bytes, plane } = mapOver(grid, anatomy, map.values, [0, top], [0, 0, k]);
  const at = apply(grid.affineRas, [(ni - 1) / 2, (nj - 1) / 2, k]).map((one) => Math.round(one));
  emitPicture(
    context,
    source,
    `${id}-map`,
    bytes,
    [source.id, artifact],
    `${map.title}, ${kineticModels[id].title}, over the last frame; ${plane} slice ${k + 1} of ${nk} (${at.join(', ')} mm): black 0 to white ${top.toPrecision(3)}${map.unit === '1' ? '' : ` ${map.unit}`}${plane === 'sagittal' ? '' : ". The patient's right is on the left"}`,
  );
}

function placeOf({ region, curve, voxels }: Drawn) {
  const label = region.label || `region ${region.number}`;
  return { label, curve, voxels, from: [region.id], fileWord: `${fileWord(label)}-${region.number}` };
}

/** Without regions: the curve of the voxels where the map is high, and the fits to it. */
async function drawHighest(
  study: Study,
  driver: Driver,
  drive: Drive,
  { title, values }: KineticMap,
  fitters: readonly { id: KineticModelId; fitOne(curve: Float64Array): KineticFit | undefined }[],
): Promise<void> {
  const known = values.filter((value) => Number.isFinite(value) && value > 0).sort();
  const least = 0.5 * (known[Math.floor(0.98 * (known.length - 1))] ?? Number.POSITIVE_INFINITY);
  const inside = Uint8Array.from(values, (value) => (value > least ? 1 : 0));
  const voxels = inside.reduce((sum, one) => sum + one, 0);
  if (voxels === 0) return;
  const curve = (await meanCurve(study.image, inside)).map((value, t) => value * study.frames.decay[t]!);
  if (!curve.every(Number.isFinite)) return;
  const fits = fitters.map((by) => ({ id: by.id, fit: by.fitOne(curve) }));
  const label = `Tissue with high ${title}`;
  drawCurves(study, driver, drive, { label, curve, voxels, from: [], fileWord: 'highest' }, fits);
}

/** The figure of a region: its curve, what drives it, and the fits. */
function drawCurves(
  { source, image, frames, context }: Study,
  driver: Driver,
  drive: Drive,
  {
    label,
    curve,
    voxels,
    from,
    fileWord: word,
  }: Pick<Drawn, 'curve' | 'voxels'> & {
    label: string;
    from: readonly string[];
    fileWord: string;
  },
  fits: readonly { id: KineticModelId; fit: KineticFit | undefined }[],
): { id: string; says: string } {
  const unit = image.unit === '1' ? String(source.metadata['Units'] ?? '') : image.unit;
  const figure = kineticFigure({ label, curve, voxels, timesS: frames.midsS, unit, drive, driver: driver.label, fits });
  const fileName = `pet-curve-${driver.kind}-${word}${stampOf(source)}.json`;
  return { id: emitCurve(context, source, fileName, figure, [source.id, ...from, driver.id]), says: figure.says };
}

function emitPicture(
  { emit }: RunContext,
  source: Source,
  name: string,
  bytes: Uint8Array,
  derivedFrom: string[],
  title: string,
): void {
  emit.artifact({
    ...{ type: 'picture', role: 'snapshot', title, mediaType: 'image/png', issues: [], bytes, derivedFrom },
    ...(source.acquiredAt && { time: source.acquiredAt }),
    fileName: `pet-${name}${stampOf(source)}.png`,
  });
}
