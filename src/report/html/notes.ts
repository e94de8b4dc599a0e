import type { Issue } from '../../dossier/issue.ts';
import type { Notebook } from '../notes.ts';
import { html, type Markup } from './markup.ts';

const severityWords = { error: 'Refused', warning: 'Caution', info: 'Note' } as const;

export function issueWords(one: Issue): Markup {
  return html`<span class="sev">${severityWords[one.severity]}</span>${one.message}${one.remedy ? html` <span class="small">Remedy: ${one.remedy}</span>` : undefined}${one.place ? html` <span class="small hash">${one.place}</span>` : undefined}`;
}

export function issueList(issues: readonly Issue[]): Markup {
  return html`<ul class="plain">${issues.map((one) => html`<li class="issue">${issueWords(one)}</li>`)}</ul>`;
}

/** References to notes, as links: `1, 4`. */
export function noteRefs(numbers: readonly number[], book: Notebook): Markup {
  return html`${numbers.map((n, i) => html`${i > 0 ? ', ' : ''}<a href="#${book.anchor(n)}">${n}</a>`)}`;
}

/** All notes of a notebook. `brief`: without the remedies, which stand in the room. */
export function noteList(book: Notebook, brief = false): Markup {
  return html`<ol class="notes">${book.issues.map(
    (one, i) =>
      html`<li id="${book.anchor(i + 1)}">${issueWords(brief ? { ...one, remedy: undefined, place: undefined } : one)}</li>`,
  )}</ol>`;
}
