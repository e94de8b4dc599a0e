import { z } from 'zod';
import { KnowledgeHeader } from '../knowledge/load.ts';
import { Step, sentence } from './guidance-words.ts';

/** A gene that nobody determined; it never stands for a usual one. */
export const notDetermined = 'not-determined';

/** One thing that a gene may be: its phenotype, allele status or risk as a code, and its activity score where it has one. */
export interface GeneState {
  phenotype: string;
  /** `null`: the gene has scores and none is assigned. Absent: only the phenotype is known. */
  score?: number | null;
}

/** What to do about a drug, the weightiest first: rules and tables go by it. */
export const actions = [
  'avoid',
  'alternative',
  'lower',
  'higher',
  'test-first',
  'label-then-review',
  'label',
  'none',
] as const;
const Action = z.enum(actions);
export type Action = z.infer<typeof Action>;

const Said = z.strictObject({
  /** Whom it is for; absent: everybody. */
  for: z.string().optional(),
  /** In the words of the body that grades it. */
  strength: z.string().min(1),
  action: Action,
  steps: z.array(Step).min(1),
});
export type Said = z.infer<typeof Said>;

const Row = z.strictObject({
  /** Unique for the drug: `poor`, `um-nm`. */
  id: z.string().min(1),
  /** Gene -> phenotype codes, `not-determined`, or intervals of the activity score such as `>0 <1.25`. */
  when: z.record(z.string(), z.array(z.string()).min(1)),
  says: z.array(Said).min(1),
  /** False: nobody held it against its source yet; it is shown and never makes a plan line. */
  verified: z.literal(false).optional(),
});
export type Row = z.infer<typeof Row>;

export const DrugGuidance = z.strictObject({
  drug: z.string().min(1),
  rxnorm: z.string().optional(),
  /** CPIC level of the gene-drug pair: C and D never change a plan, so they have no place here. */
  level: z.enum(['A', 'B']).optional(),
  /** Genes, or HLA alleles such as `HLA-B*15:02`. */
  genes: z.array(z.string()).min(1),
  rows: z.array(Row).min(1),
  notes: z.array(z.strictObject({ population: z.string(), statement: z.string(), source: z.string() })).default([]),
});
export type DrugGuidance = z.infer<typeof DrugGuidance>;

/** One guideline, or one body's labels, with the drugs it speaks of. */
export const GuidanceFile = KnowledgeHeader.extend({
  guideline: z.strictObject({
    id: z.string(),
    title: z.string(),
    body: z.string().min(1),
    version: z.string(),
    /** `PMID 33387367`, or an address. */
    reference: z.string().min(1),
  }),
  /** Month of the table that the rows follow. */
  tableDate: z.string(),
  drugs: z.array(DrugGuidance),
  /** Drugs of the body that are left out, and why. */
  notCovered: z.array(z.strictObject({ drug: z.string(), why: z.string(), reference: z.string() })).default([]),
});
export type GuidanceFile = z.infer<typeof GuidanceFile>;

export const ChangesFile = z.object({
  through: z.string(),
  recommendation: z.record(z.string(), z.array(z.string())),
  alleleDefinition: z.record(z.string(), z.array(z.string())),
  alleleFunction: z.record(z.string(), z.array(z.string())),
});
export type ChangesFile = z.infer<typeof ChangesFile>;

/** A row as it is shown: its parts for several populations in one text. */
export interface Statement {
  /** `codeine.poor`. */
  id: string;
  strengths: string[];
  /** The weightiest of its parts. */
  action: Action;
  statement: string;
  verified: boolean;
}

/** A statement with the states of the genes under which it holds. */
export interface Applied {
  statement: Statement;
  /** `CYP2D6 Intermediate Metabolizer (score 0.5)`, one text for each state that led here. */
  under: string[];
}

/** The text, strength and weightiest action of a row. `body`: CPIC's statements have plain ids, those of others its name. */
export function statementOf(drug: string, row: Row, body = 'CPIC'): Statement {
  const strengths = [...new Set(row.says.map(({ strength }) => strength))];
  const parts = row.says.map(({ for: whom, strength, steps }) => {
    const text = sentence(steps, drug);
    if (whom === undefined) return text;
    return `${whom}${strengths.length > 1 ? ` [${strength}]` : ''}: ${text}`;
  });
  const weight = Math.min(...row.says.map(({ action }) => actions.indexOf(action)));
  return {
    id: `${drug.replaceAll(' ', '-')}.${body === 'CPIC' ? '' : `${body.toLowerCase()}-`}${row.id}`,
    strengths,
    action: actions[weight]!,
    statement: parts.join(' '),
    verified: row.verified !== false,
  };
}

