import type { Uncertainty } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';

export const repeatabilityFile = 'imaging/diffusion-repeatability.json';

/** `knowledge/imaging/diffusion-repeatability.json`. */
export interface DiffusionRepeatability {
  values: { measure: string; organ: string; repeatabilityPercent: number; condition: string; profile: string }[];
  /** Highest b-values (s/mm2) of protocols like those of the profile. */
  comparableB: [number, number];
  /** Words of region labels and body parts that name an organ. */
  organs: { organ: string; words: string[] }[];
}

/** The organ that a label or a body part names, in the order of the file. */
export function organOf(
  texts: readonly (string | undefined)[],
  { organs }: DiffusionRepeatability,
): string | undefined {
  for (const text of texts) {
    const plain = text?.toLowerCase().replace(/[_-]+/g, ' ') ?? '';
    const found = organs.find(({ words }) => words.some((word) => plain.includes(word)));
    if (found) return found.organ;
  }
  return undefined;
}

/**
 * What a second measurement must differ by to be a change, for the mean of a lesion, or the issue that says why nobody
 * knows: another measure than the ADC, an organ without figure, tissue that is no lesion, b-values far from the profile's.
 */
export function realChange(
  of: { measure: string; value: number; organ: string | undefined; isLesion: boolean; highestB: number },
  knowledge: DiffusionRepeatability,
): { uncertainty: Uncertainty } | { unknown: Issue } {
  const unknown = (why: string) => ({
    unknown: issue(
      'info',
      'repeatability-unknown',
      `No repeatability is known: ${why}. A change cannot be told from noise.`,
    ),
  });
  const rows = knowledge.values.filter(({ measure }) => measure === of.measure);
  if (rows.length === 0) return unknown('no profile states one for this measure');
  if (!of.isLesion) return unknown('the profile states it for lesions only');
  const row = rows.find(({ organ }) => organ === of.organ);
  if (row === undefined) return unknown(of.organ === undefined ? 'the organ is not known' : `none for ${of.organ}`);
  const [low, high] = knowledge.comparableB;
  if (of.highestB < low || of.highestB > high)
    return unknown(`b-values up to ${Math.round(of.highestB)} s/mm² are not those of the profile`);
  return {
    uncertainty: {
      type: 'smallest-real-change',
      value: (Math.abs(of.value) * row.repeatabilityPercent) / 100,
      level: 0.95,
      source: `${row.profile}, ${row.organ}: ${row.repeatabilityPercent} % (${row.condition})`,
    },
  };
}
