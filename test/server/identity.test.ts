import { gunzipSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, type TestCaller } from '../../src/server/testing.ts';
import { answersOf, type Known, knownOf, mayCall, routesByMethod, type TestServer, textOf } from './everyRoute.ts';
import { identified, identifying, type Plant, plantInto } from './planted.ts';

const at = () => '2026-11-24T10:00:00.000Z';
/** Names so short that their parts are words of every language. */
const short: Plant = {
  ...identified,
  number: 'ZX-55-AB',
  family: 'Ng',
  given: 'Li',
  text: 'said by Li Ng',
  file: 'li_ng',
};
let server: TestServer;
let clinician: TestCaller;
let researcher: TestCaller;
let known: Known;
let knownShort: Known;

beforeAll(async () => {
  server = await openTestServer({ now: at });
  clinician = await server.signedIn('clinician');
  researcher = await server.signedIn('researcher');
  const [subject, second] = (await plantInto(server.workspace.store, [identified, short], at)) as [string, string];
  known = await knownOf(server.workspace.store, clinician, subject);
  knownShort = await knownOf(server.workspace.store, clinician, second);
  // Something of everything that people add: an upload with its file names, a filled-in form, a decision, a search.
  const upload = await clinician.json<{ id: string }>('/api/imports', { method: 'POST', json: {} });
  await clinician.json(`/api/imports/${upload.id}/files`);
  await clinician.json(`/api/patients/${subject}/questionnaires/phq-9/responses`, {
    method: 'POST',
    json: { answers: { '1': 1, '9': 2 }, filledBy: 'patient', basedOn: 0 },
  });
  const { planRun } = await clinician.json<{ planRun: string }>(`/api/patients/${subject}/plan`);
  expect(planRun).toBeTruthy();
}, 60_000);
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

/** Every text that an answer can hold: as it is, unpacked, and what a picture carries beside its pixels. */
async function textsOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return textOf(response);
  const bytes = Buffer.from(await response.arrayBuffer());
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  return `${head}\n${plain.toString('utf8')}\n${plain.toString('latin1')}\n${pictureTexts(plain)}`.toLowerCase();
}

function pictureTexts(bytes: Buffer): string {
  if (bytes.subarray(1, 4).toString('latin1') !== 'PNG') return '';
  let texts = '';
  for (let place = 8; place + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(place);
    const type = bytes.toString('latin1', place + 4, place + 8);
    const data = bytes.subarray(place + 8, place + 8 + length);
    if (type === 'zTXt' || type === 'iTXt') {
      const packed = data.subarray(data.indexOf(0) + 2);
      texts += type === 'zTXt' ? inflateSync(packed).toString('utf8') : packed.toString('utf8');
    }
    place += length + 12;
  }
  return texts;
}

const open = routesByMethod('GET').filter(([, spec]) => mayCall('researcher', spec));

describe('to an account without identity:read', () => {
  it.each(open)('%s tells nothing of who the patient is', async (...route) => {
    for await (const { path, response } of answersOf(route, researcher, known)) {
      const told = await textsOf(response);
      for (const secret of identifying)
        expect(told.includes(secret), `${path} tells ${secret}: ${around(told, secret)}`).toBe(false);
    }
  });

  it.each(open)('%s tells no short name either', async (...route) => {
    for await (const { path, response } of answersOf(route, researcher, knownShort, 4)) {
      const told = await textsOf(response);
      for (const secret of ['li ng', 'ng li', 'ng, li', 'ng^li', 'li_ng', 'zx-55-ab'])
        expect(told.includes(secret), `${path} tells ${secret}: ${around(told, secret)}`).toBe(false);
    }
  });

  it('a search for a name finds nothing, and so tells nothing', async () => {
    const find = async (who: TestCaller, text: string) =>
      (await who.json<{ rows: unknown[] }>('/api/patients/search', { method: 'POST', json: { text } })).rows.length;
    for (const text of ['Quillfeather', 'quill', 'MRN-7731-ZQ', '1961-07-23', '23.07.1961', 'Zebedee']) {
      expect(await find(clinician, text), text).toBeGreaterThan(0);
      expect(await find(researcher, text), text).toBe(0);
    }
  });

  it('the original bytes stay closed', async () => {
    for (const record of known.record as string[]) {
      const excerpt = await researcher.fetch(`/api/patients/${known.subject}/sources/${record}/excerpt?place=line%201`);
      expect(excerpt.status).toBe(403);
      const original = await researcher.fetch(`/api/patients/${known.subject}/images/${record}/volume?form=original`);
      expect(original.status).toBeGreaterThanOrEqual(400);
    }
  });
});

it('the plants are where pages show them: a clinician sees the name, the number and the birth date', async () => {
  const page = JSON.stringify(await clinician.json(`/api/patients/${known.subject}/page`)).toLowerCase();
  for (const secret of ['quillfeather', 'mrn-7731-zq', '1961-07-23']) expect(page).toContain(secret);
});

function around(text: string, secret: string): string {
  const place = text.indexOf(secret);
  return text.slice(Math.max(0, place - 120), place + 120);
}
