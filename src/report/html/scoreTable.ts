import { numberForReader, quantityForReader, valueForReader } from '../../dossier/words.ts';
import type { FindingView, ReportModel } from '../model.ts';
import type { Notebook } from '../notes.ts';
import { trendPlot } from '../trendPlot.ts';
import { referenceCell, reliabilityWords, whenWords } from './findingCells.ts';
import { html, type Markup } from './markup.ts';
import { noteRefs } from './notes.ts';
import { whyLinks } from './why.ts';

const changeSuffix = '.change';

/** Scores with bands, course and, in the same row, the change since the answer before (`<measure>.change`). */
export function scoreTable(title: string, views: readonly FindingView[], model: ReportModel, book: Notebook): Markup {
  const changes = new Map(
    views.flatMap((view) => {
      const { code } = view.finding.measure;
      return code.endsWith(changeSuffix) ? [[code.slice(0, -changeSuffix.length), view] as const] : [];
    }),
  );
  const codes = new Set(views.map((view) => view.finding.measure.code));
  const isShownWithItsScore = ({ finding: { measure } }: FindingView) =>
    measure.code.endsWith(changeSuffix) && codes.has(measure.code.slice(0, -changeSuffix.length));
  const rows = views.filter((view) => !isShownWithItsScore(view));
  const scores = rows.map((view) => {
    const { finding, course } = view;
    const unit = finding.value.type === 'quantity' ? finding.value.unit : '1';
    const change = changes.get(finding.measure.code);
    const refs = book.refs([...finding.issues, ...(change?.finding.issues ?? [])]);
    return html`<tr role="row"><th role="rowheader" scope="row">${finding.measure.display}${whenWords(finding)}</th><td role="cell" class="value">${valueForReader(finding)}</td><td role="cell">${referenceCell(finding)}</td><td role="cell">${trendPlot(finding.measure.display, course, unit)}${courseWords(view)}${change && change !== view ? changeWords(change, model) : undefined}</td><td role="cell" class="small">${reliabilityWords(finding)}${refs.length > 0 ? html` Notes ${noteRefs(refs, book)}.` : undefined}</td><td role="cell">${whyLinks([finding.id], model)}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table role="table" class="cards findings scores"><caption>${title}</caption><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Scale</th><th role="columnheader" scope="col">Score</th><th role="columnheader" scope="col">Bands</th><th role="columnheader" scope="col">Course and change</th><th role="columnheader" scope="col">Reliability</th><th role="columnheader" scope="col">Trace</th></tr></thead><tbody role="rowgroup">${scores}</tbody></table></div>`;
}

function courseWords({ finding, course }: FindingView): Markup {
  if (course.length === 0 || finding.value.type !== 'quantity') return html`<span class="small">answered once</span>`;
  const values = course.map((point) => point.value);
  const { unit } = finding.value;
  return html`<p class="small">${course.length} answers, ${numberForReader(Math.min(...values), unit)} to ${quantityForReader(Math.max(...values), unit)}</p>`;
}

function changeWords({ finding }: FindingView, model: ReportModel): Markup {
  const { value } = finding;
  const words =
    value.type === 'quantity'
      ? `${value.value > 0 ? '+' : ''}${quantityForReader(value.value, value.unit)}`
      : 'not assessed';
  return html`<p class="small">Since the answer before: <strong>${words}</strong>${finding.norm?.band ? `, ${finding.norm.band}` : ''} ${whyLinks([finding.id], model)}</p>`;
}
