import { expect, it } from 'vitest';
import { oneLine, printable } from './terminal.ts';

it('shows what would steer a terminal as question marks', () => {
  expect(printable('\u001b[2J\u001b[31mred\u0007')).toBe('?[2J?[31mred?');
  expect(printable('scan\u202egnp.dcm')).toBe('scan?gnp.dcm');
  expect(printable('two\nlines\tof Müller, 山田, \u{1f600}')).toBe('two\nlines\tof Müller, 山田, \u{1f600}');
});

it('keeps a name with a line end on its line', () => {
  expect(oneLine('refused a\nACT NOW: b')).toBe('refused a?ACT NOW: b');
});
