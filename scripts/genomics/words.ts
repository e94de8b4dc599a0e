/** Genes whose alleles have an activity value; those of the others have a word. */
export const valueGenes = ['CYP2C9', 'CYP2D6', 'DPYD'];

export const functionWord = (words: string) => words.replace(/ function$/i, '').toLowerCase();

/** CPIC's words -> the codes of src/genomics/phenotype.ts. */
export function phenotypeWord(words: string): string {
  const known: Record<string, string> = {
    Normal: 'normal-activity',
    Variable: 'variable-activity',
    '-1639 AA': 'vkorc1-1639-aa',
    '-1639 AG': 'vkorc1-1639-ag',
    '-1639 GG': 'vkorc1-1639-gg',
    'ivacaftor responsive in CF patients': 'ivacaftor-responsive',
    'ivacaftor non-responsive in CF patients': 'ivacaftor-non-responsive',
  };
  return known[words] ?? words.toLowerCase().replaceAll(' ', '-');
}
