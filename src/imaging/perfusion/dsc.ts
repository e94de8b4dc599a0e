import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { seconds } from '../../kinetics/units.ts';
import { acquisitionOf, seriesTimes, unevenness } from './acquisition.ts';
import { type ArterialCurve, arterialCurve, type Convert } from './artery.ts';
import { baselineRange, curvesOf, foreground, meanCurve } from './curves.ts';
import type { Deconvolution } from './dsc/deconvolve.ts';
import { leakageCorrector } from './dsc/leakage.ts';
import { type BloodConstants, dscFitter, usualBlood } from './dsc/perfusion.ts';
import { statuses } from './fitCurve.ts';
import { dscReported } from './mapList.ts';
import { emptyMaps, type Maps, mapNamed, note } from './maps.ts';
import { baselineOf, deltaR2 } from './signal.ts';

export interface DscOptions {
  timesS?: ArrayLike<number>;
  mask?: Uint8Array;
  /** Region in an artery; found without. */
  arteryMask?: Uint8Array;
  /** Default `osvd`. */
  method?: Deconvolution;
  constants?: BloodConstants;
  echoTimeS?: number;
  progress?: (share: number) => void;
}

export interface DscResult {
  timesS: Float64Array;
  baseline: readonly [first: number, end: number];
  mask: Uint8Array;
  maps: Maps;
  artery: ArterialCurve;
  method: Deconvolution;
  /** Signal of a voxel to its change of R2*. */
  convert: Convert;
  issues: Issue[];
}

/**
 * CBV, CBF, MTT and Tmax of a susceptibility-contrast series. Absolute numbers rest on an artery that is smaller than a voxel
 * and on blood constants: they compare within a scan, less so between scans, and that is said.
 */
export async function dscMaps(image: ImageHandle, options: DscOptions = {}): Promise<DscResult | { refused: Issue }> {
  const nt = image.grid.shape[3];
  if (nt < 20)
    return {
      refused: issue('error', 'perfusion-too-few-volumes', `${nt} volumes do not show the first pass of contrast.`, {
        remedy: 'Give the whole dynamic series.',
      }),
    };
  const { timesS, issues } = seriesTimes(image.metadata, nt, image.grid.repetitionTimeS, options.timesS);
  if (!timesS) return { refused: issues[0]! };
  if (unevenness(timesS) > 0.02)
    return {
      refused: issue('error', 'dsc-times-uneven', 'Deconvolution needs volumes at even times.', {
        remedy: 'Give the part of the series that is even.',
      }),
    };
  const echo = options.echoTimeS ?? acquisitionOf(image.metadata).echoTime;
  if (echo === undefined || !(echo > 0))
    return {
      refused: issue('error', 'dsc-no-echo-time', 'The echo time is not stated.', { remedy: 'Give it in ms (--te).' }),
    };
  const stepS = (timesS.at(-1)! - timesS[0]!) / (nt - 1);
  const mask = options.mask ?? (await foreground(image));
  const mean = await meanCurve(image, mask);
  if (!mean.every(Number.isFinite))
    return { refused: issue('error', 'perfusion-no-signal', 'No voxel has a signal at all times.') };
  const baseline = baselineRange(mean);
  const toR2 = (signal: ArrayLike<number>, _voxel: number, out: Float64Array): boolean => {
    const before = baselineOf(signal, ...baseline);
    if (!(before > 0)) return false;
    deltaR2(signal, before, seconds(echo), out);
    return out.every(Number.isFinite);
  };
  const region = options.arteryMask;
  const artery = await arterialCurve(image, region ?? mask, timesS, baseline[1], toR2, region ? 'region' : 'automatic');
  if ('refused' in artery) return artery;
  issues.push(
    ...artery.issues,
    issue('info', 'dsc-not-calibrated', 'CBV and CBF are scaled by an artery of this scan; compare them within it.'),
  );
  const method = options.method ?? 'osvd';
  const maps = await fitVoxels(image, mask, artery.values, stepS, baseline, toR2, method, options);
  return { timesS, baseline, mask, maps, artery, method, convert: toR2, issues };
}

