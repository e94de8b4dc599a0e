import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workup } from '../../workup/workup.ts';
import type { PlanView } from '../api/review.ts';
import { openTestServer, type TestCaller } from '../testing.ts';

const day = '2026-03-10';
let server: Awaited<ReturnType<typeof openTestServer>>;
let clinician: TestCaller;
let second: TestCaller;
let viewer: TestCaller;
let researcher: TestCaller;
let minute = 0;
const now = () => new Date(Date.UTC(2026, 2, 10, 9, 0, minute++)).toISOString();
const at = '/api/patients/s1';
const post = (json: unknown) => ({ method: 'POST', json });
const form = `${at}/questionnaires/phq-9`;
const answers = (item9: number) =>
  Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i + 1}`, i === 8 ? item9 : 1]));

const worked = () => workup(server.workspace.store, 's1', { access: { purpose: 'care', actor: 'test' }, clock: now });
const plan = (): Promise<PlanView> => clinician.json(`${at}/plan`);

beforeAll(async () => {
  server = await openTestServer({ now });
  clinician = await server.signedIn('clinician');
  second = await server.signedIn('clinician', 'administrator');
  viewer = await server.signedIn('viewer');
  researcher = await server.signedIn('researcher');
  await server.workspace.store.write([
    { kind: 'subject', id: 's1', type: 'patient', label: 'Example', composite: false, synthetic: true },
  ]);
}, 60_000);
afterAll(async () => {
  await server.close();
});

describe('a questionnaire over HTTP', () => {
  it('is saved, survives in another tab, and tells a tab that is behind', async () => {
    const first = await clinician.json<{ draft?: object }>(form);
    expect(first.draft).toBeUndefined();
    const body = { answers: { '1': 2 }, filledBy: 'patient', basedOn: 0 };
    expect(await clinician.json(`${form}/draft`, { method: 'PUT', json: body })).toMatchObject({ version: 1 });
    expect(await clinician.json(form)).toMatchObject({ draft: { version: 1, answers: { '1': 2 } } });
    const behind = await clinician.fetch(`${form}/draft`, { method: 'PUT', json: { ...body, answers: { '1': 0 } } });
    expect(behind.status).toBe(409);
    expect(await behind.json()).toMatchObject({ details: { reason: 'changed', draft: { answers: { '1': 2 } } } });
    expect((await second.json<{ draft?: object }>(form)).draft).toBeUndefined();
  });

  it('refuses answers outside the form', async () => {
    const body = { answers: { '1': 9 }, filledBy: 'patient', basedOn: 1 };
    expect((await clinician.fetch(`${form}/draft`, { method: 'PUT', json: body })).status).toBe(400);
    expect((await clinician.fetch(`${form}/responses`, post(body))).status).toBe(400);
    expect((await clinician.fetch(`${at}/questionnaires/none`)).status).toBe(404);
    expect((await clinician.fetch('/api/patients/nobody/questionnaires/phq-9')).status).toBe(404);
  });

  it('gives the safety text with the answer, and becomes a source, findings and a plan', async () => {
    const done = await clinician.json<{ source: string; escalations: { action: string }[] }>(
      `${form}/responses`,
      post({ answers: answers(2), filledBy: 'patient', basedOn: 1 }),
    );
    expect(done.escalations).toMatchObject([{ check: 'suicidality', urgency: 'now' }]);
    expect(done.escalations[0].action).toMatch(/now/);
    expect((await clinician.json<{ draft?: object }>(form)).draft).toBeUndefined();
    await worked();
    const shown = await plan();
    expect(shown.checks.find(({ check }) => check === 'suicidality')).toMatchObject({ level: 'now' });
    const { questionnaires } = await clinician.json<{ questionnaires: { instrument: string; latest: object[] }[] }>(
      `${at}/questionnaires`,
    );
    expect(questionnaires.find(({ instrument }) => instrument === 'phq-9')?.latest).toMatchObject([
      { value: expect.stringContaining('10') },
    ]);
  });
});

describe('a plan over HTTP', () => {
  it('is refused a signature until what is urgent is settled, then signed, released and handed over', async () => {
    let view = await plan();
    const refused = await clinician.fetch(`${at}/signatures`, post({ seen: view.review!.seen }));
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ details: { reason: 'unsettled', blocking: expect.any(Array) } });

    for (const one of view.review!.blocking) {
      const command =
        one.type === 'line'
          ? { type: 'decide', line: one.id, decision: 'accept' }
          : { type: 'acknowledge', check: one.id, reason: 'spoken with today' };
      view = await clinician.json(`${at}/decisions`, post({ seen: view.review!.seen, command }));
    }
    expect(view.review!.blocking).toEqual([]);
    view = await clinician.json(`${at}/signatures`, post({ seen: view.review!.seen, statement: 'as discussed' }));
    expect(view.review).toMatchObject({ status: 'signed', signature: { statement: 'as discussed' } });
    const { entry, sha256 } = view.review!.signature!;
    expect(await clinician.json(`${at}/signatures/${entry}`)).toMatchObject({ signedContent: 1, subject: 's1' });
    expect((await clinician.fetch(`${at}/signatures/${view.lines[0].id}`)).status).toBe(404);

    expect((await clinician.fetch(`${at}/patient-page/export/html`)).status).toBe(409);
    const item = view.review!.release.items.find((one) => one.type === 'line' && one.sensitive === undefined)!;
    const items = [{ item: item.item, released: true, wording: 'We talk about <b>mood</b>.' }];
    view = await clinician.json(`${at}/release`, post({ seen: view.review!.seen, items }));
    const page = await clinician.fetch(`${at}/patient-page/export/html?language=de`);
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain('We talk about &#60;b&#62;mood&#60;/b&#62;.');
    expect(text).not.toContain('self-harm');

    const report = await clinician.fetch(`${at}/report/preview`);
    expect(report.headers.get('content-security-policy')).toContain('sandbox');
    expect(await report.text()).toContain(`content sha256 ${sha256.slice(0, 16)}`);
    const bundle = await clinician.fetch(`${at}/report/export/fhir`);
    expect(bundle.headers.get('content-disposition')).toContain('s1.fhir.json');
    expect(await bundle.json()).toMatchObject({ resourceType: 'Bundle' });
  });

  it('tells the second of two tabs what the first one did', async () => {
    const { review, lines } = await plan();
    const line = lines.at(-1)!.id;
    const command = { type: 'decide', line, decision: 'reject', reason: 'not wanted' };
    await clinician.json(`${at}/decisions`, post({ seen: review!.seen, command }));
    const late = await second.fetch(`${at}/decisions`, post({ seen: review!.seen, command }));
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({
      message: expect.stringContaining('rejected'),
      details: { reason: 'changed' },
    });
    expect((await plan()).review!.status).toBe('signed-but-outdated');
  });

  it('an action on a check makes a new plan in which it is answered', async () => {
    const { review, checks } = await plan();
    const check = checks.find((one) => one.check === 'suicidality')!;
    const command = { type: 'safety-action', check: check.id, text: 'safety plan agreed' };
    const view = await clinician.json<PlanView>(`${at}/decisions`, post({ seen: review!.seen, command }));
    expect(view.checks.find((one) => one.check === 'suicidality')).toMatchObject({
      level: 'acted',
      acted: { words: expect.stringContaining('safety plan agreed') },
    });
    const head = await clinician.json<{ actedToday: { words: string }[] }>(`${at}/head`);
    expect(head.actedToday).toMatchObject([{ words: expect.stringContaining(clinician.session.account.name) }]);
    // Who acted, and in which words, is not for accounts without identity.
    expect(await researcher.json(`${at}/head`)).toMatchObject({ actedToday: [] });
    for (const page of ['plan', 'page']) {
      const text = await (await researcher.fetch(`${at}/${page}`)).text();
      expect(text).toContain('action recorded');
      expect(text).not.toMatch(/safety plan agreed|Acted on 20/);
    }
  });

  it('an action of one letter is refused; one that stands is put right and taken back, and stays readable', async () => {
    const stated = async (command: object) => {
      const { review } = await plan();
      return clinician.fetch(`${at}/decisions`, post({ seen: review!.seen, command }));
    };
    const found = async () => (await plan()).checks.find((one) => one.check === 'suicidality')!;
    const entry = (await found()).acted!.entry;
    const change = { type: 'change-safety-action', entry };
    expect((await stated({ ...change, text: 'x' })).status).toBe(400);
    expect((await stated({ ...change, text: 'Spoken with by telephone, seen tomorrow' })).status).toBe(200);
    expect((await found()).acted?.words).toContain('by telephone');
    expect((await stated({ ...change, text: 'Spoken with by telephone, again' })).status).toBe(404);
    const { entry: second } = (await found()).acted!;
    const back = { type: 'change-safety-action', entry: second, takeBack: true, text: 'Recorded for somebody else' };
    expect((await stated(back)).status).toBe(200);
    const { checks, review } = await plan();
    const check = checks.find((one) => one.check === 'suicidality')!;
    expect(check).toMatchObject({ level: 'now' });
    expect((await stated({ type: 'safety-action', check: check.id, text: 'x' })).status).toBe(400);
    const notes = review!.checks.find(({ id }) => id === check.id)!.notes;
    expect(notes.map(({ action, text }) => [action, text])).toEqual([
      ['followed', 'safety plan agreed'],
      ['followed', 'Spoken with by telephone, seen tomorrow'],
      ['takes-back', 'Recorded for somebody else'],
    ]);
    expect((await stated({ type: 'safety-action', check: check.id, text: 'Seen together, plan agreed' })).status).toBe(
      200,
    );
  });

  it('names points in time and what changed between them', async () => {
    const { moments } = await clinician.json<{ moments: { type: string; sequence: number }[] }>(`${at}/moments`);
    expect(moments.map(({ type }) => type)).toEqual(expect.arrayContaining(['import', 'plan', 'signature']));
    const signature = moments.find(({ type }) => type === 'signature')!;
    const diff = await clinician.json<{ groups: { changes: { title: string }[] }[] }>(
      `${at}/changes?from=${signature.sequence}`,
    );
    expect(diff.groups.flatMap(({ changes }) => changes.map(({ title }) => title)).join(' ')).toContain(
      'Thoughts of self-harm',
    );
  });
});

describe('who may not', () => {
  it.each([
    ['POST', `${at}/decisions`],
    ['POST', `${at}/signatures`],
    ['POST', `${at}/release`],
    ['GET', `${at}/questionnaires`],
    ['PUT', `${form}/draft`],
    ['POST', `${form}/responses`],
    ['GET', `${at}/report/export/html`],
    ['GET', `${at}/patient-page/preview`],
    ['GET', `${at}/patient-page/export/html`],
  ])('a viewer and a researcher: %s %s', async (method, path) => {
    for (const one of [viewer, researcher]) {
      const given = method === 'GET' ? {} : { json: {} };
      expect((await one.fetch(path, { method, ...given })).status).toBe(403);
    }
    expect((await server.send(path, { method })).status).toBe(401);
  });

  it('a researcher reads the plan without what people wrote; a viewer reads both and previews the report', async () => {
    const view = await researcher.json<PlanView>(`${at}/plan`);
    expect(view.lines.length).toBeGreaterThan(0);
    expect(view.review).toBeUndefined();
    const page = await (await researcher.fetch(`${at}/page`)).text();
    for (const words of ['not wanted', 'as discussed', 'safety plan agreed']) {
      expect(JSON.stringify(view)).not.toContain(words);
      expect(page).not.toContain(words);
    }
    expect((await viewer.json<PlanView>(`${at}/plan`)).review).toBeDefined();
    expect((await viewer.fetch(`${at}/report/preview`)).status).toBe(200);
    expect((await researcher.fetch(`${at}/report/preview`)).status).toBe(403);
  });

  it('no error of the program itself came up', () => {
    expect(server.errors).toEqual([]);
    expect(day).toBe(now().slice(0, 10));
  });
});
