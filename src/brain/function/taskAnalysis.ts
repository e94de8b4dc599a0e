import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import type { Issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { chooseTaskRuns } from './chooseRuns.ts';
import {
  confoundsOf,
  emitFigure,
  emitQuality,
  fileOf,
  noSmallestChange,
  ofRun,
  readRows,
  refusalOf,
  seriesMb,
} from './emit.ts';
import { motionFigure, taskFigure } from './figures.ts';
import { functionMeasures, functionRoles } from './measures.ts';
import { atlasPack, templatePack } from './packs.ts';
import { type PainRegion, PainRegionsFile, painRegionsFile, painResponses } from './painRegions.ts';
import { readPath } from './preprocessed.ts';
import { volumeTiming } from './sliceTiming.ts';
import { type ContrastMap, studyTask, type TaskStudy } from './taskStudy.ts';

/** Words in names of conditions that say that the task hurt. */
const painful = /pain|heat|thermal|nocicept|laser|pressure|cold/i;

/** Task model of each run with events: quality first, then one t map a contrast. */
export const taskActivation: Analysis = {
  id: 'brain.task',
  version: '1.2.1',
  title: 'Task activation',
  makes: [
    ...[functionMeasures.motion, functionMeasures.tsnr, functionMeasures.activation].map(({ code }) => code),
    ...[functionMeasures.painRegion.code, functionRoles.t, functionRoles.effect, functionRoles.snapshot],
  ],
  takes: [],
  knowledge: [painRegionsFile],
  packs: [atlasPack, templatePack],
  method: 'brain-task.md',
  peakMemoryMb: ({ inputs }, dossier) =>
    Math.ceil(900 + 3 * seriesMb(dossier.sources.find(({ id }) => id === inputs['bold']?.[0]))),
  select: chooseTaskRuns,
  async run(inputs, _options, context) {
    const source = context.dossier.sources.find(({ id }) => id === inputs['bold']?.[0])!;
    const derivedFrom = Object.values(inputs)
      .flat()
      .filter((id) => id !== inputs['t1']?.[0]);
    let study: Awaited<ReturnType<typeof studyTask>>;
    const issues: Issue[] = [];
    try {
      const image = await context.openImage(source.id);
      const confounds = await confoundsOf(inputs['confounds']?.[0], image.grid.shape[3], context);
      issues.push(...(confounds?.issues ?? []));
      study = await studyTask(image, await readRows(inputs['events']![0]!, context), {
        ...(confounds && { confounds: confounds.columns, realign: false }),
        timing: volumeTiming(source.metadata),
        progress: (fraction, doing) => context.progress(0.85 * fraction, doing),
      });
      if ('run' in study && confounds?.framewiseMm) study.framewiseMm = confounds.framewiseMm;
    } catch (error) {
      study = { issues: [refusalOf(error)] };
    }
    if (!('contrasts' in study)) {
      const why = study.issues.findLast(({ severity }) => severity === 'error')!;
      context.emit.finding({
        ...ofRun(source),
        measure: functionMeasures.activation,
        value: { type: 'refused', reason: why.code },
        issues: [...issues, ...study.issues],
        derivedFrom,
      });
      return;
    }
    study.issues.push(...issues);
    emitQuality(source, study, context);
    for (const map of study.contrasts) emitContrast(source, study, map, derivedFrom, context);
    const keep = new Uint8Array(study.run.volumes).fill(1);
    emitFigure(source, 'task-motion', motionFigure(study.framewiseMm, study.dvarsPercent, keep, 0.5), context);
    await emitPain(source, study, inputs, derivedFrom, context);
    context.progress(1);
  },
};

function emitContrast(
  source: Source,
  study: TaskStudy,
  map: ContrastMap,
  derivedFrom: string[],
  context: RunContext,
): void {
  const stem = map.name.replace(/[^A-Za-z0-9]+/g, '-');
  const freedom = `${study.maps.degreesOfFreedom} degrees of freedom`;
  const common = { ...(source.acquiredAt && { time: source.acquiredAt }), derivedFrom };
  const volume = (role: string, title: string, values: Float32Array): string =>
    context.emit.artifact({
      ...common,
      ...{ type: 'image', role, title, grid: study.run.grid, mediaType: 'application/gzip', issues: [] },
      fileName: fileOf(source, `${role}-${stem}`, 'nii.gz'),
      bytes: writeNiftiGz(study.run.grid, values, { datatype: 'float32', description: title.slice(0, 79) }),
    });
  const t = volume(functionRoles.t, `t of ${map.name}, ${freedom}`, map.t);
  volume(functionRoles.effect, `effect of ${map.name} in units of the signal`, map.effect);
  const clusters = [
    ...map.positive.slice(0, 5),
    ...map.negative.slice(0, 3).map((one) => ({ ...one, peak: -one.peak })),
  ];
  const { time, site } = ofRun(source);
  context.emit.finding({
    ...(time && { time }),
    measure: functionMeasures.activation,
    site: { system: 'contrast', code: `${site!.code}/${map.name}`, display: `${map.name}, ${site!.display}` },
    value: { type: 'quantity', value: map.highest, unit: '1' },
    issues: [noSmallestChange],
    methodNote: `${freedom}; ${map.fdrT === undefined ? 'no voxel significant' : `|t| from ${map.fdrT.toFixed(2)} significant`} at a false discovery rate of 5 %`,
    derivedFrom: [...derivedFrom, t],
    evidence: clusters.map(({ voxels, volumeMm3, peak, peakRasMm }) => ({
      of: t,
      place: `${peakRasMm.map((one) => one.toFixed(0)).join(', ')} mm (RAS of the run)`,
      says: `t ${peak.toFixed(1)}, ${voxels} voxels, ${(volumeMm3 / 1000).toFixed(1)} mL`,
    })),
  });
  emitFigure(source, `task-${stem}`, taskFigure(study, map), context);
}

/** Regions that pain activates, where a condition says that it hurt and the atlas is installed. */
async function emitPain(
  source: Source,
  study: TaskStudy,
  inputs: Record<string, string[]>,
  derivedFrom: string[],
  context: RunContext,
): Promise<void> {
  const maps = study.contrasts.filter(({ name }) => painful.test(name));
  if (maps.length === 0) return;
  const regions: readonly PainRegion[] = PainRegionsFile.parse(context.knowledge(painRegionsFile)).regions;
  const packs = { atlas: context.pack(atlasPack), template: context.pack(templatePack) };
  const t1 = inputs['t1']?.[0];
  const { inTemplate } = readPath(source.path);
  const found = await painResponses(study.run, maps, regions, packs, {
    inTemplate,
    ...(t1 !== undefined && { t1: () => context.openImage(t1) }),
  });
  for (const one of found.issues) context.emit.issue(one);
  const { time } = ofRun(source);
  for (const { contrast, region, meanT, voxels } of found.responses)
    context.emit.finding({
      ...(time && { time }),
      measure: functionMeasures.painRegion,
      site: { system: 'contrast', code: `${contrast}/${region.id}`, display: `${region.title}, ${contrast}` },
      value: { type: 'quantity', value: meanT, unit: '1' },
      issues: [noSmallestChange],
      methodNote: `${voxels} voxels`,
      derivedFrom: t1 === undefined || inTemplate ? derivedFrom : [...derivedFrom, t1],
    });
}
