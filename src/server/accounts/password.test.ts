import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordCost, passwordHasher } from './hashing.ts';
import { generatePassword, passwordObjection } from './password.ts';
import { quick } from './testing/openTest.ts';

describe('what will not do', () => {
  it.each([
    ['elevenchars', 'at least'],
    ['82749173026571', 'no letter'],
    ['x'.repeat(257), 'at most'],
    ['aaaaaaaaaaaa', 'few characters'],
    ['ababababababab', 'few characters'],
    ['123456789012', 'row'],
    ['qwertyuiopas', 'row'],
    ['zyxwvutsrqpo', 'row'],
    ['Password1234!', 'guessed'],
    ['P@ssw0rd2026', 'guessed'],
    ['passwordpassword', 'guessed'],
    ['Idiograph2026!', 'guessed'],
    ['WelcomeAdmin1', 'guessed'],
    ['xyzzyxyzzyxyzzy', 'few characters'],
    ['grünergrüner', 'guessed'],
    ['ada.lovelace!42', 'name'],
    ['ADA.L0vel4ce-x', 'name'],
  ])('%s: %s', (password, why) => {
    expect(passwordObjection(password, 'ada.lovelace')).toContain(why);
  });

  it.each([
    'several words nobody connects',
    'Zwölf Boxkämpfer',
    'vibul-nahis-togim-nunak',
    'kX9$wq!2Lm#7',
    '密码学是一门有趣的学问啊真的',
  ])('but %s will', (password) => {
    expect(passwordObjection(password, 'ada')).toBeUndefined();
  });
});

describe('generated passwords', () => {
  it('are six words that can be spoken, and all 96 bits count', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), fc.nat({ max: 95 }), (bytes, bit) => {
        const password = generatePassword(() => bytes);
        expect(password).toMatch(/^([bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz](-|$)){6}$/);
        const other = Uint8Array.from(bytes);
        other[bit >> 3]! ^= 1 << (bit & 7);
        expect(generatePassword(() => other)).not.toBe(password);
      }),
    );
  });

  it('are those of the proquint paper: 127.0.0.1 is lusab-babad', () => {
    const bytes = Uint8Array.of(127, 0, 0, 1, 63, 84, 220, 193, 63, 118, 7, 35);
    expect(generatePassword(() => bytes)).toBe('lusab-babad-gutih-tugad-gutuk-bisog');
  });

  it('pass our own rules', () => {
    for (let i = 0; i < 200; i++) expect(passwordObjection(generatePassword(randomBytes), 'owner')).toBeUndefined();
  });
});

describe('hashing', () => {
  it('is argon2id with the stated costs and a salt of its own', async () => {
    const hasher = passwordHasher();
    const [first, second] = [await hasher.make('several words'), await hasher.make('several words')];
    expect(first).toMatch(
      new RegExp(
        `^\\$argon2id\\$v=19\\$m=${passwordCost.memoryKiB},t=${passwordCost.passes},p=${passwordCost.lanes}\\$`,
      ),
    );
    expect(first).not.toBe(second);
    expect(await hasher.matches('several words', first)).toBe(true);
    expect(await hasher.matches('several wordz', first)).toBe(false);
    expect(hasher.isOutdated(first)).toBe(false);
    expect(passwordHasher(quick).isOutdated(first)).toBe(true);
  });

  it('takes composed and decomposed letters for the same', async () => {
    const hasher = passwordHasher(quick);
    expect(await hasher.matches('Zwo\u0308lf Boxer', await hasher.make('Zw\u00f6lf Boxer'))).toBe(true);
  });

  it('nobody matches nothing, in the time that somebody takes', async () => {
    const hasher = passwordHasher({ memoryKiB: 16_384, passes: 2, lanes: 1 });
    const stored = await hasher.make('several words');
    expect(await hasher.matches('nobody has this password', null)).toBe(false);
    const timed = async (against: string | null) => {
      const start = performance.now();
      await hasher.matches('wrong', against);
      return performance.now() - start;
    };
    // In turns, the quickest of each: what else the machine does falls on both.
    const times: [number, number][] = [];
    for (let i = 0; i < 20; i++) times.push([await timed(stored), await timed(null)]);
    const ratio = Math.min(...times.map(([known]) => known)) / Math.min(...times.map(([, unknown]) => unknown));
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('does two at a time, lets 64 wait and turns the rest away', async () => {
    const hasher = passwordHasher({ memoryKiB: 4096, passes: 1, lanes: 1 });
    await hasher.matches('first', null);
    const all = await Promise.allSettled(Array.from({ length: 80 }, () => hasher.matches('wrong', null)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(66);
    expect(all.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'store-busy' } });
  });
});
