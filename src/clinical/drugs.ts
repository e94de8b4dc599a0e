import { z } from 'zod';
import type { Code } from '../dossier/code.ts';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';

const Drug = z.object({
  /** International nonproprietary name, lower case: what plan rules call the drug. */
  name: z.string().min(1),
  rxnorm: z.string().optional(),
  atc: z.array(z.string()),
  aliases: z.array(z.string()).optional(),
  source: z.enum(['cpic', 'pypgx', 'own']),
});
export type Drug = z.infer<typeof Drug>;

const DrugFile = KnowledgeHeader.extend({
  classes: z.array(z.object({ id: z.string(), display: z.string(), atc: z.array(z.string()).min(1) })),
  drugs: z.array(Drug),
});
export type DrugFile = z.infer<typeof DrugFile>;

export const drugsPath = 'clinical/drugs.json';

/** Names, codes and classes of ingredients, ready to be searched. */
export interface DrugIndex {
  file: DrugFile;
  byName: ReadonlyMap<string, Drug>;
  byCode: ReadonlyMap<string, readonly Drug[]>;
  /** All names and aliases as whole words, the longest first. */
  pattern: RegExp;
}

export function indexDrugs(data: unknown): DrugIndex {
  const file = DrugFile.parse(data);
  const byName = new Map<string, Drug>();
  const byCode = new Map<string, Drug[]>();
  for (const drug of file.drugs) {
    for (const name of [drug.name, ...(drug.aliases ?? [])]) byName.set(name, drug);
    const codes = [...(drug.rxnorm ? [`RxNorm|${drug.rxnorm}`] : []), ...drug.atc.map((atc) => `ATC|${atc}`)];
    for (const code of codes) byCode.set(code, [...(byCode.get(code) ?? []), drug]);
  }
  const names = [...byName.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { file, byName, byCode, pattern: new RegExp(`(?<![a-z])(?:${names.join('|')})(?![a-z])`, 'g') };
}

let installed: DrugIndex | undefined;

/** The index of knowledge/clinical/drugs.json. */
export function loadDrugs(): DrugIndex {
  installed ??= indexDrugs(loadKnowledge(drugsPath).data);
  return installed;
}

/** Ids of the classes that a drug belongs to: `opioid`, `tca`, `benzodiazepine` (table in the knowledge file). */
export function classesOf(drug: Pick<Drug, 'atc'>, index: DrugIndex = loadDrugs()): string[] {
  return index.file.classes
    .filter((one) => one.atc.some((prefix) => drug.atc.some((atc) => atc.startsWith(prefix))))
    .map((one) => one.id);
}

/**
 * Ingredients of a stated medicine: by ingredient code (RxNorm, ATC), else by the names that stand in its wording, so
 * that combined products give several. Empty when nobody here knows it.
 */
export function ingredientsOf(codes: readonly Code[], words: string, index: DrugIndex = loadDrugs()): Drug[] {
  const byCode = codes.flatMap(({ system, code }) => index.byCode.get(`${system}|${code}`) ?? []);
  const texts = [...codes.map((code) => code.display), words].map((text) => text.toLowerCase());
  const byWord = texts.flatMap((text) => [...text.matchAll(index.pattern)].map(([name]) => index.byName.get(name)!));
  // A combination may be coded by one of its ingredients only: what the wording adds counts too.
  return [...new Set([...byCode, ...byWord])].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** ATC and RxNorm codes of a drug, with its name for display. */
export function codesOfDrug(drug: Drug): Code[] {
  return [
    ...drug.atc.map((code) => ({ system: 'ATC', code, display: drug.name })),
    ...(drug.rxnorm ? [{ system: 'RxNorm', code: drug.rxnorm, display: drug.name }] : []),
  ];
}
