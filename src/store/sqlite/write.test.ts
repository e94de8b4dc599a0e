import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { breathing } from '../../dossier/breath.ts';
import { sampleSubject } from '../samples.ts';
import { openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { prepareBatch, writeBatch } from './write.ts';

it('a write that is ended midway keeps nothing, and says before how far it is', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'idiograph-write-'));
  const database = await openDatabase(join(directory, 'store.sqlite'));
  onTestFinished(async () => {
    await database.close();
    await rm(directory, { recursive: true, force: true });
  });
  await migrate(database);
  const subjects = Array.from({ length: 2_000 }, (_, index) => sampleSubject(`S${10_000 + index}`));
  const stop = new AbortController();
  const told: number[] = [];
  const control = {
    signal: stop.signal,
    onProgress: (done: number) => {
      told.push(done);
      // After the first records were inserted.
      if (done > 0.5) stop.abort();
    },
  };
  const breath = breathing(control, 0);
  const ready = await prepareBatch(subjects, breath);
  await expect(database.write((transaction) => writeBatch(transaction, ready, breath))).rejects.toMatchObject({
    code: 'aborted',
  });
  expect(told.toSorted((a, b) => a - b)).toEqual(told);
  expect(told.length).toBeGreaterThan(20);
  const count = () => database.kysely.selectFrom('record').select('id').execute();
  expect(await count()).toEqual([]);
  await database.write((transaction) => writeBatch(transaction, ready, breathing()));
  expect(await count()).toHaveLength(2_000);
});
