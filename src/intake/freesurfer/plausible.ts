import { type Issue, issue } from '../../dossier/issue.ts';
import type { Stats } from './stats.ts';

/** Intracranial volume in mm3 between which people from two years on lie. */
const plausibleIcvMm3 = { low: 800_000, high: 2_300_000 };

/**
 * An intracranial volume that cannot be: outside all people, or smaller than the brain in it. FreeSurfer 5.1 called it
 * `IntraCranialVol` and failed silently when its registration to the atlas did.
 */
export function icvIssues({ measures }: Pick<Stats, 'measures'>): Issue[] {
  const find = (...names: string[]) =>
    measures.find(({ structure, name }) => names.includes(structure) || names.includes(name));
  const icv = find('EstimatedTotalIntraCranialVol', 'IntraCranialVol', 'eTIV', 'ICV');
  if (!icv) return [];
  const brain = find('BrainSeg', 'SupraTentorial');
  const reasons: string[] = [];
  if (icv.value < plausibleIcvMm3.low || icv.value > plausibleIcvMm3.high) reasons.push('is outside 0.8 to 2.3 l');
  if (brain && icv.value <= brain.value) {
    reasons.push(`is not larger than the brain volume ${brain.name} (${Math.round(brain.value)} mm3)`);
  }
  if (reasons.length === 0) return [];
  const message = `The intracranial volume ${Math.round(icv.value)} mm3 ${reasons.join(' and ')}.`;
  const remedy = 'Do not divide by it; check talairach.xfm and run the segmentation again.';
  return [issue('warning', 'icv-implausible', message, { place: icv.structure, remedy })];
}
