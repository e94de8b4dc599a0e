import type { RunContext } from '../../dossier/analysis.ts';
import type { Code } from '../../dossier/code.ts';
import type { CurveFigure } from '../../dossier/curveFigure.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { wholeMask } from '../../voxels/mask.ts';
import { missingSlices } from '../../voxels/missingSlices.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import { emitCurve, fileWord } from '../curveArtifact.ts';
import type { Maps } from './maps.ts';
import type { PerfusionMeasure } from './measures.ts';
import { mapMedian, regionalNumber } from './regional.ts';
import type { Place } from './regionCurves.ts';
import { type PerfusionRepeatability, realChange, repeatabilityFile } from './repeatability.ts';

/** A series of the dossier and what it is called. */
export interface Study {
  what: 'dce' | 'dsc' | 'asl';
  source: Source;
  image: ImageHandle;
  context: RunContext;
  /** What every value of the series must be read with. */
  issues: Issue[];
  /** How it was computed, in one line. */
  says: string;
  delays?: 'one' | 'several';
}

/** The image with its whole header, whose missing slices are no numbers at their own time. */
export async function openSeries(source: Source, context: RunContext): Promise<ImageHandle> {
  const image = await context.openImage(source.id);
  const times = image.grid.shape[3];
  const lost = Array.from({ length: times }, (_, t) => missingSlices(source.metadata, t));
  const slice = image.grid.shape[0] * image.grid.shape[1];
  const blank = (values: Float32Array, kFrom: number, t: number): Float32Array => {
    if (!lost[t] || lost[t].size === 0) return values;
    const copy = values.slice();
    for (const k of lost[t])
      if (k >= kFrom && (k - kFrom) * slice < copy.length)
        copy.fill(Number.NaN, (k - kFrom) * slice, (k - kFrom + 1) * slice);
    return copy;
  };
  return {
    ...image,
    metadata: { ...image.metadata, ...source.metadata },
    readSlab: async (kFrom, kTo, t = 0) => blank(await image.readSlab(kFrom, kTo, t), kFrom, t),
    readVolume: async (t = 0) => blank(await image.readVolume(t), 0, t),
  };
}

export function siteOf(source: Source): Code {
  return { system: 'source', code: source.id, display: source.description ?? 'perfusion series' };
}

function stampOf({ source }: Pick<Study, 'source'>): string {
  const time = source.acquiredAt;
  return `${time ? `-${time.slice(0, 19).replaceAll(':', '')}` : ''}-${source.id.slice(-6)}`;
}

/** Emits each map and the status; gives the artifact of each map by its name. */
export function emitMaps(study: Study, all: readonly Maps[], derivedFrom: readonly string[]): Map<string, string> {
  const { what, source, context } = study;
  const artifacts = new Map<string, string>();
  const common = {
    ...(source.acquiredAt && { time: source.acquiredAt }),
    issues: study.issues.filter(({ severity }) => severity !== 'info'),
    derivedFrom: [...derivedFrom],
  };
  for (const { grid, maps } of all)
    for (const { name, title, unit, values } of maps) {
      const named = `${title} (${what.toUpperCase()}${unit === '1' ? '' : `, ${unit}`})`;
      const id = context.emit.artifact({
        ...common,
        ...{ type: 'image', role: `${name}-map`, title: named, grid, mediaType: 'application/gzip' },
        fileName: `${what}-${name}${stampOf(study)}.nii.gz`,
        bytes: writeNiftiGz(grid, values, { datatype: 'float32', description: named }),
      });
      artifacts.set(name, id);
    }
  const { grid, status } = all.at(-1)!;
  context.emit.artifact({
    ...common,
    ...{ type: 'labelmap', role: 'perfusion-status', title: `What became of each voxel (${what.toUpperCase()})`, grid },
    mediaType: 'application/gzip',
    fileName: `${what}-status${stampOf(study)}.nii.gz`,
    labels: statusLabels,
    bytes: writeNiftiGz(
      grid,
      status.map((value) => (value === 255 ? 0 : value + 1)),
      { datatype: 'uint8', description: 'status' },
    ),
  });
  return artifacts;
}

