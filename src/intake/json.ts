/**
 * Parses JSON text that may be hostile: nesting is measured before parsing, keys that would change prototypes are dropped.
 * Returns undefined for text that is not JSON or is nested deeper than `depth`.
 */
export function parseUntrustedJson(text: string, depth: number): unknown {
  if (nesting(text) > depth) return undefined;
  try {
    return JSON.parse(text, (key, value) => (key === '__proto__' || key === 'constructor' ? undefined : value));
  } catch {
    return undefined;
  }
}

function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
  }
  return deepest;
}
