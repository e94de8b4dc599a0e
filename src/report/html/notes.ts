import type { Issue } from '../../dossier/issue.ts';
import type { Anchor } from './cells.ts';
import { html, type Markup } from './markup.ts';

const severityWords = { error: 'Refused', warning: 'Caution', info: 'Note' } as const;

export function issueWords(one: Issue): Markup {
  return html`<span class="sev">${severityWords[one.severity]}</span>${one.message}${one.remedy ? html` <span class="small">Remedy: ${one.remedy}</span>` : undefined}${one.place ? html` <span class="small hash">${one.place}</span>` : undefined}`;
}

export function issueList(issues: readonly Issue[]): Markup {
  return html`<ul class="plain">${issues.map((one) => html`<li class="issue">${issueWords(one)}</li>`)}</ul>`;
}

/** All notes of a page, numbered. `brief`: without the remedies, which stand in the room. */
export function noteList(notes: readonly Issue[], anchor: Anchor, brief = false): Markup {
  return html`<ol class="notes">${notes.map(
    (one, i) =>
      html`<li id="${anchor(i + 1)}">${issueWords(brief ? { ...one, remedy: undefined, place: undefined } : one)}</li>`,
  )}</ol>`;
}
