/** UTF-16 where the byte-order mark says so, as spreadsheets save "Unicode text"; else UTF-8. */
export function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** Text without its byte-order mark, or undefined when the bytes are neither UTF-8 nor marked UTF-16, or hold NUL. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Text of a file's head, whose last character may be cut in two; undefined when it is not text. */
export function headText(head: Uint8Array): string | undefined {
  for (let cut = 0; cut < 4 && cut <= head.length; cut++) {
    const text = decodeText(head.subarray(0, head.length - cut));
    if (text !== undefined) return text;
  }
  return undefined;
}
