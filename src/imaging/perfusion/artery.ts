import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { curvesOf } from './curves.ts';

/** An arterial curve as it was found. */
export interface ArterialCurve {
  /** In the unit of `convert`: mmol/L or 1/s. */
  values: Float64Array;
  /** Voxel indices in the volume that it is the mean of. */
  voxels: number[];
  how: 'automatic' | 'region';
  issues: Issue[];
}

/** Turns a signal curve into concentration or dR2* in place of `out`; false where that is not possible. */
export type Convert = (signal: ArrayLike<number>, voxel: number, out: Float64Array) => boolean;

const wanted = 12;

/**
 * The arterial curve of a region, or found in a mask: the twelve voxels with the highest score = peak / (time from arrival
 * to peak + width at half peak), which is high, early and narrow, after Mouridsen et al. 2006 (Magn Reson Med 55:524). Voxels
 * whose curve oscillates more than it bends (noise) are passed over. Deterministic; what makes it doubtful is said.
 */
export async function arterialCurve(
  image: ImageHandle,
  mask: Uint8Array,
  timesS: Float64Array,
  baselineEnd: number,
  convert: Convert,
  how: ArterialCurve['how'],
): Promise<ArterialCurve | { refused: Issue }> {
  const nt = timesS.length;
  const curve = new Float64Array(nt);
  const sum = new Float64Array(nt);
  const best: { score: number; voxel: number; curve: Float64Array }[] = [];
  const inside: number[] = [];
  for await (const { data, voxels } of curvesOf(image, mask))
    for (let at = 0; at < voxels.length; at++) {
      if (!convert(data.subarray(at * nt, (at + 1) * nt), voxels[at]!, curve)) continue;
      if (how === 'region') {
        inside.push(voxels[at]!);
        for (let t = 0; t < nt; t++) sum[t]! += curve[t]!;
        continue;
      }
      const score = arterialScore(curve, timesS, baselineEnd);
      if (!(score > (best.length < wanted ? 0 : best.at(-1)!.score))) continue;
      const place = best.findIndex((one) => one.score < score);
      best.splice(place < 0 ? best.length : place, 0, { score, voxel: voxels[at]!, curve: curve.slice() });
      if (best.length > wanted) best.pop();
    }
  if (how === 'automatic')
    for (const one of best) {
      inside.push(one.voxel);
      for (let t = 0; t < nt; t++) sum[t]! += one.curve[t]!;
    }
  if (inside.length === 0)
    return {
      refused: issue('error', 'aif-not-found', 'No voxel has a curve that could be that of an artery.', {
        remedy: 'Draw a region in an artery, or use a population input.',
      }),
    };
  const values = sum.map((value) => value / inside.length);
  return { values, voxels: inside.sort((a, b) => a - b), how, issues: doubts(values, timesS, baselineEnd) };
}

/** Peak over (rise time + width); 0 for what cannot be an artery. */
export function arterialScore(curve: Float64Array, timesS: Float64Array, baselineEnd: number): number {
  let peak = baselineEnd;
  for (let at = baselineEnd; at < curve.length; at++) if (curve[at]! > curve[peak]!) peak = at;
  const high = curve[peak]!;
  if (!(high > 0)) return 0;
  let before = 0;
  for (let at = 0; at < baselineEnd; at++) before = Math.max(before, Math.abs(curve[at]!));
  if (before > 0.2 * high) return 0;
  const half = (from: number, step: 1 | -1): number => {
    let at = from;
    while (at + step >= 0 && at + step < curve.length && curve[at + step]! > high / 2) at += step;
    const next = Math.min(curve.length - 1, Math.max(0, at + step));
    return timesS[next]!;
  };
  const width = half(peak, 1) - half(peak, -1);
  const rise = timesS[peak]! - timesS[Math.max(0, baselineEnd - 1)]!;
  let rough = 0;
  for (let at = 2; at < curve.length; at++) rough += Math.abs(curve[at]! - 2 * curve[at - 1]! + curve[at - 2]!);
  // One clean peak bends by about four times its height.
  if (rough > 12 * high) return 0;
  return high / (rise + width);
}

function doubts(values: Float64Array, timesS: Float64Array, baselineEnd: number): Issue[] {
  const issues: Issue[] = [];
  const beat = (timesS.at(-1)! - timesS[0]!) / (timesS.length - 1);
  if (beat > 5)
    issues.push(
      issue(
        'warning',
        'aif-too-coarse',
        `One sample in ${beat.toFixed(1)} s misses the first pass: rates come out too high.`,
        {
          remedy: 'Use a population input, or image faster than every 5 s.',
        },
      ),
    );
  const peak = Math.max(...values);
  if (!(peak > 2 * values.at(-1)!))
    issues.push(
      issue('warning', 'aif-without-first-pass', 'The arterial curve has no first pass above its late level.', {
        remedy: 'Choose the artery by a region, or use a population input.',
      }),
    );
  if (baselineEnd < 2)
    issues.push(
      issue('warning', 'aif-without-baseline', 'There is hardly a sample before contrast: the curve has no sure zero.'),
    );
  return issues;
}
