import type { BandPlot } from '../bandPlot.ts';
import type { ClassScale } from '../classScale.ts';
import { bandPlotSize as band, trendPlotSize as trend } from '../plotSizes.ts';
import type { TrendPlot } from '../trendPlot.ts';
import { html, type Markup } from './markup.ts';

/** Band plot as SVG with its legend below. */
export function bandPlotMarkup({ described, bands, interval, dots }: BandPlot): Markup {
  return html`<svg class="band-plot" viewBox="${band.left} 0 ${band.width} ${band.height}" role="img" aria-label="${described}">${bands.map(
    (one, i) =>
      html`<rect x="${one.x}" y="${band.barTop}" width="${one.width}" height="${band.barHeight}" class="band band-${i % 2}${one.current ? ' band-current' : ''}"/><text x="${one.labelX}" y="${band.labelY}" class="band-label${one.current ? ' here' : ''}">${i + 1}</text>`,
  )}${
    interval
      ? html`<line x1="${interval.from}" x2="${interval.to}" y1="${band.dotY}" y2="${band.dotY}" class="interval"/>`
      : undefined
  }${dots.map((dot) => html`<circle cx="${dot.x}" cy="${band.dotY}" r="${band.dotRadius}" class="dot"/>`)}</svg><p class="legend">${bands.map(
    (one, i) =>
      html`${i > 0 ? ' · ' : ''}${one.current ? html`<strong>${i + 1} ${one.words}</strong>` : `${i + 1} ${one.words}`}`,
  )}</p>`;
}

/** Course as SVG. */
export function trendPlotMarkup({ described, points, labels }: TrendPlot): Markup {
  const anchors = { start: ' start', middle: '', end: ' end' } as const;
  return html`<svg class="trend" viewBox="0 0 ${trend.width} ${trend.height}" role="img" aria-label="${described}"><polyline points="${points
    .map(({ x, y }) => `${x},${y}`)
    .join(' ')}" class="trend-line"/>${points.map(
    ({ x, y, latest }) =>
      html`<circle cx="${x}" cy="${y}" r="${latest ? 3.5 : 2}" class="${latest ? 'dot' : 'dot-earlier'}"/>`,
  )}${labels.map((one) => html`<text x="${one.x}" y="${one.y}" class="band-label${anchors[one.anchor]}${one.latest ? ' here' : ''}">${one.text}</text>`)}</svg>`;
}

/** Classes as a row of boxes; a sign and words mark the possible ones, not colour alone. */
export function classScaleMarkup({ classes, remark }: ClassScale): Markup {
  const boxes = classes.map(({ label, possible }) =>
    possible
      ? html`<li class="possible"><span aria-hidden="true">● </span>${label}<span class="hidden"> (possible)</span></li>`
      : html`<li>${label}</li>`,
  );
  return html`<ul class="classes" aria-label="Classes, possible ones marked">${boxes}</ul>${remark ? html`<p class="legend">${remark}</p>` : undefined}`;
}
