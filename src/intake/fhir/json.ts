/** JSON from strangers: bytes are held to strict UTF-8, depth is counted before anything is built, tricks are refused. */
import { type Issue, issue } from '../../dossier/issue.ts';

export type Element = { [key: string]: unknown };

/** Keys that would change the meaning of an object when it is copied member by member. FHIR has no such element. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

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

/** Deepest nesting of braces and brackets outside strings; stops counting beyond `limit`. Linear, allocates nothing. */
export function jsonDepth(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 0x5c) at++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) {
      depth++;
      if (depth > deepest) deepest = depth;
      if (deepest > limit) return deepest;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return deepest;
}

/** Parses one JSON document under the depth limit. Never throws. */
export function parseGuarded(text: string, depthLimit: number): { value: unknown } | { refused: Issue } {
  if (jsonDepth(text, depthLimit) > depthLimit) {
    return {
      refused: issue('error', 'json-too-deep', `The JSON is nested deeper than ${depthLimit} levels.`, {
        remedy: 'No clinical record needs such depth; check where the file comes from.',
      }),
    };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 160) : 'unreadable';
    return {
      refused: issue('error', 'json-invalid', `The JSON cannot be read: ${detail}.`, {
        remedy: 'The file may be truncated; export it again.',
      }),
    };
  }
  const bad = findForbiddenKey(value);
  if (bad !== undefined) {
    return {
      refused: issue('error', 'json-forbidden-key', `The JSON holds the key "${bad}", which no FHIR element has.`, {
        remedy: 'Check where the file comes from.',
      }),
    };
  }
  return { value };
}

function findForbiddenKey(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    if (!Array.isArray(value) && forbidden.has(key)) return key;
    const deeper = findForbiddenKey(member);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
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
