import { scaleUtc } from 'd3-scale';
import { useMemo } from 'react';

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
    const days = (toMs - fromMs) / 86_400_000;
    const form: Intl.DateTimeFormatOptions =
      days > 900
        ? { year: 'numeric' }
        : days > 60
          ? { year: 'numeric', month: 'short' }
          : days > 3
            ? { month: 'short', day: 'numeric' }
            : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' };
    const words = new Intl.DateTimeFormat(language, { ...form, timeZone: 'UTC' });
    return scale.ticks(Math.max(2, Math.floor(width / 110))).map((day) => ({ x: scale(day), text: words.format(day) }));
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
