import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { knowledgeDirectory, loadKnowledge } from '../knowledge/load.ts';
import { type DrugGuidance, GuidanceFile, type Statement, statementOf } from './guidance.ts';
import { parsedOnce } from './parsed-once.ts';

const folder = 'genomics/guidance';
/** Empty as it ships: the place for what a site adds (a newer CPIC release, DPWG, labels). It outranks the others. */
const sitePath = `${folder}/site.json`;

/** Every file of guidance, in the order in which they speak; what a site adds comes last. */
export const guidancePaths: readonly string[] = readdirSync(join(knowledgeDirectory, folder))
  .filter((name) => name.endsWith('.json'))
  .map((name) => `${folder}/${name}`)
  .sort((a, b) => Number(a === sitePath) - Number(b === sitePath) || (a < b ? -1 : 1));

/** One drug as one body speaks of it. */
export interface Entry {
  drug: DrugGuidance;
  file: GuidanceFile;
}

/** Drugs of all files by name, then body; of one body's two tables for one drug the later file holds. */
export function readGuidance(knowledge: (path: string) => unknown): { entries: Entry[]; files: GuidanceFile[] } {
  const files = guidancePaths.map((path) => parsedOnce(GuidanceFile, knowledge(path)));
  const entries = new Map<string, Entry>();
  for (const file of files) {
    for (const drug of file.drugs) entries.set(`${drug.drug}|${file.guideline.body}`, { drug, file });
  }
  const sorted = [...entries.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  return { entries: sorted, files };
}

/** `CPIC 2021, PMID 33387367, table of 2024-05`. */
export function sourceOf({ guideline, tableDate }: GuidanceFile): string {
  return `${guideline.body} ${guideline.version}, ${guideline.reference}, table of ${tableDate}`;
}

/** All statements that ship, and those of a site's folder, by id, with where they come from. */
export function knownStatements(directory?: string): ReadonlyMap<string, Statement & { drug: string; source: string }> {
  const { entries } = readGuidance((path) => loadKnowledge(path, directory).data);
  return new Map(
    entries.flatMap(({ drug, file }) =>
      drug.rows.map((row) => {
        const statement = statementOf(drug.drug, row, file.guideline.body);
        return [statement.id, { ...statement, drug: drug.drug, source: sourceOf(file) }] as const;
      }),
    ),
  );
}
