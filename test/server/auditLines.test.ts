import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditLine } from '../../src/privacy/audit/entry.ts';
import { readAudit } from '../../src/privacy/audit/read.ts';
import { verifyAudit } from '../../src/privacy/audit/verify.ts';
import type { Spec } from '../../src/server/api/spec.ts';
import { type Role, roles } from '../../src/server/permissions.ts';
import { openTestServer, type TestCaller } from '../../src/server/testing.ts';
import { everyRoute, isAbout, mayCall, requestOf, type TestServer, textOf } from './everyRoute.ts';
import { identified, identifying, plantInto } from './planted.ts';

const at = () => '2026-11-24T10:00:00.000Z';
let server: TestServer;
let callers: Record<Role, TestCaller>;
let subject: string;

beforeAll(async () => {
  server = await openTestServer({ now: at });
  callers = Object.fromEntries(
    await Promise.all(roles.map(async (role) => [role, await server.signedIn(role)])),
  ) as Record<Role, TestCaller>;
  [subject] = (await plantInto(server.workspace.store, [identified], at)) as [string];
}, 60_000);
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

async function linesOf(requestId: string | null, whole = false): Promise<AuditLine[]> {
  const { lines } = await readAudit(server.workspace.audit.directory, { limit: 50, whole });
  return lines.filter((line) => line.requestId === requestId);
}

/** A change that was let in has a line before it, nothing else has. */
async function expectBegun(spec: Spec, { requestId, actor, action, route, status, outcome, subject }: AuditLine) {
  const begun = (await linesOf(requestId!, true)).filter((line) => line.outcome === 'begun');
  const isChange = spec.method !== 'GET' && spec.action !== 'read' && spec.changes !== false;
  if (!isChange || spec.permission === 'public') expect(begun).toEqual([]);
  else if (outcome === 'ok') expect(begun).toHaveLength(1);
  // Before it was begun somebody was refused for what they are or asked; after it for what is there.
  if (outcome === 'denied' || status === 400 || status === 415) expect(begun.length).toBeLessThan(2);
  if (begun[0])
    expect(begun[0]).toMatchObject({
      actor,
      action,
      route,
      ...(subject !== undefined && isAbout(spec, 'subject') && { subject }),
    });
}

describe('every call', () => {
  it.each(
    everyRoute,
  )('%s leaves one line that says who, what, of whom and how it ended; a refused one too', async (name, spec) => {
    for (const role of roles) {
      const caller = name.startsWith('session.') ? await server.signedIn(role) : callers[role];
      const { path, init } = requestOf(spec, { subject });
      const answer = await caller.fetch(path, init);
      await textOf(answer);
      const lines = await linesOf(answer.headers.get('x-request-id'));
      expect(lines, `${role}: ${answer.status}`).toHaveLength(1);
      const [line] = lines as [AuditLine];
      await expectBegun(spec, line);
      expect(line).toMatchObject({ route: name, status: answer.status, remote: '127.0.0.1', at: at() });
      expect(line.outcome).toBe(
        answer.status < 400 ? 'ok' : answer.status === 401 || answer.status === 403 ? 'denied' : 'failed',
      );
      if (name !== 'session.signIn') expect(line).toMatchObject({ actor: caller.session.account.id, roles: [role] });
      expect(line.purpose).toMatch(/^(care|research|maintenance)$/);
      if (isAbout(spec, 'subject') && mayCall(role, spec)) expect(line.subject).toBe(subject);
      expect(line.action).toBe(
        spec.action ?? { GET: 'read', POST: 'create', PUT: 'update', DELETE: 'delete' }[spec.method],
      );
    }
  });

  it('of what does not exist leaves one too, and of nobody leaves none that could be flooded', async () => {
    const nothing = await callers.viewer.fetch('/api/nothing');
    expect(await linesOf(nothing.headers.get('x-request-id'))).toMatchObject([{ route: 'not-found', status: 404 }]);
    const knock = await server.send('/api/patients');
    expect(await linesOf(knock.headers.get('x-request-id'))).toEqual([]);
  });
});

