import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Store } from '../../dossier/store.ts';
import type { Subject } from '../../dossier/subject.ts';
import { openStore } from '../../store/open.ts';
import { openTestServer } from '../testing.ts';
import { type Events, type Listener, openEvents, type ServerEvent } from './events.ts';

let data: string;
let store: Store;
let events: Events;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'idiograph-events-'));
  store = await openStore({ engine: 'sqlite', directory: data });
  events = await openEvents(store);
});
afterEach(async () => {
  events.close();
  await store.close();
  await rm(data, { recursive: true, force: true });
});

const everybody: Listener = { account: 'a', session: 's', allJobs: true, patients: true };
interface Heard {
  id?: string;
  event: string;
  data: string;
}

/** Listens to a stream and keeps what was heard. */
function listen(response: Response) {
  const heard: Heard[] = [];
  let ended = false;
  const reading = (async () => {
    let text = '';
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const lines = { id: field('id'), event: field('event') ?? '', data: field('data') ?? '' };
        if (lines.data !== '') heard.push(lines);
      }
    }
    ended = true;
  })();
  return { heard, reading, ended: () => ended, told: () => heard.filter(({ event }) => event !== '') };
}
const stream = (listener = everybody, lastEventId?: string, mayStay = async () => true) =>
  listen(events.stream(listener, { lastEventId, first: [], mayStay }));
const subject = (id: string): Subject => ({
  kind: 'subject',
  id,
  type: 'patient',
  label: id,
  composite: false,
  synthetic: true,
});
const job = (text: string): ServerEvent => ({ type: 'job', data: text });

describe('a listener', () => {
  it('hears within two seconds of what was acknowledged, also by another process, and only when it may', async () => {
    const one = stream();
    const administrator = stream({ ...everybody, session: 't', patients: false });
    const elsewhere = await openStore({ engine: 'sqlite', directory: data });
    await elsewhere.write([subject('S0001')]);
    await elsewhere.close();
    await vi.waitFor(() => expect(one.told()).toHaveLength(1), { timeout: 2_500 });
    expect(one.told()[0]).toMatchObject({ event: 'changed' });
    expect(JSON.parse(one.told()[0]!.data)).toMatchObject({ subject: 'S0001' });
    expect(administrator.told()).toEqual([]);
  });

  it('that comes back hears what it missed once, and asks everything again when that is not known', async () => {
    const one = stream();
    events.tell(() => job('first'), true);
    await vi.waitFor(() => expect(one.told()).toHaveLength(1));
    const { id } = one.told()[0]!;
    events.tell(() => job('second'), true);
    events.tell(() => job('progress only'), false);
    const again = stream(everybody, id);
    await vi.waitFor(() => expect(again.heard.length).toBeGreaterThan(0));
    expect(again.told().map(({ data }) => JSON.parse(data))).toEqual(['second']);
    const foreign = stream(everybody, 'elsewhere.4');
    await vi.waitFor(() => expect(foreign.told().map(({ event }) => event)).toEqual(['resync']));
  });

  it('hears only what is meant for it', async () => {
    const mine = stream();
    const other = stream({ ...everybody, account: 'b', session: 't', allJobs: false });
    events.tell(({ account, allJobs }) => (account === 'a' || allJobs ? job('of a') : undefined), true);
    await vi.waitFor(() => expect(mine.told()).toHaveLength(1));
    expect(other.told()).toEqual([]);
  });

  it('hears no more when it may not stay, and when the house closes', async () => {
    let stays = true;
    const one = stream(everybody, undefined, async () => stays);
    const two = stream({ ...everybody, session: 't' });
    stays = false;
    await vi.waitFor(() => expect(one.ended()).toBe(true), { timeout: 3_000 });
    expect(events.listeners()).toBe(1);
    events.close();
    await two.reading;
    expect(events.listeners()).toBe(0);
  });

  it('leaves nothing behind when it goes', async () => {
    const response = events.stream(everybody, { lastEventId: undefined, first: [], mayStay: async () => true });
    expect(events.listeners()).toBe(1);
    await response.body!.cancel();
    expect(events.listeners()).toBe(0);
  });
});

describe('over the route', () => {
  it('needs a session, shows the job of a colleague to clinicians only, and ends with the session', async () => {
    const server = await openTestServer();
    try {
      expect((await server.send('/api/events')).status).toBe(401);
      const [clinician, viewer] = [await server.signedIn('clinician'), await server.signedIn('viewer')];
      const one = listen(await clinician.fetch('/api/events'));
      const two = listen(await viewer.fetch('/api/events'));
      await server.workspace.store.write([subject('S0001')]);
      const colleague = await server.signedIn('clinician');
      const { id } = await colleague.json<{ id: string }>('/api/patients/S0001/workup', { method: 'POST' });
      const told = (who: typeof one) =>
        who
          .told()
          .filter(({ event }) => event === 'job')
          .map(({ data }) => JSON.parse(data));
      await vi.waitFor(() => expect(told(one).map((job) => [job.id, job.state])).toContainEqual([id, 'done']), {
        timeout: 10_000,
      });
      expect(told(two)).toEqual([]);
      expect((await viewer.fetch(`/api/jobs/${id}`)).status).toBe(403);
      expect((await clinician.fetch(`/api/jobs/${id}`)).status).toBe(200);
      const researcher = await server.signedIn('researcher');
      expect((await researcher.fetch(`/api/jobs/${id}`)).status).toBe(404);
      await clinician.fetch('/api/session', { method: 'DELETE' });
      await vi.waitFor(() => expect(one.ended()).toBe(true), { timeout: 4_000 });
      expect(two.ended()).toBe(false);
    } finally {
      await server.close();
    }
  }, 30_000);

  it('an open stream alone keeps no session alive', async () => {
    let time = Date.now();
    const server = await openTestServer({ now: () => new Date(time).toISOString() });
    try {
      const viewer = await server.signedIn('viewer');
      const one = listen(await viewer.fetch('/api/events'));
      time += 31 * 60_000;
      await vi.waitFor(() => expect(one.ended()).toBe(true), { timeout: 4_000 });
    } finally {
      await server.close();
    }
  });
});
