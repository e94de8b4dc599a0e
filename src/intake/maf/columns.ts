/** Columns without which a table is no MAF (GDC MAF format 1.0.0, TCGA MAF 2.4). */
const needed = ['Hugo_Symbol', 'Chromosome', 'Start_Position', 'Reference_Allele', 'Tumor_Seq_Allele2'];

export function isMafHeader(line: string): boolean {
  const columns = new Set(line.replace(/^\ufeff/, '').split('\t'));
  return needed.every((name) => columns.has(name));
}
