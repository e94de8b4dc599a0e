import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import type { FindingDraft, Uncertainty, Value } from '../../dossier/finding.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import type { RegionMask } from '../../voxels/mask.ts';
import { missingSlices, withoutMissing } from '../../voxels/missingSlices.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { type RepeatabilityRow, repeatabilityFile } from '../repeatability.ts';
import { type Body, bodyOf } from './body.ts';
import { choosePet, howMatched } from './choose.ts';
import { petKinetics } from './kinetics/analysis.ts';
import {
  lesionDissemination,
  madeMeasures,
  metabolicVolume,
  type PetMeasure,
  percistLimits,
  regionVolume,
  sulMeasures,
  suvMeasures,
  totalGlycolysis,
  totalVolume,
  wholeBodyGlycolysis,
} from './measures.ts';
import type { Nuclide } from './nuclides.ts';
import { petSeries } from './petSeries.ts';
import { kindOf, type RegionKind } from './references.ts';
import { uptakeChange } from './repeatability.ts';
import { blackSuv, petSnapshot } from './snapshot.ts';
import { normalised, type SuvScale } from './suv.ts';
import { petSuvMap } from './suvMap.ts';
import { dissemination, totalsOf } from './totals.ts';
import { implausibleUptake, type Uptake, uptakeIn } from './uptake.ts';
import { activeAbove, limitOf, type References, type Threshold, thresholds } from './volumes.ts';

const nuclideFile = 'imaging/nuclides.json';

/** Everything about the series that all of its regions share. */
interface Series {
  image: ImageHandle;
  missing: ReadonlySet<number>;
  source: Source;
  scale: SuvScale;
  body: Body;
  tracer: string | undefined;
}

/** PET uptake within regions: SUVbw and SUL maximum, mean and peak, metabolic volumes, total lesion glycolysis. */
const petSuv: Analysis = {
  id: 'imaging.pet.suv',
  version: '1.3.0',
  title: 'PET uptake in regions',
  makes: [...madeMeasures, 'snapshot'],
  takes: [],
  knowledge: [nuclideFile, repeatabilityFile],
  packs: [],
  method: 'pet-uptake.md',
  peakMemoryMb: (selection, dossier) => {
    const metadata = dossier.sources.find(({ id }) => id === selection.inputs.image?.[0])?.metadata;
    const pixels = Number(metadata?.Rows ?? 512) * Number(metadata?.Columns ?? 512);
    // A dozen slices in float32 around the sphere, a region's mask and values; SEG masks come whole.
    return 32 + Math.ceil((pixels * (12 * 4 + 300 * 5)) / 2 ** 20);
  },
  select: choosePet,
  async run(inputs, _options, context) {
    const { dossier } = context;
    const source = dossier.sources.find(({ id }) => id === inputs.image?.[0])!;
    const missing = missingSlices(source.metadata);
    const opened = withoutMissing(await context.openImage(source.id), missing);
    const facts = dossier.facts.filter(({ id }) => inputs.body?.includes(id));
    const { image, header, scale } = petSeries(
      opened,
      { ...source.metadata, ...opened.metadata },
      context.knowledge<{ nuclides: Nuclide[] }>(nuclideFile).nuclides,
    );
    const series: Series = { image, missing, source, scale, body: bodyOf(header, facts), tracer: header.tracerName };
    if ('refused' in scale) context.emit.issue(scale.refused);
    const measured: Measured[] = [];
    const regions = dossier.regions.filter(({ id }) => inputs.regions?.includes(id));
    for (const [index, region] of regions.entries()) {
      if (context.signal.aborted) return;
      context.progress(index / regions.length, region.label);
      const one = await measureRegion(series, region, context);
      if (one) measured.push(one);
    }
    volumesOf(series, measured, context);
    if ('factor' in scale) await emitSnapshot(series, scale.factor, measured, context);
    context.progress(1);
  },
};

