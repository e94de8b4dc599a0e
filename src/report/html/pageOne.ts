import type { Finding } from '../../dossier/finding.ts';
import { dayOf, valueForReader } from '../../dossier/words.ts';
import { absentNamed } from '../impression.ts';
import type { ReportModel } from '../model.ts';
import { notebook } from '../notes.ts';
import { presentWords } from '../pageOne.ts';
import { nameOf } from '../tables/findingCells.ts';
import { findingTable } from '../tables/findingTable.ts';
import type { Anchor } from './cells.ts';
import { findingTableMarkup } from './findingTable.ts';
import { html, type Markup } from './markup.ts';
import { issueList, noteList } from './notes.ts';

/** At most seven findings; their cautions stand once below, by number. */
export function keySection(model: ReportModel): Markup {
  const book = notebook();
  const anchor: Anchor = (n) => `note-key-${n}`;
  const table =
    model.key.length === 0
      ? html`<p>No finding could be made from the data given.</p>`
      : findingTableMarkup(findingTable('key', 'Findings', model.key, model, book, true), anchor, true);
  return html`<section aria-labelledby="key"><h2 id="key">Key findings</h2>${table}${foldedLine(model)}${book.issues.length > 0 ? noteList(book.issues, anchor, true) : undefined}</section>`;
}

/** What did not fit, in a line: names and values, each with its chain. */
function foldedLine({ keyFolded }: ReportModel): Markup | undefined {
  if (keyFolded.length === 0) return undefined;
  return html`<p class="small">Next, each in its room: ${keyFolded.map(({ finding }, i) => html`${i > 0 ? '; ' : ''}<a href="#why-${finding.id}">${foldedWords(finding)}</a>`)}.</p>`;
}

function foldedWords(finding: Finding): string {
  const band = finding.norm?.band;
  return `${nameOf(finding)} ${valueForReader(finding)}${band ? ` (${band})` : ''}, ${dayOf(finding.time)}`;
}

/** One line for page one: what there is, from when; what is absent too, where the impression cannot name it all. */
export function dataLine(model: ReportModel): Markup {
  const words = model.present.map(presentWords);
  return html`<p class="data"><strong>Data:</strong> ${words.join('; ') || 'none'}.${model.absent.length === 0 ? html` <strong>Absent:</strong> nothing that the analyses looked for.` : model.absent.length > absentNamed ? html` <strong>Absent:</strong> ${model.absent.map((one) => one.message).join(' ')}` : undefined}</p>`;
}

export function dataPresence(model: ReportModel): Markup {
  return html`<div class="two"><div><h3>Present</h3><ul class="plain">${model.present.map((one) => html`<li><strong>${one.what}</strong> <span class="small">${one.count} source${one.count === 1 ? '' : 's'}${one.when.length > 0 ? `, ${one.when.length === 1 ? one.when[0] : `${one.when[0]} to ${one.when.at(-1)}`}` : ', undated'}</span></li>`)}</ul></div><div><h3>Absent</h3>${model.absent.length === 0 ? html`<p>Nothing that the analyses looked for is absent.</p>` : issueList(model.absent)}</div></div>`;
}
