import type { Format } from '../format.ts';
import { assemble } from './assemble.ts';
import type { VcfPiece } from './piece.ts';
import { readVcf } from './readVcf.ts';
import { sniffVcf } from './sniff.ts';

/** VCF 4.x: plain, gzip or bgzip, one or several samples, with its tabix or CSI index; BCF 2 as far as it is a VCF. */
export const vcfFormat: Format<VcfPiece> = { id: 'vcf', sniff: sniffVcf, read: readVcf, assemble };
