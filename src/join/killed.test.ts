import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { doctor } from '../store/maintenance.ts';
import { mergeSubjects } from './merge.ts';
import { splitSubject } from './split.ts';
import { image, order, sidecar, testBed } from './testing.ts';

const child = join(import.meta.dirname, 'killed.child.ts');

function killed(order: Record<string, unknown>): Promise<NodeJS.Signals | null> {
  const running = spawn(process.execPath, [child, JSON.stringify(order)], { stdio: 'ignore' });
  return new Promise((resolve) => running.on('close', (_, signal) => resolve(signal)));
}

it.each(['merge', 'split'])('a %s that is killed leaves either state, and the same order completes it', async (act) => {
  const bed = await testBed();
  const files = { 'a.nii': image(1), 'a.json': sidecar('P1'), 'b.nii': image(2), 'c.nii': image(3) };
  const [a] = (await bed.take(files)).subjects;
  const [b] = (await bed.take({ 'd.nii': image(4), 'd.json': sidecar('P2') })).subjects;
  const [from, into] = [a!.subject, b!.subject];
  const sources = a!.added.slice(1);
  const job = { config: bed.store.config, act, from, into, sources };
  const state = async () => [await bed.reader.dossier(from), await bed.reader.dossier(into)];
  const before = await state();

  expect(await killed({ ...job, files: 2 })).toBe('SIGKILL');
  expect(await state()).toEqual(before);
  expect((await bed.reader.list(into, 'blob')).length).toBeGreaterThan(1);
  if (act === 'merge') await mergeSubjects(bed.store, { from, into }, order);
  else await splitSubject(bed.store, from, { sources, into }, order);
  const moved = act === 'merge' ? 3 : sources.length;
  const [gave, got] = await state();
  expect([gave!.sources.length, got!.sources.length]).toEqual([3 - moved, 1 + moved]);
  expect((await doctor(bed.store.config, { deep: true })).issues.filter(({ severity }) => severity !== 'info')).toEqual(
    [],
  );
});

it('an acknowledged merge survives the kill that follows it', async () => {
  const bed = await testBed();
  const [a] = (await bed.take({ 'a.nii': image(1), 'a.json': sidecar('P1') })).subjects;
  const [b] = (await bed.take({ 'd.nii': image(4), 'd.json': sidecar('P2') })).subjects;
  const [from, into] = [a!.subject, b!.subject];
  expect(await killed({ config: bed.store.config, act: 'merge', from, into, files: -1 })).toBe('SIGKILL');
  expect((await bed.reader.subjects()).map(({ id }) => id)).toEqual([into]);
  expect((await bed.reader.dossier(into)).sources).toHaveLength(2);
});
