import type { Cell, TableModel } from '../tables/table.ts';
import { type Anchor, foldsMarkup, noteLinks, referenceMarkup, subLines, whyLink } from './cells.ts';
import { html, type Markup } from './markup.ts';
import { trendPlotMarkup } from './plots.ts';

/** Scores with bands, course and change, with a column of links to the chains. */
export function scoreTableMarkup({ title, columns, rows, folds }: TableModel, anchor: Anchor): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table role="table" class="cards findings scores"><caption>${title}</caption><thead role="rowgroup"><tr role="row">${columns.map(({ header }) => html`<th role="columnheader" scope="col">${header}</th>`)}<th role="columnheader" scope="col" class="way">Trace</th></tr></thead><tbody role="rowgroup">${rows.map(
    ({ cells: [name, value, bands, course, reliability] }) =>
      html`<tr role="row"><th role="rowheader" scope="row">${name.text}${subLines(name.sub)}</th><td role="cell" class="value">${value.text}</td><td role="cell">${referenceMarkup(bands)}${subLines(bands.sub)}</td><td role="cell">${courseMarkup(course)}</td><td role="cell" class="small">${reliability.text}${reliability.issues ? html` Notes ${noteLinks(reliability.issues, anchor)}.` : undefined}</td><td role="cell" class="way">${whyLink(value)}</td></tr>`,
  )}</tbody></table></div>${foldsMarkup(folds)}`;
}

function courseMarkup({ text, trend, change, sub }: Cell): Markup {
  const words = trend
    ? html`${trendPlotMarkup(trend)}<p class="small">${text}</p>`
    : html`<span class="small">${text}</span>`;
  return html`${words}${
    change
      ? html`<p class="small">Since the answer before: <strong>${change.text}</strong>${change.band ? `, ${change.band}` : ''} ${whyLink(change)}</p>`
      : undefined
  }${subLines(sub)}`;
}
