import type { Analysis, Dossier, Selected } from '../../dossier/analysis.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import type { Affine } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { apply, invert, multiply } from '../../voxels/affine.ts';
import { resample } from '../../voxels/resample.ts';
import { placesRole } from '../registrationMeasures.ts';
import { headOf, scalpPoint } from './headSurface.ts';
import { distance, type Point } from './locate.ts';
import { nativeFrame, targetMeasures } from './measures.ts';

/** The target in the T1 of the person, by the registration of that T1, and the point of the scalp above it. */
export const stimulationNative: Analysis = {
  id: 'brain.stimulation-native',
  version: '1.0.0',
  title: 'Stimulation target in the T1, and the scalp above it',
  makes: [targetMeasures.native.code, targetMeasures.scalp.code, targetMeasures.depth.code],
  takes: [targetMeasures.position.code, placesRole, 't1-conformed'],
  knowledge: [],
  packs: [],
  peakMemoryMb: () => 500,
  method: 'stimulation-target.md',
  select,
  async run(inputs, _options, context) {
    const [targetId, placesId, t1Id, sourceId] = ['target', 'places', 't1', 'source'].map((role) => inputs[role]?.[0]);
    const target = context.dossier.findings.find(({ id }) => id === targetId);
    const source = context.dossier.sources.find(({ id }) => id === sourceId);
    if (target?.value.type !== 'coordinate' || !placesId || !t1Id) return;
    const emit = (draft: Omit<FindingDraft, 'derivedFrom'>): void =>
      context.emit.finding({
        ...draft,
        ...(target.site && { site: target.site }),
        ...(target.time && { time: target.time }),
        derivedFrom: [target.id, placesId, t1Id],
      });
    const places = await readPlaces(await context.openImage(placesId));
    const { xyzMm } = target.value;
    const native = places.at(xyzMm);
    if (!native) {
      const reason = issue('warning', 'target-outside-template', 'The target lies outside what was registered.');
      emit({ measure: targetMeasures.native, value: { type: 'refused', reason: reason.code }, issues: [reason] });
      return;
    }
    const laterality = xyzMm[0] < 0 ? ('left' as const) : ('right' as const);
    const issues: Issue[] = [...(context.dossier.artifacts.find(({ id }) => id === placesId)?.issues ?? [])];
    emit({
      measure: targetMeasures.native,
      value: { type: 'coordinate', xyzMm: native.map(round) as Point, frame: nativeFrame },
      ...{ laterality, issues },
      methodNote: 'MNI152 to T1 by the registration of the T1; its own error is not in the radius',
    });
    const t1 = await context.openImage(t1Id);
    // In millimetres of the template, because there it is known where a nose has to be.
    const toTemplate = invert(places.affine);
    const grid = { ...t1.grid, affineRas: multiply(toTemplate, t1.grid.affineRas) };
    const point = scalpPoint(
      headOf(await t1.readVolume(), grid),
      apply(toTemplate, native),
      `${source?.path ?? ''} ${source?.description ?? ''}`,
    );
    if ('refused' in point) {
      const { refused } = point;
      emit({ measure: targetMeasures.scalp, value: { type: 'refused', reason: refused.code }, issues: [refused] });
      return;
    }
    const scalp = apply(places.affine, point.xyzMm);
    emit({
      measure: targetMeasures.scalp,
      value: { type: 'coordinate', xyzMm: scalp.map(round) as Point, frame: nativeFrame },
      ...{ laterality, issues },
    });
    emit({
      measure: targetMeasures.depth,
      value: { type: 'quantity', value: round(distance(scalp, native)), unit: 'mm' },
      issues: [],
    });
  },
};

export interface Places {
  /** A point of MNI152 in the T1, RAS mm; undefined outside the grid. */
  at(point: Point): Point | undefined;
  /** The affine that fits all places best, from MNI152 to the T1. */
  affine: Affine;
}

/** Reads the artifact `template-places`. */
export async function readPlaces(image: ImageHandle): Promise<Places> {
  const [ni, nj, nk] = image.grid.shape;
  const grid = { shape: [ni, nj, nk, 1] as [number, number, number, number], affineRas: image.grid.affineRas };
  const parts = [await image.readVolume(0), await image.readVolume(1), await image.readVolume(2)];
  const toVoxel = invert(grid.affineRas);
  const middle = [(ni - 1) / 2, (nj - 1) / 2, (nk - 1) / 2];
  const spreads = [ni, nj, nk].map((n) => (n * n - 1) / 12);
  // On a regular grid the axes are orthogonal: each slope of the best plane stands alone.
  const rows = parts.map((values) => {
    const sums = [0, 0, 0, 0];
    for (let at = 0; at < values.length; at++) {
      const voxel = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
      for (let axis = 0; axis < 3; axis++) sums[axis]! += (voxel[axis]! - middle[axis]!) * values[at]!;
      sums[3]! += values[at]!;
    }
    const slopes = [0, 1, 2].map((axis) => sums[axis]! / values.length / spreads[axis]!);
    const shift = sums[3]! / values.length - slopes.reduce((sum, slope, axis) => sum + slope * middle[axis]!, 0);
    return [...slopes, shift];
  });
  const byVoxel = [...rows.flat(), 0, 0, 0, 1];
  return {
    affine: multiply(byVoxel, toVoxel),
    at(point) {
      const inside = apply(toVoxel, point).every((one, axis) => one >= 0 && one <= grid.shape[axis]! - 1);
      if (!inside) return undefined;
      const one = {
        shape: [1, 1, 1, 1] as [number, number, number, number],
        affineRas: [1, 0, 0, point[0], 0, 1, 0, point[1], 0, 0, 1, point[2], 0, 0, 0, 1],
      };
      return parts.map((values) => resample(values, grid, one, { interpolation: 'trilinear' })[0]!) as Point;
    },
  };
}

/** The newest target with the registration of the newest T1. */
function select({ findings, artifacts, sources }: Dossier): Selected {
  const newest = <T extends { time?: string | undefined; id: string }>(all: readonly T[]): T | undefined =>
    [...all].sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '') || (a.id < b.id ? -1 : 1)).at(-1);
  const target = newest(findings.filter(({ measure }) => measure.code === targetMeasures.position.code));
  const places = newest(artifacts.filter(({ role }) => role === placesRole));
  const t1 = artifacts.find(({ role, id }) => role === 't1-conformed' && places?.derivedFrom.includes(id));
  if (!target || !places || !t1) return { selections: [], missing: [] };
  const source = sources.find(({ id }) => t1.derivedFrom.includes(id));
  const inputs = { target: [target.id], places: [places.id], t1: [t1.id], ...(source && { source: [source.id] }) };
  return { selections: [{ title: 'target in the T1', inputs }], missing: [] };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
