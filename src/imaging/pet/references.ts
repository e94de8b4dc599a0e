import type { Region } from '../../dossier/region.ts';

export type RegionKind = 'lesion' | 'liver' | 'blood-pool' | 'organ';

/** Words that make a region a lesion wherever it lies: a metastasis in the liver is no liver reference. */
const lesionWords = /\b(met|mets|metastas\w*|lesion|tumou?r|mass|node|gtv|ctv|ptv|itv|hcc|ca|cancer)\b/i;

/** What a region stands for, by its type and label. */
export function kindOf({ type, label }: Pick<Region, 'type' | 'label'>): RegionKind {
  const words = label.replace(/[_\-.]+/g, ' ');
  if (type === 'lesion' || lesionWords.test(words)) return 'lesion';
  if (/\b(liver|leber|hepar)\b/i.test(words)) return 'liver';
  if (/\b(blood ?pool|aorta|aortic|mediastinal blood)\b/i.test(words)) return 'blood-pool';
  return type === 'organ' ? 'organ' : 'lesion';
}