const statusLabels = [
  { value: 1, name: 'fitted', color: '#4c9f70' },
  { value: 2, name: 'no data', color: '#808080' },
  { value: 3, name: 'no uptake', color: '#3b5b92' },
  { value: 4, name: 'not converged', color: '#d1495b' },
  { value: 5, name: 'at a bound', color: '#edae49' },
  { value: 6, name: 'not physical', color: '#8b1e3f' },
];

/** One finding for the series: the share of voxels with a value, with all that was found about the series. */
export function emitShare(study: Study, measure: Code, { counts }: Maps): void {
  const { source, context, issues, says } = study;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const given = counts.fitted + counts['at-bound'];
  const failed = Object.entries(counts).flatMap(([name, count]) =>
    count > 0 && name !== 'fitted' ? [`${count} ${name}`] : [],
  );
  context.emit.finding({
    measure,
    site: siteOf(source),
    ...(source.acquiredAt && { time: source.acquiredAt }),
    value: { type: 'quantity', value: all === 0 ? 0 : (100 * given) / all, unit: '%' },
    issues: [...issues],
    derivedFrom: [source.id],
    evidence: [
      { of: source.id, place: 'series', says },
      { of: source.id, place: 'voxels', says: `${all} in all${failed.length > 0 ? `; ${failed.join(', ')}` : ''}` },
    ],
  });
}

export function refuseSeries({ source, context }: Pick<Study, 'source' | 'context'>, measure: Code, why: Issue): void {
  context.emit.finding({
    measure,
    site: siteOf(source),
    ...(source.acquiredAt && { time: source.acquiredAt }),
    value: { type: 'refused', reason: why.code },
    issues: [...source.issues.filter(({ severity }) => severity !== 'info'), why],
    derivedFrom: [source.id],
  });
}

/** Regions of fewer voxels with a value are refused. */
const fewestVoxels = 4;

/** Regions of a series that get a figure of their own. */
const mostFigures = 40;

/** Draws the curves of places. */
export type Draw = (places: readonly Place[]) => Promise<(CurveFigure | undefined)[]>;

/** The figures of places; gives the artifact of each that has one, in the order of the places. */
export async function emitFigures(
  { what, source, context }: Study,
  places: readonly (Place & { from: readonly string[] })[],
  draw: Draw,
): Promise<({ id: string; says: string } | undefined)[]> {
  const drawn = places.slice(0, mostFigures);
  return (await draw(drawn)).map((figure, at) => {
    if (!figure) return undefined;
    const { label, from } = drawn[at]!;
    const fileName = `${what}-curve-${at + 1}-${fileWord(label)}${stampOf({ source })}.json`;
    return { id: emitCurve(context, source, fileName, figure, from), says: figure.says };
  });
}

