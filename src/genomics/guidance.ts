import { z } from 'zod';
import { type Phenotype, phenotypes, type Standing } from './phenotype.ts';

/** A gene that nobody determined; it never stands for a usual one. */
export const notDetermined = 'not-determined';
export type GeneState = Standing | typeof notDetermined;

const Statement = z.object({
  id: z.string(),
  /** Gene -> phenotypes, `not-determined`, or activity scores. */
  when: z.record(z.string(), z.array(z.union([z.string(), z.number()])).min(1)),
  /** In the words of the body that grades it. */
  strength: z.enum(['Strong', 'Moderate', 'Optional', 'No recommendation']),
  /** What it comes to, for rules: `avoid`, `alternative`, `lower`, `label`, `label-then-review`, `none`. */
  action: z.enum(['avoid', 'alternative', 'lower', 'label', 'label-then-review', 'none']),
  statement: z.string(),
});
export type Statement = z.infer<typeof Statement>;

const DrugGuidance = z.object({
  drug: z.string(),
  rxnorm: z.string(),
  /** CPIC level of the gene-drug pair: only A and B are kept, C and D never change a plan. */
  level: z.enum(['A', 'B']),
  genes: z.array(z.string()).min(1),
  guideline: z.string(),
  /** Month of the recommendation table that the statements follow. */
  tableDate: z.string(),
  statements: z.array(Statement).min(1),
  notes: z.array(z.object({ population: z.string(), statement: z.string(), source: z.string() })),
});
export type DrugGuidance = z.infer<typeof DrugGuidance>;

export const GuidanceFile = z.object({
  guidelines: z.record(
    z.string(),
    z.object({ title: z.string(), body: z.string(), version: z.string(), pmid: z.string() }),
  ),
  drugs: z.array(DrugGuidance),
});
export type GuidanceFile = z.infer<typeof GuidanceFile>;

export const ChangesFile = z.object({
  through: z.string(),
  recommendation: z.record(z.string(), z.array(z.string())),
  alleleDefinition: z.record(z.string(), z.array(z.string())),
  alleleFunction: z.record(z.string(), z.array(z.string())),
});
export type ChangesFile = z.infer<typeof ChangesFile>;

/** A statement with the states of the genes under which it holds. */
export interface Applied {
  statement: Statement;
  /** `CYP2D6 Intermediate Metabolizer (0.5)`, one text for each state that led here. */
  under: string[];
}

/**
 * All statements that the possible states of a drug's genes lead to, in the order of the table. Every combination is
 * looked up, none is chosen. A combination without a row adds to `without`.
 */
export function statementsFor(
  drug: DrugGuidance,
  states: Readonly<Record<string, readonly GeneState[]>>,
): { applied: Applied[]; without: string[] } {
  let combinations: { gene: string; state: GeneState }[][] = [[]];
  for (const gene of drug.genes) {
    const possible = states[gene]?.length ? states[gene] : [notDetermined as GeneState];
    combinations = combinations.flatMap((so) => possible.map((state) => [...so, { gene, state }]));
  }
  const applied = new Map<string, Applied>();
  const without: string[] = [];
  for (const combination of combinations) {
    const under = combination.map(({ gene, state }) => `${gene} ${stateWords(state)}`).join(', ');
    const statement = drug.statements.find(({ when }) =>
      combination.every(({ gene, state }) => when[gene]?.some((key) => holds(key, state))),
    );
    if (!statement) {
      without.push(under);
      continue;
    }
    const known = applied.get(statement.id) ?? { statement, under: [] };
    applied.set(statement.id, known);
    if (!known.under.includes(under)) known.under.push(under);
  }
  const ordered = drug.statements.flatMap(({ id }) => applied.get(id) ?? []);
  return { applied: ordered, without };
}

function holds(key: string | number, state: GeneState): boolean {
  if (state === notDetermined) return key === notDetermined;
  return typeof key === 'number' ? state.score === key : state.phenotype === key;
}

function stateWords(state: GeneState): string {
  if (state === notDetermined) return 'not determined';
  const score = typeof state.score === 'number' ? ` (score ${state.score})` : '';
  return `${phenotypes[state.phenotype as Phenotype]}${score}`;
}

/** The first change of the recommendation upstream that is newer than the table in use, if there is one. */
export function supersededOn(drug: DrugGuidance, changes: ChangesFile): string | undefined {
  return changes.recommendation[drug.drug]?.find((date) => date.slice(0, drug.tableDate.length) > drug.tableDate);
}
