import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importFolder } from '../../intake/import.ts';
import { folderOf } from '../../intake/testing.ts';
import { sampleIdentity } from '../../store/samples.ts';
import type { IdentitiesView, PatientPage, TransferView } from '../api/patients.ts';
import { openTestServer, type TestCaller } from '../testing.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let clinician: TestCaller;
let researcher: TestCaller;
let viewer: TestCaller;
let administrator: TestCaller;
const post = (json: unknown) => ({ method: 'POST', json });
const search = (who: TestCaller, body: object = {}) => who.json<PatientPage>('/api/patients/search', post(body));
const found = async (who: TestCaller, body: object = {}) =>
  (await search(who, body)).rows.map(({ subject }) => subject);

const form = (item: number) => `instrument,item,answer,date\nPHQ-9,${item},2,2024-05-01\n`;

beforeAll(async () => {
  server = await openTestServer();
  clinician = await server.signedIn('clinician');
  researcher = await server.signedIn('researcher');
  viewer = await server.signedIn('viewer');
  administrator = await server.signedIn('administrator');
}, 60_000);
afterAll(() => server.close());

async function take(id: string, files: Record<string, string>): Promise<string> {
  const folder = folderOf({ ...files, 'patient.json': JSON.stringify({ id, label: `Patient ${id}` }) });
  const order = { actor: 'test', at: '2026-01-01T00:00:00Z', threads: 1 };
  return (await importFolder([folder], server.workspace.store, order)).subjects[0]!.subject;
}

