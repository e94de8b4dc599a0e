import type { Analysis, Dossier, RunContext, Selected, Selection } from '../../dossier/analysis.ts';
import type { Artifact } from '../../dossier/artifact.ts';
import { measure } from '../../dossier/code.ts';
import type { Finding } from '../../dossier/finding.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { boxed } from '../../voxels/mask.ts';
import { maskValues } from '../../voxels/maskStatistics.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { uptakeIn } from '../pet/uptake.ts';
import { judgeChange } from '../repeatability.ts';
import { carried, type Laid, layOn, leastQuality } from './carry.ts';
import { verdictIssues } from './verdictIssues.ts';

/** Values that are read again in a carried region: the map that they come from, and how. */
const carriedCodes = {
  'suv-max': 'suv-map',
  'suv-mean': 'suv-map',
  'suv-peak': 'suv-map',
  'adc-mean': 'adc-map',
  'fa-mean': 'fa-map',
  'md-mean': 'md-map',
  'ktrans-median': 'ktrans-map',
} as const;
type Carried = keyof typeof carriedCodes;
const roles: ReadonlySet<string> = new Set(Object.values(carriedCodes));
/** Findings give diffusivities in 10-3 mm2/s, maps in mm2/s. */
const scaleOf = (code: Carried): number => (code === 'adc-mean' || code === 'md-mean' ? 1000 : 1);
const nameOf = (code: string): string => `${code}-carried-change`;
const fewestVoxels = 4;

/** Two visits with one map each, and the regions that only the earlier one has. */
interface Visit {
  before: Artifact;
  after: Artifact;
  findings: Finding[];
}

function dayOf(time: string | undefined): string {
  return (time ?? '').slice(0, 10);
}

function labelOf({ site, laterality }: Finding): string {
  return `${site?.code.trim().toLowerCase()}|${laterality ?? ''}`;
}

function visitsOf({ artifacts, findings, regions }: Dossier): Visit[] {
  const ofRole = Map.groupBy(
    artifacts.filter(({ role, time }) => roles.has(role) && dayOf(time).length === 10),
    ({ role }) => role,
  );
  const linked = new Set(
    regions.filter(({ links }) => links.some((one) => one.relation === 'same-as')).map(({ id }) => id),
  );
  return [...ofRole].flatMap(([role, maps]) => {
    const single = [...Map.groupBy(maps, ({ time }) => dayOf(time))]
      .filter(([, of]) => of.length === 1)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, [only]]) => only!);
    const codes = Object.keys(carriedCodes).filter((code) => carriedCodes[code as Carried] === role);
    return single.slice(1).flatMap((after, at): Visit[] => {
      const before = single[at]!;
      const of = (map: Artifact): Finding[] =>
        findings.filter(
          ({ measure: { code }, region, derivedFrom, value }) =>
            codes.includes(code) &&
            region !== undefined &&
            value.type === 'quantity' &&
            derivedFrom.includes(map.derivedFrom[0]!),
        );
      const there = new Set(of(after).map(labelOf));
      const alone = of(before).filter((one) => !there.has(labelOf(one)) && !linked.has(one.region!));
      return alone.length === 0 ? [] : [{ before, after, findings: alone }];
    });
  });
}

function choose(dossier: Dossier): Selected {
  const selections = visitsOf(dossier).map(
    ({ before, after, findings }): Selection => ({
      title: `${before.title}, ${dayOf(before.time)} to ${dayOf(after.time)}`,
      inputs: {
        maps: [before.id, after.id],
        images: [before.derivedFrom[0]!, after.derivedFrom[0]!],
        regions: [...new Set(findings.map(({ region }) => region!))],
        findings: findings.map(({ id }) => id),
      },
    }),
  );
  return { selections, missing: [] };
}

