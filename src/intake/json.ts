import { type Issue, issue } from '../dossier/issue.ts';

/** Keys that would change the meaning of an object when it is copied member by member. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses one JSON document from strangers: depth is counted before anything is built, keys that change prototypes are
 * refused. Never throws; what is refused says why (`json-too-deep`, `json-invalid`, `json-forbidden-key`).
 */
export function parseGuarded(text: string, depthLimit: number): { value: unknown } | { refused: Issue } {
  if (jsonDepth(text, depthLimit) > depthLimit) {
    return {
      refused: issue('error', 'json-too-deep', `The JSON is nested deeper than ${depthLimit} levels.`, {
        remedy: 'No medical data needs such depth; check where the file comes from.',
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
      refused: issue('error', 'json-forbidden-key', `The JSON holds the key "${bad}", which no medical data has.`, {
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

/** Deepest nesting of braces and brackets outside strings; stops counting beyond `limit`. Linear, allocates nothing. */
function jsonDepth(text: string, limit: number): number {
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
