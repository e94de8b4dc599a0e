import { expect, it } from 'vitest';
import { z } from 'zod';
import { parsedOnce } from './parsed-once.ts';

it('checks one object once, another one of its own, and a broken one each time', () => {
  let times = 0;
  const schema = z.object({ a: z.number() }).refine(() => ++times > 0);
  const data = { a: 1 };
  const first = parsedOnce(schema, data);
  expect(parsedOnce(schema, data)).toBe(first);
  expect(times).toBe(1);
  expect(parsedOnce(schema, { a: 2 })).toEqual({ a: 2 });
  expect(times).toBe(2);
  const broken = { a: 'x' };
  expect(() => parsedOnce(schema, broken)).toThrow();
  expect(() => parsedOnce(schema, broken)).toThrow();
});
