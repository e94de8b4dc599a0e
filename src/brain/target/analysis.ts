import type { Analysis, Dossier, Selected } from '../../dossier/analysis.ts';
import type { Code } from '../../dossier/code.ts';
import type { FindingDraft, Uncertainty, Value } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { chooseConfounds } from '../function/confoundTable.ts';
import { type ComputedTarget, type ComputeOptions, computeTarget } from './compute.ts';
import { distance } from './locate.ts';
import { mniFrame, pointText, stateText, targetMeasures } from './measures.ts';
import { confoundsPath, runKind, sidesDoubt } from './rest.ts';
import { settingsPath, TargetSettings } from './settings.ts';

/** Settings that are not of a published method; they enter the run id. */
export const bootstrapOptions = { replicates: 500, blockS: 60, seed: 20261124 };

/** Resting scans in MNI space -> target of the depression circuit with radius, or the group's with the reason. */
export const stimulationTarget: Analysis = {
  id: 'brain.stimulation-target',
  version: '1.1.0',
  title: 'Stimulation target from the resting scan',
  makes: [
    ...(['state', 'position', 'radius', 'splitHalf', 'globalSignal', 'minutes', 'fromF3', 'fromGroup'] as const).map(
      (name) => targetMeasures[name].code,
    ),
    'stimulation-map',
    'rest-mean',
  ],
  takes: [],
  knowledge: [settingsPath],
  packs: [],
  // The decompressed series stays in memory; courses of the search area and their sums are a tenth of it.
  peakMemoryMb: ({ inputs }, dossier) => 400 + seriesMb(dossier.sources.find(({ id }) => id === inputs['bold']?.[0])),
  method: 'stimulation-target.md',
  select,
  async run({ bold = [], confounds = [] }, options, context) {
    const settings = TargetSettings.parse(context.knowledge(settingsPath));
    const source = context.dossier.sources.find(({ id }) => id === bold[0])!;
    const circuit = settings.circuits.find(({ targeting }) => targeting === 'connectivity')!;
    const site: Code = { system: 'stimulation-circuit', code: circuit.id, display: circuit.title };
    const common = {
      site,
      ...(source.acquiredAt && { time: source.acquiredAt }),
      derivedFrom: [...bold, ...confounds],
    };
    const doubt = sidesDoubt(source.issues, source.path);
    if (doubt) {
      const value: Value = { type: 'code', code: { system: 'idiograph', code: 'refused', display: stateText.refused } };
      return context.emit.finding({
        ...common,
        measure: targetMeasures.state,
        value,
        issues: [doubt],
        derivedFrom: bold,
      });
    }
    const image = await context.openImage(source.id);
    const issues: Issue[] = [];
    const table = confounds[0] === undefined ? undefined : await context.openTable(confounds[0]);
    const given: Partial<ComputeOptions> = {};
    if (table) {
      const rows: Record<string, string>[] = [];
      for await (const row of table.rows()) rows.push(row);
      const chosen = chooseConfounds(table.columns, rows, image.grid.shape[3]);
      issues.push(...chosen.issues);
      given.confounds = chosen.columns.map(({ values }) => finite(values));
      if (chosen.framewiseMm) given.framewiseDisplacementMm = chosen.framewiseMm;
    }
    const { replicates, blockS, seed } = options as typeof bootstrapOptions;
    const computed = await computeTarget(image, circuit, settings.limits, {
      ...{ replicates, blockS, seed, repetitionTimeS: image.grid.repetitionTimeS ?? 0, ...given },
      progress: (fraction, doing) => context.progress(0.95 * fraction, doing),
    });
    for (const draft of targetFindings(computed, settings, [...issues, ...computed.notes]))
      context.emit.finding({ ...common, ...draft });
    emitMaps(computed, image.grid, context.emit.artifact, common);
  },
};

/** The best resting scan of each day: longest; with the confounds table that stands beside it. */
function select(dossier: Dossier): Selected {
  const runs = dossier.sources.filter(({ format, contrast }) => format === 'nifti' && contrast === 'bold');
  const missing: Issue[] = [];
  const rest = runs.filter((one) => runKind(one).isRest);
  if (runs.length > 0 && rest.length === 0)
    missing.push(
      issue(
        'info',
        'no-rest-run',
        'There are task runs but no resting scan: no stimulation target; a task run is not taken for rest.',
        {
          remedy: 'Add a resting scan of 20 minutes or longer, preprocessed into MNI space.',
        },
      ),
    );
  const usable = rest.filter((one) => runKind(one).inMni && volumesOf(one) >= 2);
  if (rest.length > 0 && usable.length === 0)
    missing.push(
      issue('info', 'rest-not-in-mni', 'The resting scan is not in MNI space: no stimulation target.', {
        remedy: 'Add the run that the preprocessing wrote in MNI space (space-MNI152..., fMRIPrep or XCP-D).',
      }),
    );
  const days = new Map<string, Source>();
  for (const one of usable) {
    const day = one.acquiredAt?.slice(0, 10) ?? '';
    const best = days.get(day);
    if (!best || volumesOf(one) > volumesOf(best) || (volumesOf(one) === volumesOf(best) && one.id < best.id))
      days.set(day, one);
  }
  const selections = [...days.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, one]) => {
      const table = dossier.sources.find(({ format, path }) => format === 'table' && path === confoundsPath(one.path));
      return {
        title: `rest${day && ` ${day}`}, ${one.path.split('/').at(-1)}`,
        inputs: { bold: [one.id], ...(table && { confounds: [table.id] }) },
        options: bootstrapOptions,
      };
    });
  return { selections, missing };
}