/** Median of each measured map in each region, with what a change must exceed. Gives the voxels of all regions. */
export async function emitRegions(
  study: Study,
  measures: readonly PerfusionMeasure[],
  all: readonly Maps[],
  artifacts: ReadonlyMap<string, string>,
  regions: readonly Region[],
  draw?: Draw,
): Promise<ReadonlySet<number>> {
  const everywhere = new Set<number>();
  const { context, source } = study;
  const knowledge = context.knowledge<PerfusionRepeatability>(repeatabilityFile);
  const shared = study.issues.filter(({ severity }) => severity !== 'info');
  const grid = all[0]!.grid;
  const places: (Place & { from: string[]; region: Region; issues: Issue[] })[] = [];
  for (const region of regions) {
    const { mask, issues } = regionMask(await context.openRegion(region.id), grid);
    const inside: number[] = [];
    for (const [voxel, one] of wholeMask(mask).entries()) if (one === 1) inside.push(voxel);
    for (const voxel of inside) everywhere.add(voxel);
    places.push({ label: nameOf(region), inside, from: [source.id, region.id], region, issues });
  }
  const figures = draw && places.length > 0 ? await emitFigures(study, places, draw) : [];
  for (const [at, { region, inside, issues }] of places.entries()) {
    const figure = figures[at];
    for (const of of measures) {
      const map = all.flatMap(({ maps }) => maps).find(({ name }) => name === of.map);
      if (!map) continue;
      const found = regionalNumber(map, inside);
      const display = nameOf(region);
      const base = {
        measure: of.measure,
        codes: of.codes,
        region: region.id,
        site: { system: 'region', code: region.label || String(region.number), display },
        ...(region.laterality && { laterality: region.laterality }),
        ...(source.acquiredAt && { time: source.acquiredAt }),
        derivedFrom: [source.id, region.id, artifacts.get(of.map)!, ...(figure ? [figure.id] : [])],
      };
      if (!found || found.voxels < fewestVoxels) {
        const why = issue(
          'error',
          'region-without-perfusion',
          `${found?.voxels ?? 0} of ${inside.length} voxels of the region have a value: too few.`,
        );
        context.emit.finding({
          ...base,
          value: { type: 'refused', reason: why.code },
          issues: [...shared, ...issues, why],
        });
        continue;
      }
      const change = realChange(
        {
          measure: of.measure.code,
          value: found.median,
          texts: [display, source.bodyPart, source.description],
          ...(study.delays && { delays: study.delays }),
        },
        knowledge,
      );
      const partial =
        found.voxels < 0.9 * found.of
          ? [
              issue(
                'warning',
                'region-partly-without-value',
                `${found.of - found.voxels} of ${found.of} voxels of the region have no value.`,
              ),
            ]
          : [];
      context.emit.finding({
        ...base,
        value: { type: 'quantity', value: found.median, unit: of.unit },
        ...('uncertainty' in change && { uncertainty: change.uncertainty }),
        issues: [...shared, ...issues, ...partial, ...('unknown' in change ? [change.unknown] : [])],
        evidence: [
          {
            of: region.id,
            place: display,
            says: `${found.voxels} voxels, quartiles ${found.low.toPrecision(3)} to ${found.high.toPrecision(3)}`,
          },
          { of: source.id, place: 'series', says: study.says },
          ...(figure ? [{ of: figure.id, place: 'mean curve', says: figure.says }] : []),
        ],
      });
    }
  }
  return everywhere;
}

const nameOf = ({ label, number }: Region): string => label || `region ${number}`;

/** Median of each measured map over all voxels with a value: a look at the whole, for series without regions. */
export function emitWhole(
  study: Study,
  measures: readonly PerfusionMeasure[],
  { maps }: Maps,
  artifacts: ReadonlyMap<string, string>,
): void {
  const { source, context } = study;
  const mixed = issue(
    'info',
    'repeatability-unknown',
    'The value mixes all tissue with signal: no repeatability is known for it, and no reference.',
    { remedy: 'Draw a region.' },
  );
  for (const of of measures) {
    const map = maps.find(({ name }) => name === of.map);
    const median = map && mapMedian(map.values);
    if (median === undefined) continue;
    context.emit.finding({
      measure: of.measure,
      codes: of.codes,
      site: { system: 'idiograph', code: 'all-with-signal', display: 'all voxels with signal' },
      ...(source.acquiredAt && { time: source.acquiredAt }),
      value: { type: 'quantity', value: median, unit: of.unit },
      issues: [...study.issues.filter(({ severity }) => severity !== 'info'), mixed],
      derivedFrom: [source.id, artifacts.get(of.map)!],
      evidence: [{ of: source.id, place: 'series', says: study.says }],
    });
  }
}

/** A picture of the series. */
export function emitPicture(
  study: Study,
  name: string,
  title: string,
  bytes: Uint8Array,
  derivedFrom: readonly string[],
): void {
  const { what, source, context } = study;
  context.emit.artifact({
    ...{ type: 'picture', role: 'snapshot', title, mediaType: 'image/png', issues: [], bytes },
    ...(source.acquiredAt && { time: source.acquiredAt }),
    fileName: `${what}-${name}${stampOf(study)}.png`,
    derivedFrom: [...derivedFrom],
  });
}
