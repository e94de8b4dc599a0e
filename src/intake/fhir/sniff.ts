/** True when the first bytes are JSON that speaks FHIR. Bulk exports may put `resourceType` last in a long line. */
export function sniffFhir(head: Uint8Array): boolean {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const words = new TextDecoder(utf16 ? (head[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(head);
  const start = words.trimStart();
  if (!start.startsWith('{') && !start.startsWith('[')) return false;
  return /"resourceType"\s*:\s*"|"https?:\\?\/\\?\/hl7\.org\\?\/fhir\\?\//.test(words);
}
