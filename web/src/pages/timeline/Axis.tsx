import { scaleUtc } from 'd3-scale';
import { useMemo } from 'react';
import { localeOf } from '../../parts/time.ts';
import type { Break } from './timeScale.ts';

const dayMs = 86_400_000;
/** So much room has a date. */
const tickPx = 110;
const labelPx = 70;

interface Tick {
  x: number;
  text: string;
}

/** Years, months or days, as many as there is room for; each piece between two breaks has its own. */
export function Axis({
  fromMs,
  toMs,
  breaks,
  x,
  width,
  language,
}: {
  fromMs: number;
  toMs: number;
  breaks: readonly Break[];
  x(ms: number): number;
  width: number;
  language: string;
}) {
  const ticks = useMemo(() => {
    const all = piecesOf(fromMs, toMs, breaks).flatMap((piece) => ticksOf(piece, x, language));
    // Where pieces are narrow their dates would lie on each other: the later one stays.
    return all.filter((tick, i) => all.slice(i + 1).every((later) => later.x - tick.x > labelPx));
  }, [fromMs, toMs, breaks, x, language]);
  return (
    <svg width={width} height={26} aria-hidden="true" className="timeline-axis">
      {ticks.map((tick) => (
        <g key={tick.x}>
          <line x1={tick.x} x2={tick.x} y1={18} y2={26} />
          <text x={Math.min(Math.max(tick.x, 30), width - 30)} y={13} textAnchor="middle">
            {tick.text}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** What is in sight, without the breaks. */
function piecesOf(fromMs: number, toMs: number, breaks: readonly Break[]): Break[] {
  const starts = [fromMs, ...breaks.map((one) => one.toMs)];
  const ends = [...breaks.map((one) => one.fromMs), toMs];
  return starts
    .map((start, i) => ({ fromMs: Math.max(start, fromMs), toMs: Math.min(ends[i]!, toMs) }))
    .filter((piece) => piece.toMs > piece.fromMs);
}

function ticksOf({ fromMs, toMs }: Break, x: (ms: number) => number, language: string): Tick[] {
  const room = x(toMs) - x(fromMs);
  const format = (form: Intl.DateTimeFormatOptions) => {
    const words = new Intl.DateTimeFormat(localeOf(language), { ...form, timeZone: 'UTC' });
    return (ms: number): Tick => ({ x: x(ms), text: words.format(ms) });
  };
  if (room < tickPx) return [format({ year: 'numeric', month: 'short' })((fromMs + toMs) / 2)];
  const days = scaleUtc()
    .domain([fromMs, toMs])
    .ticks(Math.max(2, Math.floor(room / tickPx)));
  const stepDays = days.length > 1 ? (days[1]!.getTime() - days[0]!.getTime()) / dayMs : 1;
  const form: Intl.DateTimeFormatOptions =
    stepDays > 360
      ? { year: 'numeric' }
      : stepDays > 27
        ? { year: 'numeric', month: 'short' }
        : stepDays >= 1
          ? { month: 'short', day: 'numeric' }
          : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' };
  // The first date of a piece says its year: behind a break nobody could guess it.
  return days.map((day, i) => format(i === 0 ? { ...form, year: 'numeric' } : form)(day.getTime()));
}
