import { scaleUtc } from 'd3-scale';
import { useMemo } from 'react';
import { localeOf } from '../../parts/time.ts';

/** Years, months or days, as many as there is room for. */
export function Axis({
  fromMs,
  toMs,
  width,
  language,
}: {
  fromMs: number;
  toMs: number;
  width: number;
  language: string;
}) {
  const ticks = useMemo(() => {
    const scale = scaleUtc().domain([fromMs, toMs]).range([0, width]);
    const ticks = scale.ticks(Math.max(2, Math.floor(width / 110)));
    const stepDays = ticks.length > 1 ? (ticks[1]!.getTime() - ticks[0]!.getTime()) / 86_400_000 : 1;
    const form: Intl.DateTimeFormatOptions =
      stepDays > 360
        ? { year: 'numeric' }
        : stepDays > 27
          ? { year: 'numeric', month: 'short' }
          : stepDays >= 1
            ? { month: 'short', day: 'numeric' }
            : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' };
    const words = new Intl.DateTimeFormat(localeOf(language), { ...form, timeZone: 'UTC' });
    return ticks.map((day) => ({ x: scale(day), text: words.format(day) }));
  }, [fromMs, toMs, width, language]);
  return (
    <svg width={width} height={26} aria-hidden="true" className="timeline-axis">
      {ticks.map(({ x, text }) => (
        <g key={x}>
          <line x1={x} x2={x} y1={18} y2={26} />
          <text x={Math.min(Math.max(x, 24), width - 28)} y={13} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
    </svg>
  );
}
