import { type ExampleFile, textFile } from '../../../examples/patient.ts';
import { bcfHead, bcfRecord } from '../../../src/intake/vcf/bcfTesting.ts';
import { bgzip, csiIndex, tabixIndex } from '../../../src/intake/vcf/testing.ts';

/** A file to be damaged, with the good files that lie beside it. */
export interface Seed extends ExampleFile {
  beside?: ExampleFile[];
}

const blockBytes = 2000;

/** BCF, and a bgzip VCF with each kind of index: the genome damaged beside a good index, and the other way round. */
export function genomeSeeds(vcf: Uint8Array): Seed[] {
  const text = Buffer.from(vcf).toString('utf8');
  const packed = bgzip(text, { blockBytes });
  const bcf = Buffer.concat([bcfHead(), bcfRecord(99, [2, 4, 4, 0x81]), bcfRecord(199, [2, 5, 0, 0])]);
  const named = (name: string, ending: string) => ({
    genome: { path: `${name}.vcf.gz`, bytes: packed },
    index: {
      path: `${name}.vcf.gz.${ending}`,
      bytes: ending === 'csi' ? csiIndex(text, blockBytes) : tabixIndex(text, blockBytes),
    },
  });
  const [tabix, csi] = [named('tabix', 'tbi'), named('csi', 'csi')];
  return [
    { path: 'plain.bcf', bytes: bcf },
    { path: 'genome.bcf', bytes: bgzip(bcf, { blockBytes: 101 }) },
    { ...tabix.genome, beside: [tabix.index] },
    { ...tabix.index, beside: [tabix.genome] },
    { ...csi.genome, beside: [csi.index] },
    { ...csi.index, beside: [csi.genome] },
  ];
}

const pypgxTable = textFile(
  'data.tsv',
  '\tGenotype\tPhenotype\tHaplotype1\tHaplotype2\tAlternativePhase\tVariantData\tCNV\nNA1\t*5/*29\tPoor Metabolizer\t*29;\t*29;\t;\t\tWholeDel1\nNA2\tIndeterminate\tIndeterminate\t\t\t\t\t\n',
);
const pypgxGene = textFile(
  'metadata.txt',
  'Platform=WGS\nGene=CYP2D6\nAssembly=GRCh37\nSemanticType=SampleTable[Results]\n',
);

/** What each program that calls star alleles writes. */
export function outsideSeeds(): Seed[] {
  const starPhase = {
    pbstarphase_version: '1.3.0',
    gene_details: {
      CYP2D6: { diplotypes: [{ hap1: '*4.001+*68', hap2: '*4.001', diplotype: '*4.001+*68/*4.001' }] },
      'HLA-A': { diplotypes: [{ diplotype: '01:01:01:01/26:01:01:01' }] },
      CYP2B6: { diplotypes: [{ diplotype: '*1/*6' }, { diplotype: '*4/*9' }] },
      DPYD: { diplotypes: [{ diplotype: 'NO_MATCH/NO_MATCH' }] },
    },
  };
  const aldyHead =
    '#Sample\tGene\tSolutionID\tMajor\tMinor\tCopy\tAllele\tLocation\tType\tCoverage\tEffect\tdbSNP\tCode\tStatus';
  const aldyRow = (solution: number, major: string) =>
    `NA1\tCYP2D6\t${solution}\t${major}\t1;4\t0\t1\t42\tSNP.GA\t-1\tNEUTRAL\trs1\t-1`;
  return [
    textFile(
      'pharmcat.tsv',
      'Gene\tDiplotype\n# comment\nCYP2D6\t*1/*3\nCYP2C9\t\t\t2.0\nTPMT\t\tpoor metaboliser\nMT-RNR1\t1555A>G\nHLA-B\t*15:02/*57:01\n',
    ),
    textFile(
      'a.aldy',
      [aldyHead, '#Solution 1: *1, *4', aldyRow(1, '*1/*4.021.ALDY+*4'), '#Solution 2', aldyRow(2, '*2-like/*4')].join(
        '\n',
      ),
    ),
    textFile(
      'cyrius.tsv',
      'Sample\tGenotype\tFilter\nA\t*1/*36x2+*10\tPASS\nB\t*1/*46;*43/*45\tMore_than_one_possible_genotype\nC\tNone\tNone\n',
    ),
    textFile('cyrius.json', '{"A": {"Coverage_MAD": 0.04, "Spacer_CN": 2, "Genotype": "*2x2/*71", "Filter": "PASS"}}'),
    textFile(
      'stellar.alleles',
      "--------\n\nCYP2D6 Star Allele Calling with StellarPGx\n\n--------\n\nInitially computed CN = 2\n\n\nCandidate alleles:\n['17.v1_29.v1']\n\n\nResult:\n*17/*29\n\n\nActivity score:\n1.0\n\n\nMetaboliser status:\nIntermediate metaboliser (IM)\n",
    ),
    textFile('starphase.json', JSON.stringify(starPhase)),
    { ...pypgxTable, beside: [pypgxGene] },
    { ...pypgxGene, beside: [pypgxTable] },
  ];
}