/** Regions drawn at one visit only, carried to the next by rigid registration: what its map holds there, and the change. */
export const carriedChange: Analysis = {
  id: 'imaging.change.carried',
  version: '1.0.0',
  title: 'Change in regions carried to the next visit',
  makes: [...Object.keys(carriedCodes).map(nameOf), 'carried-region'],
  takes: [...Object.keys(carriedCodes), ...roles],
  knowledge: [],
  packs: [],
  method: 'imaging-change.md',
  peakMemoryMb: ({ inputs }, { artifacts }) => {
    const voxels = artifacts
      .filter(({ id }) => inputs['maps']?.includes(id))
      .reduce((sum, { grid }) => sum + (grid ? grid.shape[0] * grid.shape[1] * grid.shape[2] : 0), 0);
    // Two images and two maps in float32, masks, and smaller copies for the registration.
    return 64 + Math.ceil((voxels * 16) / 2 ** 20);
  },
  select: choose,
  async run(inputs, _options, context) {
    const { dossier } = context;
    const [before, after] = inputs['maps']!.map((id) => dossier.artifacts.find((one) => one.id === id)!);
    const [first, second] = inputs['images']!.map((id) => dossier.sources.find((one) => one.id === id)!);
    const [earlier, later] = [await anatomy(first!, context), await anatomy(second!, context)];
    const map = await context.openImage(after!.id);
    const findings = dossier.findings.filter(({ id }) => inputs['findings']?.includes(id));
    const all = inputs['regions']!;
    for (const [at, id] of all.entries()) {
      if (context.signal.aborted) return;
      context.progress(at / all.length, 'registration');
      const own = findings.filter(({ region }) => region === id);
      const { mask } = regionMask(await context.openRegion(id), earlier.grid);
      if (mask.voxels === 0) continue;
      const laid = layOn(earlier, later, mask);
      const place = boxed(carried(mask, laid.toLater, map.grid), map.grid);
      const enough = laid.holds && place.voxels >= fewestVoxels;
      const label = own[0]!.site?.display ?? 'region';
      const artifact = enough
        ? emitRegion(map, place, label, { before: before!, after: after!, id }, context)
        : undefined;
      for (const finding of own) {
        const code = finding.measure.code as Carried;
        const value = enough ? await valueIn(map, place, code) : undefined;
        emitChange(
          finding,
          value,
          laid,
          { after: after!, second: second!, artifact, mask: mask.voxels, voxels: place.voxels },
          context,
        );
      }
    }
    context.progress(1);
  },
};

type Anatomy = { grid: ImageHandle['grid']; values: Float32Array };

/** The volume by which visits are laid on each other: the first, without weighting in a diffusion series. */
async function anatomy(source: Source, context: RunContext): Promise<Anatomy> {
  const image = await context.openImage(source.id);
  const b = source.metadata['bval'];
  const plain = Array.isArray(b) ? b.findIndex((one) => Number(one) < 50) : 0;
  const [ni, nj, nk] = image.grid.shape;
  const values = Float32Array.from(await image.readVolume(Math.max(0, plain)), (one) =>
    Number.isFinite(one) ? one : 0,
  );
  return { grid: { ...image.grid, shape: [ni, nj, nk, 1] }, values };
}

async function valueIn(map: ImageHandle, place: ReturnType<typeof boxed>, code: Carried): Promise<number | undefined> {
  if (code === 'suv-max' || code === 'suv-mean' || code === 'suv-peak') {
    const uptake = await uptakeIn(map, place, 1);
    return uptake?.suv[code.slice(4) as 'max' | 'mean' | 'peak'];
  }
  const known = (await maskValues(map, place)).filter((one) => Number.isFinite(one) && one !== 0).sort();
  if (known.length < fewestVoxels) return undefined;
  const middle = known.length >> 1;
  if (code === 'ktrans-median')
    return known.length % 2 === 1 ? known[middle]! : (known[middle - 1]! + known[middle]!) / 2;
  return (scaleOf(code) * known.reduce((sum, one) => sum + one, 0)) / known.length;
}

