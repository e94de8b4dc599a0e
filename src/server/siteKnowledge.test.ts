import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadKnowledge } from '../knowledge/load.ts';
import type { PlanView } from './api/review.ts';
import { openTestServer } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-site-'));
let server: Awaited<ReturnType<typeof openTestServer>>;

function put(path: string, change: object): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify({ ...(loadKnowledge(path).data as object), ...change }));
}

beforeAll(async () => {
  put('plan/site-texts.json', { actions: { suicidality: 'Call the crisis team of the house, 24 hours.' } });
  const { instrument } = loadKnowledge('psychosocial/gad-7.json').data as { instrument: object };
  put('psychosocial/gad-7.json', { instrument: { ...instrument, display: 'GAD-7 of the house' } });
  server = await openTestServer({ config: { knowledge: folder } });
  await server.workspace.store.write([
    { kind: 'subject', id: 's1', type: 'patient', label: 's1', composite: false, synthetic: true },
  ]);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('the folder of the configuration gives the words of an escalation, at the form and on the plan', async () => {
  const clinician = await server.signedIn('clinician');
  const { escalations } = await clinician.json<{ escalations: object[] }>(
    '/api/patients/s1/questionnaires/phq-9/draft',
    {
      method: 'PUT',
      json: { answers: { '9': 1 }, filledBy: 'patient', basedOn: 0 },
    },
  );
  const action = 'Call the crisis team of the house, 24 hours.';
  expect(escalations).toMatchObject([{ action }]);
  const { checks } = await clinician.json<PlanView>('/api/patients/s1/plan');
  expect(checks.find(({ check }) => check === 'suicidality')).toMatchObject({ level: 'now', action });
});

it('and its questionnaires in the place of those that ship', async () => {
  const clinician = await server.signedIn('clinician');
  const { questionnaires } = await clinician.json<{ questionnaires: { instrument: string; display: string }[] }>(
    '/api/patients/s1/questionnaires',
  );
  const names = new Map(questionnaires.map(({ instrument, display }) => [instrument, display]));
  expect(names.get('gad-7')).toBe('GAD-7 of the house');
  expect(names.get('phq-9')).toBe('PHQ-9');
});

it('a folder that nothing would read stops the start', async () => {
  const other = mkdtempSync(join(tmpdir(), 'idiograph-site-'));
  mkdirSync(join(other, 'report'));
  writeFileSync(join(other, 'report', 'class-scales.json'), '{}');
  await expect(openTestServer({ config: { knowledge: other } })).rejects.toThrow(/nothing reads/);
  rmSync(other, { recursive: true });
});
