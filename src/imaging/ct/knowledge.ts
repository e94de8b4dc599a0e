export const ctFile = 'imaging/ct.json';

export interface Tissue {
  id: string;
  display: string;
  /** Both ends inside. */
  rangeHu: [number, number];
  words: string[];
  source: string;
}

export interface CalciumRule {
  words: string[];
  thresholdHu: number;
  /** Lower ends of the weights 1, 2, 3, 4. */
  weightsHu: [number, number, number, number];
  minimumAreaMm2: number;
  kv: number;
  thicknessMm: [number, number];
  referenceMm: number;
  source: string;
}

export interface LungRule {
  words: string[];
  lowAttenuationHu: number;
  percentile: number;
  thicknessMm: number;
  sharpKernels: string;
  source: string;
}

/** `knowledge/imaging/ct.json` */
export interface CtKnowledge {
  tissues: Tissue[];
  calcium: CalciumRule;
  vertebra: { words: string[]; kv: number; source: string };
  lung: LungRule;
}

export type CtKind = { kind: 'tissue'; tissue: Tissue } | { kind: 'calcium' } | { kind: 'vertebra' } | { kind: 'lung' };

/** What a region is, by whole words of its label; undefined where nothing of it is measured here. */
export function kindOfRegion(label: string, { tissues, calcium, vertebra, lung }: CtKnowledge): CtKind | undefined {
  const plain = ` ${label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()} `;
  const has = (words: readonly string[]) => words.some((word) => plain.includes(` ${word} `));
  const tissue = tissues.find(({ words }) => has(words));
  if (tissue) return { kind: 'tissue', tissue };
  if (has(calcium.words)) return { kind: 'calcium' };
  if (has(lung.words)) return { kind: 'lung' };
  if (has(vertebra.words) || /^ (th?|l)(1[0-2]|[1-9]) $/.test(plain)) return { kind: 'vertebra' };
  return undefined;
}
