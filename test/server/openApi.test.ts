import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTestServer, type TestCaller } from '../../src/server/testing.ts';
import {
  answersOf,
  everyRoute,
  faultsOf,
  type Known,
  knownOf,
  mayCall,
  requestOf,
  routesByMethod,
  type TestServer,
  textOf,
} from './everyRoute.ts';
import { identified, plantInto } from './planted.ts';

const at = () => '2026-11-24T10:00:00.000Z';
let server: TestServer;
let owner: TestCaller;
let researcher: TestCaller;
let viewer: TestCaller;
let known: Known;

beforeAll(async () => {
  server = await openTestServer({ now: at });
  owner = await server.signedIn('clinician', 'administrator');
  researcher = await server.signedIn('researcher');
  viewer = await server.signedIn('viewer');
  const [subject] = (await plantInto(server.workspace.store, [identified], at)) as [string];
  const upload = await owner.json<{ id: string }>('/api/imports', { method: 'POST', json: {} });
  const job = await owner.json<{ id: string }>(`/api/patients/${subject}/workup`, { method: 'POST' });
  for (;;) {
    const { state } = await owner.json<{ state: string }>(`/api/jobs/${job.id}`);
    if (!['queued', 'running', 'stopping'].includes(state)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const draft = { answers: { '1': 1 }, filledBy: 'patient', basedOn: 0 };
  await owner.json(`/api/patients/${subject}/questionnaires/gad-7/draft`, { method: 'PUT', json: draft });
  known = {
    ...(await knownOf(server.workspace.store, owner, subject)),
    upload: upload.id,
    job: job.id,
    account: owner.session.account.id,
  };
}, 60_000);
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
});

/** GET routes that cannot answer 200 on a store of this kind, and why. */
const unreached: Readonly<Record<string, string>> = {
  'session.oidcBegin': 'there is no identity provider',
  'session.oidcFinish': 'there is no identity provider',
  'plan.signed': 'nothing is signed',
  'trials.file': 'no trial is planned',
  'report.patientExport': 'nothing is released',
  'images.labels': 'no label map',
  'images.centre': 'no label map and no region',
  'images.region': 'no region',
  'images.dicom': 'no image that was made',
  'annotations.picture': 'no key image',
};

describe('answers', () => {
  const reached = new Set<string>();

  it.each(routesByMethod('GET'))('%s is what the table says, for each role', async (name, spec) => {
    for (const caller of [owner, viewer, researcher]) {
      const { roles } = caller.session.account;
      if (!roles.some((role) => mayCall(role, spec))) continue;
      for await (const answered of answersOf([name, spec], caller, known, 6)) {
        if (answered.response.ok) reached.add(name);
        expect(await faultsOf(answered), `${roles.join()} ${answered.path}`).toEqual([]);
      }
    }
  });

  it('were had of every GET route, but for those that need what this patient has not', () => {
    const missed = routesByMethod('GET')
      .map(([name]) => name)
      .filter((name) => !reached.has(name) && !(name in unreached));
    expect(missed, 'give values for their parameters in knownOf(), or a reason in `unreached`').toEqual([]);
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1 in form: paths, parameters, answers, references, names once', async () => {
    const document = OpenApi.parse(await owner.json('/api/openapi.json'));
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, parameters = [], operationId, responses } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const named = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
      expect(named.sort(), operationId).toEqual(inPath.sort());
      expect(new Set(parameters.map((one) => `${one.in} ${one.name}`)).size).toBe(parameters.length);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', 'default']));
    }
    // Two templates that stand for the same addresses are not allowed.
    const shapes = Object.keys(document.paths).map((path) => path.replace(/\{\w+\}/g, '{}'));
    expect(new Set(shapes).size).toBe(shapes.length);
    const text = JSON.stringify(document);
    for (const [, reference] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = reference!
        .split('/')
        .reduce<unknown>((one, key) => (one as Record<string, unknown> | undefined)?.[key], document);
      expect(found, reference).toBeDefined();
    }
  });

  it('names every route of the table with its permission and no other', async () => {
    const { paths } = OpenApi.parse(await owner.json('/api/openapi.json'));
    const told = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, one]) => [
        method.toUpperCase(),
        path,
        one.operationId,
        one['x-permission'],
        one.security.length > 0,
      ]),
    );
    const table = everyRoute.map(([name, { method, path, permission }]) => [
      method,
      path.replace(/:(\w+)/g, '{$1}'),
      name,
      permission,
      permission !== 'public',
    ]);
    expect(told.sort()).toEqual(table.sort());
  });

  it('describes what each route answers, field by field', () => {
    const bare = everyRoute.filter(([, { response }]) => {
      if (typeof response === 'string') return false;
      const text = JSON.stringify(z.toJSONSchema(response, { io: 'output', unrepresentable: 'any' }));
      return !text.includes('"properties"') || /(?::|\[)\{\}/.test(text);
    });
    expect(bare.map(([name]) => name)).toEqual([]);
  });

  it('is answered by the application, route by route, and nothing else is', async () => {
    const answering = server.app.routes.filter(({ path, method }) => path.startsWith('/api') && method !== 'ALL');
    const table = everyRoute.map(([, { method, path }]) => `${method} ${path}`);
    expect([...new Set(answering.map(({ method, path }) => `${method} ${path}`))].sort()).toEqual(
      [...table, 'GET /api/openapi.json'].sort(),
    );
    for (const [name, spec] of everyRoute) {
      const { path, init } = requestOf(spec, { subject: String(known.subject) });
      const caller = name.startsWith('session.') ? await server.signedIn('clinician', 'administrator') : owner;
      const text = await textOf(await caller.fetch(path, init));
      expect(text, name).not.toContain('There is no such path');
    }
  });

  it('samples of every body and parameter are accepted by the table itself', () => {
    for (const [name, spec] of everyRoute) {
      if (spec.body === undefined || spec.body === 'stream') continue;
      const { init } = requestOf(spec);
      const parsed = spec.body.safeParse(init.json);
      expect(parsed.error?.issues ?? [], name).toEqual([]);
    }
  });
});

const Schema = z.record(z.string(), z.unknown());
const Content = z.record(z.string().regex(/^[\w.*+-]+\/[\w.*+-]+$/), z.strictObject({ schema: Schema }));
const Operation = z.strictObject({
  operationId: z.string().regex(/^[a-z]+(?:\.[a-zA-Z]+)+$/),
  summary: z.string().min(5),
  'x-permission': z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z
    .array(
      z.strictObject({
        name: z.string().regex(/^\w+$/),
        in: z.enum(['path', 'query']),
        required: z.boolean(),
        schema: Schema,
      }),
    )
    .optional(),
  requestBody: z.strictObject({ required: z.literal(true), content: Content }).optional(),
  responses: z.record(
    z.string().regex(/^([1-5]\d\d|default)$/),
    z.strictObject({ description: z.string().min(1), content: Content.optional() }),
  ),
});
/** The part of the OpenAPI 3.1 specification that a document of ours uses, strictly. */
const OpenApi = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d$/),
  info: z.strictObject({ title: z.string().min(1), version: z.string().min(1), description: z.string().optional() }),
  paths: z.record(
    z.string().regex(/^\/api(\/[\w.{}-]+)+$/),
    z.partialRecord(z.enum(['get', 'put', 'post', 'delete']), Operation),
  ),
  components: z.strictObject({
    securitySchemes: z.record(
      z.string(),
      z.strictObject({ type: z.literal('apiKey'), in: z.literal('cookie'), name: z.string() }),
    ),
    schemas: z.record(z.string(), Schema),
  }),
});
