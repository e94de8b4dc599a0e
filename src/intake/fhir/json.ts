/** FHIR JSON: bytes are held to strict UTF-8; members are read without trusting their types. */
import { type Issue, issue } from '../../dossier/issue.ts';

export type Element = { [key: string]: unknown };

/** Bytes to text, a UTF-8 byte order mark dropped. Anything that is not UTF-8 is refused rather than repaired. */
export function decodeUtf8(bytes: Uint8Array): { text: string } | { refused: Issue } {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { refused: notUtf8('the file is UTF-16') };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { refused: notUtf8('it holds bytes that are not UTF-8') };
  }
}

function notUtf8(why: string): Issue {
  return issue('error', 'not-utf8', `FHIR JSON must be UTF-8, but ${why}.`, {
    remedy: 'Export the file again as UTF-8, for example with iconv -t UTF-8.',
  });
}

export function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/* Reading members of an element whose types nobody has checked: the wrong type reads as absent. */

export function child(of: Element | undefined, key: string): Element | undefined {
  const value = of?.[key];
  return isElement(value) ? value : undefined;
}

/** Members that are objects of an array, or the single object where somebody forgot the array. */
export function children(of: Element | undefined, key: string): Element[] {
  const value = of?.[key];
  if (Array.isArray(value)) return value.filter(isElement);
  return isElement(value) ? [value] : [];
}

export function text(of: Element | undefined, key: string): string | undefined {
  const value = of?.[key];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

export function number(of: Element | undefined, key: string): number | undefined {
  const value = of?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function flag(of: Element | undefined, key: string): boolean | undefined {
  const value = of?.[key];
  return typeof value === 'boolean' ? value : undefined;
}
