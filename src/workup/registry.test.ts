import { expect, it } from 'vitest';
import { roomNamed, roomOfAnalysis, rooms } from '../dossier/rooms.ts';
import { defaultRegistry, loadRegistry } from './registry.ts';

it('every analysis belongs to a room that has a title, and every room has analyses', async () => {
  const analyses = await loadRegistry(defaultRegistry);
  const nameless = analyses.filter(({ id }) => roomNamed(roomOfAnalysis(id)) === undefined);
  expect(nameless.map(({ id }) => id)).toEqual([]);
  const used = new Set(analyses.map(({ id }) => roomOfAnalysis(id)));
  expect(rooms.filter(({ id }) => !used.has(id))).toEqual([]);
});
