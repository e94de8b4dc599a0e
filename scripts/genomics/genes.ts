/** Alleles that any clinical assay should look for; those that CPIC names as AMP tier 1 (the VKORC1, CYP3A and DPYD sets too). */
export const tier1: Record<string, string[]> = {
  CYP2C19: ['*2', '*3', '*17'],
  CYP2C9: ['*2', '*3', '*5', '*6', '*8', '*11'],
  CYP2D6: ['*2', '*3', '*4', '*6', '*9', '*10', '*17', '*29', '*41'],
  CYP3A4: ['*22'],
  CYP3A5: ['*3', '*6', '*7'],
  DPYD: [
    'c.557A>G',
    'c.868A>G',
    'c.1129-5923C>G, c.1236G>A (HapB3)',
    'c.1679T>G (*13)',
    'c.1905+1G>A (*2A)',
    'c.2279C>T',
    'c.2846A>T',
  ],
  NUDT15: ['*3'],
  TPMT: ['*2', '*3A', '*3B', '*3C'],
  VKORC1: ['rs9923231 variant (T)'],
};
/** Whole-gene and hybrid alleles: names without a list of small variants. */
export const invisible: Record<string, string[]> = {
  CYP2B6: ['*29', '*30'],
  CYP2C19: ['*36', '*37'],
  CYP2D6: ['*5', '*13', '*36', '*61', '*63', '*68', 'xN'],
  CYP4F2: ['*16'],
  SLCO1B1: ['*48', '*49'],
};
/** Alleles that PharmCAT 3.1.1 (data of 2025-11-05) can name, to tell where the tables here leave some out. */
export const knownAlleles: Record<string, number> = {
  ABCG2: 2,
  CACNA1S: 3,
  CFTR: 104,
  CYP2B6: 47,
  CYP2C19: 36,
  CYP2C9: 88,
  CYP2D6: 171,
  CYP3A4: 45,
  CYP3A5: 6,
  CYP4F2: 22,
  DPYD: 84,
  G6PD: 185,
  IFNL3: 2,
  NAT2: 59,
  NUDT15: 21,
  RYR1: 339,
  SLCO1B1: 46,
  TPMT: 46,
  UGT1A1: 9,
  VKORC1: 2,
};
/** Positions without which no allele is named: the five that tell the common NAT2 alleles apart. */
export const required: Record<string, number[]> = { NAT2: [18400194, 18400344, 18400593, 18400806, 18400860] };
/** Not called although listed: c.1311T>C, which is usual, and the deletion of G6PD Villeurbanne; a deletion of RYR1. */
export const ignoredPositions: Record<string, number[]> = { G6PD: [154532439, 154532991], RYR1: [38580127] };
/**
 * First and last GRCh38 position for which the two builds are known to be as far apart as everywhere in the gene, where one
 * block of the UCSC chain reaches further than the positions that a table lists in both builds.
 */
export const sameDistanceByChain: Record<string, [number, number]> = {
  CFTR: [117509035, 117667104],
  CYP2C9: [94645745, 94989023],
  CYP3A4: [99758183, 99784078],
  NAT2: [18400010, 18400860],
  SLCO1B1: [21141575, 21239158],
};
