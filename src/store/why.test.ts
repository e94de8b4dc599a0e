import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import type { Recommendation } from '../dossier/recommendation.ts';
import type { Reader, Store } from '../dossier/store.ts';
import { openStore } from './open.ts';
import { sampleFact, sampleFinding, sampleRun, sampleSource, sampleSubject } from './samples.ts';
import { type WhyNode, why, whyText } from './why.ts';

let directory: string;
let store: Store;
let reader: Reader;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'idiograph-why-'));
  store = await openStore({ engine: 'sqlite', directory });
  reader = store.reading({ purpose: 'care', actor: 'tester' });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const subject = 'S0001';
const slices = Array.from({ length: 7 }, (_, index) => ({ path: `scan/${index}.dcm`, text: `slice ${index}` }));

/** Bytes -> series -> finding -> plan line, with a fact and an older plan line beside. */
async function chain() {
  const members = [];
  for (const { path, text } of slices) {
    const { sha256: hash, bytes } = await store.putBlob(subject, Buffer.from(text), 'application/dicom');
    members.push({ path, sha256: hash, bytes });
  }
  const manifest = await store.putBlob(
    subject,
    Buffer.from(canonicalJson({ manifest: 1, members })),
    'application/json',
  );
  const table = await store.putBlob(subject, Buffer.from('creatinine,1.1'), 'text/csv');
  const series = sampleSource(subject, manifest.sha256, { format: 'dicom-series', path: 'scan' });
  const record = sampleSource(subject, table.sha256, { path: 'labs.csv' });
  const fact = sampleFact(record, 1.1);
  const finding = {
    ...sampleFinding(subject, 'run-1', 'volume', 12.5, [series.id]),
    evidence: [{ of: series.id, place: 'slice 3', says: 'widest here' }],
  };
  const run = sampleRun(subject, 'run-1', [series.id], [finding]);
  run.key.consulted.push({
    type: 'knowledge',
    id: 'volumes',
    version: '2026',
    sha256: sha256('k'),
    licence: 'CC0-1.0',
  });
  const line = (id: string): Recommendation => ({
    kind: 'recommendation',
    id,
    subject,
    run: 'run-plan',
    slot: `${subject}|rule|volume`,
    rule: { id: 'rule', version: '1', sha256: sha256('rule') },
    verb: 'discuss',
    about: 'volume',
    action: 'Discuss the volume',
    urgency: 'routine',
    strength: { grade: 'own rule', body: 'Idiograph' },
    guidance: [],
    for: [{ statement: 'It is small', basis: [finding.id] }],
    against: [{ statement: 'The kidney works', basis: [fact.id] }],
    conflicts: [],
    wouldChange: [],
    basis: [finding.id],
    issues: [],
  });
  await store.write([
    sampleRun(subject, 'run-plan', [], []),
    sampleSubject(subject),
    series,
    record,
    fact,
    run,
    finding,
    line('plan-1'),
  ]);
  await store.write([line('plan-2')]);
  return { series, record, fact, finding, members, table, manifest };
}

const all = (nodes: WhyNode[]): WhyNode[] => nodes.flatMap((node) => [node, ...all(node.below)]);

test('from a plan line back to the bytes', async () => {
  const { series, record, fact, finding, members, table, manifest } = await chain();
  const { about, restsOn } = await why(reader, 'plan-2');
  expect(about).toMatchObject({ kind: 'recommendation', title: expect.stringContaining('Discuss the volume') });
  const nodes = new Map(all(restsOn).map((node) => [node.id, node]));
  expect([...nodes.keys()].sort()).toEqual(
    [finding.id, fact.id, series.id, record.id, 'run-1', 'run-plan', manifest.id, table.id].sort(),
  );
  expect(nodes.get(finding.id)?.evidence).toEqual([{ of: series.id, place: 'slice 3', says: 'widest here' }]);
  expect(nodes.get(fact.id)?.evidence).toEqual([{ of: record.id, place: 'line 2' }]);
  expect(nodes.get(series.id)).toMatchObject({
    fileCount: 7,
    files: members.slice(0, 5).map(({ bytes: _, ...file }) => file),
  });
  expect(nodes.get('run-1')?.consulted).toMatchObject([{ id: 'volumes', licence: 'CC0-1.0' }]);
});

test('from the bytes of one slice forward to every plan line, the superseded one marked', async () => {
  const { members, series, finding } = await chain();
  const { usedBy, restsOn } = await why(reader, `${subject}/${members[6]!.sha256}`);
  expect(restsOn).toEqual([]);
  const nodes = new Map(all(usedBy).map((node) => [node.id, node]));
  expect([...nodes.keys()].sort()).toEqual([series.id, finding.id, 'run-1', 'plan-1', 'plan-2'].sort());
  expect(nodes.get('plan-1')?.supersededBy).toBe('plan-2');
});

test('depth limits both ways and says where more lies', async () => {
  const { finding } = await chain();
  const { restsOn, usedBy } = await why(reader, finding.id, { depth: 1 });
  expect(restsOn.map(({ kind, cut }) => [kind, cut])).toEqual([
    ['source', 'depth'],
    ['run', 'depth'],
  ]);
  expect(usedBy.map(({ id, below }) => [id, below])).toEqual([
    ['plan-1', []],
    ['plan-2', []],
  ]);
});

test('takes a slot for its current record, and refuses what is not there', async () => {
  const { finding } = await chain();
  expect((await why(reader, finding.slot)).about.id).toBe(finding.id);
  expect((await why(reader, `${subject}|rule|volume`)).about.id).toBe('plan-2');
  await expect(why(reader, 'find-none')).rejects.toMatchObject({ code: 'not-found' });
});

test('an id that is named but absent is shown as absent', async () => {
  const finding = sampleFinding(subject, 'run-9', 'volume', 1, ['src-gone']);
  await store.write([finding]);
  const { restsOn } = await why(reader, finding.id);
  expect(restsOn.map(({ id, kind }) => [id, kind])).toEqual([
    ['src-gone', 'absent'],
    ['run-9', 'absent'],
  ]);
});

test('the text shows the way with places and hashes', async () => {
  const { finding, series, members } = await chain();
  const text = whyText(await why(reader, finding.id));
  expect(text).toContain(`finding ${finding.id}: volume = 12.5 mL\n   at slice 3 of ${series.id}: widest here\n`);
  expect(text).toContain(`├─ source ${series.id}: dicom-series`);
  expect(text).toContain(`│     file scan/0.dcm sha256 ${members[0]!.sha256}\n`);
  expect(text).toContain('and 2 more files');
  expect(text).toContain('[superseded by plan-2]');
  expect(text).toContain('used by:');
});
