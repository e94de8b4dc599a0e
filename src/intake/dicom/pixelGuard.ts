import { type Issue, issue } from '../../dossier/issue.ts';
import type { Limits } from '../format.ts';
import type { ByteSource } from './bytes.ts';
import type { DicomHeader } from './header.ts';
import { numberOf, textOf } from './record.ts';
import type { SopKind } from './sopClasses.ts';
import { transferSyntax } from './transferSyntaxes.ts';

/** Fragments looked at when a header is read; longer lists are checked when frames are decoded. */
const fragmentsChecked = 4096;

/** Size of the pixels as the header states it. */
export interface PixelShape {
  rows: number;
  columns: number;
  samples: number;
  bitsAllocated: number;
  frames: number;
  /** Bytes of one uncompressed frame; frames of 1-bit images follow each other without padding. */
  frameBits: number;
}

/** Reads Rows, Columns, ...; undefined when they are absent or senseless. */
export function pixelShape(header: DicomHeader): PixelShape | undefined {
  const { record } = header;
  const rows = numberOf(record, 'Rows') ?? 0;
  const columns = numberOf(record, 'Columns') ?? 0;
  const samples = numberOf(record, 'SamplesPerPixel') ?? 1;
  const frames = numberOf(record, 'NumberOfFrames') ?? 1;
  const kind = header.pixel?.kind;
  const bitsAllocated = kind === 'float32' ? 32 : kind === 'float64' ? 64 : (numberOf(record, 'BitsAllocated') ?? 0);
  if (rows < 1 || columns < 1 || samples < 1 || samples > 4 || frames < 1 || !Number.isInteger(frames))
    return undefined;
  if (![1, 8, 16, 32, 64].includes(bitsAllocated)) return undefined;
  const subsampled =
    /^YBR_(FULL|PARTIAL)_422$/.test(textOf(record, 'PhotometricInterpretation') ?? '') && samples === 3;
  const native = transferSyntax(header.transferSyntax).coding === 'native';
  const frameBits = rows * columns * (native && subsampled ? 2 : samples) * bitsAllocated;
  return { rows, columns, samples, bitsAllocated, frames, frameBits };
}

/**
 * Holds what the header says about the pixels against what is there, before anybody allocates. An issue of severity
 * `error` refuses the file.
 */
export async function checkPixels(
  header: DicomHeader,
  kind: SopKind,
  source: ByteSource,
  limits: Limits,
): Promise<Issue | undefined> {
  const { pixel } = header;
  const imaging = kind !== 'object' && kind !== 'structure-set' && kind !== 'directory';
  if (pixel === undefined) {
    if (!imaging) return undefined;
    return issue('error', 'pixel-data-missing', 'An image object without pixels.', {
      place: '(7fe0,0010)',
      remedy: 'The file is cut off or was exported without pixels: export it again.',
    });
  }
  if (!imaging) return undefined;
  const shape = pixelShape(header);
  if (shape === undefined) {
    const { record } = header;
    const said = ['Rows', 'Columns', 'SamplesPerPixel', 'BitsAllocated', 'NumberOfFrames'].map(
      (name) => `${name} ${textOf(record, name) ?? 'absent'}`,
    );
    return issue('error', 'pixel-description-invalid', `The pixel description makes no sense: ${said.join(', ')}.`, {
      place: '(0028,xxxx)',
      remedy: 'Export the image again from its source.',
    });
  }
  const voxels = shape.rows * shape.columns * shape.frames;
  if (voxels > limits.voxels)
    return issue('error', 'image-too-large', `${voxels} pixels in one object; the limit is ${limits.voxels}.`, {
      place: '(0028,0010)',
      remedy: 'Raise limits.voxels if the image is genuine.',
    });
  const syntax = transferSyntax(header.transferSyntax);
  const expected = Math.ceil((shape.frameBits * shape.frames) / 8);
  if (syntax.deflated) {
    const place = '(7fe0,0010)';
    if (pixel.length < expected)
      return issue(
        'error',
        'pixel-data-short',
        `${expected} bytes of pixels are announced, ${pixel.length} are there.`,
        { place, remedy: 'Export the file again.' },
      );
    const compressed = source.bytes - header.dataSetAt;
    if (pixel.at + Math.max(expected, pixel.length) > Math.max(16 * 2 ** 20, compressed * limits.inflationRatio))
      return issue('error', 'inflation-limit', `${compressed} bytes would inflate to ${pixel.length}.`, {
        place,
        remedy: 'Take the file from a trusted source, or store it undeflated.',
      });
    return undefined;
  }
  if (pixel.length >= 0) {
    const there = Math.min(pixel.length, source.bytes - pixel.at);
    if (syntax.coding !== 'native') {
      return issue(
        'error',
        'pixel-data-not-encapsulated',
        `${syntax.name} needs fragments; the pixels have a defined length.`,
        {
          place: `(7fe0,0010) at byte ${pixel.at}`,
          remedy: 'Export the image again; TransferSyntaxUID or PixelData is wrong.',
        },
      );
    }
    if (there < expected)
      return issue('error', 'pixel-data-short', `${expected} bytes of pixels are announced, ${there} are there.`, {
        place: `(7fe0,0010) at byte ${pixel.at}`,
        remedy: 'The file is cut off or damaged: copy or export it again.',
      });
    if (pixel.length > source.bytes - pixel.at)
      return issue(
        'warning',
        'length-beyond-end',
        'PixelData claims more bytes than the file has; all pixels are there.',
        { place: `(7fe0,0010) at byte ${pixel.at}` },
      );
    return undefined;
  }
  return checkFragments(pixel.at, source);
}

/** Steps from fragment to fragment by their lengths. */
async function checkFragments(start: number, source: ByteSource): Promise<Issue | undefined> {
  const short = (at: number): Issue =>
    issue('error', 'pixel-data-short', 'The compressed pixels are cut off or damaged.', {
      place: `fragment at byte ${at}`,
      remedy: 'Copy or export the file again.',
    });
  let at = start;
  for (let n = 0; n < fragmentsChecked; n++) {
    if (at === source.bytes && n > 1)
      return issue('warning', 'delimiter-missing', 'The compressed pixels lack their end mark.', {
        place: `byte ${at}`,
      });
    const inHead = at + 8 <= source.head.length;
    const bytes = inHead ? source.head.subarray(at, at + 8) : await source.read(at, at + 8);
    if (bytes.length < 8) return short(at);
    const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
    const element = view.getUint16(2, true);
    if (view.getUint16(0, true) !== 0xfffe) return short(at);
    if (element === 0xe0dd) return n > 1 ? undefined : short(at);
    const length = view.getUint32(4, true);
    if (element !== 0xe000 || length === 0xffffffff || at + 8 + length > source.bytes) return short(at);
    at += 8 + length;
  }
  return undefined;
}
