import { readFileSync } from 'node:fs';
import { gunzipSync, inflateSync } from 'node:zlib';
import type { ImageHandle } from '../src/dossier/image.ts';

/** A three-dimensional NRRD file of 16-bit numbers on axes at right angles; the direction of axes changes no feature. */
export function openNrrd(path: string): ImageHandle {
  const bytes = readFileSync(path);
  const end = bytes.indexOf('\n\n');
  const fields = new Map(
    bytes
      .subarray(0, end)
      .toString('latin1')
      .split('\n')
      .flatMap((line) => {
        const at = line.indexOf(': ');
        return at > 0 ? [[line.slice(0, at), line.slice(at + 2).trim()] as const] : [];
      }),
  );
  const packed = bytes.subarray(end + 2);
  const raw = fields.get('encoding') === 'raw' ? packed : packed[0] === 0x78 ? inflateSync(packed) : gunzipSync(packed);
  const [ni, nj, nk] = fields.get('sizes')!.split(' ').map(Number) as [number, number, number];
  const spacing = fields
    .get('space directions')!
    .split(') (')
    .map((axis) => Math.hypot(...axis.replace(/[()]/g, '').split(',').map(Number)));
  const data = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const kind = fields.get('type')!;
  const read: Record<string, (at: number) => number> = {
    short: (at) => data.getInt16(2 * at, true),
    'unsigned short': (at) => data.getUint16(2 * at, true),
    'unsigned char': (at) => data.getUint8(at),
    int: (at) => data.getInt32(4 * at, true),
    float: (at) => data.getFloat32(4 * at, true),
    double: (at) => data.getFloat64(8 * at, true),
  };
  const values = Float32Array.from({ length: ni * nj * nk }, (_, at) => read[kind]!(at));
  const [x, y, z] = spacing as [number, number, number];
  return {
    id: path,
    grid: { shape: [ni, nj, nk, 1], affineRas: [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1] },
    unit: '1',
    metadata: {},
    readSlab: async (kFrom, kTo) => values.slice(ni * nj * kFrom, ni * nj * kTo),
    readVolume: async () => values,
  };
}
