import { expect, it } from 'vitest';
import { filesBelow } from '../store/contract.ts';
import { doctor } from '../store/maintenance.ts';
import { mergeSubjects } from './merge.ts';
import { splitSubject } from './split.ts';
import { order, said, type TestBed, testBed, worked } from './testing.ts';
import { undoTransfer } from './undo.ts';

const erasure = { actor: 'tester', reason: 'asked for', at: '2024-05-01T00:00:00Z' };
const answersOf = (mark: string) => `instrument,item,answer,date\nPHQ-9,${mark},2,2024-05-01\n`;
const [first, second] = ['Marker-one-4711', 'Marker-two-0815'] as const;

/** Each mark stands in the file of one person, in its facts and in a comment. */
async function two(bed: TestBed) {
  const declared = (id: string, mark: string) => ({
    'patient.json': JSON.stringify({ id }),
    'answers.csv': answersOf(mark),
  });
  const [a] = (await bed.take(declared('A', first))).subjects;
  const [b] = (await bed.take(declared('B', second))).subjects;
  await said(bed.store, a!.subject, { targets: [a!.added[0]!], text: first });
  return { from: a!.subject, into: b!.subject };
}

async function holding(bed: TestBed, mark: string): Promise<boolean> {
  return (await filesBelow(bed.directory)).some((file) => file.includes(mark));
}

it('what was merged goes with the whole, and not without it', async () => {
  const bed = await testBed();
  const { from, into } = await two(bed);
  await mergeSubjects(bed.store, { from, into }, order);
  await expect(bed.store.erase(from, erasure)).rejects.toMatchObject({
    code: 'conflict',
    fields: { mergedInto: into },
  });
  expect([await holding(bed, first), await holding(bed, second)]).toEqual([true, true]);
  await bed.store.erase(into, erasure);
  expect([await holding(bed, first), await holding(bed, second)]).toEqual([false, false]);
  expect((await bed.store.tombstones()).map(({ subject }) => subject)).toEqual([from, into].sort());
  expect(await bed.reader.subjects({ merged: true })).toEqual([]);
});

it('after an undone merge each goes alone, wherever it had been', async () => {
  const bed = await testBed();
  const { from, into } = await two(bed);
  const { act } = await mergeSubjects(bed.store, { from, into }, order);
  const merged = await bed.reader.dossier(into);
  await worked(
    bed.store,
    into,
    merged.sources.map(({ id }) => id),
    `of both ${first}`,
  );
  await undoTransfer(bed.store, act, order);
  const kept = await bed.reader.dossier(into);
  await bed.store.erase(from, erasure);
  expect([await holding(bed, first), await holding(bed, second)]).toEqual([false, true]);
  expect(await bed.reader.dossier(into)).toEqual(kept);
  expect((await doctor(bed.store.config, { deep: true })).issues).toEqual([]);
});

it('what was split out goes from both, and nothing of the one who stays', async () => {
  const bed = await testBed();
  const files = { 'a.csv': answersOf(first), 'b.csv': answersOf(second) };
  const [one] = (await bed.take({ 'patient.json': '{"id": "X"}', ...files })).subjects;
  const subject = one!.subject;
  const sources = await bed.reader.list(subject, 'source');
  const [a, b] = ['a.csv', 'b.csv'].map((path) => sources.find((source) => source.path === path)!.id) as [
    string,
    string,
  ];
  const [ofBoth] = await worked(bed.store, subject, [a, b], `of both ${second}`);
  const remark = await said(bed.store, subject, { targets: [ofBoth!], text: 'a person said so' });
  const { into } = await splitSubject(bed.store, subject, { sources: [b] }, order);
  const kept = await bed.reader.dossier(subject);
  expect(kept.entries).toEqual([remark]);
  const tombstone = await bed.store.erase(into, erasure);
  expect(tombstone).toMatchObject({ subject: into, blobs: 2 });
  expect([await holding(bed, first), await holding(bed, second)]).toEqual([true, false]);
  expect(await bed.reader.dossier(subject)).toEqual(kept);
  expect(await bed.reader.list(subject, 'transfer', { history: true })).toEqual([]);
  expect((await bed.reader.list(subject, 'blob')).length).toBe(1);
  const { issues } = await doctor(bed.store.config, { deep: true });
  expect(issues).toMatchObject([{ code: 'rests-on-erased', place: remark.id }]);
});

it('what was taken back from a split stays when the other one goes', async () => {
  const bed = await testBed();
  const files = { 'a.csv': answersOf(first), 'b.csv': answersOf(second) };
  const [one] = (await bed.take({ 'patient.json': '{"id": "X"}', ...files })).subjects;
  const subject = one!.subject;
  const [right] = (await bed.take({ 'patient.json': '{"id": "Y"}', 'c.csv': answersOf('third') })).subjects;
  const b = (await bed.reader.list(subject, 'source')).find(({ path }) => path === 'b.csv')!.id;
  const { act } = await splitSubject(bed.store, subject, { sources: [b], into: right!.subject }, order);
  await undoTransfer(bed.store, act, order);
  const kept = await bed.reader.dossier(subject);
  await bed.store.erase(right!.subject, erasure);
  expect(await bed.reader.dossier(subject)).toEqual(kept);
  expect(await holding(bed, second)).toBe(true);
});
