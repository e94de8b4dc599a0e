/** Whose facts these are. */
export const cpic = {
  title: 'CPIC database, API content of 2024-08-26',
  reference: 'https://cpicpgx.org; as kept in PacificBiosciences/pb-StarPhase data/v0.14.1',
  licence: 'CC0-1.0',
  date: '2024-08-26',
};
export const pypgx = {
  title: 'PyPGx 0.26.0 allele and variant tables',
  reference: 'https://github.com/sbslee/pypgx; Copyright (c) 2020 Seung-been Lee, MIT licence',
  licence: 'MIT',
};
export const tierOne = {
  title: 'AMP tier 1 alleles: Pratt et al., J Mol Diagn 2018;20:269, 2019;21:746, 2021;23:1047',
  reference: 'https://www.amp.org/clinical-practice/practice-guidelines/',
  licence: 'facts',
};
export const ucscChain = {
  title: 'UCSC chain hg38ToHg19: its one block over the gene, for the places that no table lists in both builds',
  reference: 'https://hgdownload.soe.ucsc.edu/goldenPath/hg38/liftOver/',
  licence: 'facts',
};
