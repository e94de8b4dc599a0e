/** Token buckets, one for each key. `take` says how many seconds to wait, or 0. */
export interface RateLimit {
  take(key: string, cost?: number): number;
}

/**
 * @param perSecond sustained rate of one key
 * @param burst what may come at once
 * @param nowMs a monotonic clock
 */
export function openRateLimit(perSecond: number, burst: number, nowMs: () => number): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  let most = tidyFrom;
  return {
    take(key, cost = 1) {
      const now = nowMs();
      const bucket = buckets.get(key) ?? { tokens: burst, at: now };
      bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
      bucket.at = now;
      buckets.set(key, bucket);
      if (buckets.size > most) {
        forgetFull(buckets, perSecond, burst, now);
        // Looked through again when there are twice as many, so that a flood of names does not cost a look at all for each.
        most = Math.max(tidyFrom, 2 * buckets.size);
      }
      if (bucket.tokens >= cost) {
        bucket.tokens -= cost;
        return 0;
      }
      return Math.max(1, Math.ceil((cost - bucket.tokens) / perSecond));
    },
  };
}

const tidyFrom = 10_000;

/** A bucket that has filled up again is the same as none. */
function forgetFull(
  buckets: Map<string, { tokens: number; at: number }>,
  perSecond: number,
  burst: number,
  now: number,
): void {
  for (const [key, { tokens, at }] of buckets)
    if (tokens + ((now - at) / 1000) * perSecond >= burst) buckets.delete(key);
}
