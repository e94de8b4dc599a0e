import { IdiographError } from '../../dossier/errors.ts';
import type { Grid } from '../../dossier/grid.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { Manifest, type Source } from '../../dossier/source.ts';
import { type BlobAccess, defaultLimits } from '../format.ts';
import { inputFile } from '../inputFile.ts';
import { type ByteSource, bytesInMemory } from './bytes.ts';
import { PixelError, type Samples } from './codecs/frame.ts';
import { type DicomHeader, readHeader } from './header.ts';
import { Layout } from './layout.ts';
import { type FrameReader, frameReader, isYcbcr } from './pixels.ts';
import { applyRescale, type Rescale, rescaleOf, unitOf } from './rescale.ts';

/** Values as the file stores them, and how they become values. */
export interface StoredSlice {
  /** columns * rows * samples; undefined where the slice is missing. */
  stored: Samples | undefined;
  rescale: Rescale;
}

export interface DicomImageHandle extends ImageHandle {
  /** Integers (or floats) of slice k at time t before rescaling. */
  readStored(k: number, t?: number): Promise<StoredSlice>;
}

interface Opened {
  header: DicomHeader;
  reader: FrameReader;
}

/** Member files of a source in reading order: hashes into the blob store. */
async function membersOf(source: Source, blobs: BlobAccess, count: number): Promise<string[]> {
  if (count === 1) return [source.blob];
  const manifest = Manifest.parse(JSON.parse(new TextDecoder().decode(await blobs.bytes(source.blob))));
  return manifest.members.map((member) => member.sha256);
}

/** Larger members are read in pieces from disk, where the store has them there; smaller ones in one verified piece. */
const streamedBytes = 32 * 2 ** 20;

/** The bytes of one blob. */
export async function blobSource(sha256: string, blobs: BlobAccess): Promise<ByteSource> {
  if (blobs.file) {
    const onDisk = inputFile(await blobs.file(sha256), sha256);
    if (onDisk.bytes > streamedBytes) return onDisk;
  }
  return bytesInMemory(await blobs.bytes(sha256));
}

/** Reads header and prepares the pixels of one member; failures become tagged errors with the member's place. */
async function openMember(bytes: ByteSource, place: string): Promise<Opened> {
  const read = await readHeader(bytes, defaultLimits);
  if ('refused' in read)
    throw new IdiographError('unsupported', read.refused.message, {
      issue: { ...read.refused, place },
      ...(read.refused.remedy && { remedy: read.refused.remedy }),
    });
  return { header: read.header, reader: await tagged(place, () => frameReader(read.header, bytes)) };
}

async function tagged<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PixelError)) throw error;
    const remedy =
      error.code === 'transfer-syntax-unsupported'
        ? 'Export the series as Explicit VR Little Endian or a lossless JPEG syntax.'
        : 'Copy or export the file again from where it came.';
    throw new IdiographError('unsupported', error.message, {
      issue: { code: error.code, severity: 'error', message: error.message, place, remedy },
      remedy,
    });
  }
}

/** Luminance of colour by pixel (ITU-R BT.601). */
function luminance(colour: Samples, samples: number, ycbcr: boolean): Float32Array {
  const out = new Float32Array(colour.length / samples);
  for (let i = 0; i < out.length; i++) {
    const at = i * samples;
    out[i] =
      samples < 3 || ycbcr ? colour[at]! : 0.299 * colour[at]! + 0.587 * colour[at + 1]! + 0.114 * colour[at + 2]!;
  }
  return out;
}

/** One tile of a mosaic. */
function cutTile(stored: Samples, tile: number, side: number, columns: number, rows: number): Samples {
  const out = stored.slice(0, rows * columns);
  const x0 = (tile % side) * columns;
  const y0 = Math.floor(tile / side) * rows;
  for (let y = 0; y < rows; y++) {
    const from = (y0 + y) * side * columns + x0;
    out.set(stored.subarray(from, from + columns) as never, y * columns);
  }
  return out;
}

