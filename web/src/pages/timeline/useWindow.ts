import { useCallback, useMemo, useState } from 'react';

export interface Span {
  fromMs: number;
  toMs: number;
}

const dayMs = 86_400_000;
/** Closest and widest sight. */
const shortestMs = dayMs / 2;

/** The stretch of time that is in sight, and the ways to move it. Never beyond what there is, but for a margin. */
export function useWindow(all: Span) {
  const margin = Math.max((all.toMs - all.fromMs) * 0.03, 3 * dayMs);
  const whole = useMemo(
    () => ({ fromMs: all.fromMs - margin, toMs: all.toMs + margin }),
    [all.fromMs, all.toMs, margin],
  );
  const [chosen, setChosen] = useState<Span>();
  const span = chosen ?? whole;
  const set = useCallback(
    (next: Span) => {
      const length = Math.min(Math.max(next.toMs - next.fromMs, shortestMs), whole.toMs - whole.fromMs);
      const fromMs = Math.min(Math.max(next.fromMs, whole.fromMs), whole.toMs - length);
      setChosen({ fromMs, toMs: fromMs + length });
    },
    [whole],
  );
  const zoom = useCallback(
    (factor: number, at = 0.5) => {
      const length = span.toMs - span.fromMs;
      const center = span.fromMs + length * at;
      set({ fromMs: center - length * factor * at, toMs: center + length * factor * (1 - at) });
    },
    [span, set],
  );
  const move = useCallback(
    (share: number) => {
      const step = (span.toMs - span.fromMs) * share;
      set({ fromMs: span.fromMs + step, toMs: span.toMs + step });
    },
    [span, set],
  );
  return { span, zoom, move, fit: () => setChosen(undefined) };
}
