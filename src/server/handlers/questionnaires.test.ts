import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../dossier/entry.ts';
import type { PatientPage } from '../api/patients.ts';
import type { PlanView } from '../api/review.ts';
import { openTestServer } from '../testing.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;

beforeAll(async () => {
  server = await openTestServer();
  await server.workspace.store.write(
    ['s1', 's2', 's3'].map((id) => ({
      kind: 'subject',
      id,
      type: 'patient',
      label: id,
      composite: false,
      synthetic: true,
    })),
  );
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

describe('a positive safety answer in a draft', () => {
  const answers = (item9: number) => ({ answers: { '1': 0, '9': item9 }, filledBy: 'patient' });
  const listed = async (subject: string) => {
    const clinician = await server.signedIn('clinician');
    const { rows } = await clinician.json<PatientPage>('/api/patients');
    return rows.find((row) => row.subject === subject)!.safety;
  };
  const entriesOf = async (subject: string): Promise<readonly Entry[]> =>
    (await server.workspace.store.reading({ purpose: 'care', actor: 'test' }).dossier(subject)).entries;

  it('is answered with what to do at once, and stands on the page and in the list with who and when', async () => {
    const clinician = await server.signedIn('clinician');
    const draft = '/api/patients/s2/questionnaires/phq-9/draft';
    const saved = await clinician.json<{ version: number; escalations: object[] }>(draft, {
      method: 'PUT',
      json: { ...answers(1), basedOn: 0 },
    });
    expect(saved.escalations).toMatchObject([{ check: 'suicidality', urgency: 'now', state: 'positive' }]);
    expect(await listed('s2')).toMatchObject({ urgency: 'now', now: 1 });
    const { urgent } = await clinician.json<{ urgent: { statement: string }[] }>('/api/patients/s2/head');
    expect(urgent[0]!.statement).toContain(clinician.session.account.name);
    expect(urgent[0]!.statement).toMatch(/not completed/);
    // Saved again without a change it is one entry.
    await clinician.json(draft, { method: 'PUT', json: { ...answers(1), basedOn: 1 } });
    expect(await entriesOf('s2')).toHaveLength(1);
    const { draft: open } = await clinician.json<{ draft: { escalations: object[] } }>(
      '/api/patients/s2/questionnaires/phq-9',
    );
    expect(open.escalations).toHaveLength(1);
  });

  it('stays urgent when the answer is changed to no, and when the draft is thrown away', async () => {
    const clinician = await server.signedIn('clinician');
    const form = '/api/patients/s3/questionnaires/phq-9';
    await clinician.json(`${form}/draft`, { method: 'PUT', json: { ...answers(2), basedOn: 0 } });
    await clinician.json(`${form}/draft`, { method: 'PUT', json: { ...answers(0), basedOn: 1 } });
    const shown = async () =>
      (await clinician.json<PlanView>('/api/patients/s3/plan')).checks.find(({ check }) => check === 'suicidality')!;
    expect(await shown()).toMatchObject({ level: 'now', statement: expect.stringContaining('says 0 now') });
    const gone = await clinician.json<{ escalations: object[] }>(`${form}/draft`, { method: 'DELETE' });
    expect(gone.escalations).toMatchObject([{ urgency: 'now' }]);
    const check = await shown();
    expect(check).toMatchObject({ level: 'now', statement: expect.stringContaining('thrown away') });
    expect(await listed('s3')).toMatchObject({ urgency: 'now' });
    // It can be acted on, and why leads to the entry.
    const { review } = await clinician.json<PlanView>('/api/patients/s3/plan');
    const command = { type: 'safety-action', check: check.id, text: 'Spoken with, no danger now' };
    const after = await clinician.json<PlanView>('/api/patients/s3/decisions', {
      method: 'POST',
      json: { seen: review!.seen, command },
    });
    expect(after.checks.find((one) => one.check === 'suicidality')).toMatchObject({ level: 'acted' });
    const why = await clinician.fetch(`/api/patients/s3/why/${check.id}`);
    expect(await why.text()).toContain('the form was thrown away');
  });

  it('of a tab that came too late is kept, although its form is refused', async () => {
    const clinician = await server.signedIn('clinician');
    const draft = '/api/patients/s1/questionnaires/qids-sr16/draft';
    const given = (value: number) => ({ answers: { '12': value }, filledBy: 'patient', basedOn: 0 });
    await clinician.json(draft, { method: 'PUT', json: given(0) });
    expect((await clinician.fetch(draft, { method: 'PUT', json: given(3) })).status).toBe(409);
    const { checks } = await clinician.json<PlanView>('/api/patients/s1/plan');
    expect(checks.find(({ check }) => check === 'suicidality-qids')).toMatchObject({ level: 'now' });
  });

  it('names no account to researchers', async () => {
    const researcher = await server.signedIn('researcher');
    for (const page of ['head', 'page', 'plan']) {
      const text = await (await researcher.fetch(`/api/patients/s2/${page}`)).text();
      expect(text).toContain('Thoughts of self-harm');
      expect(text.match(/.{60}(?:entered by|clinician-\d).{40}/)?.[0], page).toBeUndefined();
    }
  });
});

it.each([
  ['madrs', { '1': 2 }, 'suicidality-madrs'],
  ['qids-sr16', { '5': 1 }, 'suicidality-qids'],
  ['c-ssrs', { '1': 0 }, 'suicidality-screen-method'],
])('an unanswered safety item of a completed %s is not assessed, and said so at once', async (instrument, given, check) => {
  const clinician = await server.signedIn('clinician');
  const { escalations } = await clinician.json<{ escalations: object[] }>(
    `/api/patients/s1/questionnaires/${instrument}/escalations`,
    { method: 'POST', json: { answers: given } },
  );
  expect(escalations).toContainEqual(expect.objectContaining({ check, state: 'not-assessed', urgency: 'open' }));
});
