import type { Analysis, RunContext } from '../../dossier/analysis.ts';
import { curveRole } from '../../dossier/curveFigure.ts';
import type { Grid } from '../../dossier/grid.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { type RegionMask, wholeMask } from '../../voxels/mask.ts';
import { missingSlices, withoutMissing } from '../../voxels/missingSlices.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { emitCurve, fileWord } from '../curveArtifact.ts';
import { choosePlaces, segmentationRole } from './choose.ts';
import { decayFigure, meanLogs } from './decayFigure.ts';
import { gradientTable, shellsOf } from './gradients.ts';
import { maskRole } from './mapList.ts';
import { type RegionalMaps, regionalMeasures, regionalValues, roleOf } from './regional.ts';
import { type DiffusionRepeatability, organOf, realChange, repeatabilityFile } from './repeatability.ts';

/** Regions of fewer voxels are refused: their mean is one noisy place. */
const fewestVoxels = 4;
const flagRoles = ['dti-flags-map', 'ivim-flags-map', 'adc-flags-map'];
const takenRoles: ReadonlySet<string> = new Set([...regionalMeasures.map(roleOf), ...flagRoles, maskRole]);

/** Means of the maps of each diffusion series in the regions drawn on it and in the structures of a segmentation. */
export const regionalDiffusion: Analysis = {
  id: 'imaging.diffusion.regions',
  version: '1.1.0',
  title: 'Diffusion in regions',
  makes: [...new Set(regionalMeasures.map((one) => one.measure.code)), curveRole],
  takes: [...takenRoles, segmentationRole],
  knowledge: [repeatabilityFile],
  packs: [],
  method: 'diffusion.md',
  peakMemoryMb: ({ inputs }, { artifacts }) => {
    const shape = artifacts.find(({ id }) => id === inputs.maps?.[0])?.grid?.shape ?? [128, 128, 80];
    const voxels = shape[0] * shape[1] * shape[2];
    // Maps with their files, and a label map of 256 x 256 x 256 with the mask of one structure.
    return 64 + Math.ceil((voxels * 8 * (inputs.maps?.length ?? 8)) / 2 ** 20) + (inputs.labels ? 200 : 0);
  },
  select: (dossier) => choosePlaces(dossier, takenRoles),
  async run(inputs, _options, context) {
    const source = context.dossier.sources.find(({ id }) => id === inputs['image']?.[0])!;
    const byRole = new Map<string, Float32Array>();
    let grid: Grid | undefined;
    for (const { id, role } of context.dossier.artifacts) {
      if (!inputs['maps']?.includes(id)) continue;
      const image = await context.openImage(id);
      grid ??= { ...image.grid, shape: [image.grid.shape[0], image.grid.shape[1], image.grid.shape[2], 1] };
      byRole.set(role, await image.readVolume(0));
    }
    const mask = byRole.get(maskRole);
    if (grid === undefined || mask === undefined) return;
    const flagRole = flagRoles.find((role) => byRole.has(role));
    const [ni, nj, nk] = grid.shape;
    const maps: RegionalMaps = {
      ...{ shape: [ni, nj, nk], byRole, mask },
      flags: flagRole === undefined ? undefined : byRole.get(flagRole),
    };
    await emitRegions(source, maps, grid, inputs, context);
    context.progress(1);
  },
};

/** What the maps were fitted to, in one line. */
function describe(b: readonly number[]): string {
  const shells = shellsOf({ b: [...b] }).map((shell) => `b ${Math.round(shell.b)} × ${shell.entries.length}`);
  return `${shells.slice(0, 12).join(', ')}${shells.length > 12 ? ' ...' : ''}`;
}

interface Place {
  mask: RegionMask;
  site: { system: string; code: string; display: string };
  region?: string;
  laterality?: 'left' | 'right' | 'both';
  /** Who drew it in the program. */
  reader?: string;
  isLesion: boolean;
  issues: Issue[];
  from: string;
}

async function emitRegions(
  source: Source,
  maps: RegionalMaps,
  grid: Grid,
  inputs: Record<string, string[]>,
  context: RunContext,
): Promise<void> {
  const artifacts = context.dossier.artifacts.filter(({ id }) => inputs['maps']?.includes(id));
  const b = (source.metadata['bval'] as unknown[]).map(Number);
  const knowledge = context.knowledge<DiffusionRepeatability>(repeatabilityFile);
  const highestB = Math.max(...b);
  const shared = artifacts[0]!.issues;
  const places = await placesOf(grid, inputs, context);
  const figures = await figuresOf(source, maps, places, context);
  for (const [at, place] of places.entries()) {
    const figure = figures[at];
    const found = place.mask.voxels < fewestVoxels ? undefined : regionalValues(maps, place.mask);
    const organ = organOf([place.site.display, source.bodyPart, source.description], knowledge);
    const base = {
      site: place.site,
      ...(place.region && { region: place.region }),
      ...(place.laterality && { laterality: place.laterality }),
      ...(place.reader && { reader: place.reader }),
      ...(source.acquiredAt && { time: source.acquiredAt }),
    };
    if (found === undefined || found.voxels < fewestVoxels) {
      const why = issue(
        'error',
        'region-too-small',
        `${found?.voxels ?? place.mask.voxels} voxels of the region have a diffusion value; fewer than ${fewestVoxels} are no region.`,
      );
      const of = regionalMeasures.find((one) => maps.byRole.has(roleOf(one)))!;
      context.emit.finding({
        ...{ ...base, measure: of.measure, codes: of.codes, derivedFrom: [source.id, place.from] },
        value: { type: 'refused', reason: why.code },
        issues: [...place.issues, why],
      });
      continue;
    }
    const trouble =
      found.troubled > 0.1 * found.voxels
        ? [
            issue(
              'warning',
              'diffusion-region-troubled',
              `${found.troubled} of ${found.voxels} voxels lie at the noise floor or have no proper tensor.`,
            ),
          ]
        : [];
    for (const { of, mean, standardDeviation } of found.values) {
      const change = realChange(
        { measure: of.measure.code, value: mean, organ, isLesion: place.isLesion, highestB },
        knowledge,
      );
      context.emit.finding({
        ...{ ...base, measure: of.measure, codes: of.codes },
        value: { type: 'quantity', value: mean, unit: of.unit },
        ...('uncertainty' in change && { uncertainty: change.uncertainty }),
        issues: [...shared, ...place.issues, ...trouble, ...('unknown' in change ? [change.unknown] : [])],
        derivedFrom: [
          ...[source.id, place.from, artifacts.find(({ role }) => role === roleOf(of))!.id],
          ...(figure ? [figure.id] : []),
        ],
        evidence: [
          {
            of: place.from,
            place: place.site.display,
            says: `${found.voxels} voxels, SD ${standardDeviation.toPrecision(3)}`,
          },
          { of: source.id, place: 'gradient table', says: describe(b) },
          ...(figure ? [{ of: figure.id, place: 'decay', says: figure.says }] : []),
        ],
      });
    }
  }
}

