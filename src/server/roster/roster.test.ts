import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Entry } from '../../dossier/entry.ts';
import { folderOf } from '../../intake/testing.ts';
import { openStore } from '../../store/open.ts';
import { sampleFinding, sampleIdentity, sampleSource, sampleSubject } from '../../store/samples.ts';
import { apartEntries, apartFrom } from './apart.ts';
import { dateWord, words } from './fold.ts';
import { openRoster, type RosterQuery, type Seeker } from './roster.ts';

const access = { purpose: 'care' as const, actor: 'server' };
const full: Seeker = { access: { purpose: 'care', actor: 'clinician' }, identity: true };
const bare: Seeker = { access: { purpose: 'research', actor: 'researcher' }, identity: false };

/** Müller with a scan and two numbers, Nowak with a genome, and somebody of whom nothing is known. */
async function bed() {
  const directory = join(folderOf({}), 'data');
  const store = await openStore({ engine: 'sqlite', directory });
  onTestFinished(() => store.close());
  const [mueller, nowak, nobody] = [
    await store.nextSubjectId(),
    await store.nextSubjectId(),
    await store.nextSubjectId(),
  ] as const;
  const put = (subject: string) => store.putBlob(subject, Buffer.from('x'), 'text/csv');
  const [a, b] = [await put(mueller), await put(nowak)];
  await store.write([
    sampleSubject(mueller, 'Jürgen Müller'),
    sampleIdentity(mueller, 'MRN-4711', { name: 'Müller^Jürgen', birthDate: '1970-01-31', sex: 'male' }),
    sampleIdentity(mueller, 'P/0815', { system: 'elsewhere' }),
    sampleSource(mueller, a.sha256, { modality: 'MR', acquiredAt: '2024-05-01' }),
    sampleFinding(mueller, 'run-1', 'volume', 1),
    sampleSubject(nowak, 'Zoë Nowak'),
    sampleIdentity(nowak, '99-123', { name: 'Nowak^Zoë', birthDate: '1980-12-01' }),
    sampleSource(nowak, b.sha256, { modality: 'genome' }),
    {
      kind: 'safety-check',
      id: 'safe-1',
      subject: nowak,
      run: 'run-plan',
      check: 'suicidality',
      display: 'Suicidality',
      state: 'positive',
      stateLabel: 'positive',
      urgency: 'now',
      statement: 'Stated today.',
      basis: [],
    },
    sampleSubject(nobody, 'unnamed'),
  ]);
  const roster = openRoster(store, access);
  const found = async (query: RosterQuery, as = full) =>
    (await roster.search(query, as)).rows.map(({ subject }) => subject);
  return { directory, store, roster, found, mueller, nowak, nobody };
}

test('names, numbers, dates of birth and ids are found as people type them', async () => {
  const { found, mueller, nowak, nobody } = await bed();
  for (const text of [
    'müller',
    'MULLER',
    'Mueller',
    'jür mul',
    'mrn-47',
    'MRN4711',
    'p/0815',
    '31.01.1970',
    '1970-1-31',
    mueller,
  ]) {
    expect(await found({ text }), text).toEqual([mueller]);
  }
  expect(await found({ text: 'zoe' })).toEqual([nowak]);
  for (const text of ['ueller', 'müller nowak', '31.01.1971', '11']) expect(await found({ text }), text).toEqual([]);
  expect(await found({})).toEqual([mueller, nobody, nowak]);
  expect(words('Weiß-Øre')).toEqual(['weiss', 'ore', 'oere']);
  expect(dateWord('1.2.2003')).toBe('20030201');
});

test('filters, orders and pages', async () => {
  const { roster, found, mueller, nowak, nobody } = await bed();
  expect(await found({ filter: { data: ['MR'] } })).toEqual([mueller]);
  expect(await found({ filter: { urgency: 'open' } })).toEqual([nowak]);
  expect(await found({ sort: 'urgency' })).toEqual([nowak, mueller, nobody]);
  expect(await found({ sort: 'visit' })).toEqual([mueller, nowak, nobody]);
  expect(await found({ sort: 'born', descending: true })).toEqual([nobody, nowak, mueller]);
  const page = await roster.search({ sort: 'subject', offset: 1, limit: 1 }, full);
  expect(page).toMatchObject({ total: 3, all: 3, rows: [{ subject: nowak, safety: { urgency: 'now', now: 1 } }] });
  expect(page.modalities.map(({ modality }) => modality).sort()).toEqual(['MR', 'genome']);
});

test('without identity a row says what data there are and not whose, and is not found by more', async () => {
  const { roster, found, mueller, nowak } = await bed();
  const page = await roster.search({ sort: 'label' }, bare);
  const text = JSON.stringify(page);
  for (const secret of ['ller', 'Nowak', '4711', '0815', '1970', 'unnamed']) expect(text).not.toContain(secret);
  expect(page.rows[0]).toMatchObject({ subject: mueller, label: mueller, findings: 1, lastVisit: '2024-05-01' });
  expect(await found({ text: 'genome' }, bare)).toEqual([nowak]);
  expect(await found({ text: mueller.toLowerCase() }, bare)).toEqual([mueller]);
  for (const secret of ['müller', 'mrn', '31.01.1970']) expect(await found({ text: secret }, bare)).toEqual([]);
});

