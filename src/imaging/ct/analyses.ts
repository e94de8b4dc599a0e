import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { spacingMm } from '../../voxels/affine.ts';
import { maskValues } from '../../voxels/maskStatistics.ts';
import { missingSlices, withoutMissing } from '../../voxels/missingSlices.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { chooseRegions, type MeasuredRegion, measuredRegions, regionOfFinding } from '../radiomics/chooseRegions.ts';
import { scoreCalcium } from './calcium.ts';
import { type Conditions, checkScan, ctScan } from './conditions.ts';
import { inRange, lungDensity } from './densities.ts';
import { type CtKind, type CtKnowledge, ctFile, kindOfRegion } from './knowledge.ts';
import { type CtMeasure, ctMeasures } from './measures.ts';

/** A region no thicker than this is a level of the body: its area says something. */
const levelMm = 15;

/** Numbers of CT within given regions whose labels say what they are: tissues, coronary calcium, vertebrae, lungs. */
const ctRegions: Analysis = {
  id: 'imaging.ct',
  version: '1.0.0',
  title: 'Tissue, calcium, bone and lung on CT',
  makes: Object.values(ctMeasures).map((one) => one.measure.code),
  takes: [],
  knowledge: [ctFile],
  packs: [],
  method: 'ct-numbers.md',
  peakMemoryMb: ({ inputs }, dossier) => {
    const layout = dossier.sources.find(({ id }) => id === inputs.image?.[0])?.metadata['layout'] as
      | { shape?: number[] }
      | undefined;
    const voxels = layout?.shape?.slice(0, 3).reduce((product, one) => product * one, 1) ?? 2 ** 26;
    // A mask of the whole grid, and values of the region twice.
    return 48 + Math.ceil((voxels * 9) / 2 ** 20);
  },
  select(dossier) {
    const words = loadKnowledge(ctFile).data as unknown as CtKnowledge;
    const { selections } = chooseRegions({
      ...dossier,
      sources: dossier.sources.filter(({ modality }) => modality === 'CT'),
      regions: dossier.regions.filter(({ label }) => kindOfRegion(label, words)),
      entries: dossier.entries.filter((entry) =>
        measuredRegions({ regions: [], entries: [entry] }, [entry.id]).some(({ label }) => kindOfRegion(label, words)),
      ),
    });
    return { selections, missing: [] };
  },
  async run(inputs, _options, context) {
    const knowledge = context.knowledge<CtKnowledge>(ctFile);
    const source = context.dossier.sources.find(({ id }) => id === inputs.image?.[0])!;
    const regions = measuredRegions(context.dossier, inputs.regions).flatMap((region) => {
      const kind = kindOfRegion(region.label, knowledge);
      return kind ? [{ region, kind }] : [];
    });
    const scores: { region: MeasuredRegion; agatston: number | undefined }[] = [];
    for (const [index, { region, kind }] of regions.entries()) {
      context.progress(index / regions.length, region.label);
      const agatston = await measureRegion(source, region, kind, knowledge, context);
      if (kind.kind === 'calcium') scores.push({ region, agatston });
    }
    // Vessels that two readers drew are two totals.
    for (const [reader, own] of Map.groupBy(scores, ({ region }) => region.reader))
      if (own.length > 1) emitTotal(source, own, reader, context);
    context.progress(1);
  },
};

export const analyses: readonly Analysis[] = [ctRegions];

interface Number {
  of: CtMeasure;
  value?: number | undefined;
  refused?: Issue;
  says?: string;
}

/** Emits what is measured in one region; the Agatston score where it is one. */
async function measureRegion(
  source: Source,
  region: MeasuredRegion,
  kind: CtKind,
  knowledge: CtKnowledge,
  context: RunContext,
): Promise<number | undefined> {
  const of = measuresOf(kind);
  const issues: Issue[] = [...checkScan(ctScan(source.metadata), conditionsOf(kind, knowledge))];
  const missing = missingSlices(source.metadata);
  const image = withoutMissing(await context.openImage(source.id), missing);
  const spacing = spacingMm(image.grid.affineRas);
  const drawn = regionMask(await context.openRegion(region.id), image.grid);
  issues.push(...drawn.issues);
  const { mask } = drawn;
  if (mask.voxels === 0 && !issues.some(({ severity }) => severity === 'error'))
    issues.push(issue('error', 'region-empty', 'No voxel of the image lies inside the region.'));
  const lost = [...missing].filter((k) => k >= mask.origin[2] && k < mask.origin[2] + mask.size[2]);
  if (lost.length > 0)
    issues.push(
      issue('error', 'region-on-missing-slice', `${lost.length} slices of the region are missing from the series.`, {
        remedy: 'Fetch the series again.',
      }),
    );
  const stop = issues.find(({ severity }) => severity === 'error');
  let numbers: Number[] = of.map((one) => ({ of: one, ...(stop && { refused: stop }) }));
  if (!stop) {
    const values = await maskValues(image, mask);
    if (values.some((value) => !Number.isFinite(value)))
      issues.push(issue('error', 'values-missing', 'Voxels of the region have no value.'));
    numbers = numbersOf(kind, { values, mask, spacing }, knowledge);
  }
  const noRepeat = issue(
    'info',
    'repeatability-unknown',
    'No repeatability is kept for this value: a change cannot be told from noise.',
  );
  for (const { of: one, value, refused, says } of numbers) {
    const why = refused ?? issues.find(({ severity }) => severity === 'error');
    const none =
      why ??
      (value === undefined ? issue('error', 'ct-no-voxel', 'No voxel of the region lies in the range.') : undefined);
    context.emit.finding({
      measure: one.measure,
      ...regionOfFinding(region),
      ...(source.acquiredAt && { time: source.acquiredAt }),
      value: none ? { type: 'refused', reason: none.code } : { type: 'quantity', value: value!, unit: one.unit },
      issues: [...new Set([...issues, ...(none ? [none] : [noRepeat])])],
      derivedFrom: [source.id, region.id],
      ...(says && { evidence: [{ of: source.id, place: 'image', says }] }),
    });
  }
  return numbers.find((one) => one.of === ctMeasures.agatston && !one.refused)?.value;
}

