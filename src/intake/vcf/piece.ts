import type { VcfKind } from '../maf/vcfKind.ts';
import type { Build } from './build.ts';
import type { Packing } from './bytes.ts';

/** What one pass over a VCF tells, without any genotype. */
export interface VariantsPiece {
  kind: 'variants';
  fileFormat: string | undefined;
  /** Size of the file as it lies on disk. */
  bytes: number;
  packing: Packing;
  samples: string[];
  /** A genome, a tumour, or ClinVar. */
  content: VcfKind;
  contigs: number;
  reference: string | undefined;
  build: Build | undefined;
  buildBecause: string;
  /** Readable data lines. */
  records: number;
  malformed: number;
  /** Where lines stand in a bgzip file, as `writeMarks` gives them. */
  lineMarks: string;
}

/** What an index says of the file that it was made of. */
export interface IndexPiece {
  kind: 'index';
  index: 'tbi' | 'csi';
  records: number | undefined;
  lastBlock: number;
}

export type VcfPiece = VariantsPiece | IndexPiece;
