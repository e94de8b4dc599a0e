import { expect, it } from 'vitest';
import { haystackOf, rowsWith } from './haystack.ts';

it('finds the rows that hold all of the words, each once and in order', () => {
  const hay = haystackOf([' anna mueller', ' anna anna', '', ' bea mueller anna']);
  expect(rowsWith(hay, [' anna'])).toEqual([0, 1, 3]);
  expect(rowsWith(hay, [' anna', ' mueller'])).toEqual([0, 3]);
  expect(rowsWith(hay, [' mueller', ' bea'])).toEqual([3]);
  expect(rowsWith(hay, [' carl'])).toEqual([]);
  expect(rowsWith(haystackOf([]), [' anna'])).toEqual([]);
});

it('finds what a look at every row finds', () => {
  const texts = Array.from({ length: 500 }, (_, i) => ` ${i % 7} w${i % 31} ${'x'.repeat(i % 5)}`);
  for (const needles of [[' w1'], [' 3', ' w2'], [' xx'], [' w30', ' 6', ' x']]) {
    const each = texts.flatMap((text, i) => (needles.every((one) => text.includes(one)) ? [i] : []));
    expect(rowsWith(haystackOf(texts), needles)).toEqual(each);
  }
});
