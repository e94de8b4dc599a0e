import { z } from 'zod';
import type { Analysis } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { andList } from '../dossier/words.ts';
import { KnowledgeHeader } from '../knowledge/load.ts';
import { drugsPath, indexDrugs } from './drugs.ts';
import { among } from './inputs.ts';
import { medicationFacts } from './medicationList.ts';
import { type MedicationLine, reconcileMedications } from './medications.ts';

/** The gravest first. */
const levels = ['contraindicated', 'boxed-warning', 'warning'] as const;

const Row = z.object({
  id: z.string().min(1),
  mechanism: z.string().min(1),
  /** Groups of which as many different drugs must be on the list. */
  between: z.array(z.string()).min(2).max(3),
  level: z.enum(levels),
  says: z.string().min(1),
  /** Label section. */
  source: z.string().min(1),
  verified: z.boolean(),
});
type Row = z.infer<typeof Row>;

const InteractionFile = KnowledgeHeader.extend({
  mechanisms: z.record(z.string(), z.string()),
  groups: z.record(z.string(), z.object({ classes: z.array(z.string()), drugs: z.array(z.string()) })),
  rows: z.array(Row),
});
export type InteractionFile = z.infer<typeof InteractionFile>;
export const interactionsPath = 'clinical/interactions.json';

/** A row of the table that holds between medicines on the list. */
export interface Interaction {
  row: Row;
  lines: MedicationLine[];
}

export function parseInteractions(data: unknown): InteractionFile {
  return InteractionFile.parse(data);
}

/** Every row that holds among what is taken, planned or unclear; stopped medicines are left out. Each set of drugs once a row. */
export function interactionsOf(lines: readonly MedicationLine[], { groups, rows }: InteractionFile): Interaction[] {
  const listed = lines.filter(({ status, known }) => known && status !== 'stopped');
  const membersOf = (group: string) =>
    listed.filter(({ ingredient, classes }) => {
      const { classes: wanted, drugs } = groups[group]!;
      return drugs.includes(ingredient) || classes.some((one) => wanted.includes(one));
    });
  return rows.flatMap((row) => {
    const found = new Map<string, MedicationLine[]>();
    const choose = (chosen: MedicationLine[], rest: readonly string[]) => {
      const [group, ...others] = rest;
      if (group === undefined) {
        const drugs = [...chosen].sort((a, b) => (a.ingredient < b.ingredient ? -1 : 1));
        found.set(drugs.map(({ ingredient }) => ingredient).join('+'), drugs);
        return;
      }
      for (const line of membersOf(group)) if (!chosen.includes(line)) choose([...chosen, line], others);
    };
    choose([], row.between);
    return [...found.values()].map((drugs): Interaction => ({ row, lines: drugs }));
  });
}

/** Medicines on the list -> one finding a mechanism by which some of them act on each other, row by row with its source. */
export const interactions: Analysis = {
  id: 'clinical.interactions',
  version: '1.2.0',
  title: 'Interactions of medicines',
  makes: ['drug-interaction'],
  takes: [],
  knowledge: [drugsPath, interactionsPath],
  packs: [],
  peakMemoryMb: () => 4,
  method: 'interactions.md',
  select(dossier) {
    const facts = medicationFacts(dossier).filter(({ status }) => status !== 'entered-in-error');
    if (facts.length === 0) return { selections: [], missing: [] };
    return { selections: [{ title: 'all entries', inputs: { facts: facts.map(({ id }) => id) } }], missing: [] };
  },
  async run(inputs, _options, { dossier, knowledge, emit }) {
    const facts = among(medicationFacts(dossier), inputs['facts']);
    const list = reconcileMedications(facts, { drugs: indexDrugs(knowledge(drugsPath)) });
    const file = parseInteractions(knowledge(interactionsPath));
    const byMechanism = Map.groupBy(interactionsOf(list.lines, file), ({ row }) => row.mechanism);
    for (const [mechanism, found] of byMechanism) emit.finding(mechanismFinding(mechanism, found, file, list.date));
  },
};

function mechanismFinding(
  mechanism: string,
  all: readonly Interaction[],
  file: InteractionFile,
  date: string | undefined,
): FindingDraft {
  // The gravest row of each set of drugs speaks for it.
  const bySet = new Map<string, Interaction>();
  for (const one of [...all].sort((a, b) => rank(a) - rank(b))) {
    const key = namesOf(one).join('+');
    if (!bySet.has(key)) bySet.set(key, one);
  }
  const found = [...bySet.values()];
  // What the rows say is said once, after all sets of drugs of which it holds.
  const display = [...Map.groupBy(found, ({ row }) => row.says)]
    .map(([says, same]) => `${same.map((one) => andList(namesOf(one))).join(', ')}: ${says}`)
    .join('; ');
  return {
    measure: measure('drug-interaction', 'Medicines that act on each other'),
    // By row, so that a plan line can tell whether the finding speaks of its drugs.
    codes: [...new Set(all.map(({ row }) => row.id))]
      .sort()
      .map((id) => ({ system: 'interaction-row', code: id, display: id })),
    site: { system: 'interaction', code: mechanism, display: file.mechanisms[mechanism] ?? mechanism },
    ...(date ? { time: date } : {}),
    value: { type: 'code', code: { system: 'idiograph', code: found[0]!.row.level, display } },
    issues: issuesOf(found),
    derivedFrom: [...new Set(found.flatMap(({ lines }) => lines.flatMap(({ facts }) => facts)))],
    evidence: found.map(({ row, lines }) => ({
      of: lines[0]!.facts[0]!,
      place: andList(lines.map(({ ingredient }) => ingredient)),
      says: `${row.level.replace('-', ' ')}; ${row.source}`,
    })),
  };
}

function issuesOf(found: readonly Interaction[]): Issue[] {
  const issues: Issue[] = [];
  const unverified = found.filter(({ row }) => !row.verified);
  if (unverified.length > 0) {
    const pairs = unverified.map((one) => andList(namesOf(one))).join('; ');
    issues.push(issue('info', 'interaction-unverified', `Not held against the label that is cited: ${pairs}.`));
  }
  const doubtful = found
    .flatMap(({ lines }) => lines)
    .filter(({ status }) => status === 'unclear' || status === 'planned');
  if (doubtful.length > 0) {
    const names = andList(doubtful.map(({ ingredient, status }) => `${ingredient} (${status})`));
    issues.push(
      issue('warning', 'medication-unclear', `Not known to be taken now: ${names}.`, { remedy: 'Ask the person.' }),
    );
  }
  return issues;
}

function namesOf({ lines }: Interaction): string[] {
  return lines.map(({ ingredient }) => ingredient);
}

function rank({ row }: Interaction): number {
  return levels.indexOf(row.level);
}
