import { offset37, reference37 } from './builds.ts';
import { definitionFile, type Position } from './definitionFile.ts';
import { alleleRows, variantRows } from './given.ts';
import { pypgx, tierOne } from './sources.ts';

type Bases = Map<number, { ref: string; alts: Set<string> }>;

/** Notes the variant's alleles at its place. Throws where two rows differ in the reference allele. */
function note(bases: Bases, gene: string, position: number, ref: string, alt: string): void {
  const known = bases.get(position) ?? { ref, alts: new Set<string>() };
  bases.set(position, known);
  if (known.ref !== ref) throw new Error(`${gene} ${position}: two reference alleles`);
  known.alts.add(alt);
}

function positionsOf(gene: string, bases: Bases): Position[] {
  const all = [...bases.keys()];
  const offset = offset37(gene, Math.min(...all), Math.max(...all));
  return all.map((grch38): Position => {
    const { ref, alts } = bases.get(grch38)!;
    const rsid = variantRows.find((one) => one['Gene'] === gene && Number(one['GRCh38Position']) === grch38)?.['rsID'];
    const ref37 = reference37(gene, grch38);
    return {
      grch38,
      grch37: grch38 + offset,
      ref,
      alts: [...alts].sort(),
      ...(rsid?.startsWith('rs') ? { rsid } : {}),
      ...(ref37 ? { ref37 } : {}),
    };
  });
}

/** Genes whose alleles PyPGx gives as lists of variants, taken literally. `loose`: positions that an allele not naming them may show either way. */
export function fromPypgx(
  gene: string,
  chromosome: string,
  reference: string,
  wanted: (name: string) => boolean,
  loose: number[],
  leftOut: Record<string, string>,
): void {
  const alleles: Record<string, Record<string, string>> = { [reference]: {} };
  const bases: Bases = new Map();
  for (const row of alleleRows) {
    const name = row['StarAllele']!;
    if (row['Gene'] !== gene || row['SV'] === 'TRUE' || row['GRCh38Core'] === 'N/A' || !wanted(name)) continue;
    const core: Record<string, string> = {};
    for (const variant of row['GRCh38Core']!.split(',')) {
      const [, position, ref, alt] = variant.split('-') as [string, string, string, string];
      core[position] = alt;
      note(bases, gene, Number(position), ref, alt);
    }
    if (!Object.keys(core).some((position) => loose.includes(Number(position)))) {
      for (const position of loose) core[position] = 'N';
    }
    alleles[name] = Object.fromEntries(Object.entries(core).sort(([a], [b]) => Number(a) - Number(b)));
  }
  definitionFile(gene, chromosome, reference, positionsOf(gene, bases), alleles, leftOut, [pypgx, tierOne]);
}

/**
 * CYP2D6 from PyPGx. Its lists name the variants that make an allele, not all that the haplotype carries: the bases of
 * the three backbone positions (those of *2 and *10) are often unstated. An allele with a variant of its own therefore
 * takes any base there; alleles made of backbone variants alone are taken literally.
 */
export function cyp2d6(): void {
  const gene = 'CYP2D6';
  const backbone = [42126611, 42127941, 42130692];
  const sharedWithStar4 = 'its bases also lie on sub-alleles of *4, which would be missed';
  const leftOut: Record<string, string> = {
    '*57': sharedWithStar4,
    '*74': sharedWithStar4,
    '*82': sharedWithStar4,
    '*83': sharedWithStar4,
    '*141': sharedWithStar4,
    '*103': 'its base also lies on sub-alleles of *3, which would be missed',
    '*121': 'its base also lies on sub-alleles of *3, which would be missed',
  };
  const bases: Bases = new Map();
  const alleles: Record<string, Record<string, string>> = {};
  for (const row of alleleRows) {
    const name = row['StarAllele']!;
    if (row['Gene'] !== gene || row['SV'] === 'TRUE' || leftOut[name]) continue;
    const core: Record<string, string> = {};
    for (const variant of row['GRCh38Core']!.split(',')) {
      if (variant === 'N/A') continue;
      const [, position, ref, alt] = variant.split('-') as [string, string, string, string];
      core[position] = alt;
      note(bases, gene, Number(position), ref, alt);
    }
    // GRCh37 has *2 as its reference: what is listed there as changed back is a stated GRCh38 base.
    const back = new Set(row['GRCh37Core']!.split(',').map((variant) => Number(variant.split('-')[1])));
    const own = Object.keys(core).some((position) => !backbone.includes(Number(position)));
    for (const position of backbone) {
      const grch37 = variantRows.find((one) => one['Gene'] === gene && Number(one['GRCh38Position']) === position)!;
      const stated = back.has(Number(grch37['GRCh37Position']));
      if (own && core[position] === undefined && !stated) core[position] = 'N';
    }
    alleles[name] = Object.fromEntries(Object.entries(core).sort(([a], [b]) => Number(a) - Number(b)));
  }
  definitionFile(gene, '22', '*1', positionsOf(gene, bases), alleles, leftOut, [pypgx, tierOne]);
}
