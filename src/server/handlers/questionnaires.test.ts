import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestServer } from '../testing.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;

beforeAll(async () => {
  server = await openTestServer();
  await server.workspace.store.write([
    { kind: 'subject', id: 's1', type: 'patient', label: 's1', composite: false, synthetic: true },
  ]);
});
afterAll(() => server.close());

it('keeps a form once when two tabs complete it at the same time', async () => {
  const clinician = await server.signedIn('clinician');
  const form = '/api/patients/s1/questionnaires/gad-7';
  const given = (value: number, basedOn: number) => ({ answers: { '1': value }, filledBy: 'patient', basedOn });
  const { version } = await clinician.json<{ version: number }>(`${form}/draft`, { method: 'PUT', json: given(1, 0) });
  const tabs = [1, 2, 3].map((value) =>
    clinician.fetch(`${form}/responses`, { method: 'POST', json: given(value, version) }),
  );
  const statuses = (await Promise.all(tabs)).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 409, 409]);
  const { sources } = await server.workspace.store.reading({ purpose: 'care', actor: 'test' }).dossier('s1');
  expect(sources).toHaveLength(1);
});
