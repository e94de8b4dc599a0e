import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import type { FindingDraft, Uncertainty, Value } from '../../dossier/finding.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import type { RegionMask } from '../../voxels/mask.ts';
import { indexOfVoxel, maskValues, statisticsOf } from '../../voxels/maskStatistics.ts';
import { missingSlices, withoutMissing } from '../../voxels/missingSlices.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { type Body, bodyOf } from './body.ts';
import { choosePet, howMatched } from './choose.ts';
import {
  madeMeasures,
  metabolicVolume,
  type PetMeasure,
  regionVolume,
  sulMeasures,
  suvMeasures,
  totalGlycolysis,
} from './measures.ts';
import type { Nuclide } from './nuclides.ts';
import { peaksOf } from './peak.ts';
import { petHeader } from './petHeader.ts';
import { type Repeatability, smallestRealChange } from './repeatability.ts';
import { blackSuv, petSnapshot } from './snapshot.ts';
import { normalised, type SuvScale, suvBodyWeightScale } from './suv.ts';
import { activeVolume, thresholds } from './volumes.ts';

const nuclideFile = 'imaging/nuclides.json';
const repeatabilityFile = 'imaging/repeatability.json';

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
  version: '1.0.0',
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
    const image = withoutMissing(await context.openImage(source.id), missing);
    const header = petHeader({ ...source.metadata, ...image.metadata });
    const facts = dossier.facts.filter(({ id }) => inputs.body?.includes(id));
    const scale = suvBodyWeightScale(header, context.knowledge<{ nuclides: Nuclide[] }>(nuclideFile).nuclides);
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
    if ('factor' in scale) await emitSnapshot(series, scale.factor, measured, context);
    context.progress(1);
  },
};

export const analyses: readonly Analysis[] = [petSuv];

/** A region that was measured, as the picture needs it. */
interface Measured {
  region: Region;
  mask: RegionMask;
  hottest: [number, number, number];
  suvMax: number;
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

  const values = mask.voxels > 0 ? await maskValues(image, mask) : new Float32Array(0);
  const stored = statisticsOf(values);
  if (!stored)
    return refuseAll(
      finding,
      maskIssues.find(({ severity }) => severity === 'error') ??
        issue('error', 'region-empty', 'No voxel inside the region has a value.'),
    );
  if (stored.notNumbers > 0)
    issues.push(
      issue(
        'warning',
        'voxels-without-value',
        `${stored.notNumbers} voxels of the region have no value and were left out.`,
      ),
    );
  const { voxelMm3 } = indexFrame(image.grid);
  finding(regionVolume, quantity((mask.voxels * voxelMm3) / 1000, 'mL'), {
    says: `${mask.voxels} voxels of ${voxelMm3.toFixed(3)} mm³`,
  });
  if ('refused' in scale) return refuseAll(finding, scale.refused);

  const peaks = (await peaksOf(image, mask))!;
  const hottest = indexOfVoxel(mask, stored.maximumAt);
  const suv = {
    max: stored.maximum * scale.factor,
    mean: stored.mean * scale.factor,
    peak: peaks.global.value * scale.factor,
  };
  const places = {
    max: { says: `voxel ${hottest.join(', ')}` },
    mean: { says: `${stored.voxels} voxels` },
    peak: { says: `sphere of ${peaks.global.voxels} voxels round ${peaks.global.at.join(', ')}` },
  };
  const { values: rows } = context.knowledge<{ values: Repeatability[] }>(repeatabilityFile);
  const change = (value: number): Uncertainty | undefined =>
    region.type === 'organ' ? undefined : smallestRealChange(suv.max, value, series.tracer, rows);
  const small = mask.voxels * voxelMm3 < 1000;
  for (const key of ['max', 'mean', 'peak'] as const)
    finding(suvMeasures[key], quantity(suv[key], suvMeasures[key].unit), {
      ...places[key],
      uncertainty: key === 'max' ? change(suv.max) : undefined,
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
  if (region.type !== 'organ') volumes(values, scale.factor, voxelMm3, finding);
  return { region, mask, hottest, suvMax: suv.max };
}

/** One picture of the series, through the hottest region that is no organ. */
async function emitSnapshot(
  { image, source }: Series,
  factor: number,
  measured: readonly Measured[],
  { emit }: RunContext,
): Promise<void> {
  const lesions = measured.filter(({ region }) => region.type !== 'organ');
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
  change: (value: number) => Uncertainty | undefined,
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
      finding(sulMeasures[key], members[0]!, { uncertainty: key === 'max' ? change(members[0]!.value) : undefined });
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

function volumes(values: Float32Array, factor: number, voxelMm3: number, finding: Emit): void {
  const suv = values.map((value) => value * factor);
  for (const threshold of thresholds) {
    const active = activeVolume(suv, threshold, voxelMm3);
    const says =
      active.voxels === 0
        ? 'no voxel reaches the threshold'
        : `${active.voxels} voxels, mean ${active.meanSuv!.toFixed(3)}`;
    finding(metabolicVolume(threshold), quantity(active.millilitres, 'mL'), { says });
    finding(totalGlycolysis(threshold), quantity(active.totalGlycolysisG, 'g'), { says });
  }
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
