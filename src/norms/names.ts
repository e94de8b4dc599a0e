import { museRegion } from '../knowledge/volumeTables.ts';
import type { ReferencesFile } from './knowledge.ts';

/**
 * One spelling for the names of one measure: `lh_G&S_subcentral_thickness`, `L_G_and_S_subcentral` of a thickness reference,
 * `Left.Thalamus.Proper` of an R export, `DL_MUSE_Volume_47` and `Hippocampus_R`. `quantity` completes cortical names that leave it out.
 */
export function canonicalName(name: string, aliases: ReferencesFile['aliases'], quantity?: string): string {
  const muse = museRegion(name);
  if (muse !== undefined) return `muse ${muse}`;
  let text = name
    .trim()
    .replaceAll(/&amp;|&/g, '_and_')
    .replaceAll(/[\s.-]+/g, '_')
    .replaceAll(/_+/g, '_')
    .toLowerCase()
    .replace(/^l_/, 'lh_')
    .replace(/^r_/, 'rh_');
  const isCortical = /^[lr]h_/.test(text);
  if (isCortical && (quantity === 'thickness' || quantity === 'area') && !/_(thickness|area|volume)$/.test(text)) {
    text = `${text}_${quantity}`;
  }
  return aliases.find(([from]) => from === text)?.[1] ?? text;
}

/** Which column of a table holds which measure of a reference: the exact name, else the only one that means the same. */
export function matchColumns(
  measures: readonly string[],
  columns: readonly string[],
  aliases: ReferencesFile['aliases'],
  quantity?: string,
): Map<string, number> {
  const found = new Map<string, number>();
  const meaning = new Map<string, number[]>();
  for (const [index, column] of columns.entries()) {
    // `name.1` is a copy that a table program made of a column with the same name.
    if (/\.\d$/.test(column) && columns.includes(column.replace(/\.\d$/, ''))) continue;
    const key = canonicalName(column, aliases, quantity);
    meaning.set(key, [...(meaning.get(key) ?? []), index]);
  }
  for (const measure of measures) {
    const exact = columns.indexOf(measure);
    const same = meaning.get(canonicalName(measure, aliases, quantity)) ?? [];
    if (exact >= 0) found.set(measure, exact);
    // DLMUSE numbers some regions twice, as a part and as a sum of one part.
    else if (same.length === 1 || (same.length > 1 && museRegion(measure) !== undefined)) found.set(measure, same[0]!);
  }
  return found;
}
