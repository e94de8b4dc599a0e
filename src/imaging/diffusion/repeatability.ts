import type { Uncertainty } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';

export const repeatabilityFile = 'imaging/repeatability.json';

/** `knowledge/imaging/repeatability.json`. */
export interface DiffusionRepeatability {
  values: {
    measure: string;
    organ?: string;
    site?: 'lesion' | 'tissue';
    repeatabilityPercent?: number;
    withinSubjectCvPercent?: number;
    condition: string;
    source: string;
  }[];
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
 * knows: a measure or an organ without figure, a lesion where only tissue was studied or the reverse, b-values far from the study's.
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
  const site = of.isLesion ? 'lesion' : 'tissue';
  const ofSite = rows.filter((one) => one.site === site);
  if (ofSite.length === 0) return unknown(`none is stated for ${of.isLesion ? 'lesions' : 'tissue that is no lesion'}`);
  const row = ofSite.find(({ organ }) => organ === of.organ);
  if (row === undefined) return unknown(of.organ === undefined ? 'the organ is not known' : `none for ${of.organ}`);
  const [low, high] = knowledge.comparableB;
  if (of.highestB < low || of.highestB > high)
    return unknown(`b-values up to ${Math.round(of.highestB)} s/mm² are not those of the studies`);
  const percent = row.repeatabilityPercent ?? 1.96 * Math.SQRT2 * row.withinSubjectCvPercent!;
  return {
    uncertainty: {
      type: 'smallest-real-change',
      value: (Math.abs(of.value) * percent) / 100,
      level: 0.95,
      source: `${row.source}, ${row.organ}: ${Number(percent.toPrecision(3))} % (${row.condition})`,
    },
  };
}