function emitRegion(
  map: ImageHandle,
  place: ReturnType<typeof boxed>,
  label: string,
  of: { before: Artifact; after: Artifact; id: string },
  { emit }: RunContext,
): string {
  const [ni, nj, nk] = map.grid.shape;
  const whole = new Uint8Array(ni * nj * nk);
  const [si, sj, sk] = place.size;
  for (let k = 0, at = 0; k < sk; k++)
    for (let j = 0; j < sj; j++)
      for (let i = 0; i < si; i++, at++)
        whole[((k + place.origin[2]) * nj + j + place.origin[1]) * ni + i + place.origin[0]] = place.inside[at]!;
  return emit.artifact({
    ...{ type: 'labelmap', role: 'carried-region', mediaType: 'application/gzip' },
    title: `${label}, carried from ${dayOf(of.before.time)}`,
    grid: map.grid,
    ...(of.after.time && { time: of.after.time }),
    fileName: `carried-${of.id.slice(-6)}-${dayOf(of.after.time)}.nii.gz`,
    labels: [{ value: 1, name: label }],
    issues: [],
    derivedFrom: [...of.after.derivedFrom.slice(0, 1), of.after.id, of.id],
    bytes: writeNiftiGz(map.grid, whole, { datatype: 'uint8', description: 'carried region' }),
  });
}

function emitChange(
  before: Finding,
  value: number | undefined,
  laid: Laid,
  of: { after: Artifact; second: Source; artifact: string | undefined; mask: number; voxels: number },
  { emit }: RunContext,
): void {
  const from = before.value as { type: 'quantity'; value: number; unit: string };
  const says = `correlation ${laid.ncc.toFixed(2)} within 30 mm of the region, overlap ${(100 * laid.overlap).toFixed(0)} %, moved by ${laid.movedMm.toFixed(1)} mm; ${of.mask} voxels became ${of.voxels}`;
  const base = {
    measure: measure(
      nameOf(before.measure.code),
      `${before.measure.display}, change since ${dayOf(before.time)}, region carried`,
    ),
    ...(before.site && { site: before.site }),
    region: before.region!,
    ...(before.laterality && { laterality: before.laterality }),
    time: of.after.time!,
    derivedFrom: [before.id, of.second.id, of.after.id, before.region!, ...(of.artifact ? [of.artifact] : [])],
    evidence: [
      { of: before.id, place: 'before', says: `${dayOf(before.time)}: ${from.value.toPrecision(4)} ${from.unit}` },
      { of: of.second.id, place: 'registration', says },
      ...(value === undefined
        ? []
        : [{ of: of.after.id, place: 'after', says: `${value.toPrecision(4)} ${from.unit}` }]),
    ],
  };
  const judged = value === undefined ? undefined : judgeChange(from.value, value, before.uncertainty);
  if (judged?.percent === undefined) {
    const why = laid.holds
      ? issue('error', 'carried-region-empty', 'The carried region has too few voxels with a value at the later visit.')
      : issue(
          'error',
          'registration-doubtful',
          `The visits do not lie on each other round the region (${says}); at least ${leastQuality.ncc} and ${100 * leastQuality.overlap} % are asked for.`,
          {
            remedy: 'Draw the region at the later visit.',
          },
        );
    return void emit.finding({ ...base, value: { type: 'refused', reason: why.code }, issues: [why] });
  }
  const share = (limit: number): number => (100 * (limit - from.value)) / Math.abs(from.value);
  const known = judged.low !== undefined && judged.high !== undefined;
  emit.finding({
    ...base,
    value: { type: 'quantity', value: judged.percent, unit: '%' },
    ...(known && {
      uncertainty: {
        type: 'smallest-real-change' as const,
        ...{ value: share(judged.high!), low: share(judged.low!), high: share(judged.high!) },
        ...(before.uncertainty?.level && { level: before.uncertainty.level }),
        source: before.uncertainty!.source,
      },
    }),
    issues: [carriedIssue, ...verdictIssues(judged.verdict)],
  });
}

const carriedIssue = issue(
  'warning',
  'region-carried',
  'The region was drawn at the earlier visit and carried to this one by a rigid registration; what grew, shrank or moved against its surroundings is not followed.',
  { remedy: 'Look at the carried region on the later image, or draw it there.' },
);
