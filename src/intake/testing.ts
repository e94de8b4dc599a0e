import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { onTestFinished } from 'vitest';
import type { InputFile } from './format.ts';
import { inputFile } from './inputFile.ts';

/** A folder with these files, gone after the test. */
export function folderOf(files: Record<string, Uint8Array | string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** One file on disk, as a reader gets it. */
export function fileOf(path: string, content: Uint8Array | string): InputFile {
  return inputFile(join(folderOf({ [path]: content }), path), path);
}

export interface ZipMember {
  name: string;
  content?: Uint8Array | string;
  /** Unix mode in the upper half of the external attributes. */
  mode?: number;
  /** Size that the archive states, when it lies. */
  statedBytes?: number;
  encrypted?: boolean;
}

/** A zip archive (PKWARE APPNOTE 4.3) with any names, as hostile ones have. */
export function zipOf(members: readonly ZipMember[]): Uint8Array {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', mode = 0o100644, statedBytes, encrypted } of members) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const nameBytes = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(plain), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(statedBytes ?? plain.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    locals.push(Buffer.from([0x50, 0x4b, 3, 4]), fields, nameBytes, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 3]), fields, rest, nameBytes);
    offset += 4 + fields.length + nameBytes.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** A tar archive; a member with `linkname` is a symbolic link. */
export async function tarOf(
  members: readonly { name: string; content?: Uint8Array | string; linkname?: string }[],
): Promise<Uint8Array> {
  const archive = pack();
  for (const { name, content = '', linkname } of members) {
    if (linkname === undefined) archive.entry({ name }, Buffer.from(content));
    else archive.entry({ name, type: 'symlink', linkname });
  }
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
