import type { Cell, TableModel } from '../tables/table.ts';
import { type Anchor, foldsMarkup, noteLinks, subLines } from './cells.ts';
import { html, type Markup } from './markup.ts';
import { trendPlotMarkup } from './plots.ts';
import { alike, alikeList, listed, listedList } from './print.ts';

/** One row for each place. Every value is the link to its own trace. */
export function matrixTableMarkup(table: TableModel, anchor: Anchor): Markup {
  const { title, day, columns, rows, shared, doubt } = table;
  const groups = alike(rows);
  const list = groups.size > 0 ? [] : listed(rows);
  const bare = new Set([...groups.values(), list].flat());
  const onlyBare = bare.size === rows.length ? ' screen-only' : '';
  return html`${onlyBare === '' ? undefined : html`<h4 class="print-only">${title}${day ? `, ${day}` : ''}</h4>`}<div class="scroll${onlyBare}" tabindex="0" role="group" aria-label="${title}"><table class="matrix"><caption>${title}${day ? `, ${day}` : ''}</caption><thead><tr>${columns.map(({ header, unit }) => html`<th scope="col">${header}${unit ? `, ${unit}` : ''}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => {
      const [name, ...values] = row.cells;
      return html`<tr${bare.has(row) ? html` class="bare"` : undefined}><th scope="row">${name.text}${(name.aside ?? []).map((one) => html` <span class="small">${one}</span>`)}</th>${values.map((value, i) => (columns[i + 1].notes ? html`<td class="small">${noteLinks(value.issues, anchor)}</td>` : html`<td>${cellMarkup(value)}${value.issues ? html`<span class="small">${noteLinks(value.issues, anchor)}</span>` : undefined}</td>`))}</tr>`;
    },
  )}</tbody></table></div>${alikeList(groups)}${listedList(list, columns.at(-1)!.header, columns.at(-1)!.unit)}${shared.length > 0 ? html`<p class="small">Every row of this table: note${shared.length > 1 ? 's' : ''} ${noteLinks(shared, anchor)}.</p>` : undefined}${foldsMarkup(table.folds)}${doubt ? html`<p class="doubt">${doubt}</p>` : undefined}`;
}

function cellMarkup({ text, quiet, finding, label, sub, aside = [], trend }: Cell): Markup {
  const words =
    finding === undefined
      ? quiet
        ? html`<span class="small">${text}</span>`
        : text
      : html`<a class="val" href="#why-${finding}" aria-label="${label}">${text}</a>`;
  return html`${words}${subLines(sub)}${aside.map((one) => html` <span class="small">${one}</span>`)}${trend && trendPlotMarkup(trend)}`;
}
