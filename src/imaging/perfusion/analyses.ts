import type { Analysis, Dossier, RunContext, Selection } from '../../dossier/analysis.ts';
import { curveRole } from '../../dossier/curveFigure.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import type { Issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { apply } from '../../voxels/affine.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import { aslMaps } from './asl.ts';
import { chooseAsl, chooseDce, chooseDsc, shapeOf } from './choose.ts';
import { dceMaps, type TracerOptions } from './dce.ts';
import { dscMaps, penumbra, penumbraThresholds } from './dsc.ts';
import {
  type Draw,
  emitFigures,
  emitMaps,
  emitPicture,
  emitRegions,
  emitShare,
  emitWhole,
  openSeries,
  refuseSeries,
  type Study,
} from './emit.ts';
import { aslReported, dscReported, errorOf, fitQuality } from './mapList.ts';
import { type Maps, mapNamed, type VoxelMap } from './maps.ts';
import { aslMeasures, dceMeasures, dscMeasures, fittedShare, penumbraMeasures } from './measures.ts';
import { tracerModels } from './models.ts';
import { mapOver } from './picture.ts';
import { dceFigures, dscFigures } from './regionCurves.ts';
import { repeatabilityFile } from './repeatability.ts';
import { semiQuantitative } from './semiQuantitative.ts';
import { t1Maps } from './t1Maps.ts';

/** The model that a work-up fits; others are for the command line. */
const model = 'extended-tofts';
/** Slower imaging misses the first pass of an artery: then the input is a population's. */
const slowS = 5;

const rolesOf = (maps: readonly { name: string }[]): string[] => maps.map(({ name }) => `${name}-map`);
const tracerNames = tracerModels[model].reported.flatMap((one) => [one, errorOf(one)]);
const codesOf = (measures: readonly { measure: { code: string } }[]): string[] =>
  measures.map(({ measure }) => measure.code);

/** Enhancement of each dynamic series, and Ktrans where T1 is known; regional medians. */
const dce: Analysis = {
  id: 'imaging.perfusion.dce',
  version: '1.2.0',
  title: 'Dynamic contrast-enhanced MRI',
  makes: [
    fittedShare('dce').code,
    ...codesOf(dceMeasures),
    ...rolesOf([...semiQuantitative, ...tracerNames, fitQuality, { name: 't1' }]),
    ...['perfusion-status', 'snapshot', curveRole],
  ],
  takes: [],
  knowledge: [repeatabilityFile],
  packs: [],
  method: 'perfusion-dce.md',
  peakMemoryMb: (selection, dossier) => peakMemory(selection, dossier, 26),
  select: chooseDce,
  async run(inputs, _options, context) {
    const { source, image } = await seriesOf(inputs, context);
    const issues = doubtsOf(source);
    const t1 = inputs['angles'] ? await t1Of(inputs['angles'], context, issues) : undefined;
    const beat = Number(
      (source.metadata['timePointsS'] as number[] | undefined)?.[1] ?? image.grid.repetitionTimeS ?? 0,
    );
    const tracer: TracerOptions | undefined = t1 && {
      model,
      r10: mapNamed(t1, 'r1').values,
      input: { from: beat > 0 && beat <= slowS ? 'automatic' : 'parker' },
    };
    const found = await dceMaps(image, {
      ...(tracer && { tracer }),
      progress: (share) => context.progress(0.9 * share),
    });
    if ('refused' in found) return refuseSeries({ source, context }, fittedShare('dce'), found.refused);
    issues.push(...found.issues);
    const { baseline, timesS, enhancement } = found;
    const says = [
      `${timesS.length} volumes in ${(timesS.at(-1)! / 60).toFixed(1)} min, contrast after volume ${baseline[1]}`,
      found.tracer && `${tracerModels[model].title}, input ${tracer!.input.from}`,
    ];
    const study: Study = { what: 'dce', source, image, context, issues, says: says.filter(Boolean).join('; ') };
    const sets = [
      enhancement,
      ...(t1 ? [{ ...t1, maps: t1.maps.filter(({ name }) => name === 't1') }] : []),
      ...(found.tracer ? [found.tracer.maps] : []),
    ];
    const artifacts = emitMaps(study, sets, [source.id, ...(inputs['angles'] ?? [])]);
    emitShare(study, fittedShare('dce'), found.tracer?.maps ?? enhancement);
    const shown = found.tracer ? mapNamed(found.tracer.maps, 'ktrans') : mapNamed(enhancement, 'pe-early');
    const r10 = t1 && mapNamed(t1, 'r1').values;
    const draw: Draw = (places) => dceFigures(image, found, r10, places);
    const inside = await emitRegions(study, dceMeasures, sets, artifacts, regionsOf(inputs, context), draw);
    if (inside.size === 0) await drawHighest(study, shown, found.tracer ? 0 : 30, artifacts, draw);
    await drawMap(study, shown, artifacts, found.tracer ? [0, upper(shown)] : [30, Math.max(60, upper(shown))], inside);
    context.progress(1);
  },
};

