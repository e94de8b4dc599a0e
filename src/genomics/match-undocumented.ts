import type { GeneDefinition } from './definition.ts';
import type { Observation } from './observe.ts';

/** Genes in which a base that the table does not know counts as the reference (PharmCAT, "undocumented variation"). */
const asReference = new Set(['CACNA1S', 'DPYD', 'G6PD', 'NUDT15', 'RYR1', 'TPMT']);

/**
 * In some genes a letter that no allele of the table has is read as the reference, and told; in the others it stays and
 * nothing will fit. A base that a deletion took (`*`) or that is not spelled out is never the reference.
 */
export function settleUndocumented(
  definition: GeneDefinition,
  observations: readonly Observation[],
): { observations: readonly Observation[]; replaced: number[] } {
  if (!asReference.has(definition.gene)) return { observations, replaced: [] };
  const replaced: number[] = [];
  const settled = observations.map((one, i): Observation => {
    if (one.state !== 'called') return one;
    const { ref, alts } = definition.positions[i]!;
    const known = (letter: string) => letter === ref.GRCh38 || alts.includes(letter) || !/^[ACGT>]+$/.test(letter);
    if (one.alleles.every(known)) return one;
    replaced.push(i);
    const [first, second] = one.alleles.map((letter) => (known(letter) ? letter : ref.GRCh38!)) as [string, string];
    return { ...one, alleles: [first, second] };
  });
  return { observations: settled, replaced };
}