test('follows the store: new, changed, merged and erased subjects, also of another process', async () => {
  const { directory, store, roster, found, mueller, nowak, nobody } = await bed();
  await found({});
  const second = await openStore({ engine: 'sqlite', directory });
  const fresh = await second.nextSubjectId();
  await second.write([sampleSubject(fresh, 'Abel'), sampleSubject(nobody, 'Zora')]);
  await second.close();
  expect(await found({})).toEqual([fresh, mueller, nowak, nobody]);
  await store.write([{ ...sampleSubject(nobody, 'Zora'), mergedInto: mueller }]);
  expect(await found({})).toEqual([fresh, mueller, nowak]);
  expect(await found({ filter: { merged: true } })).toEqual([fresh, mueller, nowak, nobody]);
  expect(await roster.search({}, full)).toMatchObject({ total: 3, all: 3 });
  await store.erase(nowak, { actor: 'tester', reason: 'test', at: '2026-01-01' });
  expect(await found({ sort: 'urgency' })).toEqual([mueller, fresh]);
  expect(await found({ text: 'nowak' })).toEqual([]);
  expect((await roster.search({}, full)).modalities).toEqual([{ modality: 'MR', patients: 1 }]);
});

test('points at those who may be one person, and no longer once they are merged', async () => {
  const { store, roster, found, mueller, nowak, nobody } = await bed();
  expect(await roster.lookalikes()).toEqual([]);
  await store.write([
    sampleIdentity(nowak, 'mrn-4711', { system: 'third' }),
    sampleIdentity(nobody, 'X9', { name: 'Jürgen Müller', birthDate: '1970-01-31' }),
  ]);
  expect(await roster.lookalikes()).toEqual([
    { subjects: [mueller, nowak], because: 'number' },
    { subjects: [mueller, nobody], because: 'name-and-birth-date' },
  ]);
  expect(await found({ filter: { alike: true } })).toEqual([mueller, nobody, nowak]);
  expect((await roster.search({ text: mueller }, full)).rows[0]?.alike).toEqual([nowak, nobody]);
  expect((await roster.search({ text: mueller }, bare)).rows[0]?.alike).toEqual([]);
  await store.write([{ ...sampleSubject(nobody), mergedInto: mueller }]);
  expect(await roster.lookalikes()).toEqual([{ subjects: [mueller, nowak], because: 'number' }]);
});

test('each search leaves a line for whoever searched', async () => {
  const { store, found } = await bed();
  await found({ text: 'x' }, bare);
  const line = (await store.accessLog('*')).find(({ actor }) => actor === 'researcher');
  expect(line).toMatchObject({ purpose: 'research', what: 'patients' });
});

test('who was said to be two people is no suggestion any more, until that is taken back', async () => {
  const { directory, store, roster, found, mueller, nowak, nobody } = await bed();
  await store.write([
    sampleIdentity(nowak, 'mrn-4711', { system: 'third' }),
    sampleIdentity(nobody, 'MRN-4711', { system: 'fourth' }),
  ]);
  expect((await roster.search({ text: mueller }, full)).rows[0]?.alike).toEqual([nowak, nobody].sort());
  const entriesOf = async (id: string) => (await store.reading(access).dossier(id)).entries;
  const say = async (apart: boolean, [a, b]: [string, string], at: string) => {
    const pair: [string, readonly Entry[]][] = [
      [a, await entriesOf(a)],
      [b, await entriesOf(b)],
    ];
    await store.write(apartEntries(pair, { apart, reason: 'two people', author: 'dr-one', role: 'clinician', at }));
  };
  await say(true, [mueller, nowak], '2026-01-01T00:00:00Z');
  const alikeOf = async (id: string) => (await roster.search({ text: id }, full)).rows[0]?.alike;
  expect(await alikeOf(mueller)).toEqual([nobody]);
  expect(await alikeOf(nowak)).toEqual([nobody]);
  expect(await roster.lookalikes()).toMatchObject([{ subjects: [mueller, nowak, nobody].sort() }]);
  await say(true, [nobody, mueller], '2026-01-02T00:00:00Z');
  await say(true, [nowak, nobody], '2026-01-02T00:00:00Z');
  expect(await roster.lookalikes()).toEqual([]);
  expect(await found({ filter: { alike: true } })).toEqual([]);
  // Another process reads the same.
  const second = await openStore({ engine: 'sqlite', directory });
  expect(await openRoster(second, access).lookalikes()).toEqual([]);
  await second.close();
  await say(false, [nowak, mueller], '2026-01-03T00:00:00Z');
  expect(await roster.lookalikes()).toMatchObject([{ subjects: [mueller, nowak].sort() }]);
  expect(apartFrom(await entriesOf(mueller)).map(({ other }) => other)).toEqual([nobody]);
});