function measuresOf({ kind }: CtKind): CtMeasure[] {
  const all = ctMeasures;
  if (kind === 'tissue') return [all.tissueVolume, all.tissueArea, all.tissueDensity];
  if (kind === 'calcium') return [all.agatston, all.calciumVolume, all.calciumMass];
  if (kind === 'vertebra') return [all.vertebra];
  return [all.lungVolume, all.lungMass, all.lungDensity, all.lowAttenuation, all.percentile];
}

function conditionsOf({ kind }: CtKind, { calcium, vertebra, lung }: CtKnowledge): Conditions {
  if (kind === 'calcium') return { kv: calcium.kv, thicknessMm: calcium.thicknessMm, contrast: 'refuse' };
  if (kind === 'vertebra') return { kv: vertebra.kv, contrast: 'warn' };
  if (kind === 'lung')
    return { thicknessMm: [0, lung.thicknessMm], contrast: 'refuse', sharpKernels: lung.sharpKernels };
  return { contrast: 'warn' };
}

interface Inside {
  values: Float32Array;
  mask: Parameters<typeof scoreCalcium>[0];
  spacing: [number, number, number];
}

function numbersOf(
  kind: CtKind,
  { values, mask, spacing }: Inside,
  { calcium, vertebra, lung }: CtKnowledge,
): Number[] {
  const voxelMm3 = spacing[0] * spacing[1] * spacing[2];
  const all = ctMeasures;
  if (kind.kind === 'tissue') {
    const { rangeHu, source } = kind.tissue;
    const found = inRange(values, rangeHu, voxelMm3);
    const says = `${rangeHu[0]} to ${rangeHu[1]} HU (${source})`;
    const heightMm = mask.size[2] * spacing[2];
    const thick = issue(
      'info',
      'ct-not-a-level',
      `The region is ${heightMm.toFixed(0)} mm high: an area is given of a level of at most ${levelMm} mm.`,
    );
    return [
      { of: all.tissueVolume, value: found.volumeMl, says },
      heightMm > levelMm
        ? { of: all.tissueArea, refused: thick }
        : {
            of: all.tissueArea,
            value: (found.volumeMl * 10) / heightMm,
            says: `${says}, mean of ${mask.size[2]} slices`,
          },
      { of: all.tissueDensity, value: found.meanHu, says },
    ];
  }
  if (kind.kind === 'calcium') {
    const found = scoreCalcium(mask, values, spacing, calcium);
    const says = `${found.lesions} lesions in slices of at least ${calcium.thresholdHu} HU and ${calcium.minimumAreaMm2} mm2 (${calcium.source})`;
    const needsPhantom = issue(
      'error',
      'ct-mass-not-calibrated',
      'A mass needs the factor of a calibration phantom scanned on this scanner.',
    );
    return [
      { of: all.agatston, value: found.agatston, says },
      { of: all.calciumVolume, value: found.volumeMm3, says },
      { of: all.calciumMass, refused: needsPhantom },
    ];
  }
  if (kind.kind === 'vertebra')
    return [
      {
        of: all.vertebra,
        value: inRange(values, [-1024, 3071], voxelMm3).meanHu,
        says: `all voxels of the region (${vertebra.source})`,
      },
    ];
  const found = lungDensity(values, voxelMm3, lung);
  return [
    { of: all.lungVolume, value: found.volumeMl },
    { of: all.lungMass, value: found.massG },
    { of: all.lungDensity, value: found.meanHu },
    { of: all.lowAttenuation, value: found.lowAttenuationPercent, says: lung.source },
    { of: all.percentile, value: found.percentileHu },
  ];
}

function emitTotal(
  source: Source,
  scores: readonly { region: MeasuredRegion; agatston: number | undefined }[],
  reader: string | undefined,
  { emit }: RunContext,
): void {
  const lost = scores.filter(({ agatston }) => agatston === undefined);
  const none = issue('error', 'ct-total-incomplete', `${lost.length} of ${scores.length} regions have no score.`);
  const total = scores.reduce((sum, { agatston = 0 }) => sum + agatston, 0);
  emit.finding({
    measure: ctMeasures.agatstonTotal.measure,
    ...(reader !== undefined && { reader }),
    ...(source.acquiredAt && { time: source.acquiredAt }),
    value: lost.length > 0 ? { type: 'refused', reason: none.code } : { type: 'quantity', value: total, unit: '1' },
    issues: lost.length > 0 ? [none] : [],
    derivedFrom: [source.id, ...scores.map(({ region }) => region.id)],
  });
}
