import type { Chart, DeviationPicture } from '../brain/deviationPicture.ts';
import type { Drawing } from '../brain/drawing.ts';
import { html, type Markup } from './markup.ts';

/** The room's own part of the report: regions by deviation, centile curves, and what groups show, apart. */
export function deviationSection({ regions, curves, disorders }: DeviationPicture): Markup {
  return html`<h3>${regions.title}</h3>${figureOf(regions)}${curves.length > 0 ? html`<h3>Farthest measures on their centile curves</h3><div class="two">${curves.map((one) => html`<div><p><strong>${one.title}</strong></p>${figureOf(one)}</div>`)}</div>` : undefined}<details><summary>Where groups with a disorder differ on average</summary><p>${disorders.says} <span class="small">${disorders.source}</span></p><div class="two">${disorders.maps.map((one) => html`<div><p><strong>${one.title}</strong></p>${figureOf(one)}</div>`)}</div></details>`;
}

function figureOf({ drawing, caption }: Chart): Markup {
  return html`<figure>${svgOf(drawing)}<figcaption class="small">${caption}</figcaption></figure>`;
}

function svgOf({ width, height, described, rects, lines, dots, texts }: Drawing): Markup {
  return html`<svg viewBox="0 0 ${width} ${height}" width="100%" role="img" aria-label="${described}">${rects.map(
    (one) =>
      html`<rect x="${one.x}" y="${one.y}" width="${one.width}" height="${one.height}" fill="${one.fill}" stroke="#888" stroke-width="0.4"><title>${one.words}</title></rect>`,
  )}${lines.map(({ points, strong }) => html`<polyline points="${points}" fill="none" stroke="currentColor" stroke-width="${strong ? 1.4 : 0.6}"/>`)}${dots.map(
    ({ x, y, latest, words }) =>
      html`<circle cx="${x}" cy="${y}" r="${latest ? 4 : 2.5}" fill="${latest ? 'currentColor' : 'none'}" stroke="currentColor"><title>${words}</title></circle>`,
  )}${texts.map(({ x, y, text, anchor }) => html`<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="9" fill="${anchor === 'middle' ? '#111' : 'currentColor'}">${text}</text>`)}</svg>`;
}
