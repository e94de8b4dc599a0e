import type { Issue } from '../../dossier/issue.ts';
import { valueForReader } from '../../dossier/words.ts';
import type { KeyFinding } from '../keyFindings.ts';
import type { FindingView, ReportModel } from '../model.ts';
import type { Notebook } from '../notes.ts';
import { trendPlot } from '../trendPlot.ts';
import { referenceCell, reliabilityWords, setReason, whenWords } from './findingCells.ts';
import { html, type Markup } from './markup.ts';
import { noteRefs } from './notes.ts';
import { whyLinks } from './why.ts';

/**
 * The general table: what, value, where it stands in its reference, how reliable, why. Any measure can stand in it.
 * `brief` is page one: only the first caution of each finding, and no source of the reliability figures.
 * The roles are stated because narrow screens show the rows as cards, which takes their meaning from plain table markup.
 */
export function findingTable(
  views: readonly (FindingView | KeyFinding)[],
  model: ReportModel,
  book: Notebook,
  brief = false,
): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Findings"><table role="table" class="cards findings"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Finding</th><th role="columnheader" scope="col">Value</th><th role="columnheader" scope="col">Reference and course</th><th role="columnheader" scope="col">Reliability</th><th role="columnheader" scope="col">Trace</th></tr></thead><tbody role="rowgroup">${views.map((view) => row(view, model, book, brief))}</tbody></table></div>`;
}

function row(view: FindingView | KeyFinding, model: ReportModel, book: Notebook, brief: boolean): Markup {
  const { finding, place, course } = view;
  const among = 'among' in view && view.among ? `, the highest of ${view.among}` : '';
  const where = place ? html`<br><span class="small">${place}${among}</span>` : undefined;
  const cautions = finding.issues.filter((one) => one.code !== 'no-norm');
  const shown = brief ? ('caution' in view && view.caution ? [view.caution] : []) : finding.issues;
  const doubt = model.medicationDoubt?.ids.has(finding.id);
  const unit = finding.value.type === 'quantity' ? finding.value.unit : '1';
  return html`<tr role="row"${doubt ? html` class="doubtful"` : undefined}><th role="rowheader" scope="row">${finding.measure.display}${where}${whenWords(finding)}</th><td role="cell" class="value">${valueForReader(finding)}${setReason(finding)}</td><td role="cell">${referenceCell(finding)}${trendPlot(finding.measure.display, course, unit)}</td><td role="cell" class="small">${paragraph(reliabilityWords(finding, brief))}${cautionWords(shown, cautions.length - shown.length, book, brief)}${doubt ? html`<p class="doubt">${model.medicationDoubt?.words}</p>` : undefined}</td><td role="cell">${whyLinks([finding.id], model)}</td></tr>`;
}

function paragraph(text: string): Markup | undefined {
  return text === '' ? undefined : html`<p>${text}</p>`;
}

function cautionWords(shown: readonly Issue[], more: number, book: Notebook, brief: boolean): Markup | undefined {
  if (shown.length === 0) return undefined;
  const refs = book.refs(shown);
  const words = brief ? 'Caution' : refs.length === 1 ? 'Note' : 'Notes';
  return html`<p><strong>${words}</strong> ${noteRefs(refs, book)}${brief && more > 0 ? `; ${more} more in its room` : ''}.</p>`;
}
