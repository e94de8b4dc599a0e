import { z } from 'zod';
import type { Code } from '../../dossier/code.ts';
import { KnowledgeHeader, loadKnowledge } from '../../knowledge/load.ts';

const Analyte = z.object({
  kind: z.enum(['lab', 'vital', 'ecg']),
  id: z.string().min(1),
  display: z.string().min(1),
  loinc: z.array(z.string()),
  /** Whole names, lower case, by which it is recognised where no LOINC code is given. */
  names: z.array(z.string()),
  /** `value * factor + offset` is in the first unit. */
  units: z.array(z.object({ unit: z.string(), factor: z.number().positive(), offset: z.number().default(0) })).min(1),
  /** Lowest and highest value that a living person can have, in the first unit. */
  plausible: z.tuple([z.number(), z.number()]),
  /** Within-subject biological variation. */
  variation: z.object({ withinSubjectPercent: z.number().positive(), reference: z.string().min(1) }).optional(),
  note: z.string().optional(),
});
export type Analyte = z.infer<typeof Analyte>;

const AnalyteFile = KnowledgeHeader.extend({
  spellings: z.array(z.object({ unit: z.string(), also: z.array(z.string()) })),
  analytes: z.array(Analyte),
});

export const analytesPath = 'clinical/analytes.json';

/** Analytes by LOINC code and by name, and the UCUM spelling of units as laboratories write them. */
export interface AnalyteIndex {
  byId: ReadonlyMap<string, Analyte>;
  byLoinc: ReadonlyMap<string, Analyte>;
  byName: ReadonlyMap<string, Analyte>;
  ucum: ReadonlyMap<string, string>;
}

export function indexAnalytes(data: unknown): AnalyteIndex {
  const file = AnalyteFile.parse(data);
  const ucum = new Map<string, string>();
  for (const { unit, also } of file.spellings) for (const one of [unit, ...also]) ucum.set(one.toLowerCase(), unit);
  for (const { unit } of file.analytes.flatMap(({ units }) => units)) ucum.set(unit.toLowerCase(), unit);
  return {
    byId: new Map(file.analytes.map((one) => [one.id, one])),
    byLoinc: new Map(file.analytes.flatMap((one) => one.loinc.map((code) => [code, one] as const))),
    byName: new Map(file.analytes.flatMap((one) => one.names.map((name) => [name, one] as const))),
    ucum,
  };
}

let installed: AnalyteIndex | undefined;

/** The index of knowledge/clinical/analytes.json. */
export function loadAnalytes(): AnalyteIndex {
  installed ??= indexAnalytes(loadKnowledge(analytesPath).data);
  return installed;
}

/** What an observation measures, by its LOINC codes, else by its whole name; undefined when it is none of the list. */
export function analyteOf(
  codes: readonly Code[],
  index: AnalyteIndex,
): { analyte: Analyte; by: 'code' | 'name' } | undefined {
  for (const { system, code } of codes) {
    const analyte = system === 'LOINC' ? index.byLoinc.get(code) : undefined;
    if (analyte) return { analyte, by: 'code' };
  }
  // A LOINC code that is not on the list is another specimen or method: its name must not be read over it.
  if (codes.some(({ system }) => system === 'LOINC')) return undefined;
  for (const { display } of codes) {
    const analyte = index.byName.get(display.trim().toLowerCase());
    if (analyte) return { analyte, by: 'name' };
  }
  return undefined;
}

/** UCUM spelling of a unit as stated; the unit itself where none is known. */
export function ucumOf(unit: string, index: AnalyteIndex): string {
  return index.ucum.get(unit.trim().toLowerCase()) ?? unit.trim();
}

/** A value in the analyte's first unit; undefined when the unit is none of its units. */
export function inFirstUnit(value: number, unit: string, analyte: Analyte): number | undefined {
  const found = analyte.units.find((one) => one.unit === unit);
  return found && value * found.factor + found.offset;
}

/** The site under which a finding of this analyte stands. */
export function siteOf(analyte: Pick<Analyte, 'id' | 'display' | 'kind'>): Code {
  return { system: analyte.kind === 'vital' ? 'vital' : 'lab', code: analyte.id, display: analyte.display };
}
