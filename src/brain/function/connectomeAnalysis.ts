import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { chooseRestRuns } from './chooseRuns.ts';
import { CircuitsFile, circuitScores } from './circuits.ts';
import { type ConnectomeStudy, studyConnectome } from './connectomeStudy.ts';
import { confoundsOf, emitFigure, emitQuality, fileOf, noSmallestChange, ofRun, refusalOf, seriesMb } from './emit.ts';
import { connectomeFigure, motionFigure, networksFigure } from './figures.ts';
import { functionMeasures, functionRoles } from './measures.ts';
import { networkPack, readNetworkAtlas } from './networkPairs.ts';
import { atlasPack, readAtlas, readTemplate, templatePack } from './packs.ts';
import { readPath } from './preprocessed.ts';
import { volumeTiming } from './sliceTiming.ts';

const circuitsFile = 'brain/circuits.json';

const rawScore = issue(
  'info',
  'raw-score',
  "The score is raw: what it means in this person's age and sex is said beside deviations, where the site has a reference.",
  {
    remedy:
      "Put scores.csv of a site's own controls (idiograph connectome) into one table: idiograph reference fit --quantity connectivity.",
  },
);

/** Connectome of each resting run: quality, how well it repeats, networks, circuits, the patient's own networks. */
export const restingConnectome: Analysis = {
  id: 'brain.connectome',
  version: '1.2.1',
  title: 'Resting connectome',
  makes: [
    ...[functionMeasures.motion, functionMeasures.tsnr, functionMeasures.reliability].map(({ code }) => code),
    ...[functionMeasures.network, functionMeasures.circuit, functionMeasures.networkPair].map(({ code }) => code),
    ...[functionMeasures.ownNetworks, functionMeasures.registration].map(({ code }) => code),
    ...[functionRoles.connectome, functionRoles.ownNetworks, functionRoles.confidence, functionRoles.snapshot],
  ],
  takes: [],
  knowledge: [circuitsFile],
  packs: [atlasPack, templatePack, networkPack],
  needsOneOf: () => [atlasPack],
  method: 'brain-connectome.md',
  peakMemoryMb: ({ inputs }, dossier) =>
    Math.ceil(900 + 3 * seriesMb(dossier.sources.find(({ id }) => id === inputs['bold']?.[0]))),
  select: chooseRestRuns,
  async run(inputs, _options, context) {
    const source = context.dossier.sources.find(({ id }) => id === inputs['bold']?.[0])!;
    const derivedFrom = Object.values(inputs).flat();
    let study: Awaited<ReturnType<typeof studyConnectome>>;
    try {
      study = await connectomeOfSource(source, inputs, context);
    } catch (error) {
      study = { issues: [refusalOf(error)] };
    }
    if (!('connectome' in study)) {
      const why = study.issues.findLast(({ severity }) => severity === 'error')!;
      context.emit.finding({
        ...ofRun(source),
        measure: functionMeasures.reliability,
        value: { type: 'refused', reason: why.code },
        issues: study.issues,
        derivedFrom: [source.id],
      });
      return;
    }
    emitQuality(source, study, context);
    emitConnectome(source, study, derivedFrom, CircuitsFile.parse(context.knowledge(circuitsFile)), context);
    context.progress(1);
  },
};

async function connectomeOfSource(
  source: Source,
  inputs: Record<string, string[]>,
  context: RunContext,
): Promise<ConnectomeStudy | { issues: Issue[] }> {
  const atlas = context.pack(atlasPack);
  if (!atlas)
    return {
      issues: [
        issue('error', 'no-atlas', 'There is no atlas: the pack schaefer-tian is not installed.', {
          remedy: 'idiograph packs add schaefer-tian --from FOLDER',
        }),
      ],
    };
  const template = context.pack(templatePack);
  const pairs = context.pack(networkPack);
  const image = await context.openImage(source.id);
  const t1 = inputs['t1'] && (await context.openImage(inputs['t1'][0]!));
  const confounds = await confoundsOf(inputs['confounds']?.[0], image.grid.shape[3], context);
  return studyConnectome(
    {
      ...{ image, ...readPath(source.path), atlas: await readAtlas(atlas, '100-S1') },
      template: template && (await readTemplate(template)),
      networkAtlas: pairs && (await readNetworkAtlas(pairs)),
      ...(t1 && { t1: { grid: t1.grid, values: await t1.readVolume(0) } }),
      ...(confounds && { confounds }),
      ...volumeTiming(source.metadata),
    },
    { progress: (fraction, doing) => context.progress(0.95 * fraction, doing) },
  );
}

