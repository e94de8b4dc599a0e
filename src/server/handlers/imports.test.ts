import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipOf } from '../../intake/testing.ts';
import type { JobDetail, JobView } from '../api/jobs.ts';
import { openTestServer, type TestCaller } from '../testing.ts';
import { frame, part } from '../uploads/testing.ts';

let server: Awaited<ReturnType<typeof openTestServer>>;
let clinician: TestCaller;
let other: TestCaller;

beforeAll(async () => {
  server = await openTestServer();
  clinician = await server.signedIn('clinician');
  other = await server.signedIn('clinician');
});
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

const begin = async (who = clinician, json: object = {}) =>
  (await who.json<{ id: string }>('/api/imports', { method: 'POST', json })).id;
const sendPart = (upload: string, head: Parameters<typeof part>[0], bytes: Uint8Array | string, who = clinician) =>
  who.fetch(`/api/imports/${upload}/part`, { method: 'PUT', body: part(head, bytes) });
const sendBatch = (upload: string, body: Uint8Array<ArrayBuffer> | string, who = clinician) =>
  who.fetch(`/api/imports/${upload}/batch`, { method: 'POST', body, ...({ duplex: 'half' } as object) });
const joined = (parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const heldOf = (upload: string, who = clinician) =>
  who.json<{ files: { path: string; held: number; bytes: number }[] }>(`/api/imports/${upload}/files`);
const problem = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { code: string; details?: unknown }),
});

