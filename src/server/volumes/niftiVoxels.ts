import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { IdiographError } from '../../dossier/errors.ts';
import { Manifest } from '../../dossier/source.ts';
import { type BlobAccess, defaultLimits } from '../../intake/format.ts';
import { inflateHead, isGzip } from '../../intake/gzip.ts';
import { type NiftiHeader, parseHeader } from '../../intake/nifti/header.ts';
import { niftiKind } from '../../intake/nifti/sniff.ts';

/** Where the voxels of a NIfTI image lie on disk. */
export interface NiftiVoxels {
  header: NiftiHeader;
  /** File with the voxels, packed or not. */
  path: string;
  packed: boolean;
  /** Hash of the file when it is one NIfTI file with header and voxels. */
  single: string | undefined;
}

const manifestStart = '{"manifest":1,';

/** Finds header and voxels of a NIfTI source or artifact without reading the voxels. `blobs.file` is needed. */
export async function findNifti(
  record: { id: string; blob: string },
  blobs: Required<BlobAccess>,
): Promise<NiftiVoxels> {
  const hashes = await membersOf(record.blob, blobs);
  for (const [index, sha256] of hashes.entries()) {
    const path = await blobs.file(sha256);
    const head = await readHead(path);
    const packed = isGzip(head);
    const plain = packed ? inflateHead(head) : head;
    if (!niftiKind(plain)) continue;
    const parsed = parseHeader(plain, defaultLimits);
    if ('refused' in parsed)
      throw new IdiographError('integrity', `the header cannot be read: ${parsed.refused.message}`, { id: record.id });
    const { header } = parsed;
    if (!header.pair) return { header, path, packed, single: sha256 };
    const other = hashes[index + 1];
    if (other === undefined) break;
    const voxels = await blobs.file(other);
    return { header, path: voxels, packed: isGzip(await readHead(voxels)), single: undefined };
  }
  throw new IdiographError('integrity', 'the image has no voxels', { id: record.id });
}

async function membersOf(blob: string, blobs: Required<BlobAccess>): Promise<string[]> {
  const path = await blobs.file(blob);
  const head = await readHead(path);
  if (!Buffer.from(head.subarray(0, manifestStart.length)).equals(Buffer.from(manifestStart))) return [blob];
  const parsed = Manifest.parse(JSON.parse(new TextDecoder().decode(await blobs.bytes(blob))));
  return parsed.members.map(({ sha256 }) => sha256);
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The voxels piece by piece as they are stored, whole voxels only. Throws `integrity` when the file ends too early. */
export async function* voxelPieces(
  { header, path, packed }: NiftiVoxels,
  voxelBytes: number,
  total: number,
): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path, { highWaterMark: 1 << 20, ...(packed ? {} : { start: header.offset }) });
  const stream = packed ? source.pipe(createGunzip({ chunkSize: 1 << 20 })) : source;
  if (packed) source.on('error', (error) => stream.destroy(error));
  let skip = packed ? header.offset : 0;
  let left = total;
  let rest: Uint8Array = new Uint8Array();
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const skipped = Math.min(skip, chunk.length);
      skip -= skipped;
      const joined = rest.length > 0 ? Buffer.concat([rest, chunk.subarray(skipped)]) : chunk.subarray(skipped);
      const whole = Math.min(left, joined.length - (joined.length % voxelBytes));
      if (whole > 0) yield joined.subarray(0, whole);
      left -= whole;
      if (left === 0) return;
      rest = joined.subarray(whole);
    }
  } finally {
    source.destroy();
    stream.destroy();
  }
  throw new IdiographError('integrity', 'the image is truncated', {});
}
