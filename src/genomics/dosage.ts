import type { VariantRecord } from '../dossier/image.ts';

/**
 * A genotype that was imputed is taken as called when its probability reaches this; where only a dosage is stated, when
 * the dosage lies within 1 - this of a whole number (the hard-call rules that are usual for imputed data).
 */
export const hardCallFloor = 0.9;
/** Genotypes less likely than this are left out of a set. */
const negligible = 0.01;
/** Uncertain records of one gene that are still taken apart: 3^6 combinations at most. */
const mostUncertain = 6;

/** A genotype as indices of alleles, with its probability. */
export interface WeightedGenotype {
  indices: readonly [number, number];
  probability: number;
}

function numbers(record: VariantRecord, key: string): number[] | undefined {
  const at = record.format.indexOf(key);
  const parts = at < 0 ? [] : (record.sample[at] ?? '.').split(',');
  if (parts.length === 0 || parts.includes('.') || parts.includes('')) return undefined;
  const values = parts.map(Number);
  return values.every((value) => Number.isFinite(value) && value >= 0) ? values : undefined;
}

/**
 * Genotypes of an imputed record by GP (VCF 4.4, section 1.6.2: genotype j/k stands at k(k+1)/2 + j), scaled to a sum of
 * 1, the likeliest first; undefined where the record states no probabilities of a diploid genotype.
 */
export function genotypeProbabilities(record: VariantRecord): WeightedGenotype[] | undefined {
  const alleles = record.alt.length + 1;
  const values = numbers(record, 'GP');
  if (values?.length !== (alleles * (alleles + 1)) / 2) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  // Phred-scaled GP of VCF 4.2 and earlier does not add up to 1.
  if (Math.abs(sum - 1) > 0.05) return undefined;
  const all: WeightedGenotype[] = [];
  for (let k = 0; k < alleles; k++) {
    for (let j = 0; j <= k; j++) all.push({ indices: [j, k], probability: values[(k * (k + 1)) / 2 + j]! / sum });
  }
  return all.sort((a, b) => b.probability - a.probability);
}

/** Why the genotype of an imputed record is no call; undefined for one that is, and for records that state no dosage. */
export function imputationDoubt(record: VariantRecord): string | undefined {
  const likeliest = genotypeProbabilities(record)?.[0];
  if (likeliest) {
    if (likeliest.probability >= hardCallFloor) return undefined;
    return `imputed: the likeliest genotype has probability ${likeliest.probability.toFixed(2)}, ${hardCallFloor} is asked`;
  }
  for (const dosage of numbers(record, 'DS') ?? []) {
    if (Math.abs(dosage - Math.round(dosage)) <= 1 - hardCallFloor + 1e-9) continue;
    return `imputed: a dosage of ${dosage} is not near a whole number`;
  }
  return undefined;
}

/** One way in which the uncertain genotypes of a gene may stand. */
export interface ImputedWorld {
  weight: number;
  records: readonly VariantRecord[];
}

/**
 * The records with each uncertain imputed genotype that `concerns` the gene in its possible states, weighted by the product of their
 * probabilities, scaled to a sum of 1, heaviest first. One world of weight 1 when nothing is uncertain, or when more is
 * than can be taken apart: then the doubtful ones stay no calls. Linkage between positions is not known here.
 */
export function imputedWorlds(
  records: readonly VariantRecord[],
  concerns: (record: VariantRecord) => boolean,
): ImputedWorld[] {
  const uncertain = records.flatMap((record, i) => {
    const doubtful = concerns(record) && imputationDoubt(record) !== undefined;
    const genotypes = doubtful ? genotypeProbabilities(record) : undefined;
    const possible = genotypes?.filter(({ probability }) => probability >= negligible);
    return possible ? [{ i, possible }] : [];
  });
  if (uncertain.length === 0 || uncertain.length > mostUncertain) return [{ weight: 1, records }];
  let worlds: ImputedWorld[] = [{ weight: 1, records }];
  for (const { i, possible } of uncertain) {
    worlds = worlds.flatMap((world) =>
      possible.map(({ indices, probability }) => ({
        weight: world.weight * probability,
        records: world.records.with(i, settled(world.records[i]!, indices)),
      })),
    );
  }
  const kept = worlds.filter(({ weight }) => weight >= negligible / 10);
  const sum = kept.reduce((total, { weight }) => total + weight, 0);
  return kept.map((world) => ({ ...world, weight: world.weight / sum })).sort((a, b) => b.weight - a.weight);
}

/** The record with this genotype, unphased, and without what made it doubtful. */
function settled(record: VariantRecord, [first, second]: readonly [number, number]): VariantRecord {
  return { ...record, format: ['GT'], sample: [`${first}/${second}`] };
}
