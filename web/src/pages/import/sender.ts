import type { HeldFileView } from '../../../../src/server/api/imports.ts';
import { ApiError, call, send } from '../../api/client.ts';
import { idle, sendState, setSendState } from '../../parts/jobs/sending.ts';
import type { ChosenFile } from './chosen.ts';
import { batchBody, partBody } from './frames.ts';

const mib = 2 ** 20;
const batchBytes = 8 * mib;
const firstPart = 4 * mib;
const partBytes = { least: mib, most: 32 * mib };
/** A part is made so large that it takes about this long: progress that moves, and little to send again after a cut. */
const partMs = 1_500;
const lanes = 2;

let files: readonly ChosenFile[] = [];
let running: AbortController | undefined;

/** Sends files to a new upload, or the rest of them to one that was begun before. Resolves when it is over or was stopped. */
export async function sendFiles(
  chosen: readonly ChosenFile[],
  options: { upload?: string | undefined; asOnePatient: boolean; question?: string },
): Promise<void> {
  files = chosen;
  const bytes = chosen.reduce((sum, { file }) => sum + file.size, 0);
  setSendState({ ...idle, status: 'sending', files: chosen.length, bytes, upload: options.upload });
  if (options.upload === undefined) {
    try {
      const expected = { files: chosen.length, bytes };
      const { asOnePatient, question } = options;
      const { id } = await call('imports.create', {
        body: { asOnePatient, ...(question && { question }), expected },
      });
      setSendState({ upload: id });
    } catch (error) {
      setSendState({ status: 'stopped', problem: error as ApiError });
      return;
    }
  }
  await resumeSending();
}

export function pauseSending(): void {
  running?.abort();
  setSendState({ status: 'paused', secondsLeft: undefined, bytesPerSecond: undefined });
}

/** Asks what has arrived and sends the rest. */
export async function resumeSending(): Promise<void> {
  const { upload } = sendState();
  if (upload === undefined) return;
  running?.abort();
  const stop = new AbortController();
  running = stop;
  setSendState({ status: 'sending', problem: undefined });
  try {
    await sendRest(upload, stop.signal);
    if (!stop.signal.aborted) setSendState({ status: 'sent', secondsLeft: undefined });
  } catch (error) {
    if (stop.signal.aborted) return;
    stop.abort();
    setSendState({ status: 'stopped', problem: error as ApiError, secondsLeft: undefined });
  }
}

/** Forgets what was being sent on this side. */
export function forgetSending(): void {
  running?.abort();
  files = [];
  setSendState({ ...idle, upload: undefined, problem: undefined, secondsLeft: undefined, bytesPerSecond: undefined });
}

