import type { Format } from '../format.ts';
import { assemble } from './assemble.ts';
import type { NiftiPiece } from './piece.ts';
import { readPiece } from './read.ts';
import { sniffNifti } from './sniff.ts';

/** NIfTI-1 and -2, single files and pairs, plain or packed, with BIDS sidecars and gradient tables. */
export const niftiFormat: Format<NiftiPiece> = { id: 'nifti', sniff: sniffNifti, read: readPiece, assemble };
