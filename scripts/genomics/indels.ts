/**
 * CPIC's words for insertions, deletions and repeats -> VCF alleles, as the MIT table spells them (its base in front is
 * what CPIC does not say). Key: gene and CPIC's position. Reference first, then each letter of CPIC.
 */
export const indels: Record<string, { grch38: number; ref: string; letters: Record<string, string> }> = {
  'CYP2C9 94942213': { grch38: 94942210, ref: 'GAAAGAAATGG', letters: { delAGAAATGGAA: 'G' } },
  'CYP2C9 94949283': { grch38: 94949281, ref: 'GA', letters: { delA: 'G' } },
  'CYP3A5 99652771': { grch38: 99652770, ref: 'T', letters: { AA: 'TA' } },
  'DPYD 97740411': { grch38: 97740410, ref: 'GATGA', letters: { 'ATGA(1)': 'G' } },
  'DPYD 97450067': { grch38: 97450065, ref: 'TG', letters: { delG: 'T' } },
  // One repeat further than the table has it: a substitution stands at its place.
  'G6PD 154546051': { grch38: 154546049, ref: 'ATGA', letters: { delGAT: 'A' } },
  'G6PD 154536022': { grch38: 154536021, ref: 'CAGA', letters: { delAGA: 'C' } },
  'G6PD 154535370': { grch38: 154535369, ref: 'TTCT', letters: { delTCT: 'T' } },
  'G6PD 154534419': { grch38: 154534418, ref: 'GGAG', letters: { delGAG: 'G' } },
  'G6PD 154534120': { grch38: 154534116, ref: 'ATGT', letters: { delTGT: 'A' } },
  'G6PD 154534076': { grch38: 154534075, ref: 'CAGTGCC', letters: { delAGTGCC: 'C' } },
  'G6PD 154533015': {
    grch38: 154533014,
    ref: 'TGGGGTCGTCCAGGTACCCTTTGGT',
    letters: { delGGGGTCGTCCAGGTACCCTTTGGT: 'T' },
  },
  'G6PD 154532753': { grch38: 154532752, ref: 'CGGCCTTGCGCTCGTTCAG', letters: { delGGCCTTGCGCTCGTTCAG: 'C' } },
  'G6PD 154532058': { grch38: 154532057, ref: 'CTTC', letters: { delTTC: 'C' } },
  'NUDT15 48037826': { grch38: 48037825, ref: 'C', letters: { insCGGG: 'CGCGG' } },
  'NUDT15 48037784': {
    grch38: 48037782,
    ref: 'AGGAGTC',
    letters: { 'GAGTCG(2)': 'A', 'GAGTCG(4)': 'AGGAGTCGGAGTC' },
  },
  'NUDT15 48040982': { grch38: 48040977, ref: 'GA', letters: { delA: 'G' } },
  'NUDT15 48041104': { grch38: 48041103, ref: 'T', letters: { GG: 'TG' } },
  'RYR1 38499646': { grch38: 38499644, ref: 'TGGA', letters: { delGAG: 'T' } },
  'RYR1 38572266': { grch38: 38572266, ref: 'TC', letters: { insCT: 'CT' } },
  'RYR1 38580039': { grch38: 38580039, ref: 'TT', letters: { insAA: 'AA' } },
  'TPMT 18149032': { grch38: 18149032, ref: 'C', letters: { insT: 'CT' } },
  'UGT1A1 233760235': {
    grch38: 233760233,
    ref: 'CAT',
    letters: { 'TA(6)': 'C', 'TA(8)': 'CATAT', 'TA(9)': 'CATATAT' },
  },
};
