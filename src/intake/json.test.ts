import { describe, expect, it } from 'vitest';
import { parseUntrustedJson } from './json.ts';
import { decodeText, headText } from './text.ts';

describe('parseUntrustedJson', () => {
  it('measures nesting before it parses, brackets in strings left out', () => {
    expect(parseUntrustedJson('[[[1]]]', 3)).toEqual([[[1]]]);
    expect(parseUntrustedJson('[[[1]]]', 2)).toBeUndefined();
    expect(parseUntrustedJson('["[[[[\\"[["]', 1)).toEqual(['[[[["[[']);
    expect(parseUntrustedJson('['.repeat(200_000), 100)).toBeUndefined();
    expect(parseUntrustedJson('{"a": ', 100)).toBeUndefined();
  });

  it('drops keys that would change prototypes', () => {
    const parsed = parseUntrustedJson('{"__proto__": {"evil": 1}, "a": {"constructor": 2, "b": 3}}', 9);
    expect(parsed).toEqual({ a: { b: 3 } });
    expect(Object.keys(parsed as object)).toEqual(['a']);
  });
});

describe('text', () => {
  it('is UTF-8 without NUL, and may be cut in the middle of a character at the end of a head', () => {
    const bytes = Buffer.from('\ufeffMüller');
    expect(decodeText(bytes)).toBe('Müller');
    expect(decodeText(bytes.subarray(0, 5))).toBeUndefined();
    expect(headText(bytes.subarray(0, 5))).toBe('M');
    expect(decodeText(Buffer.from('a\0b'))).toBeUndefined();
    expect(headText(Buffer.from([0xff, 0xfe, 0x41, 0, 0xff, 0xff]))).toBeUndefined();
  });
});
