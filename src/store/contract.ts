import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../dossier/canonical.ts';
import type { Entry } from '../dossier/entry.ts';
import type { Finding } from '../dossier/finding.ts';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import type { Access, Reader, Store, StoreConfig } from '../dossier/store.ts';
import type { StoreOptions } from './open.ts';
import {
  sampleFact,
  sampleFinding,
  sampleIdentity,
  sampleRun,
  sampleSource,
  sampleSubject,
  sampleTransfer,
} from './samples.ts';

export interface Engine {
  /** A config for an empty store of its own. */
  fresh(): Promise<StoreConfig>;
  open(config: StoreConfig, options?: StoreOptions): Promise<Store>;
  remove(config: StoreConfig): Promise<void>;
  /** Every file (or dump) in which the engine keeps something, for the search after an erasure. */
  everything(config: StoreConfig): Promise<Buffer[]>;
}

const care: Access = { purpose: 'care', actor: 'tester' };

/** The suite that each engine of the store passes: what src/dossier/store.ts promises, and 0003-ids-and-history.md. */
export function storeContract(name: string, engine: Engine): void {
  describe(`store contract: ${name}`, () => {
    let config: StoreConfig;
    let store: Store;
    let reader: Reader;
    let subject: string;

    beforeEach(async () => {
      config = await engine.fresh();
      store = await engine.open(config);
      reader = store.reading(care);
      subject = await store.nextSubjectId();
      await store.write([sampleSubject(subject)]);
    });

    afterEach(async () => {
      await store.close();
      await engine.remove(config);
    });

    const currentFindings = async () => (await reader.list(subject, 'finding')).map(({ id }) => id);

    describe('records', () => {
      test('come back as they were written, after closing and opening', async () => {
        const blob = await store.putBlob(subject, Buffer.from('a,b\n1,2\n'), 'text/csv');
        const source = sampleSource(subject, blob.sha256, { metadata: { b: [1, null, { z: 'ä' }], a: false } });
        const fact = sampleFact(source, 1.1);
        await store.write([source, fact]);
        await store.close();
        store = await engine.open(config);
        reader = store.reading(care);
        expect(await reader.list(subject, 'source')).toEqual([source]);
        expect(await reader.list(subject, 'fact')).toEqual([fact]);
        expect(await reader.list(subject, 'blob')).toEqual([blob]);
        expect((await reader.get(fact.id))?.record).toEqual(fact);
        expect((await reader.get(blob.id))?.record).toEqual(blob);
        expect(await reader.get('fact-none')).toBeUndefined();
      });

      test('are listed by id, each kind and subject for itself', async () => {
        const other = await store.nextSubjectId();
        const ours = ['c', 'a', 'b'].map((measure) => sampleFinding(subject, 'run-1', measure, 1));
        await store.write([sampleSubject(other), ...ours, sampleFinding(other, 'run-2', 'a', 1)]);
        expect(await currentFindings()).toEqual(ours.map(({ id }) => id).sort());
        expect((await reader.subjects()).map(({ id }) => id)).toEqual([subject, other].sort());
        const dossier = await reader.dossier(subject);
        expect(dossier.findings.map(({ id }) => id)).toEqual(await currentFindings());
        expect(dossier.subject.id).toBe(subject);
      });

      test('of a wrong form are refused, and with them the whole batch', async () => {
        const good = sampleFinding(subject, 'run-1', 'a', 1);
        const nameless = { ...sampleFinding(subject, 'run-1', 'b', 1), method: '' };
        await expect(store.write([good, nameless])).rejects.toMatchObject({ code: 'usage', fields: { index: 1 } });
        const forged: Finding = { ...good, value: { type: 'quantity', value: 2, unit: 'mL' } };
        await expect(store.write([forged])).rejects.toMatchObject({ code: 'usage' });
        const notFinite: Finding = { ...good, value: { type: 'quantity', value: Number.NaN, unit: 'mL' } };
        await expect(store.write([notFinite])).rejects.toMatchObject({ code: 'usage' });
        expect(await currentFindings()).toEqual([]);
      });

      test('that name bytes which were not put are refused', async () => {
        const source = sampleSource(subject, sha256('never put'));
        await expect(store.write([source])).rejects.toMatchObject({ code: 'not-found' });
      });

      test('of one id and two subjects are refused', async () => {
        const other = await store.nextSubjectId();
        await store.write([sampleRun(subject, 'run-0', [], [])]);
        await expect(store.write([sampleRun(other, 'run-0', [], [])])).rejects.toMatchObject({ code: 'conflict' });
      });

      test('of a batch of thousands arrive together', async () => {
        const many = Array.from({ length: 2500 }, (_, index) => sampleFinding(subject, 'run-1', `m${index}`, index));
        await store.write([...many, sampleRun(subject, 'run-1', ['src-1'], many)]);
        expect((await reader.list(subject, 'finding')).length).toBe(2500);
        expect((await reader.links('run-1', 'from')).length).toBe(2501);
      });
    });

    describe('history', () => {
      const [first, second] = [1, 2].map((value) => (s: string) => sampleFinding(s, `run-${value}`, 'volume', value));

      test('writing again what is there changes nothing', async () => {
        const finding = first!(subject);
        await store.write([finding]);
        const before = await reader.get(finding.id);
        await store.write([finding, finding]);
        expect(await reader.get(finding.id)).toEqual(before);
        expect((await reader.history(finding.slot)).length).toBe(1);
      });

      test('a newer finding of the slot supersedes, nothing is overwritten', async () => {
        const [a, b] = [first!(subject), second!(subject)];
        await store.write([a]);
        await store.write([b]);
        expect(await currentFindings()).toEqual([b.id]);
        expect((await reader.list(subject, 'finding', { history: true })).length).toBe(2);
        const history = await reader.history(a.slot);
        expect(history.map(({ record, supersededBy }) => [record, supersededBy])).toEqual([
          [a, b.id],
          [b, undefined],
        ]);
        expect(history[0]!.sequence).toBeLessThan(history[1]!.sequence);
      });

      test('two findings of one slot in one batch: the later one counts', async () => {
        const [a, b] = [first!(subject), second!(subject)];
        await store.write([a, b]);
        expect(await currentFindings()).toEqual([b.id]);
      });

      test('an older finding stated again is current again', async () => {
        const [a, b] = [first!(subject), second!(subject)];
        for (const finding of [a, b, a]) await store.write([finding]);
        expect(await currentFindings()).toEqual([a.id]);
        const history = await reader.history(a.slot);
        expect(history.map(({ record, supersededBy }) => [record.id, supersededBy])).toEqual([
          [a.id, b.id],
          [b.id, a.id],
          [a.id, undefined],
        ]);
      });

      test('an older run stated again brings back what it made', async () => {
        const [a, b] = [first!(subject), second!(subject)];
        const run = sampleRun(subject, 'run-1', ['src-1'], [a]);
        await store.write([run, a]);
        await store.write([sampleRun(subject, 'run-2', ['src-1'], [b]), b]);
        expect(await currentFindings()).toEqual([b.id]);
        await store.write([run]);
        expect(await currentFindings()).toEqual([a.id]);
      });

      test('what only the earlier run had found steps back with it, and returns with it', async () => {
        const [a, b] = [first!(subject), second!(subject)];
        const only = sampleFinding(subject, 'run-1', 'no longer made', 3);
        const older = sampleRun(subject, 'run-1', ['src-1'], [a, only]);
        const newer = { ...sampleRun(subject, 'run-2', ['src-1'], [b]), supersedes: ['run-1'] };
        await store.write([older, a, only]);
        await store.write([newer, b]);
        expect(await currentFindings()).toEqual([b.id]);
        expect((await reader.list(subject, 'run')).map(({ id }) => id)).toEqual(['run-2']);
        expect((await reader.get(only.id))?.supersededBy).toBe('run-2');
        await store.write([{ ...older, supersedes: ['run-2'] }]);
        expect(await currentFindings()).toEqual([a.id, only.id].sort());
        expect((await reader.list(subject, 'run')).map(({ id }) => id)).toEqual(['run-1']);
      });

      test('the same finding with another value is refused with both values', async () => {
        const a = first!(subject);
        await store.write([a]);
        const differing = sampleFinding(subject, 'run-1', 'volume', 7);
        expect(differing.id).toBe(a.id);
        const beside = sampleFinding(subject, 'run-1', 'beside', 7);
        await expect(store.write([beside, differing])).rejects.toMatchObject({
          code: 'value-changed',
          fields: { id: a.id, stored: a.value, offered: differing.value },
        });
        expect(await reader.list(subject, 'finding')).toEqual([a]);
      });

      test('a run is the same whenever it ran, and refused with another outcome', async () => {
        const run = sampleRun(subject, 'run-1', ['src-1'], [first!(subject)]);
        await store.write([run]);
        await store.write([{ ...run, startedAt: '2026-11-25T10:00:00Z', seconds: 9 }]);
        expect(await reader.list(subject, 'run', { history: true })).toEqual([run]);
        await expect(store.write([{ ...run, findings: [] }])).rejects.toMatchObject({ code: 'value-changed' });
      });

      test('subjects change by newer versions', async () => {
        const renamed = sampleSubject(subject, 'renamed');
        await store.write([renamed]);
        expect(await reader.subjects()).toEqual([renamed]);
        await store.write([sampleSubject(subject)]);
        expect(await reader.subjects()).toEqual([sampleSubject(subject)]);
        expect((await reader.history(subject)).map(({ supersededBy }) => supersededBy)).toEqual([
          subject,
          subject,
          undefined,
        ]);
      });

      test('checks follow by question, plan lines by slot', async () => {
        const check = (basis: string, state: SafetyCheck['state']): SafetyCheck => ({
          kind: 'safety-check',
          id: `safe-${basis}`,
          subject,
          run: 'run-plan',
          check: 'medication-list',
          display: 'Medication list',
          state,
          stateLabel: state,
          urgency: 'none',
          statement: state,
          basis: [basis],
        });
        await store.write([check('a', 'not-assessed')]);
        await store.write([check('b', 'negative')]);
        expect((await reader.list(subject, 'safety-check')).map(({ state }) => state)).toEqual(['negative']);
        const line = (id: string): Recommendation => ({
          kind: 'recommendation',
          id,
          subject,
          run: 'run-plan',
          slot: `${subject}|rule|codeine`,
          rule: { id: 'rule', version: '1', sha256: sha256('rule') },
          verb: 'review',
          about: 'codeine',
          action: 'Review codeine',
          urgency: 'routine',
          strength: { grade: 'own rule', body: 'Idiograph' },
          guidance: [],
          for: [{ statement: 'because', basis: ['find-argument'] }],
          against: [],
          conflicts: [],
          wouldChange: [],
          basis: ['find-1'],
          issues: [],
        });
        await store.write([line('plan-1')]);
        await store.write([line('plan-2')]);
        expect((await reader.list(subject, 'recommendation')).map(({ id }) => id)).toEqual(['plan-2']);
        expect(await reader.links('find-argument', 'to')).toEqual(['plan-1', 'plan-2']);
      });

      test('of two corrections of one entry the second is told', async () => {
        const entry = (id: string, supersedes?: string): Entry => ({
          kind: 'entry',
          id,
          subject,
          type: 'comment',
          author: 'tester',
          role: 'reader',
          at: '2026-11-24',
          targets: ['find-1'],
          text: id,
          ...(supersedes === undefined ? {} : { supersedes }),
        });
        await store.write([entry('entry-1')]);
        await store.write([entry('entry-2', 'entry-1')]);
        await expect(store.write([entry('entry-3', 'entry-1')])).rejects.toMatchObject({ code: 'conflict' });
        await store.write([entry('entry-1')]);
        expect((await reader.list(subject, 'entry')).map(({ id }) => id)).toEqual(['entry-2']);
        await expect(store.write([{ ...entry('entry-2', 'entry-1'), text: 'else' }])).rejects.toMatchObject({
          code: 'conflict',
        });
      });
    });

    describe('sources and their facts', () => {
      test('found again elsewhere it is the same source', async () => {
        const { sha256: blob } = await store.putBlob(subject, Buffer.from('x'), 'text/csv');
        const source = sampleSource(subject, blob);
        await store.write([source]);
        await store.write([{ ...source, path: 'copy/table.csv', import: 'import-later' }]);
        expect(await reader.list(subject, 'source', { history: true })).toEqual([source]);
      });

      test('read anew, its earlier facts step back unless they are stated again', async () => {
        const { sha256: blob } = await store.putBlob(subject, Buffer.from('x'), 'text/csv');
        const source = sampleSource(subject, blob);
        const [kept, wrong, right] = [sampleFact(source, 1), sampleFact(source, 2), sampleFact(source, 3)];
        await store.write([source, kept, wrong]);
        const before = await reader.get(kept.id);
        await store.write([{ ...source, metadata: { reader: 'table 2' } }, kept, right]);
        const facts = await reader.list(subject, 'fact');
        expect(facts.map(({ id }) => id)).toEqual([kept.id, right.id].sort());
        expect(await reader.get(kept.id)).toEqual(before);
        expect((await reader.get(wrong.id))?.supersededBy).toBe(source.id);
      });

      test('corrected, it and its facts stay behind, even when the old file is read again', async () => {
        const [old, better] = await Promise.all(
          ['old', 'better'].map((text) => store.putBlob(subject, Buffer.from(text), 'text/csv')),
        );
        const source = sampleSource(subject, old!.sha256);
        const corrected = sampleSource(subject, better!.sha256, { supersedes: source.id });
        const [before, after] = [sampleFact(source, 1), sampleFact(corrected, 2)];
        await store.write([source, before]);
        await store.write([corrected, after]);
        await store.write([source, before, sampleFact(source, 3)]);
        expect(await reader.list(subject, 'source')).toEqual([corrected]);
        expect(await reader.list(subject, 'fact')).toEqual([after]);
        expect((await reader.get(before.id))?.supersededBy).toBe(corrected.id);
      });
    });

    describe('over all subjects', () => {
      test('the sequence rises with whatever says something new, in any process, and with nothing else', async () => {
        const steps: number[] = [];
        const step = async () => steps.push(await reader.sequence());
        await step();
        const finding = sampleFinding(subject, 'run-1', 'volume', 1);
        await store.write([finding]);
        await step();
        await store.write([finding]);
        await reader.dossier(subject);
        await step();
        const second = await engine.open(config);
        const other = await second.nextSubjectId();
        await second.write([sampleSubject(other)]);
        await second.close();
        await step();
        await store.erase(other, { actor: 'tester', reason: 'test', at: '2026-11-24' });
        await step();
        const [start, written, again, elsewhere, erased] = steps as [number, number, number, number, number];
        expect(written).toBeGreaterThan(start);
        expect(again).toBe(written);
        expect(elsewhere).toBeGreaterThan(again);
        expect(erased).toBeGreaterThan(elsewhere);
        expect(await reader.sequence(subject)).toBe((await reader.get(finding.id))?.sequence);
        expect(await reader.sequence('S9999')).toBe(0);
        const lines = (await store.accessLog()).map(({ what }) => what);
        expect(lines.filter((what) => what.includes('sequence'))).toEqual([]);
      });

      test('who has changed since is told by the sequence', async () => {
        const [one, two] = [await store.nextSubjectId(), await store.nextSubjectId()];
        const since = await reader.sequence();
        await store.write([sampleSubject(two), sampleFinding(two, 'run-2', 'a', 1), sampleSubject(one)]);
        expect(await reader.changedSince(since)).toEqual([one, two]);
        expect(await reader.changedSince(await reader.sequence())).toEqual([]);
      });

      test('current records of one kind are listed together', async () => {
        const other = await store.nextSubjectId();
        const old = sampleFinding(subject, 'run-1', 'volume', 1);
        const findings = [sampleFinding(subject, 'run-2', 'volume', 2), sampleFinding(other, 'run-3', 'volume', 3)];
        await store.write([old, sampleSubject(other)]);
        await store.write(findings);
        expect(await reader.all('finding')).toEqual(findings);
        expect((await reader.all('subject')).map(({ id }) => id)).toEqual([subject, other]);
        const blob = await store.putBlob(other, Buffer.from('x'), 'text/plain');
        expect(await reader.all('blob')).toEqual([blob]);
      });

      test('an identity is found by its number, by name and date of birth, and not once it has stepped back', async () => {
        const jane = sampleIdentity(subject, 'mrn 4711', { name: 'Doe^Jane', birthDate: '1970-01-01' });
        const other = await store.nextSubjectId();
        const twin = sampleIdentity(other, '99', { system: 'elsewhere', name: 'Jane Doe', birthDate: '1970-01-01' });
        const file = sampleIdentity(other, 'abcdef', { system: 'content' });
        await store.write([jane, sampleSubject(other), twin, file]);
        const found = async (...marks: string[]) => (await reader.identified(marks)).map(({ value }) => value).sort();
        expect(await found('key|sample|MRN 4711')).toEqual(['mrn 4711']);
        expect(await found('number|MRN 4711', 'key|elsewhere|99', 'number|99')).toEqual(['99', 'mrn 4711']);
        expect(await found('person|doe jane|1970-01-01')).toEqual(['99', 'mrn 4711']);
        expect(await found('number|ABCDEF')).toEqual([]);
        expect(await found('key|content|ABCDEF', 'key|sample|none')).toEqual(['abcdef']);
        await store.write([sampleTransfer(subject, other, { withdraws: [jane.id] })]);
        expect(await found('person|doe jane|1970-01-01', 'number|MRN 4711')).toEqual(['99']);
      });

      test('an overview counts what is current', async () => {
        const { sha256: blob } = await store.putBlob(subject, Buffer.from('x'), 'text/csv');
        const scan = (part: string, acquiredAt: string) =>
          sampleSource(subject, blob, { modality: 'MR', locator: { part }, acquiredAt });
        const table = sampleSource(subject, blob, { locator: { part: 'table' } });
        const visit = { ...sampleFact(table, 1), type: 'encounter' as const, at: '2025-03-01' };
        const check = (urgency: SafetyCheck['urgency']): SafetyCheck => ({
          kind: 'safety-check',
          id: `safe-${urgency}`,
          subject,
          run: 'run-plan',
          check: urgency,
          display: urgency,
          state: 'not-assessed',
          stateLabel: 'not asked',
          urgency,
          statement: 'Nobody has asked.',
          basis: [],
        });
        const identity = sampleIdentity(subject, '4711');
        const old = sampleFinding(subject, 'run-1', 'volume', 1);
        await store.write([scan('1', '2024-01-01'), scan('2', '2025-01-01'), table, visit, identity, old]);
        await store.write([sampleFinding(subject, 'run-2', 'volume', 2), check('open'), check('none')]);
        const other = await store.nextSubjectId();
        await store.write([{ ...sampleSubject(other), mergedInto: subject }]);
        const expected = {
          subject: sampleSubject(subject),
          identities: [identity],
          counts: { subject: 1, identity: 1, source: 3, fact: 1, finding: 1, 'safety-check': 2 },
          data: [
            { modality: 'MR', count: 2, latest: '2025-01-01' },
            { modality: 'table', count: 1 },
          ],
          encounter: '2025-03-01',
          checks: [check('open')],
          urgentLines: [],
          sequence: await reader.sequence(subject),
        };
        const all = await reader.overview();
        expect(all).toMatchObject([expected, { subject: { id: other, mergedInto: subject }, data: [] }]);
        expect(all[0]).toEqual(expected);
        expect(await reader.overview([subject, 'S9999'])).toEqual([expected]);
        expect((await reader.subjects()).map(({ id }) => id)).toEqual([subject]);
        expect((await reader.subjects({ merged: true })).map(({ id }) => id)).toEqual([subject, other]);
      });
    });

    describe('transfers', () => {
      test('make records step back with all that hangs on them, and bring exactly those back', async () => {
        const { sha256: blob } = await store.putBlob(subject, Buffer.from('x'), 'text/csv');
        const source = sampleSource(subject, blob);
        const [fact, gone] = [sampleFact(source, 1), sampleFact(source, 2)];
        const finding = sampleFinding(subject, 'run-1', 'volume', 1);
        const run = sampleRun(subject, 'run-1', [source.id], [finding]);
        await store.write([source, fact, gone, run, finding]);
        // Read anew without one of its facts: that one is history before anything is moved.
        const anew = { ...source, metadata: { reader: '2' } };
        await store.write([anew, fact]);
        const away = sampleTransfer(subject, 'S-other', { withdraws: [source.id, 'run-1'] });
        await store.write([away]);
        const current = async () => [
          await reader.list(subject, 'source'),
          await reader.list(subject, 'fact'),
          await reader.list(subject, 'run'),
          await reader.list(subject, 'finding'),
        ];
        expect(await current()).toEqual([[], [], [], []]);
        expect((await reader.get(fact.id))?.supersededBy).toBe(away.id);
        expect((await reader.get(gone.id))?.supersededBy).toBe(source.id);

        // Reading the file again does not bring it back; only a transfer does.
        await store.write([anew, fact]);
        expect((await current()).slice(0, 2)).toEqual([[], []]);
        await store.write([away]);
        expect((await current())[2]).toEqual([]);
        const back = sampleTransfer(subject, 'S-other', { act: 'act-2', restates: [source.id, 'run-1'] });
        await store.write([back]);
        expect(await current()).toEqual([[anew], [fact], [run], [finding]]);
        await store.write([back]);
        expect((await reader.history(fact.id)).length).toBe(2);
        expect((await reader.history(finding.slot)).map(({ supersededBy }) => supersededBy)).toEqual([
          away.id,
          undefined,
        ]);
      });

      test('take the slot from what stands in it, and name only records of their subject', async () => {
        const [old, newer] = [1, 2].map((value) => sampleFinding(subject, `run-${value}`, 'volume', value));
        await store.write([sampleRun(subject, 'run-1', ['src-1'], [old!]), old!]);
        await store.write([sampleTransfer(subject, 'S-other', { withdraws: ['run-1'] })]);
        await store.write([newer!]);
        await store.write([sampleTransfer(subject, 'S-other', { act: 'act-2', restates: ['run-1'] })]);
        expect(await currentFindings()).toEqual([old!.id]);
        const other = await store.nextSubjectId();
        await store.write([sampleSubject(other), sampleRun(other, 'run-9', [], [])]);
        for (const id of ['run-9', 'run-none']) {
          const foreign = sampleTransfer(subject, other, { act: 'act-3', withdraws: [id] });
          await expect(store.write([foreign])).rejects.toMatchObject({ code: 'not-found' });
        }
      });
    });

    describe('blobs', () => {
      test('keep bytes per subject and give them back', async () => {
        const other = await store.nextSubjectId();
        const bytes = Buffer.from('the same bytes');
        const [a, b] = [
          await store.putBlob(subject, bytes, 'text/plain'),
          await store.putBlob(other, bytes, 'text/plain'),
        ];
        expect(a.sha256).toBe(b.sha256);
        expect(a.id).not.toBe(b.id);
        await store.erase(other, { actor: 'tester', reason: 'test', at: '2026-11-24' });
        expect(await reader.blob(subject, a.sha256)).toEqual(bytes);
        await expect(reader.blob(other, a.sha256)).rejects.toMatchObject({ code: 'not-found' });
      });

      test('take files of any size by copy and stream them', async () => {
        for (const size of [0, 1000, 9 * 2 ** 20 + 7]) {
          const bytes = Buffer.alloc(size, `${size}`);
          const file = join(config.directory, `input-${size}`);
          await writeFile(file, bytes);
          const blob = await store.putBlob(subject, { file }, 'application/octet-stream');
          expect(blob).toMatchObject({ sha256: sha256(bytes), bytes: size });
          expect(await store.putBlob(subject, { file }, 'application/octet-stream')).toEqual(blob);
          const parts: Uint8Array[] = [];
          for await (const part of await reader.blobStream(subject, blob.sha256)) parts.push(part);
          expect(Buffer.concat(parts).equals(bytes)).toBe(true);
          expect((await readFile(await reader.blobFile(subject, blob.sha256))).equals(bytes)).toBe(true);
        }
        const absent = store.putBlob(subject, { file: join(config.directory, 'absent') }, 'text/plain');
        await expect(absent).rejects.toMatchObject({ code: 'not-found' });
      });

      test('arrive by the hundred at once, each once', async () => {
        const texts = Array.from({ length: 300 }, (_, index) => Buffer.from(`text ${index % 150}`));
        const put = await Promise.all(texts.map((text) => store.putBlob(subject, text, 'text/plain')));
        expect(new Set(put.map(({ id }) => id)).size).toBe(150);
        expect((await reader.list(subject, 'blob')).length).toBe(150);
      });

      test('of a subject id that is no folder name are refused', async () => {
        for (const hostile of ['../x', '', 'a/b', '.hidden', 'a b']) {
          await expect(store.putBlob(hostile, Buffer.from('x'), 'text/plain')).rejects.toMatchObject({ code: 'usage' });
        }
      });
    });

    describe('two processes', () => {
      test('work alone in turn, and the turn of one that fails is over', async () => {
        const stores = [await engine.open(config), await engine.open(config)];
        const steps: string[] = [];
        const turn = (store: Store, name: string) =>
          store.alone(async () => {
            steps.push(`${name} in`);
            await new Promise((resolve) => setTimeout(resolve, 120));
            steps.push(`${name} out`);
            if (name === 'a') throw new Error('failed');
            return name;
          });
        const outcomes = await Promise.allSettled([
          turn(stores[0]!, 'a'),
          turn(stores[1]!, 'b'),
          turn(stores[0]!, 'c'),
        ]);
        expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
        expect(steps).toHaveLength(6);
        for (let step = 0; step < 6; step += 2) expect(steps[step + 1]).toBe(steps[step]!.replace('in', 'out'));
        const signal = AbortSignal.abort();
        await expect(stores[0]!.alone(() => turn(stores[1]!, 'd'), signal)).rejects.toMatchObject({ code: 'aborted' });
        for (const store of stores) await store.close();
      });

      test('write at once and lose nothing', async () => {
        const child = promisify(execFile)(process.execPath, [
          join(import.meta.dirname, 'contract.child.ts'),
          JSON.stringify(config),
          '40',
        ]);
        const ours: string[] = [];
        let theirs: string[] | undefined;
        let failure: unknown;
        child.then(
          ({ stdout }) => {
            theirs = JSON.parse(stdout);
          },
          (error) => {
            failure = error;
          },
        );
        // Goes on for as long as the other process does, so that they really meet.
        while (theirs === undefined || ours.length < 40) {
          if (failure) throw failure;
          const id = await store.nextSubjectId();
          ours.push(id);
          await store.write([sampleSubject(id), sampleFinding(id, `run-${id}`, 'volume', 1)]);
          await store.putBlob('S-shared', Buffer.from(`bytes ${ours.length % 40}`), 'text/plain');
        }
        const all = [...ours, ...theirs];
        expect(new Set(all).size).toBe(all.length);
        expect((await reader.subjects()).length).toBe(all.length + 1);
        for (const id of all) expect((await reader.list(id, 'finding')).length).toBe(1);
        expect((await reader.list('S-shared', 'blob')).length).toBe(40);
      });
    });

    describe('access', () => {
      test('every read leaves a line with purpose and actor', async () => {
        const finding = sampleFinding(subject, 'run-1', 'volume', 1, ['src-1']);
        const blob = await store.putBlob(subject, Buffer.from('x'), 'text/plain');
        await store.write([finding]);
        const research = store.reading({ purpose: 'research', actor: 'somebody' });
        await research.dossier(subject);
        await research.list(subject, 'finding');
        await research.get(finding.id);
        await research.history(finding.slot);
        await research.links(finding.id, 'from');
        await research.blob(subject, blob.sha256);
        store.noteAccess({ purpose: 'patient-request', actor: 'somebody' }, subject, 'export');
        const lines = (await store.accessLog(subject)).filter(({ actor }) => actor === 'somebody');
        expect(lines.map(({ purpose, what }) => `${purpose}: ${what}`)).toEqual([
          'research: dossier',
          'research: list finding',
          `research: get ${finding.id}`,
          `research: history ${finding.id}`,
          `research: links from ${finding.id}`,
          `research: blob ${blob.sha256}`,
          'patient-request: export',
        ]);
      });

      test('lines survive closing, and stand under the given clock', async () => {
        await store.close();
        store = await engine.open(config, { clock: () => '2026-11-24T12:00:00Z' });
        await store.reading(care).subjects();
        await store.close();
        store = await engine.open(config);
        expect((await store.accessLog('*')).at(-1)).toEqual({
          at: '2026-11-24T12:00:00Z',
          actor: 'tester',
          purpose: 'care',
          subject: '*',
          what: 'subjects',
        });
      });

      test('a store opened for reading refuses to change anything', async () => {
        const readOnly = await engine.open(config, { readOnly: true });
        await expect(readOnly.write([sampleSubject(subject, 'x')])).rejects.toMatchObject({ code: 'usage' });
        await expect(readOnly.putBlob(subject, Buffer.from('x'), 'text/plain')).rejects.toMatchObject({
          code: 'usage',
        });
        expect((await readOnly.reading(care).dossier(subject)).subject.id).toBe(subject);
        await readOnly.close();
        expect((await store.accessLog(subject)).at(-1)?.what).toBe('dossier');
      });

      test('a closed store says so', async () => {
        const second = await engine.open(config);
        await second.close();
        await second.close();
        await expect(second.write([sampleSubject(subject)])).rejects.toMatchObject({ code: 'usage' });
      });
    });

    describe('erasure', () => {
      const marker = 'Unmistakable-Marker-7f3a';
      const order = { actor: 'tester', reason: 'asked for', at: '2026-11-24T12:00:00Z' };

      test('leaves nothing but a tombstone', async () => {
        const other = await store.nextSubjectId();
        const blob = await store.putBlob(subject, Buffer.from(`bytes with ${marker}`), 'text/plain');
        const source = sampleSource(subject, blob.sha256, { description: marker });
        const findings = Array.from({ length: 200 }, (_, index) => ({
          ...sampleFinding(subject, 'run-1', `m${index}`, index, [source.id]),
          method: `${marker} ${'x'.repeat(index * 20)}`,
        }));
        await store.write([sampleSubject(subject, marker), source, ...findings, sampleSubject(other)]);
        await reader.dossier(subject);
        await reader.get(findings[0]!.id);
        const holding = async () => (await engine.everything(config)).some((file) => file.includes(marker));
        expect(await holding()).toBe(true);

        const tombstone = await store.erase(subject, order);
        expect(tombstone).toEqual({ subject, ...order, records: 203, blobs: 1, bytes: 35 });
        expect(await holding()).toBe(false);
        expect((await engine.everything(config)).some((file) => file.includes(source.id))).toBe(false);
        expect(await store.tombstones()).toEqual([tombstone]);
        expect((await reader.subjects()).map(({ id }) => id)).toEqual([other]);
        await expect(reader.dossier(subject)).rejects.toMatchObject({ code: 'not-found' });
        expect(await reader.get(source.id)).toBeUndefined();
        expect(await reader.links(source.id, 'to')).toEqual([]);
        expect((await store.accessLog(subject)).map(({ what }) => what)).toContain('get');
      });

      test('is final: nothing is added to an erased subject, and its id is not given out again', async () => {
        await store.erase(subject, order);
        await expect(store.write([sampleSubject(subject)])).rejects.toMatchObject({ code: 'conflict' });
        await expect(store.putBlob(subject, Buffer.from('x'), 'text/plain')).rejects.toMatchObject({
          code: 'conflict',
        });
        expect(await store.nextSubjectId()).not.toBe(subject);
        expect(await store.erase(subject, { ...order, reason: 'again' })).toMatchObject({ reason: 'asked for' });
      });

      test('of somebody unknown is refused', async () => {
        await expect(store.erase('S9999', order)).rejects.toMatchObject({ code: 'not-found' });
      });
    });
  });
}

/** All files below a folder, for `Engine.everything`. */
export async function filesBelow(directory: string): Promise<Buffer[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name))),
  );
}