describe('patients over HTTP', () => {
  it('lists nobody, then who came, for each role as much as it may know', async () => {
    expect(await search(clinician)).toMatchObject({ total: 0, all: 0, rows: [] });
    const one = await take('Weiß-1', { 'a.csv': form(1) });
    expect(await found(clinician, { text: 'weiss' })).toEqual([one]);
    expect(await found(viewer, { text: 'Patient' })).toEqual([one]);
    expect(await found(researcher, { text: 'weiss' })).toEqual([]);
    const [row] = (await search(researcher)).rows;
    expect(row).toMatchObject({ subject: one, label: one, numbers: [], facts: 1 });
    const listed = await clinician.json<PatientPage>('/api/patients?limit=1&sort=changed&descending=true');
    expect(listed.rows[0]).toMatchObject({ label: 'Patient Weiß-1', numbers: [{ value: 'Weiß-1' }] });
    expect((await administrator.fetch('/api/patients')).status).toBe(403);
    expect((await server.send('/api/patients')).status).toBe(401);
    expect((await clinician.fetch('/api/patients?sort=height')).status).toBe(400);
  });

  it('merges, shows what was done, and takes it back', async () => {
    const from = await take('M-1', { 'm.csv': form(2) });
    const into = await take('M-2', { 'n.csv': form(3) });
    const at = (id: string) => `/api/patients/${id}`;
    const before = await clinician.json<IdentitiesView>(`${at(into)}/identities`);
    const seen = { [into]: before.sequence };
    const body = { into, reason: 'the same person', seen };
    for (const who of [researcher, viewer, administrator]) {
      expect((await who.fetch(`${at(from)}/merge`, post(body))).status).toBe(403);
    }
    expect((await clinician.fetch(`${at(from)}/merge`, post({ into, reason: ' ' }))).status).toBe(400);
    const stale = await clinician.fetch(`${at(from)}/merge`, post({ ...body, seen: { [into]: 1 } }));
    expect(stale.status).toBe(409);
    expect(await stale.json()).toMatchObject({ code: 'conflict', details: { subject: into } });

    const done = await clinician.json<TransferView>(`${at(from)}/merge`, post(body));
    expect(done).toMatchObject({ type: 'merge', from, into, composite: false });
    expect(await found(clinician, { text: 'M-1' })).toEqual([into]);
    expect(await found(clinician, { text: from, merged: true })).toEqual([from]);
    const after = await clinician.json<IdentitiesView>(`${at(into)}/identities`);
    expect(after.identities.map(({ value }) => value).sort()).toEqual(['M-1', 'M-2']);
    expect(after.acts).toMatchObject([{ act: done.act, type: 'merge', direction: 'in', undone: false, sources: 1 }]);

    const foreign = await take('M-3', { 'o.csv': form(4) });
    const undo = { act: done.act, reason: 'two people' };
    expect((await clinician.fetch(`${at(foreign)}/undo`, post(undo))).status).toBe(404);
    await clinician.json(`${at(into)}/undo`, post(undo));
    expect(await found(clinician, { text: 'M-1' })).toEqual([from]);
    expect((await clinician.fetch(`${at(into)}/undo`, post(undo))).status).toBe(409);
    expect((await clinician.json<IdentitiesView>(`${at(into)}/identities`)).acts.map(({ undone }) => undone)).toContain(
      true,
    );
  });

  it('splits sources out to a new patient', async () => {
    const subject = await take('S-1', { 's.csv': form(5), 't.csv': form(6) });
    const view = await clinician.json<IdentitiesView>(`/api/patients/${subject}/identities`);
    expect(view.sources.map(({ path }) => path)).toEqual(['s.csv', 't.csv']);
    const body = { sources: [view.sources[1]!.id], label: 'Somebody else', reason: 'wrong folder' };
    const done = await clinician.json<TransferView>(`/api/patients/${subject}/split`, post(body));
    expect(done).toMatchObject({ type: 'split', created: true });
    expect((await search(clinician, { text: 'somebody' })).rows).toMatchObject([
      { subject: done.into, label: 'Somebody else' },
    ]);
    expect((await clinician.fetch(`/api/patients/${subject}/split`, post(body))).status).toBe(404);
  });

  it('leaves an audit line for each of it, and no error of the program', async () => {
    expect(server.errors).toEqual([]);
    const log = await server.workspace.store.accessLog('*');
    expect(log.some(({ what, actor }) => what === 'patients' && actor === researcher.session.account.name)).toBe(true);
  });

  it('tells two people apart who look alike, with a reason that is kept and an audit line, and takes that back', async () => {
    const [a, b] = [await take('A-4444', { 'a.csv': form(4) }), await take('B-5555', { 'b.csv': form(5) })];
    const { store } = server.workspace;
    const born = { name: 'Roe^Ann', birthDate: '1970-01-01', system: 'elsewhere' };
    await store.write([sampleIdentity(a, 'X1', born), sampleIdentity(b, 'X2', born)]);
    const suggestions = async () => (await search(clinician)).suggestions;
    expect(await suggestions()).toBe(1);
    const say = (who: TestCaller, body: object) => who.fetch(`/api/patients/${a}/apart`, post(body));
    for (const who of [researcher, viewer, administrator])
      expect((await say(who, { other: b, reason: 'sisters' })).status).toBe(403);
    expect((await say(clinician, { other: b, reason: ' ' })).status).toBe(400);
    expect((await say(clinician, { other: a, reason: 'same' })).status).toBe(400);
    expect((await say(clinician, { other: 'nobody', reason: 'none' })).status).toBe(404);
    expect((await say(clinician, { other: b, reason: 'twin sisters' })).status).toBe(200);
    expect(await suggestions()).toBe(0);
    const view = await clinician.json<IdentitiesView>(`/api/patients/${b}/identities`);
    expect(view).toMatchObject({ alike: [], apart: [{ other: a, reason: 'twin sisters' }] });
    const audit = await (await administrator.fetch('/api/house/audit')).text();
    expect(audit).toMatch(new RegExp(`"route":"patients.apart"[^}]*"subject":"${a}"`));
    expect(audit).not.toContain('twin sisters');
    expect((await say(clinician, { other: b, apart: false, reason: 'one person after all' })).status).toBe(200);
    expect(await suggestions()).toBe(1);
    expect((await say(clinician, { other: b, reason: 'twin sisters again' })).status).toBe(200);
  });
});