describe('the chain', () => {
  it('holds ids only, whatever was searched for, typed and sent', async () => {
    const { clinician } = callers;
    const words = ['Quillfeather', 'MRN-7731-ZQ', '1961-07-23'];
    for (const text of words) {
      await clinician.fetch('/api/patients/search', { method: 'POST', json: { text } });
      await clinician.fetch(`/api/patients?text=${text}`);
      await clinician.fetch(`/api/patients/${text}/head`);
      await clinician.fetch(`/api/patients/${subject}/sources/x/excerpt?place=${text}`);
      await clinician.fetch(`/api/${text}`, {
        method: 'POST',
        json: { text },
        headers: { 'user-agent': text, referer: text },
      });
      await server.send('/api/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: text, password: `${text} as a password` }),
      });
    }
    const folder = server.workspace.audit.directory;
    for (const name of await readdir(folder)) {
      const text = (await readFile(join(folder, name), 'latin1')).toLowerCase();
      for (const secret of identifying) expect(text.includes(secret), `${name} holds ${secret}`).toBe(false);
      for (const caller of Object.values(callers))
        expect(text).not.toContain(caller.cookie.split('=')[1]!.toLowerCase());
    }
  });

  it('cannot be made to say more by what a caller puts into a path', async () => {
    const hostile = ['S1\r\n{"seq":1}', 'S1\u001b[2J', 'S1\u2028x', 'S1","actor":"root', '\u202eS1'];
    const before = (await readAudit(server.workspace.audit.directory, { limit: 10_000 })).lines.length;
    for (const id of hostile) {
      await callers.viewer.fetch(`/api/patients/${encodeURIComponent(id)}/head`);
      await callers.viewer.fetch(`/api/patients/${subject}/why/${encodeURIComponent(id)}`);
    }
    const { lines, damaged } = await readAudit(server.workspace.audit.directory, { limit: 10_000 });
    expect(damaged).toBe(0);
    expect(lines.length).toBe(before + 2 * hostile.length);
    expect(new Set(lines.map(({ actor }) => actor))).not.toContain('root');
    const folder = server.workspace.audit.directory;
    for (const name of (await readdir(folder)).filter((one) => one.startsWith('chain'))) {
      expect(await readFile(join(folder, name), 'utf8')).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/,
      );
    }
  });

  it('holds, and any change of it shows', async () => {
    const folder = server.workspace.audit.directory;
    await server.workspace.audit.checkpoint();
    expect(await verifyAudit(folder)).toMatchObject({ intact: true, problemCount: 0 });
    const [name] = (await readdir(folder)).filter((one) => one.startsWith('chain')) as [string];
    const path = join(folder, name);
    const whole = await readFile(path, 'utf8');
    const rows = whole.split('\n');
    const denied = rows.findIndex((row) => row.includes('"outcome":"denied"'));
    const forgeries: Record<string, string> = {
      'a denial made a success': rows.with(denied, rows[denied]!.replace('"denied"', '"ok"')).join('\n'),
      'a line taken out': rows.toSpliced(denied, 1).join('\n'),
      'two lines exchanged': rows
        .with(denied, rows[denied + 1]!)
        .with(denied + 1, rows[denied]!)
        .join('\n'),
      'a line said twice': rows.toSpliced(denied, 0, rows[denied]!).join('\n'),
      'its end cut off': `${rows.slice(0, -5).join('\n')}\n`,
    };
    for (const [what, text] of Object.entries(forgeries)) {
      expect(text, what).not.toBe(whole);
      await writeFile(path, text);
      expect((await verifyAudit(folder)).intact, what).toBe(false);
    }
    await writeFile(path, whole);
    expect((await verifyAudit(folder)).intact).toBe(true);
  });
});
