import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdiographError } from '../../src/dossier/errors.ts';
import type { AuditEntry } from '../../src/privacy/audit/entry.ts';
import { readAudit } from '../../src/privacy/audit/read.ts';
import { verifyAudit } from '../../src/privacy/audit/verify.ts';
import { openTestServer, type TestCaller } from '../../src/server/testing.ts';
import type { TestServer } from './everyRoute.ts';
import { identified, plantInto } from './planted.ts';

let server: TestServer;
let clinician: TestCaller;
let subject: string;
/** The question that the patient has. */
let before: string;
beforeEach(async () => {
  server = await openTestServer();
  clinician = await server.signedIn('clinician');
  [subject] = (await plantInto(server.workspace.store, [identified], server.workspace.now)) as [string];
  before = (await question())!;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
});

const full = () =>
  new IdiographError('store-io', 'the audit line cannot be written (ENOSPC)', {
    cause: Object.assign(new Error('no space'), { code: 'ENOSPC' }),
  });

/** Lets no line through that `stops` names. */
function stop(stops: (entry: AuditEntry) => boolean): void {
  const append = server.workspace.audit.append.bind(server.workspace.audit);
  vi.spyOn(server.workspace.audit, 'append').mockImplementation((entry) =>
    stops(entry) ? Promise.reject(full()) : append(entry),
  );
}
const ask = (question: string, seen = before) =>
  clinician.fetch(`/api/patients/${subject}/question`, { method: 'PUT', json: { question, ...(seen && { seen }) } });
const question = async () => {
  const head = await clinician.json<{ subject: { question?: string } }>(`/api/patients/${subject}/head`);
  return head.subject.question;
};
const linesOf = async (route: string) =>
  (await readAudit(server.workspace.audit.directory, { limit: 1000, whole: true })).lines
    .filter((line) => line.route === route)
    .map(({ outcome, status }) => `${outcome} ${status ?? ''}`.trim());

describe('a change whose line cannot be written', () => {
  it('is not made when nothing can be said of it beforehand', async () => {
    stop(({ outcome }) => outcome === 'begun');
    const answer = await ask('Which dose?');
    expect(answer.status).toBe(507);
    vi.restoreAllMocks();
    expect(await question()).toBe(before);
    expect(await linesOf('patient.question')).toEqual(['failed 507']);
  });

  it('is in the chain as begun when its end could not be said, and the answer tells that it was made', async () => {
    stop(({ outcome, route }) => route === 'patient.question' && outcome === 'ok');
    const answer = await ask('Which dose?');
    expect(answer.status).toBe(507);
    expect(await answer.json()).toMatchObject({
      code: 'audit-incomplete',
      message: expect.stringContaining('was done'),
    });
    vi.restoreAllMocks();
    expect(await question()).toBe('Which dose?');
    expect(await linesOf('patient.question')).toEqual(['begun']);
    await server.workspace.audit.checkpoint();
    expect(await verifyAudit(server.workspace.audit.directory)).toMatchObject({
      intact: true,
      openEnded: 1,
      openEnds: [{ route: 'patient.question' }],
    });
    const administrator = await server.signedIn('administrator');
    const { lines } = await administrator.json<{ lines: { route: string; outcome: string }[] }>(
      `/api/house/audit?outcome=begun&subject=${subject}`,
    );
    expect(lines).toMatchObject([{ route: 'patient.question', outcome: 'begun' }]);
  });
});

describe('while lines come out of the reserve', () => {
  beforeEach(() => {
    vi.spyOn(server.workspace.audit, 'room').mockResolvedValue({ state: 'reserve', heldBytes: 1, wantedBytes: 2 });
  });

  it('reading goes on and nothing can be changed, which both say', async () => {
    expect((await clinician.fetch(`/api/patients/${subject}/page`)).status).toBe(200);
    expect((await clinician.fetch('/api/patients/search', { method: 'POST', json: { text: 'a' } })).status).toBe(200);
    const refused = await ask('Which dose?');
    expect(refused.status).toBe(507);
    expect(await refused.json()).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('reading goes on'),
    });
    expect(await question()).toBe(before);
    expect(await linesOf('patient.question')).toEqual(['failed 507']);
    const administrator = await server.signedIn('administrator');
    expect(await administrator.json('/api/house')).toMatchObject({ audit: { state: 'reserve', heldBytes: 1 } });
    expect((await administrator.fetch('/api/house/audit/verify', { method: 'POST' })).status).toBe(200);
  });

  it('what gives room back or ends something may go on', async () => {
    vi.restoreAllMocks();
    const { id } = await clinician.json<{ id: string }>('/api/imports', { method: 'POST', json: {} });
    vi.spyOn(server.workspace.audit, 'room').mockResolvedValue({ state: 'reserve', heldBytes: 1, wantedBytes: 2 });
    expect((await clinician.fetch(`/api/imports/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await clinician.fetch('/api/session', { method: 'DELETE' })).status).toBe(200);
  });
});

it('a use that cannot be written ends no session, and the plan of the day is read where it cannot be kept', async () => {
  const { accounts, store } = server.workspace;
  const noRoom = new IdiographError('store-io', 'the store cannot be written: database or disk is full');
  const later = Date.now() + 25 * 60_000;
  vi.spyOn(accounts.database, 'write').mockRejectedValue(noRoom);
  vi.spyOn(store, 'write').mockRejectedValue(noRoom);
  const clock = vi.spyOn(Date, 'now');
  for (const minutes of [0, 25, 50, 75]) {
    vi.useFakeTimers({ now: later + minutes * 60_000, toFake: ['Date'] });
    expect((await clinician.fetch(`/api/patients/${subject}/page`)).status, `${minutes}`).toBe(200);
  }
  vi.useFakeTimers({ now: later + 110 * 60_000, toFake: ['Date'] });
  expect((await clinician.fetch(`/api/patients/${subject}/page`)).status).toBe(401);
  vi.useRealTimers();
  clock.mockRestore();
});

describe('the question of a patient', () => {
  it('is kept on top of the one that was seen, by whom it is allowed', async () => {
    expect((await ask('Which dose?')).status).toBe(200);
    expect((await ask('Another?')).status).toBe(409);
    expect((await ask('Another?', 'Which dose?')).status).toBe(200);
    expect(await question()).toBe('Another?');
    expect((await ask('  ', 'Another?')).status).toBe(400);
    const viewer = await server.signedIn('viewer');
    const json = { question: 'Mine?', seen: 'Another?' };
    expect((await viewer.fetch(`/api/patients/${subject}/question`, { method: 'PUT', json })).status).toBe(403);
    expect(await linesOf('patient.question')).toEqual([
      'denied 403',
      'failed 400',
      'ok 200',
      'begun',
      'failed 409',
      'begun',
      'ok 200',
      'begun',
    ]);
  });
});