function volumesOf({ metadata }: Source): number {
  const dim = metadata['dim'];
  return Array.isArray(dim) ? Number(dim[4] ?? 1) : 1;
}

function seriesMb(source: Source | undefined): number {
  const dim = source?.metadata['dim'];
  const bits = Number(source?.metadata['bitpix'] ?? 32);
  if (!Array.isArray(dim)) return 1000;
  return (dim.slice(1, 5).reduce((product: number, one) => product * Math.max(1, Number(one)), 1) * bits) / 8 / 2 ** 20;
}

/** Findings of a computed target, the state first; without site, time and sources. */
export function targetFindings(
  computed: ComputedTarget,
  settings: TargetSettings,
  issues: Issue[],
): (Omit<FindingDraft, 'derivedFrom'> & { derivedFrom?: string[] })[] {
  const { state, xyzMm, reasons, own, globalSignalDistanceMm, censoring } = computed;
  const circuit = settings.circuits.find(({ targeting }) => targeting === 'connectivity')!;
  const why = reasons.map(({ message }) => message).join(' ');
  const place = xyzMm ? `: ${pointText(xyzMm)}` : '';
  const source = state === 'group-fallback' ? `, ${circuit.group!.space}, ${circuit.group!.source}` : '';
  const radius = state === 'individual' ? ` within ${own!.radius95Mm.toFixed(1)} mm` : '';
  const display = `${stateText[state]}${place}${radius}${source}${why && `. ${why}`}`;
  const all = [...reasons, ...issues];
  const mm = (value: number): Value => ({ type: 'quantity', value: round(value), unit: 'mm' });
  const uncertainty: Uncertainty | undefined = own && {
    type: 'interval',
    low: 0,
    high: round(own.radius95Mm),
    level: 0.95,
    source: `${own.cloud.length} resamplings of ${own.blocks} blocks of time, and ${own.pullMm.toFixed(1)} mm by which edges pull`,
  };
  return [
    {
      measure: targetMeasures.state,
      value: { type: 'code', code: { system: 'idiograph', code: state, display } },
      issues: all,
      methodNote: computed.seedBy,
      evidence: [],
    },
    ...(xyzMm
      ? [
          {
            measure: targetMeasures.position,
            value: { type: 'coordinate' as const, xyzMm: xyzMm.map(round) as typeof xyzMm, frame: mniFrame },
            laterality: xyzMm[0] < 0 ? ('left' as const) : ('right' as const),
            ...(state === 'individual' && uncertainty && { uncertainty }),
            issues: all,
          },
          { measure: targetMeasures.fromF3, value: mm(distance(xyzMm, settings.beamF3.centreMni)), issues: [] },
        ]
      : []),
    ...(state === 'individual' && circuit.group
      ? [{ measure: targetMeasures.fromGroup, value: mm(distance(xyzMm!, circuit.group.centreMni)), issues: [] }]
      : []),
    ...(own
      ? [
          { measure: targetMeasures.radius, value: mm(own.radius95Mm), issues: reasons },
          { measure: targetMeasures.splitHalf, value: mm(own.splitHalfMm), issues: [] },
          { measure: targetMeasures.globalSignal, value: mm(globalSignalDistanceMm!), issues: [] },
        ]
      : []),
    ...(censoring
      ? [
          {
            measure: targetMeasures.minutes,
            value: { type: 'quantity' as const, value: round(censoring.usableMinutes), unit: 'min' },
            issues: [],
            methodNote: censoring.by,
          },
        ]
      : []),
  ];
}

/** Correlation with the seed over the search area, and the mean of the run: what a picture is drawn from. */
function emitMaps(
  { own, grid, voxels, mean }: ComputedTarget,
  runGrid: { shape: readonly number[]; affineRas: number[] },
  emit: (draft: Parameters<Parameters<Analysis['run']>[2]['emit']['artifact']>[0]) => string,
  { time, derivedFrom }: { time?: string; derivedFrom: string[] },
): void {
  const common = {
    ...(time && { time }),
    issues: [],
    derivedFrom,
    type: 'image' as const,
    mediaType: 'application/gzip',
  };
  const day = time ? `-${time.slice(0, 10)}` : '';
  if (mean) {
    const [ni, nj, nk] = runGrid.shape as [number, number, number];
    const whole = { shape: [ni, nj, nk, 1] as [number, number, number, number], affineRas: runGrid.affineRas };
    emit({
      ...{
        ...common,
        role: 'rest-mean',
        title: 'Mean of the resting scan',
        fileName: `rest-mean${day}.nii.gz`,
        grid: whole,
      },
      bytes: writeNiftiGz(whole, mean, { datatype: 'float32', description: 'mean of rest' }),
    });
  }
  if (!own || !grid || !voxels) return;
  const map = new Float32Array(grid.shape[0] * grid.shape[1] * grid.shape[2]).fill(Number.NaN);
  for (let at = 0; at < voxels.length; at++) map[voxels[at]!] = own.correlation[at]!;
  emit({
    ...{ ...common, role: 'stimulation-map', title: 'Correlation with the subgenual seed in the search area' },
    ...{ fileName: `stimulation-map${day}.nii.gz`, grid },
    bytes: writeNiftiGz(grid, map, { datatype: 'float32', description: 'r with sgACC' }),
  });
}

function finite(values: Float64Array): Float64Array {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  return values.map((value) => (Number.isFinite(value) ? value : mean));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
