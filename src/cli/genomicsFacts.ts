import { loadDrugs } from '../clinical/drugs.ts';
import type { GenomicsFacts } from '../exchange/genomicsBundle.ts';
import type { DefinedPlace, PlacesOf } from '../exchange/genomicsVariants.ts';
import { readReduced } from '../genomics/definition.ts';
import { knownStatements } from '../genomics/guidance-files.ts';
import { loadKnowledge } from '../knowledge/load.ts';

/** What the genomic bundle quotes from the rooms that it may not look into. */
export function genomicsFacts(knowledgeDirectory?: string): GenomicsFacts {
  const rxnorm = loadDrugs().file.drugs.flatMap((drug) => (drug.rxnorm ? [[drug.name, drug.rxnorm] as const] : []));
  return { statements: knownStatements(knowledgeDirectory), rxnorm: new Map(rxnorm), placesOf };
}

const placesOf: PlacesOf = (gene, build) => {
  const places = new Map<string, DefinedPlace>();
  let definition: ReturnType<typeof readReduced>;
  try {
    definition = readReduced(loadKnowledge(`genomics/definition-${gene.toLowerCase()}.json`).data);
  } catch {
    // HLA and the mitochondrial gene come from outside calls alone.
    return places;
  }
  for (const { grch38, grch37, ref, ref37, rsid } of definition.positions) {
    const place: DefinedPlace = {
      chromosome: definition.chromosome,
      pos: { GRCh37: grch37, GRCh38: grch38 },
      ref: { GRCh37: ref37 ?? ref, GRCh38: ref },
    };
    if (rsid) places.set(rsid, place);
    places.set(`${definition.chromosome}:${build === 'GRCh37' ? grch37 : grch38}`, place);
  }
  return places;
};
