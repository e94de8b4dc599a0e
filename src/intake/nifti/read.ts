import { type Issue, issue } from '../../dossier/issue.ts';
import { ratioFloorBytes } from '../archive/budget.ts';
import type { InputFile, Limits, Read } from '../format.ts';
import { inflateFile, inflateHead, isGzip } from '../gzip.ts';
import { datatypeByName } from './datatypes.ts';
import { parseRows } from './gradients.ts';
import { type NiftiHeader, parseHeader, voxelCount } from './header.ts';
import type { NiftiPiece } from './piece.ts';
import { parseSidecar, sidecarBytes } from './sidecar.ts';
import { pieceKind } from './sniff.ts';
import { notFiniteCounter } from './voxels.ts';

const mend = 'Copy or export the image again.';

function refuse(code: string, message: string, remedy = mend): { refused: Issue } {
  return { refused: issue('error', code, message, { remedy }) };
}

/** Reads one file of an image up to its last voxel without keeping voxels. */
export async function readPiece(file: InputFile, limits: Limits): Promise<Read<NiftiPiece>> {
  switch (pieceKind(file.head, file.path)) {
    case 'image':
      return readImage(file, limits);
    case 'sidecar': {
      if (file.bytes > sidecarBytes) return refuse('sidecar-too-large', 'A sidecar has at most 1 MiB.');
      const parsed = parseSidecar(await file.readAll(), limits.jsonDepth);
      if ('invalid' in parsed) return refuse('sidecar-invalid', parsed.invalid, 'Write it again with dcm2niix.');
      return { piece: { kind: 'sidecar', keys: parsed.keys }, issues: [] };
    }
    case 'gradients': {
      if (file.bytes > sidecarBytes) return refuse('gradients-too-large', 'A gradient table has at most 1 MiB.');
      const rows = parseRows(new TextDecoder().decode(await file.readAll()));
      if (!rows) return refuse('gradients-invalid', 'The table holds something else than numbers.');
      return { piece: { kind: 'gradients', rows }, issues: [] };
    }
    default:
      return { piece: { kind: 'voxels', bytes: file.bytes, packed: isGzip(file.head) }, issues: [] };
  }
}

async function readImage(file: InputFile, limits: Limits): Promise<Read<NiftiPiece>> {
  const packed = isGzip(file.head);
  const parsed = parseHeader(packed ? inflateHead(file.head) : file.head, limits);
  if ('refused' in parsed) return parsed;
  const { header, issues } = parsed;
  const piece: NiftiPiece = { kind: 'image', header };
  if (header.pair) return { piece, issues };

  const expected = expectedBytes(header);
  // Deflate cannot pack better than about 1,032 : 1, so a file this small cannot hold what its header states.
  if ((packed ? file.bytes * 1032 : file.bytes) < expected) return truncated(expected, packed ? undefined : file.bytes);
  if (packed && expected > limits.inflatedBytes) {
    return refuse('nifti-too-large', `The image unpacks to ${expected} bytes.`, 'Raise limits.inflatedBytes.');
  }
  if (packed && expected > ratioFloorBytes && expected / file.bytes > limits.inflationRatio) {
    const message = `The image unpacks to ${Math.round(expected / file.bytes)} times its size, as decompression bombs do.`;
    return refuse('nifti-inflation', message, 'If it is honest, unpack it yourself, or raise limits.inflationRatio.');
  }
  const notFinite = notFiniteCounter(header);
  if (packed) {
    const { bytes, ended } = await inflateFile(file.diskPath, expected, notFinite.take);
    if (bytes < expected)
      return ended === 'damaged' ? refuse('nifti-damaged', 'The packed file is damaged.') : truncated(expected, bytes);
    if (ended === 'damaged') {
      return refuse('nifti-damaged', 'The check sum of the packed file is wrong: voxels may be damaged.');
    }
    if (ended === 'more') issues.push(trailing(expected));
  } else {
    if (!datatypeByName(header.datatype).integer) {
      for (let at = 0; at < expected; at += 2 ** 20) {
        notFinite.take(await file.read(at, Math.min(at + 2 ** 20, expected)), at);
      }
    }
    if (file.bytes > expected + 64) issues.push(trailing(expected));
  }
  if (notFinite.count() > 0) {
    const message = `${notFinite.count()} of ${voxelCount(header)} voxels are no finite number; they are left out where a method can, else read as 0.`;
    issues.push(issue('warning', 'nifti-not-finite', message, { remedy: 'Mask or fill them where they matter.' }));
  }
  return { piece, issues };
}

/** Bytes of the whole decompressed file. */
export function expectedBytes(header: NiftiHeader): number {
  return header.offset + voxelCount(header) * datatypeByName(header.datatype).bytes;
}

function truncated(expected: number, got: number | undefined): { refused: Issue } {
  const has = got === undefined ? 'fewer' : String(got);
  return refuse('nifti-truncated', `The header states ${expected} bytes; the file has ${has}.`);
}

function trailing(expected: number): Issue {
  const message = `More data follow after the ${expected} bytes that the header states; they are not read.`;
  return issue('warning', 'nifti-trailing-bytes', message, { remedy: 'Check that the file is the right one.' });
}
