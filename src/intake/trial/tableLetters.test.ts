import { expect, it } from 'vitest';
import { lettersOfTable } from './tableLetters.ts';

const read = (labels: string[], treatment?: string) => {
  const { letter, issue } = lettersOfTable(labels, treatment);
  return issue?.code ?? labels.map((one) => letter(one) ?? '?').join('');
};

it('takes the second of two labels for the other side', () => {
  expect(read(['A', 'B', 'b', ' a '])).toBe('ABBA');
  expect(read(['gabapentin', 'placebo', 'Placebo', ''])).toBe('BAA?');
  expect(read(['verum', 'tea'])).toBe('BA');
  expect(read(['tea', 'coffee'])).toBe('??');
  expect(read(['tea', 'coffee'], 'Coffee')).toBe('AB');
});

it('counts washout for no treatment, and refuses a third one', () => {
  expect(read(['A', 'washout', 'B'])).toBe('A-B');
  expect(read(['A', 'B', 'C'])).toBe('several-treatments');
  expect(read(['tea', 'coffee', 'milk'], 'milk')).toBe('several-treatments');
  // Two words for one side are no third treatment.
  expect(read(['placebo', 'control', 'drug'])).toBe('AAB');
});
