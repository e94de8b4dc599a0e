import { readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { offset37, reference37 } from './builds.ts';
import { definitionFile, type Position } from './definitionFile.ts';
import { ignoredPositions, invisible } from './genes.ts';
import { folder, read } from './given.ts';
import { indels } from './indels.ts';
import { cpic, pypgx, tierOne } from './sources.ts';

interface CpicGene {
  chromosome: string;
  variants: Record<string, { position: number; dbsnp_id: string | null; alleles: string[] }>;
  defined_haplotypes: Record<string, { haplotype: Record<string, string> }>;
  reference_allele: string;
}

function cpicGene(gene: string): CpicGene {
  const dump = readdirSync(folder).find((name) => /^cpic_cc0_gene_entries_.*\.json\.gz$/.test(name))!;
  const { gene_entries } = JSON.parse(gunzipSync(read(dump)).toString()) as { gene_entries: Record<string, CpicGene> };
  return gene_entries[gene]!;
}

/** Writes the definition of a gene whose alleles CPIC lists. */
export function fromCpic(gene: string): void {
  const entry = cpicGene(gene);
  const all = Object.values(entry.variants).map((variant) => variant.position);
  const offset = offset37(gene, Math.min(...all) - 12, Math.max(...all));
  const reference = entry.defined_haplotypes[entry.reference_allele]!.haplotype;
  const positions: Position[] = [];
  const placed = new Map<string, { grch38: number; base: (letter: string) => string | undefined }>();
  const unplaced = new Set<string>();
  const ignored = new Set<string>();
  for (const [key, { position, dbsnp_id, alleles }] of Object.entries(entry.variants)) {
    const rsid = dbsnp_id === null ? {} : { rsid: dbsnp_id };
    if (ignoredPositions[gene]?.includes(position)) {
      ignored.add(key);
      continue;
    }
    if (alleles.every((allele) => /^[A-Z]$/.test(allele))) {
      const ref = reference[key]!;
      const alts = alleles.filter((allele) => /^[ACGT]$/.test(allele) && allele !== ref);
      const ref37 = reference37(gene, position);
      positions.push({ grch38: position, grch37: position + offset, ref, alts, ...rsid, ...(ref37 ? { ref37 } : {}) });
      placed.set(key, { grch38: position, base: (letter) => letter });
      continue;
    }
    const vcf = indels[`${gene} ${position}`];
    if (!vcf) {
      unplaced.add(key);
      continue;
    }
    const alts = Object.values(vcf.letters);
    positions.push({ grch38: vcf.grch38, grch37: vcf.grch38 + offset, ref: vcf.ref, alts, ...rsid });
    placed.set(key, {
      grch38: vcf.grch38,
      base: (letter) => (letter === reference[key] ? vcf.ref : vcf.letters[letter]),
    });
  }
  const alleles: Record<string, Record<string, string>> = { [entry.reference_allele]: {} };
  const leftOut: Record<string, string> = {};
  for (const [name, { haplotype }] of Object.entries(entry.defined_haplotypes)) {
    if (name === entry.reference_allele || invisible[gene]?.includes(name) || Object.keys(haplotype).length === 0)
      continue;
    const keys = Object.keys(haplotype).filter((key) => !ignored.has(key));
    if (keys.length === 0 || /Haplotype$/.test(name)) {
      leftOut[name] = 'lies on positions that are not called';
      continue;
    }
    const bases = keys.map((key) => [placed.get(key)?.grch38, placed.get(key)?.base(haplotype[key]!)] as const);
    if (keys.some((key) => unplaced.has(key)) || bases.some(([, base]) => base === undefined)) {
      leftOut[name] = 'an insertion or deletion whose base in front is in none of the sources';
      continue;
    }
    alleles[name] = Object.fromEntries([...bases].sort((a, b) => a[0]! - b[0]!));
  }
  const chromosome = entry.chromosome.replace('chr', '');
  definitionFile(gene, chromosome, entry.reference_allele, positions, alleles, leftOut, [cpic, pypgx, tierOne]);
}
