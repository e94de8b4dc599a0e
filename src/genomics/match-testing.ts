import fc from 'fast-check';
import type { VariantRecord } from '../dossier/image.ts';
import type { Build } from '../intake/vcf/build.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { type CallExtras, type CalledGene, callGene, type GeneCall } from './call.ts';
import { type GeneDefinition, readReduced, reducedDefinition } from './definition.ts';
import { pairName } from './match.ts';
import { observe } from './observe.ts';
import { AlleleFunctions, PhenotypeRules } from './phenotype.ts';

export const functions = AlleleFunctions.parse(loadKnowledge('genomics/allele-function.json').data);
export const rules = PhenotypeRules.parse(loadKnowledge('genomics/phenotype.json').data);

/** The definition that comes with Idiograph. */
export function builtIn(gene: CalledGene): GeneDefinition {
  return reducedDefinition(readReduced(loadKnowledge(`genomics/definition-${gene.toLowerCase()}.json`).data));
}

/** `0/1` for a position by rsID or GRCh38 place; `alt` other than the first of the table; `absent`. */
export type Genotypes = Record<string, string>;

/** One record a position: letters as given, `undefined` leaves the position out. */
export function recordsFor(
  definition: GeneDefinition,
  letters: (i: number) => readonly [string, string] | undefined,
  separator: '/' | '|',
  build: Build = 'GRCh38',
): VariantRecord[] {
  return definition.positions.flatMap((position, i) => {
    const shown = letters(i);
    const pos = position.pos[build];
    const ref = position.ref[build];
    if (!shown || pos === undefined || ref === undefined) return [];
    const alt = [...new Set(shown)].filter((letter) => letter !== ref);
    const index = (letter: string) => (letter === ref ? 0 : alt.indexOf(letter) + 1);
    return [
      {
        line: i + 1,
        chrom: `chr${definition.chromosome}`,
        pos,
        id: '.',
        ref,
        alt,
        qual: '.',
        filter: 'PASS',
        info: '.',
        format: ['GT'],
        sample: [`${index(shown[0])}${separator}${index(shown[1])}`],
      },
    ];
  });
}

/** Records with the GRCh38 base everywhere but at the positions given: rsID or GRCh38 place -> GT over [ref, ...alts]. */
export function geneRecords(definition: GeneDefinition, genotypes: Genotypes): VariantRecord[] {
  return definition.positions.flatMap(({ pos, ref, alts, rsid }, i) => {
    const given = genotypes[rsid ?? ''] ?? genotypes[String(pos.GRCh38)] ?? '0/0';
    if (given === 'absent') return [];
    const [genotype, phaseSet] = given.split(':') as [string, string | undefined];
    return [
      {
        line: i + 1,
        chrom: definition.chromosome,
        pos: pos.GRCh38!,
        id: '.',
        ref: ref.GRCh38!,
        alt: [...alts],
        qual: '.',
        filter: 'PASS',
        info: '.',
        format: phaseSet === undefined ? ['GT'] : ['GT', 'PS'],
        sample: phaseSet === undefined ? [genotype] : [genotype, phaseSet],
      },
    ];
  });
}

export function callMade(
  gene: CalledGene,
  records: readonly VariantRecord[],
  extras: CallExtras = {},
  definition = builtIn(gene),
  build: Build = 'GRCh38',
): GeneCall {
  return callGene(gene, definition, observe(definition, build, records), functions, rules, extras);
}

export const callFrom = (gene: CalledGene, genotypes: Genotypes, extras: CallExtras = {}): GeneCall =>
  callMade(gene, geneRecords(builtIn(gene), genotypes), extras);

export const topOf = ({ match }: GeneCall): string[] => match.top.map(pairName);
export const issueCodes = ({ issues }: GeneCall): string[] => issues.map(({ code }) => code);

/** Every pair that the call leaves open. */
export function openPairs({ match }: GeneCall): string[] {
  const { top, otherPhase, hiddenCommon, hiddenRare, limiting = [] } = match;
  return [...top, ...limiting, ...otherPhase, ...hiddenCommon, ...hiddenRare].map(pairName);
}

export interface MadePerson {
  first: number;
  second: number;
  phased: boolean;
  swaps: boolean[];
  /** Which of several allowed bases is shown. */
  wobble: number;
  absent: number[];
}

/** People made of any two alleles of a table, phased or shuffled, some with positions left out. */
export function madePerson(definition: GeneDefinition): fc.Arbitrary<MadePerson> {
  const allele = fc.integer({ min: 0, max: definition.alleles.length - 1 });
  const size = definition.positions.length;
  return fc.record({
    first: allele,
    second: allele,
    phased: fc.boolean(),
    swaps: fc.array(fc.boolean(), { minLength: size, maxLength: size }),
    wobble: fc.nat({ max: 3 }),
    absent: fc.oneof(
      { weight: 3, arbitrary: fc.constant<number[]>([]) },
      { weight: 1, arbitrary: fc.array(fc.nat({ max: size - 1 }), { maxLength: 3 }) },
    ),
  });
}

/** What a VCF of that person says of the gene. */
export function madeRecords(definition: GeneDefinition, person: MadePerson, build: Build = 'GRCh38'): VariantRecord[] {
  const [a, b] = [definition.alleles[person.first]!, definition.alleles[person.second]!];
  const letter = (choices: readonly string[]) => choices[person.wobble % choices.length]!;
  return recordsFor(
    definition,
    (i) => {
      if (person.absent.includes(i) && !definition.required.includes(i)) return undefined;
      const pair: [string, string] = [letter(a.accepted[i]!), letter(b.accepted[i]!)];
      return !person.phased && person.swaps[i] ? [pair[1], pair[0]] : pair;
    },
    person.phased ? '|' : '/',
    build,
  );
}