/** Scores that a phenotype without a score may stand for: one in each interval that any CPIC table tells apart. */
const scoresOf: Record<string, Record<string, number[]>> = {
  CYP2D6: {
    'poor-metabolizer': [0],
    'intermediate-metabolizer': [0.25, 0.5, 0.75, 1],
    'normal-metabolizer': [1.25, 1.5, 2, 2.25],
    'ultrarapid-metabolizer': [2.5, 3, 4],
  },
};
const twoCopyScores = {
  'poor-metabolizer': [0, 0.5],
  'intermediate-metabolizer': [1, 1.5],
  'normal-metabolizer': [2],
};
for (const gene of ['CYP2C9', 'DPYD']) scoresOf[gene] = twoCopyScores;

/** One state as the states that a table can look up. */
function lookedUp(gene: string, state: GeneState): GeneState[] {
  const scores = state.score === undefined ? scoresOf[gene]?.[state.phenotype] : undefined;
  return [state, ...(scores ?? []).map((score) => ({ phenotype: state.phenotype, score }))];
}

/**
 * All statements that the possible states of a drug's genes lead to, in the order of the table. Every combination is
 * looked up, none is chosen. A combination without a row adds to `without`.
 */
export function statementsFor(
  drug: DrugGuidance,
  states: Readonly<Record<string, readonly GeneState[]>>,
  body = 'CPIC',
): { applied: Applied[]; without: string[] } {
  let combinations: { gene: string; state: GeneState }[][] = [[]];
  for (const gene of drug.genes) {
    const possible = states[gene]?.length ? states[gene] : [{ phenotype: notDetermined }];
    combinations = combinations.flatMap((so) => possible.map((state) => [...so, { gene, state }]));
  }
  const applied = new Map<Row, string[]>();
  const without: string[] = [];
  for (const combination of combinations) {
    const under = combination.map(({ gene, state }) => `${gene} ${stateWords(state)}`).join(', ');
    const rows = drug.rows.filter(({ when }) =>
      combination.every(({ gene, state }) =>
        lookedUp(gene, state).some((one) => when[gene]?.some((key) => holds(key, one))),
      ),
    );
    if (rows.length === 0) without.push(under);
    for (const row of rows) {
      const known = applied.get(row) ?? [];
      applied.set(row, known);
      if (!known.includes(under)) known.push(under);
    }
  }
  const ordered = drug.rows.flatMap((row) => {
    const under = applied.get(row);
    return under ? [{ statement: statementOf(drug.drug, row, body), under }] : [];
  });
  return { applied: ordered, without };
}

/** Whether a key of a table holds: a code by name, an interval (`0`, `>0 <1.25`) by score. */
function holds(key: string, { phenotype, score }: GeneState): boolean {
  if (!/^[<>=\d]/.test(key)) return key === phenotype;
  if (typeof score !== 'number') return false;
  return key.split(' ').every((bound) => {
    const [, operator, number] = /^(>=|<=|>|<|)([\d.]+)$/.exec(bound) ?? [];
    const limit = Number(number);
    if (operator === '>=') return score >= limit;
    if (operator === '<=') return score <= limit;
    if (operator === '>') return score > limit;
    return operator === '<' ? score < limit : score === limit;
  });
}

function stateWords(state: GeneState): string {
  const words = state.phenotype.split('-').join(' ');
  if (state.phenotype === notDetermined || /^(positive|negative)$/.test(state.phenotype)) return words;
  const score = typeof state.score === 'number' ? ` (score ${state.score})` : '';
  return `${words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()).replace('Cnsha', 'CNSHA')}${score}`;
}

/** The first change of the recommendation upstream that is newer than the table in use, if there is one. */
export function supersededOn(drug: string, tableDate: string, changes: ChangesFile): string | undefined {
  return changes.recommendation[drug]?.find((date) => date.slice(0, tableDate.length) > tableDate);
}
