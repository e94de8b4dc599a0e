import type { Cell, TableModel, TableRow } from '../tables/table.ts';
import { type Anchor, foldsMarkup, noteLinks, whyLink } from './cells.ts';
import { html, type Markup } from './markup.ts';
import { guidanceList } from './print.ts';

/** One row for each statement on a drug; the names of drugs without a row of their own below. */
export function guidanceTableMarkup({ title, columns, rows, remarks, folds }: TableModel, anchor: Anchor): Markup {
  const names = foldsMarkup(folds);
  if (rows.length === 0) return html`<h4>${title}</h4>${names}`;
  const heads = columns.map((column) => column.header);
  const others = rows.filter(({ other }) => other === true);
  const only = others.length === rows.length ? ' screen-only' : '';
  return html`${only === '' ? undefined : html`<h4 class="print-only">${title}</h4>`}<div class="scroll${only}" tabindex="0" role="group" aria-label="${title}"><table class="matrix guidance"><caption>${title}</caption><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}<th scope="col" class="way">Trace</th></tr></thead><tbody>${rows.map((row) => rowMarkup(row, heads.length + 1, anchor))}</tbody></table></div>${guidanceList(others.filter(({ heading }) => heading !== true))}${remarks.map((one) => html`<p class="small">${one}</p>`)}${names}`;
}

/** The first row of a drug names it and holds what reaches over all its statements; further rows are statements alone. */
function rowMarkup({ cells, heading, other }: TableRow, width: number, anchor: Anchor): Markup {
  const bare = other ? html` class="bare"` : undefined;
  if (heading) return html`<tr${bare}><th scope="colgroup" colspan="${width}">${cells[0].text}</th></tr>`;
  if (cells.length === 3) return html`<tr${bare}>${statement(cells)}</tr>`;
  const [name, ...rest] = cells;
  const says = rest.slice(0, -2);
  const [population, notes] = rest.slice(-2);
  const span = name.rows ?? 1;
  return html`<tr${bare}><th scope="row" rowspan="${span}">${name.text}</th>${
    says.length === 1 ? html`<td colspan="3">${says[0].text}</td>` : statement(says)
  }<td class="small" rowspan="${span}">${population.text}</td><td class="small" rowspan="${span}">${noteLinks(notes.issues, anchor)}</td><td class="way" rowspan="${span}">${whyLink(says.find((one) => one.finding) ?? {})}</td></tr>`;
}

function statement([holdsFor, text, strength]: Cell[]): Markup {
  const isAlternative = /^if /;
  const words = isAlternative.test(holdsFor.text)
    ? html`<strong>if </strong>${holdsFor.text.replace(isAlternative, '')}`
    : holdsFor.text;
  return html`<td>${words}</td><td>${text.text}</td><td>${strength.text}</td>`;
}