async function fitVoxels(
  image: ImageHandle,
  mask: Uint8Array,
  input: Float64Array,
  stepS: number,
  baseline: readonly [number, number],
  toR2: (signal: ArrayLike<number>, voxel: number, out: Float64Array) => boolean,
  method: Deconvolution,
  options: DscOptions,
): Promise<Maps> {
  const nt = input.length;
  const maps = emptyMaps(image.grid, dscReported);
  const fitter = dscFitter(input, stepS, { method }, options.constants ?? usualBlood);
  const correct = leakageCorrector(await unleakingMean(image, mask, nt, baseline, toR2), stepS);
  const curve = new Float64Array(nt);
  const corrected = new Float64Array(nt);
  for await (const { data, voxels, done } of curvesOf(image, mask)) {
    for (let at = 0; at < voxels.length; at++) {
      const voxel = voxels[at]!;
      if (!toR2(data.subarray(at * nt, (at + 1) * nt), voxel, curve)) {
        note(maps, voxel, statuses['no-data']);
        continue;
      }
      const noise = noiseShare(curve, baseline);
      if (!(noise < 0.5)) {
        note(maps, voxel, statuses['no-uptake']);
        continue;
      }
      const { k2 } = correct(curve, corrected);
      const { cbv, cbf, mtt, tmax } = fitter.of(curve, corrected);
      const uncorrected = fitter.area(curve);
      const valid = cbf > 0 && Number.isFinite(mtt);
      note(maps, voxel, valid ? statuses.fitted : statuses['not-physical']);
      if (!valid) continue;
      for (const [map, value] of [cbv, uncorrected, cbf, mtt, tmax, k2, noise].entries())
        maps.maps[map]!.values[voxel] = value;
    }
    options.progress?.(done);
  }
  return maps;
}

/**
 * Mean shape of tissue that holds no contrast at the end (the last fifth lies within two SD of the baseline), at the geometric
 * mean of the peaks: so that few vessels with their high and narrow curves do not make the shape.
 */
async function unleakingMean(
  image: ImageHandle,
  mask: Uint8Array,
  nt: number,
  baseline: readonly [number, number],
  toR2: (signal: ArrayLike<number>, voxel: number, out: Float64Array) => boolean,
): Promise<Float64Array> {
  const all = { shape: new Float64Array(nt), peaks: 0, count: 0 };
  const chosen = { shape: new Float64Array(nt), peaks: 0, count: 0 };
  const curve = new Float64Array(nt);
  for await (const { data, voxels } of curvesOf(image, mask))
    for (let at = 0; at < voxels.length; at++) {
      if (!toR2(data.subarray(at * nt, (at + 1) * nt), voxels[at]!, curve)) continue;
      let peak = 0;
      for (let t = baseline[1]; t < nt; t++) peak = Math.max(peak, curve[t]!);
      const noise = spread(curve, baseline);
      if (!(peak > 2 * noise)) continue;
      const late = curve.subarray(Math.floor(0.8 * nt));
      const end = late.reduce((sum, value) => sum + value, 0) / late.length;
      for (const of of Math.abs(end) <= Math.max(2 * noise, 0.02 * peak) ? [all, chosen] : [all]) {
        for (let t = 0; t < nt; t++) of.shape[t]! += curve[t]! / peak;
        of.peaks += Math.log(peak);
        of.count++;
      }
    }
  const { shape, peaks, count } = chosen.count > 0.05 * all.count ? chosen : all;
  return shape.map((value) => (value / Math.max(1, count)) * Math.exp(peaks / Math.max(1, count)));
}

function spread(curve: Float64Array, [first, end]: readonly [number, number]): number {
  let sum = 0;
  for (let at = first; at < end; at++) sum += curve[at]! ** 2;
  return Math.sqrt(sum / Math.max(1, end - first - 1));
}

function noiseShare(curve: Float64Array, baseline: readonly [number, number]): number {
  let peak = 0;
  for (let at = baseline[1]; at < curve.length; at++) peak = Math.max(peak, curve[at]!);
  return peak > 0 ? spread(curve, baseline) / peak : Number.POSITIVE_INFINITY;
}

/** Thresholds of tissue at risk, as trials of thrombectomy used them (DEFUSE 3, EXTEND). */
export const penumbraThresholds = { tmaxS: 6, coreShareOfNormalCbf: 0.3, normalTmaxS: 4 } as const;

export interface Penumbra {
  /** Tmax above 6 s, mL. */
  delayedMl: number;
  /** CBF below 30 % of the median of tissue with Tmax below 4 s, within the delayed tissue, mL. */
  coreMl: number;
  mismatchMl: number;
  /** delayed / core; absent when the core is empty. */
  mismatchRatio?: number;
}

/** Volumes by stated thresholds: numbers, no diagnosis. Undefined when there is no tissue to compare with. */
export function penumbra(maps: Maps, voxelMl: number): Penumbra | undefined {
  const { values: tmax } = mapNamed(maps, 'tmax');
  const { values: cbf } = mapNamed(maps, 'cbf');
  const normal = cbf.filter((value, at) => value > 0 && tmax[at]! < penumbraThresholds.normalTmaxS).sort();
  const median = normal[normal.length >> 1];
  if (median === undefined) return undefined;
  let [delayed, core] = [0, 0];
  for (let at = 0; at < tmax.length; at++) {
    if (!(tmax[at]! > penumbraThresholds.tmaxS)) continue;
    delayed++;
    if (cbf[at]! < penumbraThresholds.coreShareOfNormalCbf * median) core++;
  }
  return {
    delayedMl: delayed * voxelMl,
    coreMl: core * voxelMl,
    mismatchMl: (delayed - core) * voxelMl,
    ...(core > 0 && { mismatchRatio: delayed / core }),
  };
}
