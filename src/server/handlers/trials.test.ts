import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, type TestCaller } from '../testing.ts';

const at = () => '2026-03-01T10:00:00.000Z';
let server: Awaited<ReturnType<typeof openTestServer>>;
let clinician: TestCaller;
let researcher: TestCaller;

beforeAll(async () => {
  server = await openTestServer({ now: at });
  await server.workspace.store.write([
    { kind: 'subject', id: 's1', type: 'patient', label: 'Example patient', composite: false, synthetic: true },
  ]);
  clinician = await server.signedIn('clinician');
  researcher = await server.signedIn('researcher');
}, 60_000);
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

const plan = {
  title: 'for Berta',
  treatment: 'drug of Berta',
  comparison: 'none',
  measure: 'pain',
  seed: '1',
  design: { type: 'pairs', cycles: 3, periodDays: 2 },
};
const path = '/api/patients/s1/trials';
const post = (caller: TestCaller, to: string, json: unknown) => caller.fetch(to, { method: 'POST', json });

describe('trials', () => {
  it('are frozen before their first day, once, by a clinician', async () => {
    expect((await post(clinician, path, { plan, startDay: '2026-02-28' })).status).toBe(400);
    expect((await post(researcher, path, { plan, startDay: '2026-03-01' })).status).toBe(403);
    expect((await post(clinician, path, { plan, startDay: '2026-03-01' })).status).toBe(200);
    expect((await post(clinician, path, { plan, startDay: '2026-03-01' })).status).toBe(409);
    const two = { ...plan, design: { ...plan.design, cycles: 2 } };
    expect((await post(clinician, path, { plan: two, startDay: '2026-03-01' })).status).toBe(400);
  });

  it('show a researcher the schedule, and no words of people', async () => {
    const { trials } = await clinician.json<{ trials: { id: string; title: string }[] }>(path);
    expect(trials.map(({ title }) => title)).toEqual(['for Berta']);
    const seen = await (await researcher.fetch(path)).text();
    expect(seen).toContain('Trial from 2026-03-01');
    expect(seen).not.toContain('Berta');
    const file = (type: string) => clinician.fetch(`${path}/${trials[0].id}/file?type=${type}`);
    expect((await (await file('csv')).text()).trim().split('\n')).toHaveLength(13);
    expect(await (await file('ics')).text()).toContain('BEGIN:VEVENT');
    expect(await (await file('checklist')).text()).toContain('CENT 2015');
    expect((await researcher.fetch(`${path}/${trials[0].id}/file?type=csv`)).status).toBe(403);
  });

  it('are simulated in a thread, and end once', async () => {
    const truth = { effect: -2, deviation: 1, autocorrelation: 0.2, carryOver: 0, missing: 0, trend: 0 };
    const answer = await post(clinician, '/api/trials/power', { plan, truth, runs: 20 });
    expect(await answer.json()).toMatchObject({ runs: 20, test: 0, minimumP: 0.25, schedules: 8, days: 12 });
    const { trials } = await clinician.json<{ trials: { id: string }[] }>(path);
    const end = `${path}/${trials[0].id}/end`;
    expect((await post(clinician, end, { day: '2026-02-01', reason: 'x' })).status).toBe(400);
    expect((await post(clinician, end, { day: '2026-03-04', reason: 'moved' })).status).toBe(200);
    expect((await post(clinician, end, { day: '2026-03-05', reason: 'again' })).status).toBe(404);
    const { trials: after } = await clinician.json<{ trials: { stopped?: { day: string } }[] }>(path);
    expect(after.map(({ stopped }) => stopped?.day)).toEqual(['2026-03-04']);
  });
});
