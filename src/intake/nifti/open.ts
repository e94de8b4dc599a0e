import { IdiographError } from '../../dossier/errors.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type BlobAccess, defaultLimits } from '../format.ts';
import { inflateBytes, isGzip } from '../gzip.ts';
import { type MemberFile, membersOf } from '../members.ts';
import { datatypeByName } from './datatypes.ts';
import { type NiftiHeader, parseHeader } from './header.ts';
import { expectedBytes } from './read.ts';
import { niftiKind } from './sniff.ts';
import { decodeVoxels } from './voxels.ts';

/** What is needed of a source or an artifact to open the image that it is. */
export interface NiftiRecord {
  id: string;
  blob: string;
  path: string;
  modality?: string;
  metadata?: Record<string, unknown>;
}

/**
 * Opens a NIfTI source (single file or manifest of several) or artifact.
 * The decompressed file stays in memory as long as the handle. Throws `integrity` when the bytes are not what the import saw.
 */
export async function openNifti(record: NiftiRecord, blobs: BlobAccess): Promise<ImageHandle> {
  const members = await membersOf(record, blobs);
  const { header, bytes } = await voxelFile(record, members);
  const [ni, nj, nk, nt] = header.grid.shape;
  const metadata = record.metadata ?? header.fields;
  const repetitionTime = metadata['RepetitionTime'];
  const slab =
    (gap: number): ImageHandle['readSlab'] =>
    async (kFrom, kTo, t = 0) => {
      if (!(0 <= kFrom && kFrom <= kTo && kTo <= nk && 0 <= t && t < nt)) {
        throw new IdiographError('usage', `no slices ${kFrom}..${kTo} at time ${t}`, { shape: header.grid.shape });
      }
      return decodeVoxels(bytes, header, ni * nj * (kFrom + nk * t), ni * nj * (kTo - kFrom), gap);
    };
  const volume =
    (gap: number): ImageHandle['readVolume'] =>
    async (t = 0) => {
      if (!(0 <= t && t < nt)) throw new IdiographError('usage', `no time point ${t}`, { shape: header.grid.shape });
      return decodeVoxels(bytes, header, ni * nj * nk * t, ni * nj * nk, gap);
    };
  return {
    id: record.id,
    // The sidecar knows the repetition time better than the header, whose unit is often left out.
    grid: typeof repetitionTime === 'number' ? { ...header.grid, repetitionTimeS: repetitionTime } : header.grid,
    unit: unitOf(record.modality, metadata),
    metadata,
    readSlab: slab(0),
    readVolume: volume(0),
    ...(!datatypeByName(header.datatype).integer && {
      withGaps: { readSlab: slab(Number.NaN), readVolume: volume(Number.NaN) },
    }),
  };
}

async function voxelFile(
  record: NiftiRecord,
  members: MemberFile[],
): Promise<{ header: NiftiHeader; bytes: Uint8Array }> {
  const broken = (reason: string) => new IdiographError('integrity', `${record.path} ${reason}`, { id: record.id });
  for (const [index, member] of members.entries()) {
    const packed = await member.bytes();
    const head = isGzip(packed) ? await inflateBytes(packed, 4096) : packed.subarray(0, 4096);
    if (!niftiKind(head)) continue;
    const parsed = parseHeader(head, defaultLimits);
    if ('refused' in parsed) throw broken(`cannot be read: ${parsed.refused.message}`);
    const { header } = parsed;
    const voxels = header.pair ? await members[index + 1]?.bytes() : packed;
    if (voxels === undefined) throw broken('has no voxel file');
    const expected = expectedBytes(header);
    const bytes = isGzip(voxels) ? await inflateBytes(voxels, expected) : voxels;
    if (bytes.length < expected) throw broken('is truncated');
    return { header, bytes };
  }
  throw broken('is not NIfTI');
}

function unitOf(modality: string | undefined, metadata: Readonly<Record<string, unknown>>): string {
  const stated = metadata['Units'];
  if (typeof stated === 'string' && /^bq\/ml$/i.test(stated)) return 'Bq/mL';
  return modality === 'CT' ? "[hnsf'U]" : '1';
}
