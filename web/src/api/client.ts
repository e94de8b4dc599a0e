import routes from 'virtual:routes';
import type { Api, RouteName } from '../../../src/server/api/index.ts';
import type { InputOf, OutputOf } from '../../../src/server/api/spec.ts';

/** A refusal of the server, or that it could not be reached (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string | undefined;
  readonly details: unknown;
  readonly requestId: string | undefined;

  constructor(
    status: number,
    problem: Partial<Record<'code' | 'message' | 'remedy' | 'requestId', string>> & { details?: unknown },
  ) {
    super(problem.message ?? `The server answered with ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.remedy = problem.remedy;
    this.details = problem.details;
    this.requestId = problem.requestId;
  }
}

let csrfToken = '';
/** Held in memory only; a reload asks for it again. */
export function rememberCsrfToken(token: string): void {
  csrfToken = token;
}

let onSignedOut: () => void = () => {};
/** What happens when the server no longer knows the session. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

interface Given {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Address of a route, for links, images and event streams. */
export function urlOf<N extends RouteName>(name: N, input: Omit<InputOf<Api[N]>, 'body'> | Given = {}): string {
  const { params = {}, query = {} } = input as Given;
  const path = routes[name][1].replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(params[key])));
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) =>
      value === undefined || value === null ? [] : [[key, String(value)]],
    ),
  ).toString();
  return search === '' ? path : `${path}?${search}`;
}

/**
 * Calls a route. Types of input and output come from the server's own table. Throws `ApiError`.
 * @example const { account } = await call('session.get', {});
 */
export async function call<N extends RouteName>(
  name: N,
  input: InputOf<Api[N]>,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<OutputOf<Api[N]>> {
  const { body } = input as Given;
  const response = await send(name, input as Given, {
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const type = response.headers.get('content-type') ?? '';
  return (type.startsWith('application/json') ? await response.json() : response) as OutputOf<Api[N]>;
}

/** The same with a request of one's own: uploads of bytes, downloads. */
export async function send<N extends RouteName>(name: N, input: Given, init: RequestInit): Promise<Response> {
  const [method] = routes[name];
  const headers = new Headers(init.headers);
  if (method !== 'GET') headers.set('x-csrf-token', csrfToken);
  let response: Response;
  try {
    response = await fetch(urlOf(name, input), { ...init, method, headers, credentials: 'same-origin' });
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiError(0, { code: 'unreachable', message: 'unreachable' });
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as ConstructorParameters<typeof ApiError>[1];
  if (response.status === 401 && !name.startsWith('session.')) onSignedOut();
  throw new ApiError(response.status, problem);
}
