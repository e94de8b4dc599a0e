import { Refusal } from '../http/problem.ts';
import type { Pace } from './limits.ts';

/**
 * The pieces of a body as they come. Throws `too-slow` (408) for a sender that keeps nothing or next to nothing coming, and
 * `cut-off` (499) when the other side goes away or `signal` says so; what was handed out before is the caller's to keep.
 */
export async function* bodyPieces(
  body: ReadableStream<Uint8Array> | null,
  pace: Pace,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  let heard = performance.now();
  let windowStart = heard;
  let inWindow = 0;
  const stopped = Promise.withResolvers<never>();
  // Nobody may be waiting when it fails.
  stopped.promise.catch(() => {});
  const onAbort = () => stopped.reject(cutOff());
  const watch = setInterval(
    () => {
      const now = performance.now();
      if (now - heard > pace.idleMs) stopped.reject(tooSlow());
      if (now - windowStart <= pace.windowMs) return;
      if (inWindow < pace.leastBytes) stopped.reject(tooSlow());
      windowStart = now;
      inWindow = 0;
    },
    Math.min(1_000, pace.idleMs / 4, pace.windowMs / 4),
  );
  watch.unref();
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), stopped.promise]);
      if (done) return;
      heard = performance.now();
      inWindow += value.byteLength;
      yield value;
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw cutOff();
  } finally {
    clearInterval(watch);
    signal.removeEventListener('abort', onAbort);
    reader.releaseLock();
  }
}

function cutOff(): Refusal {
  return new Refusal(499, {
    code: 'cut-off',
    message: 'The upload was cut off. What had arrived is held.',
    remedy: 'Ask what is held and go on from there.',
  });
}

function tooSlow(): Refusal {
  return new Refusal(
    408,
    {
      code: 'too-slow',
      message: 'Too little arrived for too long. What had arrived is held.',
      remedy: 'Ask what is held and go on from there.',
    },
    { connection: 'close' },
  );
}
