/** HGNC ids, as genenames.org gives them out. */
const hgnc: Record<string, number> = {
  ABCG2: 74,
  CACNA1S: 1397,
  CFTR: 1884,
  CYP2B6: 2615,
  CYP2C19: 2621,
  CYP2C9: 2623,
  CYP2D6: 2625,
  CYP3A4: 2637,
  CYP3A5: 2638,
  CYP4F2: 2645,
  DPYD: 3012,
  G6PD: 4057,
  'HLA-A': 4931,
  'HLA-B': 4932,
  IFNL3: 18365,
  'MT-RNR1': 7470,
  NAT2: 7646,
  NUDT15: 23063,
  RYR1: 10483,
  SCN10A: 10582,
  SCN11A: 10583,
  SCN9A: 10597,
  SLCO1B1: 10959,
  TPMT: 12014,
  UGT1A1: 12530,
  VKORC1: 23663,
};
const symbols = new Map(Object.entries(hgnc).map(([symbol, id]) => [id, symbol]));

/** HGNC id of a gene, or undefined where this table lacks it. */
export function hgncId(symbol: string): number | undefined {
  return Object.hasOwn(hgnc, symbol) ? hgnc[symbol] : undefined;
}

/** Symbol of a gene from `HGNC:2621`, `2621` or a symbol. */
export function geneSymbol(code: string): string | undefined {
  const number = /^(?:HGNC:)?(\d+)$/.exec(code.trim())?.[1];
  if (number !== undefined) return symbols.get(Number(number));
  return Object.hasOwn(hgnc, code.trim()) ? code.trim() : undefined;
}
