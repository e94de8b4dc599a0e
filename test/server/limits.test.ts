import { describe, expect, it } from 'vitest';
import { openRateLimit } from '../../src/server/http/rateLimit.ts';
import { openTestServer } from '../../src/server/testing.ts';

/** A limit of 10 at once and 5 a second, by a clock of ours. */
async function limited() {
  let nowMs = 0;
  const server = await openTestServer({ limit: openRateLimit(5, 10, () => nowMs) });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { server, pass };
}

describe('more requests than the limit', () => {
  it('are 429 with the seconds to wait, never 5xx, and go on afterwards', async () => {
    const { server, pass } = await limited();
    const caller = await server.signedIn('clinician');
    const answers = await Promise.all(Array.from({ length: 50 }, () => caller.fetch('/api/session')));
    const counts = Object.groupBy(answers, ({ status }) => String(status));
    expect(Object.keys(counts).sort()).toEqual(['200', '429']);
    expect(counts['200']!.length).toBe(10);
    for (const answer of counts['429']!) {
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(answer.headers.get('content-security-policy')).toBeTruthy();
      expect(await answer.json()).toMatchObject({ code: 'too-many', remedy: expect.stringMatching(/\d s/) });
    }
    pass(1000);
    const later = await Promise.all(Array.from({ length: 10 }, () => caller.fetch('/api/session')));
    expect(later.filter(({ status }) => status === 200).length).toBe(5);
    expect(server.errors).toEqual([]);
    await server.close();
  });

  it('of one session leave the others alone', async () => {
    const { server } = await limited();
    const [loud, quiet] = [await server.signedIn('clinician'), await server.signedIn('viewer')];
    await Promise.all(Array.from({ length: 40 }, () => loud.fetch('/api/session')));
    expect((await loud.fetch('/api/session')).status).toBe(429);
    expect((await quiet.fetch('/api/session')).status).toBe(200);
    await server.close();
  });

  it('without a session are counted by address, forged cookies among them', async () => {
    const { server } = await limited();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        server.send('/api/session', { headers: { cookie: `idiograph_session=${i}` } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 429).length).toBe(30);
    await server.close();
  });

  it('leave no line in the audit chain, so that a flood fills no disk', async () => {
    const { server } = await limited();
    const caller = await server.signedIn('clinician');
    const before = await server.workspace.audit.directory;
    const { readAudit } = await import('../../src/privacy/audit/read.ts');
    await Promise.all(Array.from({ length: 100 }, () => caller.fetch('/api/session')));
    const { lines } = await readAudit(before, { limit: 1000 });
    expect(lines.filter(({ status }) => status === 429)).toEqual([]);
    expect(lines.filter(({ route }) => route === 'session.get')).toHaveLength(10);
    await server.close();
  });
});

it('a bucket forgets nobody who is still within it, and does not grow without bound', () => {
  let nowMs = 0;
  const limit = openRateLimit(1, 2, () => nowMs);
  limit.take('loud');
  limit.take('loud');
  for (let i = 0; i < 20_000; i++) limit.take(`passer-by ${i}`);
  expect(limit.take('loud')).toBeGreaterThan(0);
  nowMs = 10_000;
  expect(limit.take('loud')).toBe(0);
});
