import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberPath } from './memberPath.ts';

describe('memberPath', () => {
  it.each([
    ['../x', 'climbs'],
    ['a/../../x', 'climbs'],
    ['/etc/passwd', 'absolute'],
    ['C:/x', 'drive'],
    ['a\\..\\x', 'backslash'],
    ['a/CON', 'device'],
    ['lpt1.txt', 'device'],
    ['a\u0000b', 'control'],
    ['', 'no name'],
    ['./.', 'empty'],
    ['./C:/x', 'drive letter'],
  ])('refuses %j', (name, why) => {
    const result = memberPath(name);
    expect('unsafe' in result && result.unsafe).toContain(why);
  });

  it('normalises what is harmless', () => {
    expect(memberPath('./a//b/./c.dcm')).toEqual({ path: 'a/b/c.dcm' });
    expect(memberPath('console/aux1/nully')).toEqual({ path: 'console/aux1/nully' });
  });

  it('lets nothing through that could leave a folder', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', 'a', 'b.dcm', 'con', 'C:', 'x\\y', ' ..', '.. ', '\u2025', '..\u0000'),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const result = memberPath(parts.join('/'));
        if ('unsafe' in result) return;
        expect(result.path).not.toMatch(/^\/|\\|\0/);
        expect(result.path.split('/')).not.toContain('..');
        expect(result.path.split('/')).not.toContain('');
        // A path that was let through is its own normal form.
        expect(memberPath(result.path)).toEqual(result);
      }),
    );
  });
});
