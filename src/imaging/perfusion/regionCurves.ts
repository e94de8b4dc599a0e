import type { CurveFigure, CurvePanel } from '../../dossier/curveFigure.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { sharedScale } from '../curveArtifact.ts';
import type { Convert } from './artery.ts';
import { curvesOf } from './curves.ts';
import type { DceResult } from './dce.ts';
import type { DscResult } from './dsc.ts';
import { fitCurve, isGiven, tracerFitter } from './fitCurve.ts';
import { mapNamed } from './maps.ts';
import { tracerModels } from './models.ts';
import { baselineOf, relativeEnhancement } from './signal.ts';
import { convert } from './tracerKernel.ts';

/** Voxels of which a curve is wanted, and what they are called. */
export interface Place {
  label: string;
  /** Indices in the volume. */
  inside: readonly number[];
}

interface MeanCurve {
  values: Float64Array;
  /** Voxels that entered: the others have a sample that is no number. */
  voxels: number;
}

/** The mean of the converted curves of each place, in one walk over the series. */
export async function meanCurves(image: ImageHandle, places: readonly Place[], to: Convert): Promise<MeanCurve[]> {
  const [ni, nj, nk, nt] = image.grid.shape;
  const mask = new Uint8Array(ni * nj * nk);
  const members = new Map<number, number[]>();
  for (const [place, { inside }] of places.entries())
    for (const voxel of inside) {
      mask[voxel] = 1;
      const of = members.get(voxel);
      if (of) of.push(place);
      else members.set(voxel, [place]);
    }
  const found = places.map((): MeanCurve => ({ values: new Float64Array(nt), voxels: 0 }));
  const curve = new Float64Array(nt);
  for await (const { data, voxels } of curvesOf(image, mask))
    for (let at = 0; at < voxels.length; at++) {
      const voxel = voxels[at]!;
      if (!to(data.subarray(at * nt, (at + 1) * nt), voxel, curve)) continue;
      for (const place of members.get(voxel)!) {
        const mean = found[place]!;
        mean.voxels++;
        for (let t = 0; t < nt; t++) mean.values[t]! += curve[t]!;
      }
    }
  for (const { values, voxels } of found) for (let t = 0; t < nt; t++) values[t]! /= voxels || Number.NaN;
  return found;
}

const minutes = (timesS: ArrayLike<number>): number[] => Array.from(timesS, (one) => one / 60);

/** One figure a place, undefined where no voxel has a curve: concentration with input and fit, or enhancement alone. */
export async function dceFigures(
  image: ImageHandle,
  found: DceResult,
  r10: ArrayLike<number> | undefined,
  places: readonly Place[],
): Promise<(CurveFigure | undefined)[]> {
  const { timesS, baseline, tracer } = found;
  const x = { label: 'Time', unit: 'min' };
  if (!tracer) {
    const means = await meanCurves(image, places, (signal, _, out) => {
      const before = baselineOf(signal, ...baseline);
      if (!(before > 0)) return false;
      relativeEnhancement(signal, before, out);
      return out.every(Number.isFinite);
    });
    return means.map(({ values, voxels }, at) => {
      if (voxels === 0) return undefined;
      const percent = Array.from(values, (one) => 100 * one);
      const series: CurvePanel['series'] = [
        { name: 'mean of the region', as: 'dots', x: minutes(timesS), y: percent },
        { name: 'straight lines between', as: 'thin-line', x: minutes(timesS), y: percent },
      ];
      return {
        title: `${places[at]!.label}: enhancement over time`,
        says: `${voxels} of ${places[at]!.inside.length} voxels; relative to ${baselineWords(baseline)}; no model was fitted`,
        panels: [{ x, y: { label: 'Enhancement', unit: '%' }, series }],
      };
    });
  }
  const { setup, input, maps } = tracer;
  const fitter = tracerFitter(setup.model, input, timesS, setup.options);
  const means = await meanCurves(image, places, (signal, voxel, out) =>
    convert(setup.curve, signal, r10?.[voxel], out),
  );
  const { title, reported } = tracerModels[setup.model];
  return means.map(({ values, voxels }, at) => {
    if (voxels === 0) return undefined;
    const { label, inside } = places[at]!;
    const fit = fitCurve(setup.model, fitter, values);
    const given = isGiven(fit.status);
    const estimates = fit.estimates.map(({ title: symbol, value, standardError, unit }) => {
      const error = Number.isFinite(standardError) ? ` ± ${standardError.toPrecision(2)}` : ' (at its bound)';
      return `${symbol} ${value.toPrecision(3)}${error}${unit === '1' ? '' : ` ${unit}`}`;
    });
    const median = medianOf(mapNamed(maps, reported[0]!.name).values, inside);
    const series: CurvePanel['series'] = [
      { name: 'mean of the region', as: 'dots', x: minutes(timesS), y: Array.from(values) },
      ...(given ? [{ name: 'fit', as: 'line' as const, x: minutes(timesS), y: Array.from(fit.fitted) }] : []),
      {
        ...{ name: 'plasma input', as: 'dashes', x: minutes(input.timesS), y: Array.from(input.values) },
        dividedBy: sharedScale(input.values, values),
      },
    ];
    const beside = median === undefined ? '' : `; median of the voxels ${median.toPrecision(3)}`;
    return {
      title: `${label}: ${title}`,
      says: `fit to the mean of ${voxels} of ${inside.length} voxels: ${given ? `${estimates.join(', ')}, R2 ${fit.r2.toFixed(3)}` : `no value (${fit.status.replaceAll('-', ' ')})`}${beside}`,
      panels: [{ x, y: { label: 'Contrast agent', unit: 'mmol/L' }, series }],
    };
  });
}

/** One figure a place: change of R2* of tissue and artery. */
export async function dscFigures(
  image: ImageHandle,
  { timesS, baseline, artery, convert: to }: DscResult,
  places: readonly Place[],
): Promise<(CurveFigure | undefined)[]> {
  const means = await meanCurves(image, places, to);
  const x = { label: 'Time', unit: 's' };
  const times = Array.from(timesS);
  return means.map(({ values, voxels }, at) => {
    if (voxels === 0) return undefined;
    const series: CurvePanel['series'] = [
      { name: 'mean of the region', as: 'dots', x: times, y: Array.from(values) },
      { name: 'straight lines between', as: 'thin-line', x: times, y: Array.from(values) },
      {
        ...{ name: 'artery', as: 'dashes', x: times, y: Array.from(artery.values) },
        dividedBy: sharedScale(artery.values, values),
      },
    ];
    return {
      title: `${places[at]!.label}: first pass of contrast`,
      says: `${voxels} of ${places[at]!.inside.length} voxels; relative to ${baselineWords(baseline)}; artery of ${artery.voxels.length} voxels (${artery.how}); not corrected for leakage`,
      panels: [{ x, y: { label: 'Change of R2*', unit: '/s' }, series }],
    };
  });
}

const baselineWords = ([first, end]: readonly [number, number]): string =>
  end - first === 1 ? `volume ${first + 1}` : `the mean of volumes ${first + 1} to ${end}`;

function medianOf(values: ArrayLike<number>, inside: readonly number[]): number | undefined {
  const known = Float64Array.from(inside.flatMap((voxel) => (Number.isFinite(values[voxel]!) ? [values[voxel]!] : [])));
  known.sort();
  return known[known.length >> 1];
}
