import type { FrameHead, PartHead } from './frames.ts';

/** One file of a batch as it is sent. */
export function frame(path: string, content: Uint8Array | string, modified?: number): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(content as string);
  return framed({ path, bytes: bytes.byteLength, ...(modified !== undefined && { modified }) }, bytes);
}

/** One part of a file as it is sent. */
export function part(head: PartHead, content: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return framed(head, Buffer.from(content as string));
}

function framed(head: FrameHead, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.byteLength);
  return new Uint8Array(Buffer.concat([length, text, bytes]));
}
