import { Refusal } from './problem.ts';

/** Bodies are small: files go through uploads. */
const mostBytes = 4 * 1024 * 1024;
/** Sending takes no longer than this, however slowly bytes trickle in. */
const mostMs = 30_000;

/** The JSON body of a request. Refuses what is too long (413), too slow (408), of another type (415) or no JSON (400). */
export async function readJsonBody(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(?:;|$)/i.test(type))
    throw new Refusal(415, { code: 'media-type', message: 'The body must be application/json.' });
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw tooLong();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body?.getReader();
  const slow = setTimeout(() => void reader?.cancel('too slow'), mostMs);
  const started = performance.now();
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) break;
      bytes += value.byteLength;
      if (bytes > mostBytes) {
        await reader?.cancel();
        throw tooLong();
      }
      parts.push(value);
    }
  } finally {
    clearTimeout(slow);
  }
  if (performance.now() - started >= mostMs)
    throw new Refusal(408, { code: 'too-slow', message: 'The body took too long to arrive.' });
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)), refusePrototypes);
  } catch {
    throw new Refusal(400, { code: 'not-json', message: 'The body is not JSON in UTF-8.' });
  }
}

function tooLong(): Refusal {
  return new Refusal(413, { code: 'too-long', message: `The body is longer than ${mostBytes} bytes.` });
}

function refusePrototypes(key: string, value: unknown): unknown {
  if (key === '__proto__' || key === 'constructor' || key === 'prototype') throw new SyntaxError(key);
  return value;
}
