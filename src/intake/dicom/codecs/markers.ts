/** Size and kind of a JPEG family codestream as its own header says. */
export interface CodestreamSize {
  rows: number;
  columns: number;
  samples: number;
  precision: number;
  /** SOFn marker (0xC0...0xCF, 0xF7 for JPEG-LS); 0 for JPEG 2000. */
  sof: number;
}

/** First frame header of a JPEG, JPEG lossless or JPEG-LS codestream (ISO 10918-1 B.2.2, 14495-1 C.2.2). */
export function jpegSize(bytes: Uint8Array): CodestreamSize | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!;
    const isFrame =
      marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc);
    if (isFrame) {
      if (at + 10 > bytes.length) return undefined;
      return {
        precision: bytes[at + 4]!,
        rows: bytes[at + 5]! * 256 + bytes[at + 6]!,
        columns: bytes[at + 7]! * 256 + bytes[at + 8]!,
        samples: bytes[at + 9]!,
        sof: marker,
      };
    }
    if (marker === 0xda || marker === 0xd9 || length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

/** SIZ of a JPEG 2000 codestream, bare or in a JP2 box (ISO 15444-1 A.5.1). */
export function j2kSize(bytes: Uint8Array): CodestreamSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = Math.min(bytes.length - 48, 4096);
  for (let at = 0; at <= end; at++) {
    if (view.getUint32(at) !== 0xff4fff51) continue;
    const xsiz = view.getUint32(at + 8);
    const ysiz = view.getUint32(at + 12);
    const components = view.getUint16(at + 40);
    return {
      columns: xsiz - view.getUint32(at + 16),
      rows: ysiz - view.getUint32(at + 20),
      samples: components,
      precision: (bytes[at + 42]! & 0x7f) + 1,
      sof: 0,
    };
  }
  return undefined;
}
