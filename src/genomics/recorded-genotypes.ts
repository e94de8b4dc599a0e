import type { Fact } from '../dossier/fact.ts';
import { geneSymbol } from '../dossier/hgnc.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { readReduced } from './definition.ts';

/** A genotype that somebody else stated in a record. */
export interface RecordedGenotype {
  gene: string;
  /** Pairs as stated, `*1/*17`; several where the record leaves it open. */
  pairs: string[];
  /** Activity scores as stated; `null`: stated without a number. */
  scores: (number | null)[];
  /** Alleles that no table here has: the pair must not be used as it stands. */
  unknown: string[];
  /** The fact that states it and those that belong to it. */
  facts: string[];
  place: string;
  issues: Issue[];
}

const genotypeCode = '84413-4';
const geneCode = '48018-6';

/**
 * Genotypes (LOINC 84413-4) among the facts of FHIR records, with their gene and whether every allele is known here.
 * `CYP2C9*35B` is shown with a warning and never taken for an allele. Pure.
 */
export function recordedGenotypes(facts: readonly Fact[]): RecordedGenotype[] {
  const stated = facts.filter(
    ({ type, code, codes = [] }) =>
      type === 'observation' && code.code === genotypeCode && !codes.some((one) => one.code === 'outside-call'),
  );
  return stated
    .map((fact) => {
      const parts = facts.filter(({ source, place }) => source === fact.source && place.startsWith(`${fact.place}.`));
      return recorded(fact, parts);
    })
    .filter((one) => one !== undefined)
    .sort((a, b) => (a.gene < b.gene ? -1 : a.gene > b.gene ? 1 : a.place < b.place ? -1 : 1));
}

function recorded(fact: Fact, parts: readonly Fact[]): RecordedGenotype | undefined {
  const ofGene = parts.find(({ code }) => code.code === geneCode)?.value;
  const named = ofGene?.type === 'code' ? (geneSymbol(ofGene.code.code) ?? ofGene.code.display) : undefined;
  const open = parts.filter(({ code }) => code.code === 'possible-genotype').map(({ value }) => value);
  const values = open.length > 0 ? open : [fact.value];
  const texts = values.flatMap((value) => (value?.type === 'code' ? [value.code.code] : []));
  const read = texts.map((text) => splitGenotype(text, named));
  const gene = named ?? read.find((one) => one.gene !== undefined)?.gene;
  if (gene === undefined) return undefined;
  const pairs = read.map(({ pair }) => pair).filter((pair) => pair !== '');
  const scores = parts
    .filter(({ code }) => code.code === 'activity-score')
    .map(({ value }) => (value?.type === 'quantity' ? value.value : null));
  const unknown = [...new Set(pairs.flatMap((pair) => unknownAlleles(gene, pair)))];
  const issues: Issue[] = [...fact.issues];
  const remedy =
    'Ask the laboratory which variants it saw; give the call as a file of outside calls once that is clear.';
  if (unknown.length > 0) {
    const message = `${unknown.map((allele) => gene + allele).join(', ')} is in no table of alleles here: the genotype was not taken over.`;
    issues.push(issue('warning', 'allele-unknown', message, { place: fact.place, remedy }));
  }
  if (pairs.length === 0) {
    const message = `A genotype of ${gene} is on record without a pair of alleles that can be read.`;
    issues.push(issue('info', 'genotype-without-pair', message, { place: fact.place, remedy }));
  }
  return { gene, pairs, scores, unknown, facts: [fact.id, ...parts.map(({ id }) => id)], place: fact.place, issues };
}

/** `CYP2C9*4/*35B`, `CYP2C19 *1/*17`, `HLA-B*15:02` -> gene and alleles; other names are alleles of the named gene. */
function splitGenotype(text: string, gene: string | undefined): { gene?: string; pair: string } {
  const match = /^([A-Z][A-Z0-9-]{2,})\s*(\*.+)$/.exec(text.trim());
  if (match) return { gene: match[1]!, pair: match[2]!.replaceAll(match[1]!, '').replaceAll(/\s+/g, '') };
  // A bare number is an accession of some database, not a name.
  return { pair: gene === undefined || /^\d+$/.test(text.trim()) ? '' : text.trim() };
}

/** Alleles of a pair that neither the definitions nor the functions know; copies (`x2`) and tandems (`+`) taken apart. */
function unknownAlleles(gene: string, pair: string): string[] {
  const known = knownAlleles(gene);
  if (known === undefined) return [];
  const alleles = pair.split('/').flatMap((side) => side.split('+'));
  return alleles.filter((allele) => !known.has(allele.replace(/x(\d+|N)$|≥\d+$/, '').trim()));
}

/** Names that the tables of a gene know; undefined for genes without a table (HLA). */
function knownAlleles(gene: string): ReadonlySet<string> | undefined {
  const functions = loadKnowledge('genomics/allele-function.json').data as Record<string, unknown>;
  const of = functions[gene];
  const names = new Set(typeof of === 'object' && of !== null && gene !== 'dates' ? Object.keys(of) : []);
  try {
    const file = loadKnowledge(`genomics/definition-${gene.toLowerCase()}.json`).data;
    const { alleles, leftOut, invisible } = readReduced(file);
    for (const name of [...Object.keys(alleles), ...Object.keys(leftOut), ...invisible]) names.add(name);
  } catch {
    // No table of this gene comes along.
  }
  return names.size > 0 ? names : undefined;
}
