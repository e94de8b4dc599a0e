import type { Cell, NoteRef, TableModel } from '../tables/table.ts';
import { html, type Markup } from './markup.ts';
import { bandPlotMarkup, classScaleMarkup } from './plots.ts';

/** Anchor of note `n` of the page that a table stands on. */
export type Anchor = (n: number) => string;

/** Plot or class boxes of a value, then its reference by name. */
export function referenceMarkup({ plot, reference }: Cell): Markup | undefined {
  const picture = plot && (plot.type === 'band' ? bandPlotMarkup(plot) : classScaleMarkup(plot));
  if (reference === undefined) return picture;
  if (reference.type !== 'named') return picture ?? html`<span class="small">${reference.text}</span>`;
  const centile = reference.centile === undefined ? '' : ` Centile ${reference.centile}.`;
  return html`${picture}<p class="small">${reference.band ? html`<strong>Band: ${reference.band}.</strong>${centile} ` : centile}${reference.text}</p>`;
}

/** References to notes, as links: `1, 4`. */
export function noteLinks(refs: readonly NoteRef[] | undefined, anchor: Anchor): Markup {
  return html`${(refs ?? []).map(({ note }, i) => html`${i > 0 ? ', ' : ''}<a href="#${anchor(note)}">${note}</a>`)}`;
}

/** Small lines below the text of a cell. */
export function subLines(lines: readonly string[] | undefined): Markup {
  return html`${(lines ?? []).map((line) => html`<br><span class="small">${line}</span>`)}`;
}

/** The link from a row to the chain of a finding, where the report explains it. */
export function whyLink({ finding, label }: Pick<Cell, 'finding' | 'label'>): Markup | undefined {
  return finding === undefined
    ? undefined
    : html`<a class="why" href="#why-${finding}" aria-label="why: ${label}">why</a>`;
}

/** Things without a row of their own: a sentence and their names, each with its chain. */
export function foldsMarkup(folds: TableModel['folds']): Markup[] {
  return folds.map(
    ({ text, items }) =>
      html`<p class="small">${text.replace(/\.$/, '')}: ${items.map((one, i) => html`${i > 0 ? ', ' : ''}<a href="#why-${one.finding}">${one.text}</a>`)}.</p>`,
  );
}
