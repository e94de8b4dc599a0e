import { expect, test } from 'vitest';
import { decodeText } from './charset.ts';

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (one) => one.charCodeAt(0));
}

// Byte sequences of the examples in PS3.5 annexes H, I and K.
test.each([
  ['Latin-1', ['ISO_IR 100'], '\xc4neas^R\xfcdiger', 'Äneas^Rüdiger'],
  ['Greek', ['ISO_IR 126'], '\xc4\xe9\xef\xed', 'Διον'],
  ['UTF-8', ['ISO_IR 192'], 'Wang=\xe7\x8e\x8b', 'Wang=王'],
  ['GB18030', ['GB18030'], '\xcd\xf5^\xd0\xa1\xb6\xab', '王^小东'],
  ['Japanese by escapes', ['', 'ISO 2022 IR 87'], 'Yamada=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B', 'Yamada=山田^太郎'],
  ['half-width katakana', ['ISO 2022 IR 13', 'ISO 2022 IR 87'], '\xd4\xcf\xc0\xde', 'ﾔﾏﾀﾞ'],
  [
    'Korean by escapes, reset at each delimiter',
    ['', 'ISO 2022 IR 149'],
    'Hong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce',
    'Hong=洪^吉',
  ],
  ['an unknown set as Latin-1', ['NO_SUCH'], '\xe9', 'é'],
])('%s', (_, terms, raw, expected) => {
  expect(decodeText(bytes(raw), terms)).toBe(expected);
});
