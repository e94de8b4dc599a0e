import { valueInWords } from '../../plan/bindings.ts';
import { bandPlot, trendPlot } from '../bandPlot.ts';
import type { FindingView } from '../model.ts';
import { html, type Markup } from './markup.ts';

/** Findings as rows: what, value, where it stands in its reference, how reliable, why. */
export function findingTable(views: readonly FindingView[]): Markup {
  return html`<div class="scroll"><table class="cards"><thead><tr><th scope="col">Finding</th><th scope="col">Value</th><th scope="col">Reference and course</th><th scope="col">Reliability</th><th scope="col">Trace</th></tr></thead><tbody>${views.map(row)}</tbody></table></div>`;
}

function row({ finding, course }: FindingView): Markup {
  const reference = finding.norm
    ? html`${bandPlot(finding)}<span class="small">${finding.norm.refused ? `Reference refuses: ${finding.norm.refused}` : `${finding.norm.band ? `Band: ${finding.norm.band}. ` : ''}${finding.norm.display}`}</span>`
    : html`<span class="small">No reference: the value stands alone.</span>`;
  const cautions = finding.issues.filter((one) => one.code !== 'no-norm');
  return html`<tr><td>${finding.measure.display}${finding.site ? html`<br><span class="small">${finding.site.display}${finding.laterality ? `, ${finding.laterality}` : ''}</span>` : undefined}${finding.time ? html`<br><span class="small">${finding.time.slice(0, 10)}</span>` : html`<br><span class="small">undated</span>`}</td><td class="value">${valueInWords(finding)}${finding.value.type === 'set' && finding.value.reason ? html`<br><span class="small">${finding.value.reason}</span>` : undefined}</td><td>${reference}${trendPlot(finding.measure.display, course)}</td><td class="small">${reliability(finding)}${cautions.map((one) => html`<br>${one.message}${one.remedy ? ` ${one.remedy}` : ''}`)}</td><td><a href="#why-${finding.id}" aria-label="why: ${finding.measure.display}">why</a></td></tr>`;
}

function reliability({ uncertainty }: FindingView['finding']): string {
  if (uncertainty === undefined) return 'Repeatability not known here.';
  const span =
    uncertainty.low !== undefined && uncertainty.high !== undefined
      ? `${short(uncertainty.low)} to ${short(uncertainty.high)}`
      : uncertainty.value !== undefined
        ? short(uncertainty.value)
        : '';
  if (uncertainty.type === 'smallest-real-change') return `Smallest real change ${span} (${uncertainty.source}).`;
  if (uncertainty.type === 'interval')
    return `${uncertainty.level ? `${Math.round(uncertainty.level * 100)} % ` : ''}interval ${span} (${uncertainty.source}).`;
  return `Standard error ${span} (${uncertainty.source}).`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