async function finished(id: string, who = clinician): Promise<JobDetail> {
  for (;;) {
    const job = await who.json<JobDetail>(`/api/jobs/${id}`);
    if (!['queued', 'running', 'stopping'].includes(job.state)) return job;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Answers of one person to PHQ-9. */
const answersOf = (patient: string, date = '2024-01-02') =>
  `patient,date,${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((item) => `phq9_${item}`).join(',')}\n${patient},${date},1,1,1,1,1,1,1,1,0\n`;

describe('parts', () => {
  it('come one after the other and make a whole file', async () => {
    const upload = await begin();
    const first = await sendPart(upload, { path: 'a/b.bin', bytes: 6, offset: 0 }, 'abc');
    expect(await first.json()).toMatchObject({ held: 3, bytes: 6 });
    expect((await heldOf(upload)).files).toEqual([{ path: 'a/b.bin', bytes: 6, held: 3 }]);
    const second = await sendPart(upload, { path: 'a/b.bin', bytes: 6, offset: 3 }, 'def');
    expect(await second.json()).toMatchObject({ held: 6 });
    const onDisk = join(server.workspace.home.uploads, upload, 'uploaded', 'a', 'b.bin');
    expect(await readFile(onDisk, 'utf8')).toBe('abcdef');
  });

  it('that begin elsewhere are told where to begin, also when they are sent again', async () => {
    const upload = await begin();
    const at = (offset: number) => sendPart(upload, { path: 'x', bytes: 6, offset }, 'abc');
    expect(await problem(await at(2))).toMatchObject({ status: 409, code: 'wrong-offset', details: { held: 0 } });
    expect((await at(0)).status).toBe(200);
    expect(await problem(await at(0))).toMatchObject({ status: 409, details: { held: 3 } });
    expect((await at(3)).status).toBe(200);
    expect(await problem(await at(0))).toMatchObject({ status: 409, details: { held: 6 } });
    expect(await (await sendPart(upload, { path: 'x', bytes: 6, offset: 6 }, '')).json()).toMatchObject({ held: 6 });
  });

  it('of a file that has changed meanwhile are not mixed with the old ones', async () => {
    const upload = await begin();
    await sendPart(upload, { path: 'x', bytes: 6, offset: 0, modified: 1000 }, 'abc');
    const changed = await sendPart(upload, { path: 'x', bytes: 6, offset: 3, modified: 2000 }, 'xyz');
    expect(await problem(changed)).toMatchObject({ status: 409, details: { held: 0 } });
    await sendPart(upload, { path: 'x', bytes: 6, offset: 0, modified: 2000 }, 'uvwxyz');
    expect(await readFile(join(server.workspace.home.uploads, upload, 'uploaded', 'x'), 'utf8')).toBe('uvwxyz');
  });

  it('with more bytes than the file has are refused and nothing of them counts', async () => {
    const upload = await begin();
    expect(await problem(await sendPart(upload, { path: 'x', bytes: 3, offset: 0 }, 'abcd'))).toMatchObject({
      status: 400,
      code: 'longer-than-said',
    });
  });

  it.each([
    '../x',
    'a/../../x',
    '/etc/x',
    'C:/x',
    'a\\..\\x',
    'a\u0000b',
    'nul',
    'a/com1.dcm',
    'n'.repeat(300),
    '',
    'a/'.repeat(70) + 'x',
    '\ud800',
  ])('under the name %j are refused', async (path) => {
    const upload = await begin();
    expect(await problem(await sendPart(upload, { path, bytes: 1, offset: 0 }, 'x'))).toMatchObject({
      status: 400,
      code: 'unsafe-name',
    });
    expect(await readdir(join(server.workspace.home.uploads, upload, 'uploaded'))).toEqual([]);
    await clinician.fetch(`/api/imports/${upload}`, { method: 'DELETE' });
  });

  it('that are cut off leave what had arrived', async () => {
    const upload = await begin();
    const sent = part({ path: 'x', bytes: 10, offset: 0 }, 'abcd');
    const cut = new ReadableStream({
      start: (controller) => controller.enqueue(sent),
      pull: (controller) => controller.error(new Error('gone')),
    });
    const answer = await clinician.fetch(`/api/imports/${upload}/part`, {
      method: 'PUT',
      body: cut,
      ...({ duplex: 'half' } as object),
    });
    expect(answer.status).toBe(499);
    expect((await heldOf(upload)).files).toEqual([{ path: 'x', bytes: 10, held: 4 }]);
  });
});

describe('batches', () => {
  it('keep many files at once, and refuse single names alone', async () => {
    const upload = await begin();
    const answer = await sendBatch(
      upload,
      joined([frame('a/1', 'one'), frame('../2', 'two'), frame('a/3', ''), frame('a', 'a file now')]),
    );
    expect(await answer.json()).toMatchObject({
      kept: 2,
      refused: [{ path: '../2', reason: expect.stringContaining('climbs') }, { path: 'a' }],
    });
    expect((await heldOf(upload)).files.map(({ path }) => path).sort()).toEqual(['a/1', 'a/3']);
  });

  it('that end in the middle keep the whole files before', async () => {
    const upload = await begin();
    const whole = joined([frame('1', 'one'), frame('2', 'two')]);
    expect(await problem(await sendBatch(upload, whole.subarray(0, -1)))).toMatchObject({ status: 400 });
    expect((await heldOf(upload)).files.map(({ path }) => path)).toEqual(['1']);
  });

  it('that are none are refused', async () => {
    const upload = await begin();
    for (const body of [
      '\u0000\u0000\u0000\u0000',
      '\u007f\u0000\u0000\u0000',
      '\u0000\u0000\u0000\u0002{}',
      '\u0000\u0000\u0000\u0004nope',
    ])
      expect((await sendBatch(upload, body)).status).toBe(400);
  });
});

describe('who may', () => {
  it('send nothing to the upload of another account, nor see it', async () => {
    const upload = await begin();
    await sendPart(upload, { path: 'x', bytes: 6, offset: 0 }, 'abc');
    const tries = [
      other.fetch(`/api/imports/${upload}`),
      other.fetch(`/api/imports/${upload}/files`),
      sendPart(upload, { path: 'x', bytes: 6, offset: 3 }, 'def', other),
      sendBatch(upload, frame('y', 'y'), other),
      other.fetch(`/api/imports/${upload}/start`, { method: 'POST', json: {} }),
      other.fetch(`/api/imports/${upload}`, { method: 'DELETE' }),
    ];
    for (const answer of await Promise.all(tries)) expect(answer.status).toBe(404);
    const { uploads } = await other.json<{ uploads: { id: string }[] }>('/api/imports');
    expect(uploads.map(({ id }) => id)).not.toContain(upload);
    expect((await heldOf(upload)).files[0]).toMatchObject({ held: 3 });
  });

  it.each(['researcher', 'viewer', 'administrator'] as const)('a %s imports nothing', async (role) => {
    const upload = await begin();
    const who = await server.signedIn(role);
    const tries = [
      who.fetch('/api/imports', { method: 'POST', json: {} }),
      who.fetch('/api/imports'),
      who.fetch(`/api/imports/${upload}`),
      sendPart(upload, { path: 'x', bytes: 1, offset: 0 }, 'x', who),
      sendBatch(upload, frame('y', 'y'), who),
      who.fetch(`/api/imports/${upload}/start`, { method: 'POST', json: {} }),
      who.fetch(`/api/imports/${upload}`, { method: 'DELETE' }),
    ];
    for (const answer of await Promise.all(tries)) expect(answer.status).toBe(403);
  });

  it('without the token of the session sends nothing', async () => {
    const upload = await begin();
    const answer = await server.send(`/api/imports/${upload}/part`, {
      method: 'PUT',
      body: part({ path: 'x', bytes: 1, offset: 0 }, 'x'),
      headers: { cookie: clinician.cookie },
    });
    expect(answer.status).toBe(403);
  });
});

describe('the question that files are to answer', () => {
  const imported = async (begun: object, started: object, ...patients: string[]) => {
    const upload = await begin(clinician, begun);
    await sendBatch(upload, joined(patients.map((one) => frame(`${one}.csv`, answersOf(one)))));
    const { id } = await clinician.json<JobView>(`/api/imports/${upload}/start`, { method: 'POST', json: started });
    const job = await finished(id);
    expect(job.state).toBe('done');
    const questions = await Promise.all(
      job.imported!.subjects.map(async ({ subject }) => {
        const head = await clinician.json<{ subject: { question?: string } }>(`/api/patients/${subject}/head`);
        return head.subject.question;
      }),
    );
    return { questions, codes: job.imported!.issues.map(({ code }) => code) };
  };

  it('is kept with the one patient whom they are of; what is said last holds', async () => {
    const begun = { question: '  Which dose? ' };
    expect(await imported(begun, {}, 'Q1')).toEqual({ questions: ['Which dose?'], codes: [] });
    expect(await imported(begun, { question: 'Opioid or not?' }, 'Q1')).toMatchObject({
      questions: ['Opioid or not?'],
    });
    // Files without a question leave the one that stands.
    expect(await imported({}, {}, 'Q1')).toMatchObject({ questions: ['Opioid or not?'] });
  });

  it('is kept with nobody when the files are of several, and that is said', async () => {
    expect(await imported({ question: 'Whose?' }, {}, 'Q2', 'Q3')).toEqual({
      questions: [undefined, undefined],
      codes: ['question-not-kept'],
    });
  });
});

describe('an import', () => {
  it('recognises, refuses with a remedy, works up, and removes what was sent', async () => {
    const upload = await begin();
    const evil = zipOf([{ name: '../../evil.csv', content: answersOf('P9') }]);
    const bomb = zipOf([{ name: 'zeros.csv', content: new Uint8Array(20_000_000) }]);
    const batch = joined([
      frame('case/answers.csv', answersOf('P1')),
      frame('case/broken.dcm', 'this is no DICOM'),
      frame('case/evil.zip', evil),
      frame('case/bomb.zip', bomb),
      frame('case/notes.xyz', 'nothing that is known'),
    ]);
    expect((await sendBatch(upload, batch)).status).toBe(200);
    const started = await clinician.json<JobView>(`/api/imports/${upload}/start`, { method: 'POST', json: {} });
    const again = await clinician.json<JobView>(`/api/imports/${upload}/start`, { method: 'POST', json: {} });
    expect(again.id).toBe(started.id);
    expect((await sendPart(upload, { path: 'late', bytes: 1, offset: 0 }, 'x')).status).toBe(409);
    const job = await finished(started.id);
    expect(job).toMatchObject({ state: 'done', interruptions: 0 });
    expect(job.imported).toMatchObject({ files: { recognised: 1, refused: 3, ignored: 1 } });
    const [subject] = job.imported!.subjects;
    expect(subject).toMatchObject({
      created: true,
      added: 1,
      duplicates: 0,
      formats: [{ format: 'answers', files: 1 }],
    });
    expect(job.worked).toMatchObject([{ subject: subject!.subject, failed: 0 }]);
    expect(job.worked![0]!.computed).toBeGreaterThan(0);
    const refused = await clinician.json<{ files: { path: string; issue: { remedy: string } }[]; total: number }>(
      `/api/jobs/${job.id}/files?outcome=refused`,
    );
    expect(refused.total).toBe(3);
    expect(refused.files.map(({ path }) => path).join(' ')).toMatch(/bomb.zip.* broken.dcm .*evil.zip/);
    for (const { issue } of refused.files) expect(issue.remedy).not.toBe('');
    expect((await clinician.fetch(`/api/imports/${upload}`)).status).toBe(404);
    expect(await readdir(server.workspace.home.uploads)).not.toContain(upload);

    const once = await begin();
    await sendBatch(once, frame('case/answers.csv', answersOf('P1')));
    const { id } = await clinician.json<JobView>(`/api/imports/${once}/start`, { method: 'POST', json: {} });
    const twice = await finished(id);
    expect(twice.imported!.subjects).toMatchObject([
      { subject: subject!.subject, created: false, added: 0, duplicates: 1 },
    ]);
    expect(twice.worked).toMatchObject([{ computed: 0 }]);
  });

  it('of a file that arrived in part is refused until that is settled', async () => {
    const upload = await begin();
    const start = (json: object) => clinician.fetch(`/api/imports/${upload}/start`, { method: 'POST', json });
    expect(await problem(await start({}))).toMatchObject({ status: 409, code: 'upload-empty' });
    await sendPart(upload, { path: 'x', bytes: 6, offset: 0 }, 'abc');
    await sendBatch(upload, frame('answers.csv', answersOf('P1')));
    expect(await problem(await start({}))).toMatchObject({ status: 409, code: 'upload-incomplete' });
    expect((await start({ withoutPartial: true })).status).toBe(200);
  });

  it('of several people makes several patients, and one composite one only when somebody says so', async () => {
    const send = async (json: object) => {
      const upload = await begin(clinician, json);
      await sendBatch(upload, joined([frame('c/a.csv', answersOf('P2')), frame('c/b.csv', answersOf('P3'))]));
      const { id } = await clinician.json<JobView>(`/api/imports/${upload}/start`, { method: 'POST', json: {} });
      return (await finished(id)).imported!.subjects;
    };
    const apart = await send({});
    expect(apart.map(({ composite }) => composite)).toEqual([false, false]);
    for (const { issues } of apart) expect(issues.map(({ code }) => code)).toContain('several-identities');
    const together = await send({ asOnePatient: true });
    expect(together).toMatchObject([{ composite: true }]);
    expect(together[0]!.issues.map(({ code }) => code)).toContain('composite-patient');
  });

  it('that is cancelled with its upload leaves no file behind', async () => {
    const upload = await begin();
    await sendBatch(upload, frame('answers.csv', answersOf('P1')));
    const { id } = await clinician.json<JobView>(`/api/imports/${upload}/start`, { method: 'POST', json: {} });
    await clinician.json(`/api/imports/${upload}`, { method: 'DELETE' });
    expect(['cancelled', 'done']).toContain((await finished(id)).state);
    expect(await readdir(server.workspace.home.uploads)).not.toContain(upload);
  });
});
