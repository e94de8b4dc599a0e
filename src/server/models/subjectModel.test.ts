import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { writeManyFindings } from '../../../test/server/manyFindings.ts';
import type { Store } from '../../dossier/store.ts';
import { openStore } from '../../store/open.ts';
import { openModels } from './models.ts';

const access = { purpose: 'care', actor: 'test' } as const;
const now = () => '2026-11-24T10:00:00.000Z';
let directory: string;
let store: Store;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'idiograph-model-'));
  store = await openStore({ engine: 'sqlite', directory });
  await writeManyFindings(store, 'S0001', 4000);
});
afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const open = () => openModels({ store, now, program: { name: 'idiograph', version: '0' } });

it('lets others have their turn while a large one is built, and reads the dossier once when nothing new is kept', async () => {
  await open().of('S0001', access);
  let dossiers = 0;
  const reading = store.reading.bind(store);
  const spy = vi.spyOn(store, 'reading').mockImplementation((who) => {
    const reader = reading(who);
    const dossier: typeof reader.dossier = (id) => {
      dossiers++;
      return reader.dossier(id);
    };
    return { ...reader, dossier };
  });
  let turns = 0;
  let on = true;
  const turn = () => {
    turns++;
    if (on) setImmediate(turn);
  };
  setImmediate(turn);
  const model = await open().of('S0001', access);
  on = false;
  spy.mockRestore();
  expect(model.report.rooms.flatMap(({ findings }) => findings)).toHaveLength(4000);
  expect(dossiers).toBe(1);
  // Between the thousands of records, and before plan, missing data and report.
  expect(turns).toBeGreaterThanOrEqual(6);
});

it('shows what came while it was built, not the state of before', async () => {
  await open().of('S0001', access);
  const subject = (await store.reading(access).get('S0001'))!.record;
  if (subject.kind !== 'subject') throw new Error('no subject');
  const reading = store.reading.bind(store);
  let asked = false;
  const spy = vi.spyOn(store, 'reading').mockImplementation((who) => {
    const reader = reading(who);
    const dossier: typeof reader.dossier = async (id) => {
      const read = await reader.dossier(id);
      if (!asked) {
        asked = true;
        await store.write([{ ...subject, question: 'Asked meanwhile?' }]);
      }
      return read;
    };
    return { ...reader, dossier };
  });
  const { report } = await open().of('S0001', access);
  spy.mockRestore();
  expect(report.input.dossier.subject.question).toBe('Asked meanwhile?');
});

it('what the first page would wait for can be loaded before', async () => {
  await expect(open().warm()).resolves.toBeUndefined();
});
