import { type Issue, issue } from '../../dossier/issue.ts';
import type { DiffusionData } from './load.ts';

/** Correlation from which a volume is taken for what it resembles. */
const alike = 0.9;

export type AppendedKind = 'adc' | 'trace' | 'unknown';

/**
 * What a volume that the scanner appended is, by its likeness over the mask to the ADC or to the trace-weighted signal that
 * the measured volumes give. `r`: of the likeness found.
 */
export function kindOfAppended(
  of: DiffusionData,
  adc: ArrayLike<number>,
  time: number,
): { kind: AppendedKind; r: number } {
  const { table, data, size, voxels } = of;
  const highest = Math.max(...table.b);
  const strong = table.b.flatMap((b, at) => (b >= 0.9 * highest ? [table.volumes[at]!] : []));
  const given = new Float64Array(voxels.length);
  const trace = new Float64Array(voxels.length);
  const ours = new Float64Array(voxels.length);
  for (let item = 0; item < voxels.length; item++) {
    const at = voxels[item]!;
    given[item] = data[time * size + at]!;
    ours[item] = adc[at]!;
    for (const volume of strong) trace[item]! += data[volume * size + at]! / strong.length;
  }
  const [asAdc, asTrace] = [correlation(given, ours), correlation(given, trace)];
  if (Math.max(asAdc, asTrace) < alike) return { kind: 'unknown', r: Math.max(asAdc, asTrace) };
  return asAdc > asTrace ? { kind: 'adc', r: asAdc } : { kind: 'trace', r: asTrace };
}

/** The same as an issue; an error for a volume that is neither, when the table gave it no entry at all. */
export function appendedIssue(time: number, { kind, r }: { kind: AppendedKind; r: number }): Issue {
  const place = `volume ${time + 1}`;
  if (kind === 'unknown')
    return issue(
      'error',
      'diffusion-volume-unexplained',
      `Volume ${time + 1} has no weighting of its own and looks neither like the ADC nor like the trace (r ${r.toFixed(2)}): the gradient table belongs to another image, or lacks an entry.`,
      { place, remedy: 'Use the gradient table that was written together with this image.' },
    );
  return issue(
    'info',
    'diffusion-volume-appended',
    `Volume ${time + 1} is the scanner's ${kind === 'adc' ? 'ADC map' : 'trace-weighted image'} (r ${r.toFixed(3)}); left out of the fit.`,
    { place },
  );
}

/** Pearson's r; 0 where one of both does not vary. */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let [meanX, meanY] = [0, 0];
  for (let at = 0; at < x.length; at++) {
    meanX += x[at]! / x.length;
    meanY += y[at]! / x.length;
  }
  let [sxx, syy, sxy] = [0, 0, 0];
  for (let at = 0; at < x.length; at++) {
    sxx += (x[at]! - meanX) ** 2;
    syy += (y[at]! - meanY) ** 2;
    sxy += (x[at]! - meanX) * (y[at]! - meanY);
  }
  return sxx > 0 && syy > 0 ? sxy / Math.sqrt(sxx * syy) : 0;
}