async function sendRest(upload: string, signal: AbortSignal): Promise<void> {
  const [limits, held] = await patiently(
    () => Promise.all([call('imports.list', {}, { signal }), heldFiles(upload, signal)]),
    signal,
  );
  const refused = new Set(sendState().refused.map(({ path }) => path));
  const rest = files.filter((one) => !refused.has(one.path) && !isWhole(one, held.get(one.path)));
  const whole = files.filter((one) => isWhole(one, held.get(one.path)));
  const pace = openPace();
  setSendState({
    heldFiles: whole.length,
    sentFiles: whole.length,
    sentBytes:
      whole.reduce((sum, { file }) => sum + file.size, 0) +
      rest.reduce((sum, { path }) => sum + (held.get(path)?.held ?? 0), 0),
  });
  const batches = batchesOf(
    rest.filter(({ file }) => file.size <= limits.smallBytes),
    limits.batchFiles,
  );
  const large = rest.filter(({ file }) => file.size > limits.smallBytes);
  const tasks = [
    ...batches.map((batch) => () => sendBatch(upload, batch, pace, signal)),
    ...large.map((one) => () => sendLarge(upload, one, held.get(one.path)?.held ?? 0, pace, signal)),
  ].values();
  const lane = async () => {
    for (const task of tasks) {
      if (signal.aborted) return;
      await task();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function isWhole({ file }: ChosenFile, held: HeldFileView | undefined): boolean {
  if (held === undefined || held.held !== file.size || held.bytes !== file.size) return false;
  return held.modified === undefined || Math.abs(held.modified - file.lastModified) < 2;
}

async function heldFiles(upload: string, signal: AbortSignal): Promise<Map<string, HeldFileView>> {
  const held = new Map<string, HeldFileView>();
  for (;;) {
    const { files: some, total } = await call(
      'imports.held',
      { params: { upload }, query: { from: held.size } },
      { signal },
    );
    for (const one of some) held.set(one.path, one);
    if (some.length === 0 || held.size >= total) return held;
  }
}

function batchesOf(small: readonly ChosenFile[], most: number): ChosenFile[][] {
  const batches: ChosenFile[][] = [];
  let bytes = 0;
  for (const one of small) {
    const last = batches.at(-1);
    if (last === undefined || last.length >= most || bytes + one.file.size > batchBytes) {
      batches.push([one]);
      bytes = one.file.size;
    } else {
      last.push(one);
      bytes += one.file.size;
    }
  }
  return batches;
}

type Pace = ReturnType<typeof openPace>;

async function sendBatch(upload: string, batch: readonly ChosenFile[], pace: Pace, signal: AbortSignal): Promise<void> {
  let sent = batch;
  const answer = await patiently(
    async () => {
      const response = await send('imports.batch', { params: { upload } }, { body: batchBody(sent), signal });
      return (await response.json()) as { refused: { path: string; reason: string }[] };
    },
    signal,
    async () => {
      sent = await readable(sent);
    },
  );
  refuse(answer.refused);
  const lost = new Set(answer.refused.map(({ path }) => path));
  const kept = sent.filter(({ path }) => !lost.has(path));
  pace.sent(
    kept.length,
    kept.reduce((sum, { file }) => sum + file.size, 0),
  );
}

async function sendLarge(
  upload: string,
  one: ChosenFile,
  from: number,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  let at = from;
  let length = firstPart;
  while (at < one.file.size && !signal.aborted) {
    const begun = performance.now();
    const end = Math.min(one.file.size, at + length);
    const held = await patiently(
      () => sendPart(upload, one, at, end, signal),
      signal,
      async () => {
        if ((await readable([one])).length === 0) throw new Unreadable();
      },
    ).catch((error) => {
      if (error instanceof Unreadable) return undefined;
      if (!(error instanceof ApiError) || error.status !== 400) throw error;
      refuse([{ path: one.path, reason: error.message }]);
      return undefined;
    });
    if (held === undefined) return;
    pace.sent(held >= one.file.size ? 1 : 0, held - at);
    at = held;
    const ms = Math.max(1, performance.now() - begun);
    length = Math.min(partBytes.most, Math.max(partBytes.least, Math.round((length * partMs) / ms)));
  }
}

/** How much of the file is held afterwards. */
async function sendPart(
  upload: string,
  one: ChosenFile,
  at: number,
  end: number,
  signal: AbortSignal,
): Promise<number> {
  try {
    const response = await send('imports.part', { params: { upload } }, { body: partBody(one, at, end), signal });
    return ((await response.json()) as HeldFileView).held;
  } catch (error) {
    // The answer to an earlier part was lost, or the file has changed: the server knows where to go on.
    const held = error instanceof ApiError && error.code === 'wrong-offset' ? heldIn(error.details) : undefined;
    if (held === undefined) throw error;
    return held;
  }
}

function heldIn(details: unknown): number | undefined {
  const held = (details as { held?: unknown } | undefined)?.held;
  return typeof held === 'number' ? held : undefined;
}

class Unreadable extends Error {}

/** Files that the browser can still read; the others are named. A failed request alone does not say which side failed. */
async function readable(some: readonly ChosenFile[]): Promise<ChosenFile[]> {
  const good: ChosenFile[] = [];
  for (const one of some) {
    try {
      await one.file.slice(0, 1).arrayBuffer();
      good.push(one);
    } catch {
      refuse([{ path: one.path, reason: 'unreadable' }]);
    }
  }
  return good;
}

function refuse(some: readonly { path: string; reason: string }[]): void {
  if (some.length > 0) setSendState({ refused: [...sendState().refused, ...some] });
}

const passing = new Set([0, 408, 429, 499, 502, 503, 504]);

/** Tries again, slower and slower, while the other side cannot be reached or is busy. */
async function patiently<T>(work: () => Promise<T>, signal: AbortSignal, before?: () => Promise<void>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      const result = await work();
      if (attempt > 0 && !signal.aborted) setSendState({ status: 'sending' });
      return result;
    } catch (error) {
      if (signal.aborted || !(error instanceof ApiError) || !passing.has(error.status)) throw error;
      setSendState({ status: 'waiting' });
      await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 1_000 * 2 ** attempt)));
      if (signal.aborted) throw error;
      await before?.();
    }
  }
}

/** Counts what has arrived and says how long the rest takes at the speed of the last ten seconds. */
function openPace() {
  const recent: { at: number; bytes: number }[] = [{ at: performance.now(), bytes: 0 }];
  return {
    sent(count: number, bytes: number): void {
      const before = sendState();
      const sentBytes = before.sentBytes + bytes;
      const now = performance.now();
      recent.push({ at: now, bytes });
      while (recent.length > 2 && now - recent[0]!.at > 10_000) recent.shift();
      const seconds = (now - recent[0]!.at) / 1000;
      const bytesPerSecond = recent.slice(1).reduce((sum, one) => sum + one.bytes, 0) / Math.max(0.001, seconds);
      setSendState({
        sentFiles: before.sentFiles + count,
        sentBytes,
        bytesPerSecond,
        secondsLeft: bytesPerSecond > 0 ? (before.bytes - sentBytes) / bytesPerSecond : undefined,
      });
    },
  };
}