function emitConnectome(
  source: Source,
  study: ConnectomeStudy,
  derivedFrom: string[],
  circuits: CircuitsFile,
  context: RunContext,
): void {
  const { connectome, reliability, networks, own, run, model } = study;
  const common = { ...(source.acquiredAt && { time: source.acquiredAt }), derivedFrom };
  const n = connectome.parcels.length;
  const rows = [
    ['parcel', ...connectome.parcels.map(({ name }) => name)],
    ...connectome.parcels.map(({ name }, a) => [
      name,
      ...Array.from(connectome.z.subarray(a * n, (a + 1) * n), (z) => z.toFixed(6)),
    ]),
  ];
  const table = context.emit.artifact({
    ...common,
    ...{ type: 'matrix', role: functionRoles.connectome, title: `Connectome of ${n} parcels, Fisher z` },
    ...{ mediaType: 'text/tab-separated-values', fileName: fileOf(source, 'connectome', 'tsv'), issues: [] },
    bytes: new TextEncoder().encode(`${rows.map((row) => row.join('\t')).join('\n')}\n`),
  });
  const from = [...derivedFrom, table];
  const of = ofRun(source);
  const made = `${study.settings.atlas}; ${model.confounds}; ${model.bandHz ? `${model.bandHz[0]} to ${model.bandHz[1] ?? 'all'} Hz` : 'filtered before'}; ${study.minutes.toFixed(1)} minutes, ${model.degreesOfFreedom} degrees of freedom`;
  context.emit.finding({
    ...of,
    measure: functionMeasures.reliability,
    value: { type: 'quantity', value: reliability.whole, unit: '1' },
    issues: study.issues,
    methodNote: made,
    derivedFrom: from,
    evidence: [
      {
        of: table,
        place: 'all edges',
        says: `halves correlate ${reliability.r.toFixed(2)}; an edge is known to about ${reliability.edgeSe.toFixed(2)} z`,
      },
    ],
  });
  if (study.ncc !== undefined)
    context.emit.finding({
      ...of,
      measure: functionMeasures.registration,
      value: { type: 'quantity', value: Math.round(1000 * study.ncc) / 1000, unit: '1' },
      issues: [...study.issues.filter(({ code }) => code.startsWith('registration-')), noSmallestChange],
      methodNote:
        study.nccAffine === undefined
          ? 'affine'
          : `through the T1, free-form; affine alone ${study.nccAffine.toFixed(3)}`,
      derivedFrom: from,
    });
  for (const { a, b, z, edges } of networks)
    if (a === b)
      context.emit.finding({
        ...(of.time && { time: of.time }),
        measure: functionMeasures.network,
        site: { system: 'network', code: a, display: a },
        value: { type: 'quantity', value: z, unit: '1' },
        issues: [noSmallestChange],
        methodNote: `${edges} edges`,
        derivedFrom: from,
      });
  for (const { name, z } of study.pairs)
    context.emit.finding({
      ...(of.time && { time: of.time }),
      measure: functionMeasures.networkPair,
      site: { system: 'network-pair', code: name, display: name.replace('_', ' and ') },
      value: { type: 'quantity', value: z, unit: '1' },
      issues: [noSmallestChange],
      methodNote: study.madeBy,
      derivedFrom: from,
    });
  for (const { id, title, score, edges, parcels } of circuitScores(connectome, circuits))
    context.emit.finding({
      ...(of.time && { time: of.time }),
      measure: functionMeasures.circuit,
      site: { system: 'circuit', code: id, display: title },
      value: { type: 'quantity', value: score, unit: '1' },
      issues: [rawScore, noSmallestChange],
      methodNote: `${study.madeBy}; ${parcels} parcels, ${edges} edges`,
      derivedFrom: from,
    });
  emitFigure(source, 'connectome', connectomeFigure(connectome, networks), context);
  emitFigure(
    source,
    'rest-motion',
    motionFigure(study.framewiseMm, study.dvarsPercent, study.keep, study.settings.framewiseLimitMm),
    context,
  );
  if (!own) return;
  const labels = own.names.map((name, at) => ({ value: at + 1, name }));
  const map = context.emit.artifact({
    ...common,
    ...{
      type: 'labelmap',
      role: functionRoles.ownNetworks,
      title: "The patient's own networks",
      grid: run.grid,
      labels,
    },
    ...{ mediaType: 'application/gzip', fileName: fileOf(source, 'own-networks', 'nii.gz'), issues: [] },
    bytes: writeNiftiGz(run.grid, own.labels, { datatype: 'uint8', description: 'networks' }),
  });
  context.emit.artifact({
    ...common,
    ...{
      type: 'image',
      role: functionRoles.confidence,
      title: 'How surely a voxel belongs to its network, 0 to 1',
      grid: run.grid,
    },
    ...{ mediaType: 'application/gzip', fileName: fileOf(source, 'own-networks-confidence', 'nii.gz'), issues: [] },
    bytes: writeNiftiGz(run.grid, own.confidence, { datatype: 'float32', description: 'confidence 0 to 1' }),
  });
  context.emit.finding({
    ...of,
    measure: functionMeasures.ownNetworks,
    value: { type: 'quantity', value: 100 * own.agreement, unit: '%' },
    issues: [noSmallestChange],
    methodNote: `${(100 * own.withAtlas).toFixed(0)} % of voxels stay with the network of the atlas`,
    derivedFrom: [...from, map],
  });
  emitFigure(source, 'own-networks', networksFigure(run, own), context);
}
