import { describe, expect, it } from 'vitest';
import { parseGuarded } from './json.ts';
import { decodeText, headText } from './text.ts';

const outcome = (text: string, depth: number) => {
  const parsed = parseGuarded(text, depth);
  return 'value' in parsed ? parsed.value : parsed.refused.code;
};

describe('parseGuarded', () => {
  it('measures nesting before it parses, brackets in strings left out', () => {
    expect(outcome('[[[1]]]', 3)).toEqual([[[1]]]);
    expect(outcome('[[[1]]]', 2)).toBe('json-too-deep');
    expect(outcome('["[[[[\\"[["]', 1)).toEqual(['[[[["[[']);
    expect(outcome('['.repeat(200_000), 100)).toBe('json-too-deep');
    expect(outcome('{"a": ', 100)).toBe('json-invalid');
  });

  it.each([
    '{"__proto__": {"evil": 1}}',
    '{"a": [{"constructor": 2, "b": 3}]}',
    '{"\\u0070rototype": 1}',
  ])('refuses %s: it would change prototypes', (text) => expect(outcome(text, 9)).toBe('json-forbidden-key'));
});

describe('text', () => {
  it('is UTF-16 where a mark says so, as spreadsheets save it', () => {
    const little = Buffer.from('\ufeffMüller\t1', 'utf16le');
    expect(decodeText(little)).toBe('Müller\t1');
    expect(decodeText(Buffer.from(little).swap16())).toBe('Müller\t1');
    expect(headText(little.subarray(0, 7))).toBe('Mü');
    expect(decodeText(little.subarray(2))).toBeUndefined();
  });

  it('is UTF-8 without NUL, and may be cut in the middle of a character at the end of a head', () => {
    const bytes = Buffer.from('\ufeffMüller');
    expect(decodeText(bytes)).toBe('Müller');
    expect(decodeText(bytes.subarray(0, 5))).toBeUndefined();
    expect(headText(bytes.subarray(0, 5))).toBe('M');
    expect(decodeText(Buffer.from('a\0b'))).toBeUndefined();
    expect(headText(Buffer.from([0xff, 0xff, 0x41, 0, 0xff, 0xff]))).toBeUndefined();
  });
});
