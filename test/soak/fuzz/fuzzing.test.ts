import { expect, test } from 'vitest';
import { formats as known } from '../../../src/intake/formats.ts';
import { seeded } from '../store/seeded.ts';
import { fuzzReaders } from './fuzzing.ts';
import { mutate } from './mutate.ts';

test('500 mutations of small valid files crash no reader and hang none', { timeout: 60_000 }, async () => {
  const { faults, formats, slowestMs } = await fuzzReaders(500, 11);
  expect(faults).toEqual([]);
  expect(slowestMs).toBeLessThan(2000);
  // A format that comes later needs a seed as well.
  expect(Object.keys(formats).sort()).toEqual(known.map(({ id }) => id).sort());
  // Mutations that nothing survives would test the first check of each reader only.
  for (const [id, { opened, refused }] of Object.entries(formats)) expect(opened + refused, id).toBeGreaterThan(0);
  expect(formats['fhir']!.opened).toBeGreaterThan(5);
  expect(formats['dicom']!.opened).toBeGreaterThan(5);
});

test('a mutation depends on the seed alone and is one', () => {
  const original = Buffer.from('MSH|^~\\&|a|b|c|d|20260101||ORU^R01|1|T|2.5.1');
  const all = [1, 2].map(() => {
    const random = seeded(3);
    return Array.from({ length: 50 }, () => mutate(original, random, original).toString('latin1'));
  });
  expect(all[0]).toEqual(all[1]);
  expect(all[0]!.filter((text) => text !== original.toString('latin1')).length).toBeGreaterThan(40);
});