export const analyses: readonly Analysis[] = [petSuv, petSuvMap, petKinetics];

/** A region that was measured, as the picture needs it. */
interface Measured {
  region: Region;
  mask: RegionMask;
  hottest: [number, number, number];
  suvMax: number;
  kind: RegionKind;
  uptake: Uptake;
  finding: Emit;
}

/** Emits all findings of one region; undefined when uptake was refused. */
async function measureRegion(series: Series, region: Region, context: RunContext): Promise<Measured | undefined> {
  const { image, source, scale, body } = series;
  const { mask, issues: maskIssues } = regionMask(await context.openRegion(region.id), image.grid);
  const issues = [
    ...source.issues.filter(({ severity }) => severity !== 'info'),
    ...maskIssues,
    ...scale.issues,
    ...body.issues,
  ];
  const matched = howMatched(region, source);
  if (matched) issues.push(matched);
  const finding = emitter(series, region, issues, context);
  if (image.grid.shape[3] > 1) {
    return refuseAll(
      finding,
      issue(
        'error',
        'suv-dynamic-series',
        'The series has several frames in time: one uptake value for all would mean nothing.',
        { remedy: 'Use a static reconstruction.' },
      ),
    );
  }

  const lost = [...series.missing].filter((k) => k >= mask.origin[2] && k < mask.origin[2] + mask.size[2]);
  if (lost.length > 0)
    return refuseAll(
      finding,
      issue('error', 'region-on-missing-slice', `${lost.length} slices of the region are missing from the series.`, {
        remedy: 'Fetch the series again.',
      }),
    );

  const { voxelMm3 } = indexFrame(image.grid);
  const uptake = await uptakeIn(image, mask, 'factor' in scale ? scale.factor : 1);
  if (!uptake)
    return refuseAll(
      finding,
      maskIssues.find(({ severity }) => severity === 'error') ??
        issue('error', 'region-empty', 'No voxel inside the region has a value.'),
    );
  if (uptake.notNumbers > 0)
    issues.push(
      issue(
        'warning',
        'voxels-without-value',
        `${uptake.notNumbers} voxels of the region have no value and were left out.`,
      ),
    );
  finding(regionVolume, quantity(uptake.millilitres, 'mL'), {
    says: `${mask.voxels} voxels of ${voxelMm3.toFixed(3)} mm³`,
  });
  if ('refused' in scale) return refuseAll(finding, scale.refused);
  const implausible = implausibleUptake(uptake);
  if (implausible) issues.push(implausible);

  const { suv, hottest } = uptake;
  const places = {
    max: { says: `voxel ${hottest.join(', ')}` },
    mean: { says: `${uptake.voxels - uptake.notNumbers} voxels, SD ${suv.sd.toPrecision(3)}` },
    peak: { says: `sphere of ${uptake.peakVoxels} voxels round ${uptake.peakAt.join(', ')}` },
  };
  const kind = kindOf(region);
  const { values: rows } = context.knowledge<{ values: RepeatabilityRow[] }>(repeatabilityFile);
  const change: Change = (measure, value) =>
    uptakeChange(
      measure,
      value,
      { suvMax: suv.max, tracer: series.tracer, site: kind === 'lesion' ? 'lesion' : 'tissue' },
      rows,
    );
  const small = mask.voxels * voxelMm3 < 1000;
  for (const key of ['max', 'mean', 'peak'] as const)
    finding(suvMeasures[key], quantity(suv[key], suvMeasures[key].unit), {
      ...places[key],
      uncertainty: change(suvMeasures[key].measure.code, suv[key]),
      issues:
        key === 'peak' && small
          ? [
              issue(
                'info',
                'peak-sphere-larger-than-region',
                'The region is smaller than the 1 cm³ over which the peak is averaged, so the peak holds tissue around it.',
              ),
            ]
          : [],
    });
  leanMass(series, suv, finding, change);
  return { region, mask, hottest, suvMax: suv.max, kind, uptake, finding };
}

