import type { Volume } from '../../../src/display/drawPlane.ts';
import { readPlainNifti } from '../../../src/display/plainNifti.ts';
import { ApiError, send } from '../api/client.ts';

export interface Loading {
  /** `making`: the server converts; `fetching`: bytes arrive. */
  stage: 'making' | 'fetching';
  done: number;
  total: number;
}

/** Volumes that were fetched, until they take more than this together; the least recently used go first. */
const mostBytes = 1.2 * 2 ** 30;
/** What a page can hold in one piece without hurting: larger ones are drawn by the server. */
export const largestBytes = 768 * 2 ** 20;
const kept = new Map<string, { volume: Volume; bytes: number }>();

let keptFor: string | undefined;

/** Volumes hold pixels of patients: none is kept when somebody else signs in. */
export function forgetVolumesOf(account: string): void {
  if (keptFor !== account) kept.clear();
  keptFor = account;
}

/** One time point of an image. Throws `ApiError`. */
export async function loadVolume(
  subject: string,
  record: string,
  frame: number | undefined,
  { signal, progress }: { signal: AbortSignal; progress(loading: Loading): void },
): Promise<Volume> {
  const key = `${subject} ${record} ${frame ?? ''}`;
  const known = kept.get(key);
  if (known) {
    kept.delete(key);
    kept.set(key, known);
    return known.volume;
  }
  await prepare(subject, record, { signal, progress });
  const query = { form: 'plain' as const, ...(frame !== undefined && { frame }) };
  const response = await send('images.volume', { params: { subject, record }, query }, { signal });
  const buffer = await bytesOf(response, (done, total) => progress({ stage: 'fetching', done, total }));
  const volume = readPlainNifti(buffer);
  keep(key, volume, buffer.byteLength);
  return volume;
}

/** A region or a reader's mask on the grid of an image: only the box around it. */
export async function loadRegion(
  subject: string,
  record: string,
  region: string,
  signal: AbortSignal,
): Promise<Volume> {
  const key = `${subject} ${record} / ${region}`;
  const known = kept.get(key);
  if (known) return known.volume;
  const input = { params: { subject, record, region }, query: { extent: 'box' as const } };
  const buffer = await (await send('images.region', input, { signal })).arrayBuffer();
  const volume = readPlainNifti(buffer);
  keep(key, volume, buffer.byteLength);
  return volume;
}

function keep(key: string, volume: Volume, bytes: number): void {
  kept.set(key, { volume, bytes });
  let total = [...kept.values()].reduce((sum, one) => sum + one.bytes, 0);
  for (const [oldest, one] of kept) {
    if (total <= mostBytes || oldest === key) break;
    kept.delete(oldest);
    total -= one.bytes;
  }
}

/** Waits until the server has the volume, and says how far it is. */
async function prepare(
  subject: string,
  record: string,
  { signal, progress }: { signal: AbortSignal; progress(loading: Loading): void },
): Promise<void> {
  const response = await send('images.prepare', { params: { subject, record } }, { signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new ApiError(0, { code: 'unreachable', message: 'unreachable' });
    text += value;
    const messages = text.split('\n\n');
    text = messages.pop()!;
    for (const message of messages) {
      const [, event] = /^event: (\w+)/.exec(message) ?? [];
      const data = JSON.parse(message.slice(message.indexOf('data: ') + 6));
      if (event === 'progress') progress({ stage: 'making', ...data });
      else if (event === 'trouble') throw new ApiError(422, data);
      else if (event === 'ready') {
        await reader.cancel();
        return;
      }
    }
  }
}

async function bytesOf(response: Response, progress: (done: number, total: number) => void): Promise<ArrayBuffer> {
  const total = Number(response.headers.get('content-length') ?? 0);
  if (!(total > 0) || response.body === null) return response.arrayBuffer();
  const buffer = new Uint8Array(total);
  const reader = response.body.getReader();
  let at = 0;
  let told = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    buffer.set(value, at);
    at += value.length;
    if (at - told > total / 50) {
      told = at;
      progress(at, total);
    }
  }
  if (at !== total) throw new ApiError(0, { code: 'unreachable', message: 'the volume was cut off' });
  return buffer.buffer;
}