/** CBV, CBF, MTT and Tmax of each susceptibility-contrast series; volumes by stated thresholds. */
const dsc: Analysis = {
  id: 'imaging.perfusion.dsc',
  version: '1.1.0',
  title: 'Dynamic susceptibility-contrast MRI',
  makes: [
    fittedShare('dsc').code,
    ...codesOf(dscMeasures),
    ...Object.values(penumbraMeasures).map(({ code }) => code),
    ...rolesOf(dscReported),
    ...['perfusion-status', 'snapshot', curveRole],
  ],
  takes: [],
  knowledge: [repeatabilityFile],
  packs: [],
  method: 'perfusion-dsc.md',
  peakMemoryMb: (selection, dossier) => peakMemory(selection, dossier, 12),
  select: chooseDsc,
  async run(inputs, _options, context) {
    const { source, image } = await seriesOf(inputs, context);
    const issues = doubtsOf(source);
    const found = await dscMaps(image, { progress: (share) => context.progress(0.9 * share) });
    if ('refused' in found) return refuseSeries({ source, context }, fittedShare('dsc'), found.refused);
    issues.push(...found.issues);
    const says = `${found.timesS.length} volumes, ${found.method}, input of ${found.artery.voxels.length} voxels (${found.artery.how})`;
    const study: Study = { what: 'dsc', source, image, context, issues, says };
    const artifacts = emitMaps(study, [found.maps], [source.id]);
    emitShare(study, fittedShare('dsc'), found.maps);
    if (regionsOf(inputs, context).length === 0) emitWhole(study, dscMeasures, found.maps, artifacts);
    const volumes = penumbra(found.maps, indexFrame(image.grid).voxelMm3 / 1000);
    if (volumes)
      for (const [name, measure] of Object.entries(penumbraMeasures))
        context.emit.finding({
          measure,
          site: { system: 'source', code: source.id, display: source.description ?? 'perfusion series' },
          ...(source.acquiredAt && { time: source.acquiredAt }),
          value: { type: 'quantity', value: volumes[name as keyof typeof penumbraMeasures], unit: 'mL' },
          issues: [...issues],
          derivedFrom: [source.id, artifacts.get('tmax')!, artifacts.get('cbf')!],
          evidence: [
            {
              of: artifacts.get('tmax')!,
              place: 'thresholds',
              says: `Tmax above ${penumbraThresholds.tmaxS} s; CBF below ${100 * penumbraThresholds.coreShareOfNormalCbf} % of tissue with Tmax below ${penumbraThresholds.normalTmaxS} s`,
            },
          ],
        });
    const shown = mapNamed(found.maps, 'cbv');
    const draw: Draw = (places) => dscFigures(image, found, places);
    const inside = await emitRegions(study, dscMeasures, [found.maps], artifacts, regionsOf(inputs, context), draw);
    if (inside.size === 0) await drawHighest(study, shown, 0, artifacts, draw);
    await drawMap(study, shown, artifacts, [0, upper(shown)], inside);
    context.progress(1);
  },
};

const aslNames = Object.values(aslReported).flat();

/** Blood flow of each labelled series: absolute where the header tells all that is needed, relative otherwise. */
const asl: Analysis = {
  id: 'imaging.perfusion.asl',
  version: '1.0.0',
  title: 'Arterial spin labelling',
  makes: [fittedShare('asl').code, ...codesOf(aslMeasures), ...rolesOf(aslNames), 'perfusion-status', 'snapshot'],
  takes: [],
  knowledge: [repeatabilityFile],
  packs: [],
  method: 'perfusion-asl.md',
  peakMemoryMb: (selection, dossier) => peakMemory(selection, dossier, 8),
  select: chooseAsl,
  async run(inputs, _options, context) {
    const { source, image } = await seriesOf(inputs, context);
    const issues = doubtsOf(source);
    const found = await aslMaps(image);
    if ('refused' in found) return refuseSeries({ source, context }, fittedShare('asl'), found.refused);
    issues.push(...found.issues);
    const count = (role: string): number => found.contexts.filter((one) => one === role).length;
    const says = `${count('control')} controls, ${count('label')} labels, ${count('m0scan')} M0; ${found.kind === 'relative' ? 'relative' : 'absolute'}`;
    const study: Study = {
      ...{ what: 'asl', source, image, context, issues, says },
      ...(found.kind !== 'relative' && { delays: found.kind === 'absolute-multi' ? 'several' : 'one' }),
    };
    const artifacts = emitMaps(study, [found.maps], [source.id]);
    emitShare(study, fittedShare('asl'), found.maps);
    if (regionsOf(inputs, context).length === 0) emitWhole(study, aslMeasures, found.maps, artifacts);
    const shown = found.maps.maps[0]!;
    const inside = await emitRegions(study, aslMeasures, [found.maps], artifacts, regionsOf(inputs, context));
    await drawMap(study, shown, artifacts, [0, found.kind === 'relative' ? upper(shown) : 100], inside);
    context.progress(1);
  },
};

