/** Stretches of time in which nothing begins or ends, drawn short. Between them time runs true. */
export interface Break {
  fromMs: number;
  toMs: number;
}

/** Milliseconds to places on the axis and back; a place is a millisecond, less what breaks left out before it. */
export interface TimeScale {
  breaks: readonly Break[];
  at(ms: number): number;
  msOf(at: number): number;
}

const dayMs = 86_400_000;
/** A shorter pause is part of the story. */
const shortestMs = 365 * dayMs;
const mostBreaks = 8;

/**
 * The longest pauses, as long as each is more than half of what would be left besides: one scan of long ago then takes no
 * room from the year that the rest happened in.
 * @param moments milliseconds at which something begins, ends or is, in any order
 */
export function emptyStretches(moments: readonly number[]): Break[] {
  const sorted = moments.toSorted((a, b) => a - b);
  const gaps = sorted
    .flatMap((toMs, i) => (i > 0 ? [{ fromMs: sorted[i - 1]!, toMs }] : []))
    .sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
  let left = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  const empty: Break[] = [];
  for (const gap of gaps.slice(0, mostBreaks)) {
    const length = gap.toMs - gap.fromMs;
    if (length < shortestMs || length < (left - length) / 2) break;
    left -= length;
    empty.push(gap);
  }
  // What stands at the edge of a pause keeps some air, so that its mark and date have room.
  const air = Math.max(left * 0.03, 15 * dayMs);
  return empty
    .map(({ fromMs, toMs }) => ({ fromMs: fromMs + air, toMs: toMs - air }))
    .filter(({ fromMs, toMs }) => toMs - fromMs > shortestMs / 2)
    .sort((a, b) => a.fromMs - b.fromMs);
}

/**
 * @param breaks in the order of time
 * @param length of the whole without the breaks, in ms
 * @param share how much of that length each break still takes
 */
export function timeScale(breaks: readonly Break[], length: number, share: number): TimeScale {
  const each = length * share;
  // Pieces of the axis from one edge of a break to the next, each with its own pace.
  const edges: { ms: number; at: number }[] = [];
  let skipped = 0;
  for (const { fromMs, toMs } of breaks) {
    edges.push({ ms: fromMs, at: fromMs - skipped });
    skipped += toMs - fromMs - each;
    edges.push({ ms: toMs, at: toMs - skipped });
  }
  const between = (value: number, from: 'ms' | 'at', to: 'ms' | 'at') => {
    const after = edges.findIndex((edge) => edge[from] > value);
    const last = edges.at(after === -1 ? -1 : after - 1);
    if (last === undefined || after === 0) return value - (edges[0]?.[from] ?? 0) + (edges[0]?.[to] ?? 0);
    if (after === -1) return value - last[from] + last[to];
    const next = edges[after]!;
    return last[to] + ((value - last[from]) / (next[from] - last[from])) * (next[to] - last[to]);
  };
  return { breaks, at: (ms) => between(ms, 'ms', 'at'), msOf: (at) => between(at, 'at', 'ms') };
}