/** Places of a series that get a figure of their own. */
const mostFigures = 40;

/** The figure of each place, in their order, over its voxels that were fitted. */
async function figuresOf(
  source: Source,
  { mask, byRole }: RegionalMaps,
  places: readonly Place[],
  context: RunContext,
): Promise<({ id: string; says: string } | undefined)[]> {
  const opened = await context.openImage(source.id);
  const image = withoutMissing(opened, missingSlices(source.metadata));
  const { table } = gradientTable({ ...image.metadata, ...source.metadata }, image.grid);
  if (!table) return [];
  const drawn = places.slice(0, mostFigures);
  const voxels = drawn.map((place) => {
    const inside: number[] = [];
    for (const [voxel, one] of wholeMask(place.mask).entries()) if (one === 1 && mask[voxel] !== 0) inside.push(voxel);
    return inside;
  });
  const has = (model: 'dki' | 'ivim'): boolean =>
    regionalMeasures.some((one) => one.model === model && byRole.has(roleOf(one)));
  const logs = await meanLogs(image, table, voxels);
  return drawn.map((place, at) => {
    const count = voxels[at]!.length;
    if (count < fewestVoxels) return undefined;
    const models = { kurtosis: has('dki'), ivim: has('ivim') };
    const figure = decayFigure(place.site.display, count, table, logs[at]!, models);
    if (!figure) return undefined;
    const stamp = source.acquiredAt ? `-${source.acquiredAt.slice(0, 19).replaceAll(':', '')}` : '';
    const fileName = `diffusion-decay-${at + 1}-${fileWord(place.site.display)}${stamp}-${source.id.slice(-6)}.json`;
    return { id: emitCurve(context, source, fileName, figure, [source.id, place.from]), says: figure.says };
  });
}

/** Regions that were drawn, and the structures of a segmentation, on the grid of the series. */
async function placesOf(grid: Grid, inputs: Record<string, string[]>, context: RunContext): Promise<Place[]> {
  const places: Place[] = [];
  for (const region of context.dossier.regions.filter(({ id }) => inputs['regions']?.includes(id))) {
    const { mask, issues } = regionMask(await context.openRegion(region.id), grid);
    const display = region.label || `region ${region.number}`;
    places.push({
      ...{ mask, issues, from: region.id, region: region.id, isLesion: region.type !== 'organ' },
      site: { system: 'region', code: region.label || String(region.number), display },
      ...(region.laterality && { laterality: region.laterality }),
    });
  }
  for (const entry of context.dossier.entries.filter(({ id }) => inputs['entries']?.includes(id))) {
    const { mask, issues } = regionMask(await context.openRegion(entry.id), grid);
    const display = String((entry.content as { region?: unknown }).region ?? 'drawn region');
    places.push({
      ...{ mask, issues, from: entry.id, region: entry.id, reader: entry.author, isLesion: true },
      site: { system: 'region', code: display, display },
    });
  }
  const labels = context.dossier.artifacts.find(({ id }) => inputs['labels']?.includes(id));
  if (labels === undefined) return places;
  const drawn = await context.openImage(labels.id);
  const values = await drawn.readVolume(0);
  const notRegistered = issue(
    'warning',
    'region-not-registered',
    'The structure was found on the T1 of the same session and laid over the diffusion images as they lie: movement and distortion are not corrected, and edges hold neighbouring tissue.',
    { remedy: 'Look at the segmentation over the FA map before using the value.' },
  );
  for (const { value, name } of labels.labels ?? []) {
    if (value === 0) continue;
    const whole = Uint8Array.from(values, (one) => (one === value ? 1 : 0));
    const { mask } = regionMask({ type: 'mask', grid: drawn.grid, mask: whole }, grid);
    places.push({
      ...{ mask, from: labels.id, isLesion: false, issues: [notRegistered] },
      site: { system: 'idiograph', code: name.toLowerCase().replace(/[\s_]+/g, '-'), display: name },
    });
  }
  return places;
}