export const analyses: readonly Analysis[] = [dce, dsc, asl];

async function seriesOf(
  inputs: Record<string, string[]>,
  context: RunContext,
): Promise<{ source: Source; image: ImageHandle }> {
  const source = context.dossier.sources.find(({ id }) => id === inputs['image']?.[0])!;
  return { source, image: await openSeries(source, context) };
}

function doubtsOf({ issues }: Source): Issue[] {
  return issues.filter(({ severity }) => severity !== 'info');
}

function regionsOf(inputs: Record<string, string[]>, { dossier }: RunContext) {
  return dossier.regions.filter(({ id }) => inputs['regions']?.includes(id));
}

/** Curves of a slab, and maps in float32; their files are made one after another. */
function peakMemory({ inputs }: Selection, dossier: Dossier, maps: number): number {
  const source = dossier.sources.find(({ id }) => id === inputs['image']?.[0]);
  const [ni, nj, nk] = source ? shapeOf(source) : [256, 256, 100];
  return 160 + Math.ceil((4 * ni * nj * nk * (maps + 6)) / 2 ** 20);
}

async function t1Of(ids: readonly string[], context: RunContext, issues: Issue[]): Promise<Maps | undefined> {
  const images = await Promise.all(
    ids.map((id) => openSeries(context.dossier.sources.find((source) => source.id === id)!, context)),
  );
  const found = await t1Maps(images);
  if ('refused' in found) {
    issues.push(found.refused);
    return undefined;
  }
  issues.push(...found.issues);
  return found.maps;
}

/** The 98th percentile of a map. */
function upper({ values }: VoxelMap): number {
  const sorted = values.filter((value) => Number.isFinite(value) && value > 0).sort();
  return sorted[Math.floor(0.98 * sorted.length)] ?? 1;
}

/** The slice with most of the map, within the regions where there are any, in colour over the first volume. */
async function drawMap(
  study: Study,
  map: VoxelMap,
  artifacts: ReadonlyMap<string, string>,
  window: readonly [number, number],
  within: ReadonlySet<number>,
): Promise<void> {
  const { image } = study;
  const [ni, nj, nk] = image.grid.shape;
  const sums = Array.from({ length: nk }, (_, k) => {
    let sum = 0;
    for (let at = k * ni * nj; at < (k + 1) * ni * nj; at++)
      if (map.values[at]! > window[0] && (within.size === 0 || within.has(at)))
        sum += Math.min(map.values[at]!, window[1]);
    return sum;
  });
  const k = sums.indexOf(Math.max(...sums));
  const anatomy = await image.readVolume(0);
  const grid = { ...image.grid, shape: [ni, nj, nk, 1] as typeof image.grid.shape };
  const { bytes, plane } = mapOver(grid, anatomy, map.values, window, [0, 0, k]);
  const unit = map.unit === '1' ? '' : ` ${map.unit}`;
  const z = apply(grid.affineRas, [(ni - 1) / 2, (nj - 1) / 2, k]).map((one) => Math.round(one));
  const title = `${map.title}, ${plane} slice ${k + 1} of ${nk} (${z.join(', ')} mm): black ${window[0].toPrecision(2)} to white ${window[1].toPrecision(3)}${unit}${plane === 'sagittal' ? '' : ". The patient's right is on the left"}`;
  emitPicture(study, 'map', title, bytes, [study.source.id, artifacts.get(map.name)!]);
}

/** The curve of the voxels where a map is high, for want of regions. */
async function drawHighest(
  study: Study,
  map: VoxelMap,
  least: number,
  artifacts: ReadonlyMap<string, string>,
  draw: Draw,
): Promise<void> {
  const limit = Math.max(least, 0.5 * upper(map));
  const inside: number[] = [];
  for (let at = 0; at < map.values.length; at++) if (map.values[at]! > limit) inside.push(at);
  if (inside.length === 0) return;
  const from = [study.source.id, artifacts.get(map.name)!];
  await emitFigures(study, [{ label: `Tissue with high ${map.title}`, inside, from }], draw);
}
