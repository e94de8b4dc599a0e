import type { ChosenFile } from './chosen.ts';

/** A part of a file with its head, as the server takes it. The browser reads the bytes from disk while it sends. */
export function partBody({ path, file }: ChosenFile, offset: number, end: number): Blob {
  return new Blob([headOf({ path, bytes: file.size, offset, modified: file.lastModified }), file.slice(offset, end)]);
}

/** Many small files in one body. */
export function batchBody(files: readonly ChosenFile[]): Blob {
  return new Blob(
    files.flatMap(({ path, file }) => [headOf({ path, bytes: file.size, modified: file.lastModified }), file]),
  );
}

/** 4 bytes of length, big-endian, then JSON in UTF-8. */
function headOf(head: Record<string, unknown>): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(4 + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length);
  bytes.set(text, 4);
  return bytes;
}
