import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FigureRegion } from '../../../../src/report/pain/bodyFigure.ts';
import './body.css';
import { nearest } from './nearest.ts';
import { regionName } from './regionName.ts';

interface Props {
  frame: { width: number; height: number };
  regions: readonly FigureRegion[];
  painful: ReadonlySet<string>;
  notAsked: ReadonlySet<string>;
  /** All of it in words. */
  described: string;
  /** With it regions can be marked: by click, touch, or Space after the arrow keys. */
  onToggle?: (code: string) => void;
  small?: boolean;
}

/** Front and back, left and right named as the person's own. */
export function BodyFigureView(props: Props) {
  return (
    <div className={props.small ? 'body-figures small' : 'body-figures'}>
      <OneView view="front" {...props} />
      <OneView view="back" {...props} />
    </div>
  );
}

function OneView({ view, frame, regions, painful, notAsked, described, onToggle }: Props & { view: 'front' | 'back' }) {
  const { t } = useTranslation();
  const own = regions.filter((region) => region.view === view);
  const [at, setAt] = useState(own[0]?.code);
  const svg = useRef<SVGSVGElement>(null);
  const { width, height } = frame;
  const sides = view === 'front' ? (['right', 'left'] as const) : (['left', 'right'] as const);
  const look = (code: string) => (painful.has(code) ? 'hurts' : notAsked.has(code) ? 'unasked' : 'calm');
  const onKeyDown = (event: KeyboardEvent, code: string) => {
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      onToggle?.(code);
      return;
    }
    const next = nearest(own, code, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setAt(next.code);
    svg.current?.querySelector<SVGElement>(`[data-region="${next.code}"]`)?.focus();
  };
  const name = t(`pain.view.${view}`);
  const viewBox = `0 -18 ${width} ${height + 20}`;
  const labels = (
    <g aria-hidden="true">
      <text x={22} y={-5}>
        {t(`pain.side.${sides[0]}`)}
      </text>
      <text x={width / 2} y={-5} className="view">
        {name}
      </text>
      <text x={width - 22} y={-5}>
        {t(`pain.side.${sides[1]}`)}
      </text>
    </g>
  );
  if (!onToggle)
    return (
      <svg viewBox={viewBox} role="img" aria-label={`${name}: ${described}`} className="body-figure">
        {labels}
        {own.map((region) => (
          <polygon key={region.code} points={region.points} className={look(region.code)}>
            <title>{regionName(t, region)}</title>
          </polygon>
        ))}
      </svg>
    );
  return (
    <svg ref={svg} viewBox={viewBox} role="group" aria-label={name} className="body-figure active">
      {labels}
      {own.map((region) => (
        <polygon
          key={region.code}
          data-region={region.code}
          points={region.points}
          className={look(region.code)}
          role="checkbox"
          aria-checked={painful.has(region.code)}
          aria-label={regionName(t, region)}
          tabIndex={region.code === at ? 0 : -1}
          onFocus={() => setAt(region.code)}
          onClick={() => onToggle(region.code)}
          onKeyDown={(event) => onKeyDown(event, region.code)}
        >
          <title>{regionName(t, region)}</title>
        </polygon>
      ))}
    </svg>
  );
}
