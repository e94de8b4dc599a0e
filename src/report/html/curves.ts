import type { CurvePanelPlot, CurvePlot } from '../curvePlot.ts';
import { curvePlotSize as size } from '../plotSizes.ts';
import { html, type Markup } from './markup.ts';

/** Figures in sight of the printed report; the others stay in the program and its files. */
const mostShown = 12;

/** Curves with their fits; nothing without any. */
export function curveSection(curves: readonly CurvePlot[]): Markup | undefined {
  if (curves.length === 0) return undefined;
  const rest = curves.length - mostShown;
  return html`<h3>Curves</h3>${curves.slice(0, mostShown).map(figure)}${rest > 0 ? html`<p class="small">${rest} more on the page of this room and in its files.</p>` : undefined}`;
}

function figure({ artifact, caption, panels }: CurvePlot): Markup {
  return html`<figure class="curves"><div class="curve-panels">${panels.map(panel)}</div><figcaption>${caption} <a class="why" href="#why-${artifact}">why</a></figcaption></figure>`;
}

function panel({ described, xTitle, yTitle, xTicks, yTicks, series }: CurvePanelPlot): Markup {
  const { left, right, bottom } = size;
  const grid = yTicks.map(
    ({ y, text }) =>
      html`<line x1="${left}" x2="${right}" y1="${y}" y2="${y}" class="curve-grid"/><text x="${left - 5}" y="${y + 3}" class="end">${text}</text>`,
  );
  const below = xTicks.map(
    ({ x, text }) =>
      html`<line x1="${x}" x2="${x}" y1="${bottom}" y2="${bottom + 3}" class="curve-axis"/><text x="${x}" y="${bottom + 13}">${text}</text>`,
  );
  return html`<div><svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${described}">${grid}<line x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}" class="curve-axis"/>${below}<text x="0" y="10" class="start">${yTitle}</text><text x="${(left + right) / 2}" y="${size.height - 8}">${xTitle}</text>${series.map(shape)}</svg><p class="legend">${series.map(
    (one) =>
      html`<span class="curve-key"><svg viewBox="0 0 22 8" aria-hidden="true">${shape({
        ...one,
        points: /dots/.test(one.as)
          ? [{ x: 11, y: 4 }]
          : [
              { x: 1, y: 4 },
              { x: 21, y: 4 },
            ],
      })}</svg> ${one.words}</span> `,
  )}</p></div>`;
}

function shape({ as, points }: CurvePanelPlot['series'][number]): Markup {
  if (as === 'dots' || as === 'open-dots')
    return html`${points.map(({ x, y }) => html`<circle cx="${x}" cy="${y}" r="2.2" class="curve-${as}"/>`)}`;
  return html`<polyline points="${points.map(({ x, y }) => `${x},${y}`).join(' ')}" class="curve-${as}"/>`;
}
