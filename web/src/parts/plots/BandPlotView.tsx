import type { BandPlot } from '../../../../src/report/bandPlot.ts';
import { bandPlotSize as size } from '../../../../src/report/plotSizes.ts';

/** The bands of a reference with the patient's dot and interval. Numbered, so that it reads without colour. */
export function BandPlotView({ plot }: { plot: BandPlot }) {
  return (
    <figure className="band-plot">
      <svg viewBox={`${size.left} 0 ${size.width} ${size.height}`} role="img" aria-label={plot.described}>
        {plot.bands.map((band, i) => (
          <g key={i}>
            <rect
              x={band.x}
              y={size.barTop}
              width={band.width}
              height={size.barHeight}
              className={band.current ? 'band current' : `band band-${i % 2}`}
            />
            <text x={band.labelX} y={size.labelY} className={band.current ? 'band-label here' : 'band-label'}>
              {i + 1}
            </text>
          </g>
        ))}
        {plot.interval ? (
          <line x1={plot.interval.from} x2={plot.interval.to} y1={size.dotY} y2={size.dotY} className="interval" />
        ) : null}
        {plot.dots.map((dot, i) => (
          <circle key={i} cx={dot.x} cy={size.dotY} r={size.dotRadius} className="dot">
            <title>{dot.words}</title>
          </circle>
        ))}
      </svg>
      <figcaption>
        {plot.bands.map((band, i) => (
          <span key={i} className={band.current ? 'here' : ''}>
            {i + 1} {band.words}{' '}
          </span>
        ))}
        {plot.interval ? <span>— {plot.interval.words}</span> : null}
      </figcaption>
    </figure>
  );
}
