/** UTF-8 text without its byte-order mark, or undefined when the bytes are not UTF-8 or hold NUL. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
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