/** One picture of the series, through the hottest region that is no organ. */
async function emitSnapshot(
  { image, source }: Series,
  factor: number,
  measured: readonly Measured[],
  { emit }: RunContext,
): Promise<void> {
  const lesions = measured.filter(({ kind }) => kind === 'lesion');
  const [shown] = (lesions.length > 0 ? lesions : [...measured]).sort((a, b) => b.suvMax - a.suvMax);
  if (!shown) return;
  const masks = measured.map(({ mask }) => mask);
  const bytes = await petSnapshot(image, factor, masks, shown.hottest);
  if (!bytes) return;
  const time = source.acquiredAt;
  emit.artifact({
    type: 'picture',
    role: 'snapshot',
    title: `Coronal maximum-intensity projection, and axial slice through SUVmax of ${shown.region.label}. SUV 0 white, ${blackSuv} and more black. Radiological convention: the patient's right is on the left`,
    ...(time && { time }),
    mediaType: 'image/png',
    fileName: `pet${time ? `-${time.slice(0, 19).replaceAll(':', '')}` : ''}.png`,
    issues: [],
    derivedFrom: [source.id, ...measured.map(({ region }) => region.id)],
    bytes,
  });
}

/** SUL of the three values; a set of both formulae when the sex is not known, refused when the height is not. */
function leanMass(
  { body }: Series,
  suv: { max: number; mean: number; peak: number },
  finding: Emit,
  change: Change,
): void {
  const lean = normalised('lbm-janmahasatian', body);
  for (const key of ['max', 'mean', 'peak'] as const) {
    const { unit } = sulMeasures[key];
    if ('refused' in lean) {
      finding(sulMeasures[key], { type: 'refused', reason: lean.refused.code }, { issues: [lean.refused] });
      continue;
    }
    const members = lean.factors.map(({ factor }) => quantity(suv[key] * factor, unit));
    if (members.length === 1)
      finding(sulMeasures[key], members[0]!, { uncertainty: change(sulMeasures[key].measure.code, members[0]!.value) });
    else
      finding(
        sulMeasures[key],
        {
          type: 'set',
          members: members.map((value) => ({ value })),
          reason: 'sex not known: women’s and men’s formula',
        },
        {
          issues: [
            issue(
              'warning',
              'sul-sex-unknown',
              'The header does not say female or male; lean body mass is given by both formulae.',
              {
                remedy: 'Enter PatientSex (0010,0040).',
              },
            ),
          ],
        },
      );
  }
}

type Change = (measure: string, value: number) => Uncertainty | undefined;

/** Metabolic volumes of each lesion and of all together, with the limits that liver and blood pool give. */
function volumesOf(series: Series, measured: readonly Measured[], context: RunContext): void {
  if (measured.length === 0) return;
  const of = (kind: RegionKind): Measured | undefined => measured.find((one) => one.kind === kind);
  const [liver, bloodPool] = [of('liver'), of('blood-pool')];
  const references: References = { liver: liver?.uptake.suv, bloodPool: bloodPool?.uptake.suv };
  for (const [kind, reference, threshold] of [
    ['liver', liver, { type: 'percist-liver' }],
    ['blood-pool', bloodPool, { type: 'percist-blood' }],
  ] as const) {
    if (!reference) continue;
    const { mean, sd } = reference.uptake.suv;
    reference.finding(
      percistLimits[kind],
      quantity(limitOf(reference.uptake.values, threshold, references)!, percistLimits[kind].unit),
      {
        says: `mean ${mean.toFixed(3)}, SD ${sd.toFixed(3)} over ${reference.uptake.millilitres.toFixed(1)} mL as drawn`,
      },
    );
  }
  const lesions = measured.filter(({ kind }) => kind === 'lesion');
  const totalled = lesions.map(({ region, mask, uptake, finding }) => {
    const limits = thresholds.map((threshold) => limitOf(uptake.values, threshold, references));
    for (const [at, threshold] of thresholds.entries())
      if (limits[at] !== undefined) lesionVolume(uptake, threshold, limits[at], finding);
    return { label: region.label || `region ${region.number}`, mask, values: uptake.values, limits };
  });
  if (lesions.length > 0) totals(series, lesions, totalled, context);
}

