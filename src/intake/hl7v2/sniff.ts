/** True for a message, a file header or a batch header with its four or more delimiters, after a byte-order mark or a block start. */
export function sniffHl7v2(head: Uint8Array): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?[\u000b\s]*(?:MSH|FHS|BHS)[^A-Za-z0-9\s]{4}/.test(
    Buffer.from(head).toString('latin1'),
  );
}