/**
 * Opens a volume that `dicomFormat` made: `metadata.layout` says which frame of which member is which slice. Members are
 * read and frames decoded only when a slab asks for them; the last opened member is kept open, and a
 * large multi-frame file is read by frame where the store has it on disk. Values are rescaled by slice; a missing slice reads as 0 (in CT as -1000). Throws IdiographError
 * `unsupported` with an `issue` field for pixels that cannot be decoded.
 */
export async function openDicomImage(source: Source, blobs: BlobAccess): Promise<DicomImageHandle> {
  const parsed = Layout.safeParse(source.metadata['layout']);
  if (!parsed.success)
    throw new IdiographError('unsupported', `Source ${source.id} is no DICOM volume.`, {
      source: source.id,
      remedy: 'Open sources of format dicom-series, or dose and parametric maps.',
    });
  const layout = parsed.data;
  const [columns, rows, slices, times] = layout.shape;
  const members = await membersOf(source, blobs, layout.members);
  if (members.length !== layout.members)
    throw new IdiographError(
      'integrity',
      `The manifest of ${source.id} lists ${members.length} files, the layout ${layout.members}.`,
      { source: source.id },
    );
  const frameOfReference = source.metadata['FrameOfReferenceUID'];
  const grid: Grid = {
    shape: layout.shape,
    affineRas: layout.affineRas,
    ...(layout.repetitionTimeS !== undefined && { repetitionTimeS: layout.repetitionTimeS }),
    ...(typeof frameOfReference === 'string' && { frameOfReference }),
  };
  const emptyValue = source.modality === 'CT' ? -1000 : 0;
  let kept: { member: number; opened: Promise<Opened> } | undefined;

  function member(index: number): Promise<Opened> {
    if (kept?.member === index) return kept.opened;
    const opened = blobSource(members[index]!, blobs).then((bytes) =>
      openMember(bytes, `${source.path} (file ${index + 1} of ${members.length})`),
    );
    kept = { member: index, opened };
    return opened;
  }

  let mosaic: { member: number; stored: Promise<Samples> } | undefined;

  async function readStored(k: number, t = 0): Promise<StoredSlice & { header?: DicomHeader }> {
    if (!(Number.isInteger(k) && k >= 0 && k < slices && Number.isInteger(t) && t >= 0 && t < times))
      throw new IdiographError('usage', `Slice ${k} at time ${t} is outside ${slices} slices and ${times} times.`, {
        k,
        t,
      });
    const at = t * slices + k;
    const index = layout.member[at]!;
    if (index < 0) return { stored: undefined, rescale: { slope: 1, intercept: 0 } };
    const { header, reader } = await member(index);
    const frame = layout.frame[at]!;
    const place = `${source.path} (file ${index + 1}, frame ${frame + 1})`;
    if (layout.mosaicSide === undefined)
      return { stored: await tagged(place, () => reader.read(frame)), rescale: rescaleOf(header, frame), header };
    if (mosaic?.member !== index) mosaic = { member: index, stored: tagged(place, () => reader.read(0)) };
    return {
      stored: cutTile(await mosaic.stored, frame, layout.mosaicSide, columns, rows),
      rescale: rescaleOf(header, 0),
      header,
    };
  }

  async function readSlab(kFrom: number, kTo: number, t = 0): Promise<Float32Array> {
    if (!(kTo > kFrom)) throw new IdiographError('usage', `An empty slab: ${kFrom} to ${kTo}.`, { kFrom, kTo });
    const size = columns * rows;
    const out = new Float32Array(size * (kTo - kFrom));
    for (let k = kFrom; k < kTo; k++) {
      const offset = (k - kFrom) * size;
      const { stored, rescale, header } = await readStored(k, t);
      if (stored === undefined) out.fill(emptyValue, offset, offset + size);
      else {
        const samples = stored.length / size;
        const values = samples > 1 ? luminance(stored, samples, header !== undefined && isYcbcr(header)) : stored;
        applyRescale(values, rescale, out, offset);
      }
    }
    return out;
  }

  return {
    id: source.id,
    grid,
    unit: unitOf(source.metadata as never),
    metadata: source.metadata,
    readSlab,
    readVolume: (t = 0) => readSlab(0, slices, t),
    async readStored(k, t = 0) {
      const { stored, rescale } = await readStored(k, t);
      return { stored, rescale };
    },
  };
}
