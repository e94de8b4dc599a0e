import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Store, StoreRecord } from '../../src/dossier/store.ts';
import { api } from '../../src/server/api/index.ts';
import type { Spec } from '../../src/server/api/spec.ts';
import { permissions, type Role, roles } from '../../src/server/permissions.ts';
import type { openTestServer, TestCaller } from '../../src/server/testing.ts';
import { sampleOf } from './sampleInput.ts';

/** The table of routes as the tests go through it: whatever is added to it is tested with it. */
export const everyRoute = Object.entries(api) as [name: string, spec: Spec][];
export const routesByMethod = (...methods: Spec['method'][]) =>
  everyRoute.filter(([, { method }]) => methods.includes(method));
export const isAbout = (spec: Spec, param: string) => spec.path.includes(`/:${param}`);

/** Whoever is signed in, with or without a port between. */
export type Caller = Pick<TestCaller, 'fetch'>;
export type TestServer = Awaited<ReturnType<typeof openTestServer>>;

/** Whether an account of this role alone may call a route. */
export function mayCall(role: Role, { permission }: Spec): boolean {
  return (
    permission === 'public' || permission === 'session' || (permissions[permission] as readonly Role[]).includes(role)
  );
}

/** A role that may call it; the one that may do most first. */
export function roleFor(spec: Spec): Role {
  return roles.find((role) => mayCall(role, spec))!;
}

/** Values of path and query by their name; a list: any of them, the first ones first. */
export type Known = Readonly<Record<string, string | readonly string[]>>;

/** A well-formed request of a route, with `known` values in their places. */
export function requestOf(
  spec: Spec,
  known: Readonly<Record<string, string>> = {},
): { path: string; init: RequestInit & { json?: unknown } } {
  const params = (spec.params === undefined ? {} : sampleOf(spec.params, known)) as Record<string, unknown>;
  const path = spec.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const query = (spec.query === undefined ? {} : sampleOf(spec.query, known)) as Record<string, unknown>;
  const search = new URLSearchParams(
    Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString();
  const init: RequestInit & { json?: unknown } = { method: spec.method };
  if (spec.body === 'stream') init.body = new Uint8Array([0, 0, 0, 2, 0x7b, 0x7d]);
  else if (spec.body !== undefined) init.json = sampleOf(spec.body as z.ZodType, known);
  return { path: search === '' ? path : `${path}?${search}`, init };
}

/** Lets go of an answer that never ends by itself. */
export async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  await response.body?.cancel();
  return '';
}

/** A few ids of each kind of record of a subject: what the last part of a path may name. */
export async function recordsOf(store: Store, subject: string, each = 3): Promise<string[]> {
  const reader = store.reading({ purpose: 'maintenance', actor: 'test' });
  const kinds: StoreRecord['kind'][] = [
    'source',
    'artifact',
    'region',
    'finding',
    'entry',
    'fact',
    'run',
    'safety-check',
    'recommendation',
    'import',
    'identity',
  ];
  const all = await Promise.all(kinds.map((kind) => reader.list(subject, kind)));
  const ids: string[] = [];
  for (const records of all) {
    // One of each sort, such as labelmap and picture, before a second one.
    const sorts = Map.groupBy(records as { id: string; type?: string; format?: string; mediaType?: string }[], (one) =>
      [one.type, one.format, one.mediaType].join(' '),
    );
    for (const sort of sorts.values()) ids.push(...sort.slice(0, each).map(({ id }) => id));
  }
  return ids;
}

/** What fields of paths and queries can hold for a subject of a filled store. */
export async function knownOf(store: Store, clinician: Caller, subject: string): Promise<Known> {
  const json = async <T>(path: string) => (await (await clinician.fetch(path)).json()) as T;
  const { rooms } = await json<{ rooms: { room: string }[] }>(`/api/patients/${subject}/head`);
  const { questionnaires } = await json<{ questionnaires: { instrument: string }[] }>(
    `/api/patients/${subject}/questionnaires`,
  );
  const records = await recordsOf(store, subject);
  return {
    subject,
    room: rooms.map(({ room }) => room),
    instrument: questionnaires.map(({ instrument }) => instrument),
    record: records,
    region: records,
    place: ['line 2', 'Bundle.entry[0].birthDate', 'Patient.name'],
    at: '0,0,0',
    from: '0',
  };
}

export interface Answered {
  name: string;
  spec: Spec;
  path: string;
  response: Response;
}

/**
 * Calls a GET route with every value that its enums and `known` give: at most `most` calls that succeed. Answers are handed
 * over one by one; whoever takes them reads or cancels the body.
 */
export async function* answersOf(
  [name, spec]: readonly [string, Spec],
  caller: Caller,
  known: Known,
  most = 12,
): AsyncGenerator<Answered> {
  const names = [...spec.path.matchAll(/:(\w+)/g)].map(([, param]) => param!);
  const required = Object.entries(spec.query?.shape ?? {})
    .filter(([, field]) => !(field as z.ZodType).safeParse(undefined).success)
    .map(([field]) => field);
  const choices = [...names, ...required]
    .map((field): [string, readonly string[]] => [field, valuesOf(field, spec, known)])
    .filter(([, values]) => values.length > 0);
  let succeeded = 0;
  let tried = 0;
  for (const combination of product(choices)) {
    if (++tried > mostTries) return;
    const { path } = requestOf(spec, combination);
    const response = await caller.fetch(path);
    yield { name, spec, path, response };
    if (response.ok && ++succeeded >= most) return;
  }
}

/** Routes with two ids have thousands of pairs, of which few fit. */
const mostTries = 400;

function valuesOf(field: string, spec: Spec, known: Known): readonly string[] {
  const given = known[field];
  if (given !== undefined) return typeof given === 'string' ? [given] : given;
  const schema = (spec.params?.shape[field] ?? spec.query?.shape[field]) as z.ZodType | undefined;
  return (schema as { options?: string[] } | undefined)?.options?.filter((one) => typeof one === 'string') ?? [];
}

function* product(choices: readonly [string, readonly string[]][]): Generator<Record<string, string>> {
  const [first, ...rest] = choices;
  if (first === undefined) {
    yield {};
    return;
  }
  const [field, values] = first;
  for (const more of product(rest)) for (const value of values) yield { ...more, [field]: value };
}

/** What is wrong with an answer by the table of routes; nothing when it is as it says. Takes the body. */
export async function faultsOf({ spec, response }: Answered): Promise<string[]> {
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok) {
    const text = await textOf(response);
    const { code, message } = JSON.parse(text) as { code?: unknown; message?: unknown };
    const told = typeof code === 'string' && typeof message === 'string';
    return response.status < 500 && told ? [] : [`${response.status} ${text.slice(0, 300)}`];
  }
  if (typeof spec.response === 'string') {
    await textOf(response);
    if (spec.response === 'events' && !type.startsWith('text/event-stream')) return [`is ${type}`];
    return type === '' ? ['has no type'] : [];
  }
  if (!type.startsWith('application/json')) return [`is ${type}`];
  const answer: unknown = JSON.parse(await response.text());
  const parsed = spec.response.safeParse(answer);
  if (!parsed.success) return parsed.error.issues.slice(0, 5).map((one) => `${one.path.join('.')}: ${one.message}`);
  // A field that the table does not name would go out unseen.
  return isDeepStrictEqual(answer, parsed.data) ? [] : ['holds fields that the table does not name'];
}
