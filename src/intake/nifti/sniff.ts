import type { InputFile } from '../format.ts';
import { inflateHead, isGzip } from '../gzip.ts';
import { looksLikeBloodColumns } from '../table/bloodColumns.ts';
import { headText } from '../text.ts';
import type { NiftiPiece } from './piece.ts';

/** Which NIfTI (or ANALYZE, which is refused later by name) these bytes begin; undefined when none. */
export function niftiKind(head: Uint8Array): { version: 1 | 2 | 'analyze'; littleEndian: boolean } | undefined {
  if (head.length < 348) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    if (size === 540 && head.length >= 540 && [0x6e2b32, 0x6e6932].includes(view.getUint32(4, false) >>> 8)) {
      return { version: 2, littleEndian };
    }
    if (size !== 348) continue;
    if ([0x6e2b31, 0x6e6931].includes(view.getUint32(344, false) >>> 8)) return { version: 1, littleEndian };
    const dimensions = view.getInt16(40, littleEndian);
    if (head[38] === 0x72 && dimensions >= 1 && dimensions <= 7) return { version: 'analyze', littleEndian };
  }
  return undefined;
}

/** Keys by which a JSON object is known as a description of an image: BIDS 1.9 metadata and dcm2niix. */
const sidecarKeys =
  /"(RepetitionTime|EchoTime|EchoTime1|MagneticFieldStrength|SliceTiming|PhaseEncodingDirection|ConversionSoftware|TaskName|FlipAngle|ProtocolName|SeriesDescription|ManufacturersModelName|IntendedFor|TracerName|ImageType|PulseSequenceType|ArterialSpinLabelingType|MultibandAccelerationFactor|TotalReadoutTime|Units)"\s*:/;

function looksLikeSidecar(text: string): boolean {
  return (
    /^\s*\{/.test(text) && sidecarKeys.test(text) && !/"resourceType"\s*:/.test(text) && !looksLikeBloodColumns(text)
  );
}

/** Text of numbers only, as `.bval` and `.bvec` are. */
function looksLikeNumbers(text: string): boolean {
  return /^[\s,]*([-+0-9.eE]+|nan)([\s,]+([-+0-9.eE]+|nan))*[\s,]*$/i.test(text);
}

const gradientName = /\.bvals?$|\.bvecs?$/i;
const pairName = /\.img(\.gz)?$/i;

/** Part of an image? By content; the voxels of a pair and tables of numbers have none, there the name groups. */
export function sniffNifti(head: Uint8Array, file: Pick<InputFile, 'path'>): boolean {
  return pieceKind(head, file.path) !== undefined;
}

export function pieceKind(head: Uint8Array, path: string): NiftiPiece['kind'] | undefined {
  if (niftiKind(isGzip(head) ? inflateHead(head) : head)) return 'image';
  const text = headText(head);
  if (text !== undefined) {
    if (looksLikeSidecar(text)) return 'sidecar';
    // A head may end in the middle of a number such as `1e-`: any cut is still made of the same characters.
    return gradientName.test(path) && looksLikeNumbers(text) ? 'gradients' : undefined;
  }
  return pairName.test(path) ? 'voxels' : undefined;
}
