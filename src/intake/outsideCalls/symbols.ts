/** Genes with CPIC-named alleles, and those that only typing or long reads can call. HGNC symbols. */
const named: ReadonlySet<string> = new Set(
  `ABCG2 CACNA1S CFTR CYP2A6 CYP2B6 CYP2C19 CYP2C8 CYP2C9 CYP2D6 CYP3A4 CYP3A5 CYP4F2 DPYD G6PD HLA-A HLA-B IFNL3
  MT-RNR1 NAT1 NAT2 NUDT15 RYR1 SLCO1B1 TPMT UGT1A1 VKORC1`.split(/\s+/),
);

/** The HGNC symbol of a name in any case, also under the names that programs use; undefined for a gene not named here. */
export function geneSymbol(name: string): string | undefined {
  const upper = name.trim().toUpperCase();
  const symbol = upper === 'RNR1' || upper === 'MTRNR1' ? 'MT-RNR1' : upper === 'IFNL4' ? 'IFNL3' : upper;
  return named.has(symbol) ? symbol : undefined;
}

export function isNamedGene(symbol: string): boolean {
  return named.has(symbol);
}
