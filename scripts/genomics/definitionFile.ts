import { sameDistance } from './builds.ts';
import { invisible, knownAlleles, required, sameDistanceByChain, tier1 } from './genes.ts';
import { ucscChain } from './sources.ts';
import { write } from './write.ts';

export interface Position {
  grch38: number;
  grch37: number;
  ref: string;
  alts: string[];
  rsid?: string;
  ref37?: string;
}

const byNumber = (a: string, b: string) => Number(a.slice(1)) - Number(b.slice(1)) || (a < b ? -1 : 1);

export function definitionFile(
  gene: string,
  chromosome: string,
  reference: string,
  positions: Position[],
  alleles: Record<string, Record<string, string>>,
  leftOut: Record<string, string>,
  sources: unknown[],
): void {
  positions.sort((a, b) => a.grch38 - b.grch38);
  if (new Set(positions.map(({ grch38 }) => grch38)).size < positions.length)
    throw new Error(`${gene}: two positions at one place`);
  const names = Object.keys(alleles);
  if (names[0]?.startsWith('*')) names.sort(byNumber);
  const ordered = Object.fromEntries(names.map((name) => [name, alleles[name]]));
  write(`definition-${gene.toLowerCase()}.json`, {
    id: `genomics-definition-${gene.toLowerCase()}`,
    title: `${gene}: reduced star-allele definitions`,
    version: '1.0.0',
    date: '2024-08-26',
    licence: 'CC0-1.0 AND MIT',
    sources: gene in sameDistanceByChain ? [...sources, ucscChain] : sources,
    note: 'position (GRCh38) -> base on the plus strand, IUPAC; N = any, not scored; unstated = the GRCh38 base; complete: unstated counts as stated',
    gene,
    chromosome,
    reference,
    complete: gene === 'CYP2C19' ? ['*1'] : [],
    tier1: tier1[gene] ?? [],
    invisible: invisible[gene] ?? [],
    required: required[gene] ?? [],
    knownAlleles: knownAlleles[gene],
    sameDistance: sameDistance(gene, positions),
    leftOut,
    positions,
    alleles: ordered,
  });
}