function lesionVolume({ values, voxelMm3 }: Uptake, threshold: Threshold, limit: number, finding: Emit): void {
  const active = activeAbove(values, limit, voxelMm3);
  const says =
    active.voxels === 0
      ? `no voxel reaches ${limit.toFixed(3)}`
      : `${active.voxels} voxels at ${limit.toFixed(3)} or more, mean ${active.meanSuv!.toFixed(3)}`;
  finding(metabolicVolume(threshold), quantity(active.millilitres, 'mL'), { says });
  finding(totalGlycolysis(threshold), quantity(active.totalGlycolysisG, 'g'), { says });
}

/** Of the series: the regions that were drawn are taken for all lesions that there are. */
function totals(
  { image, source, scale }: Series,
  lesions: readonly Measured[],
  totalled: Parameters<typeof totalsOf>[0],
  { emit }: RunContext,
): void {
  const derivedFrom = [source.id, ...lesions.map(({ region }) => region.id)];
  const shared = [...source.issues.filter(({ severity }) => severity !== 'info'), ...scale.issues];
  const finding = ({ measure, codes }: PetMeasure, value: Value, says: string): void =>
    emit.finding({
      ...{ measure, codes, value, issues: [...shared], derivedFrom },
      site: { system: 'source', code: source.id, display: source.description ?? 'PET series' },
      ...(source.acquiredAt && { time: source.acquiredAt }),
      evidence: [{ of: source.id, place: 'lesions', says }],
    });
  for (const total of totalsOf(totalled, thresholds, indexFrame(image.grid).voxelMm3)) {
    const says = `${total.lesions} of ${lesions.length} lesions drawn reach the threshold`;
    finding(totalVolume(total.threshold), quantity(total.millilitres, 'mL'), says);
    finding(wholeBodyGlycolysis(total.threshold), quantity(total.totalGlycolysisG, 'g'), says);
  }
  const spread = dissemination(image, totalled);
  if (spread)
    finding(lesionDissemination, quantity(spread.mm, 'mm'), `between the centres of ${spread.between.join(' and ')}`);
}

type Emit = (
  measure: PetMeasure,
  value: Value,
  more?: { says?: string; uncertainty?: Uncertainty | undefined; issues?: Issue[] },
) => void;

function emitter({ source, scale, body }: Series, region: Region, shared: Issue[], { emit }: RunContext): Emit {
  return ({ measure, codes }, value, more = {}) => {
    const draft: FindingDraft = {
      measure,
      codes,
      region: region.id,
      site: {
        system: 'region',
        code: region.label || String(region.number),
        display: region.label || `region ${region.number}`,
      },
      ...(region.laterality && { laterality: region.laterality }),
      ...(source.acquiredAt && { time: source.acquiredAt }),
      value,
      ...(more.uncertainty && { uncertainty: more.uncertainty }),
      issues: [...shared, ...(more.issues ?? [])],
      derivedFrom: [source.id, region.id, ...body.used],
      evidence: [
        { of: region.id, place: region.label, ...(more.says && { says: more.says }) },
        ...('factor' in scale
          ? [{ of: source.id, place: 'header', says: `SUVbw = value × ${scale.factor.toPrecision(9)}; ${scale.how}` }]
          : []),
      ],
    };
    emit.finding(draft);
  };
}

function refuseAll(finding: Emit, why: Issue): undefined {
  for (const one of Object.values(suvMeasures)) finding(one, { type: 'refused', reason: why.code }, { issues: [why] });
}

function quantity(value: number, unit: string): { type: 'quantity'; value: number; unit: string } {
  return { type: 'quantity', value, unit };
}
