import type { Cell, TableModel } from '../tables/table.ts';
import { type Anchor, noteLinks, referenceMarkup, subLines, whyLink } from './cells.ts';
import { html, type Markup } from './markup.ts';
import { trendPlotMarkup } from './plots.ts';
import { bareList, isBare } from './print.ts';

/**
 * The general table with a column of links to the chains. `brief` is page one.
 * The roles are stated because narrow screens show the rows as cards, which takes their meaning from plain table markup.
 */
export function findingTableMarkup({ title, columns, rows }: TableModel, anchor: Anchor, brief = false): Markup {
  const bare = new Set(brief ? [] : rows.filter(isBare));
  const onlyBare = bare.size === rows.length ? ' screen-only' : '';
  return html`<div class="scroll${onlyBare}" tabindex="0" role="group" aria-label="${title}"><table role="table" class="cards findings"><thead role="rowgroup"><tr role="row">${columns.map(({ header }) => html`<th role="columnheader" scope="col">${header}</th>`)}<th role="columnheader" scope="col" class="way">Trace</th></tr></thead><tbody role="rowgroup">${rows.map(
    (row) => {
      const {
        cells: [name, value, reference, reliability],
        doubtful,
      } = row;
      const kind = doubtful ? html` class="doubtful"` : bare.has(row) ? html` class="bare"` : undefined;
      return html`<tr role="row"${kind}><th role="rowheader" scope="row">${name.text}${subLines(name.sub)}</th><td role="cell" class="value">${value.text}${subLines(value.sub)}</td><td role="cell">${referenceMarkup(reference)}${reference.trend && trendPlotMarkup(reference.trend)}</td><td role="cell" class="small">${reliability.text === '' ? undefined : html`<p>${reliability.text}</p>`}${cautionWords(reliability, anchor, brief)}${reliability.doubt ? html`<p class="doubt">${reliability.doubt}</p>` : undefined}</td><td role="cell" class="way">${whyLink(value)}</td></tr>`;
    },
  )}</tbody></table></div>${bareList([...bare])}`;
}

function cautionWords({ issues = [], more }: Cell, anchor: Anchor, brief: boolean): Markup | undefined {
  if (issues.length === 0) return undefined;
  const words = brief ? 'Caution' : issues.length === 1 ? 'Note' : 'Notes';
  return html`<p><strong>${words}</strong> ${noteLinks(issues, anchor)}${more ? `; ${more} more in its room` : ''}.</p>`;
}
