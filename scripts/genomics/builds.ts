import type { Position } from './definitionFile.ts';
import { sameDistanceByChain } from './genes.ts';
import { variantRows } from './given.ts';

/** What is added to a GRCh38 position to get the GRCh37 one; the same for every listed position inside the gene. */
export function offset37(gene: string, from: number, to: number): number {
  const offsets = new Set<number>();
  for (const row of variantRows) {
    const p38 = Number(row['GRCh38Position']);
    if (row['Gene'] === gene && p38 >= from && p38 <= to) offsets.add(Number(row['GRCh37Position']) - p38);
  }
  if (offsets.size !== 1) throw new Error(`${gene}: ${offsets.size} distances between the builds`);
  return [...offsets][0]!;
}

/** Reference base in GRCh37 where the table lists the position and it is another one than in GRCh38. */
export function reference37(gene: string, grch38: number): string | undefined {
  const row = variantRows.find((one) => one['Gene'] === gene && Number(one['GRCh38Position']) === grch38);
  return row && row['GRCh37Allele'] !== row['GRCh38Allele'] ? row['GRCh37Allele'] : undefined;
}

/** First and last position that lies as far from its GRCh37 one as the listed positions do. */
export function sameDistance(gene: string, positions: readonly Position[]): [number, number] {
  const chained = sameDistanceByChain[gene];
  if (chained !== undefined) return chained;
  const offset = positions[0]!.grch37 - positions[0]!.grch38;
  const known = variantRows
    .filter((row) => row['Gene'] === gene && Number(row['GRCh37Position']) - Number(row['GRCh38Position']) === offset)
    .map((row) => Number(row['GRCh38Position']));
  const all = [...known, ...positions.map(({ grch38 }) => grch38)];
  return [Math.min(...all), Math.max(...all)];
}
