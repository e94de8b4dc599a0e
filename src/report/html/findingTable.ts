import { valueInWords } from '../../plan/bindings.ts';
import { bandPlot, trendPlot } from '../bandPlot.ts';
import type { FindingView } from '../model.ts';
import { html, type Markup } from './markup.ts';

/** Findings as rows: what, value, where it stands in its reference, how reliable, why. `brief`: only the first caution of each. */
export function findingTable(views: readonly FindingView[], brief = false): Markup {
  return html`<div class="scroll"><table class="cards findings"><thead><tr><th scope="col">Finding</th><th scope="col">Value</th><th scope="col">Reference and course</th><th scope="col">Reliability and cautions</th><th scope="col">Trace</th></tr></thead><tbody>${views.map((view) => row(view, brief))}</tbody></table></div>`;
}

function row({ finding, course }: FindingView, brief: boolean): Markup {
  const place = finding.site
    ? html`<br><span class="small">${finding.site.display}${finding.laterality ? `, ${finding.laterality}` : ''}</span>`
    : undefined;
  const when = html`<br><span class="small">${finding.time?.slice(0, 10) ?? 'undated'}</span>`;
  const cautions = finding.issues.filter((one) => one.code !== 'no-norm');
  const shown = brief ? [...cautions].sort((a, b) => rank(b.severity) - rank(a.severity)).slice(0, 1) : cautions;
  const more = cautions.length - shown.length;
  const reason =
    finding.value.type === 'set' && finding.value.reason
      ? html`<br><span class="small">${finding.value.reason}</span>`
      : undefined;
  return html`<tr><td>${finding.measure.display}${place}${when}</td><td class="value">${valueInWords(finding)}${reason}</td><td>${reference(finding)}${trendPlot(finding.measure.display, course)}</td><td class="small">${reliability(finding)}${shown.map((one) => html`<p>${one.message}${one.remedy ? ` ${one.remedy}` : ''}</p>`)}${more > 0 ? html`<p>${more} more caution${more === 1 ? '' : 's'} in the section of the room.</p>` : undefined}</td><td><a href="#why-${finding.id}" aria-label="why: ${finding.measure.display} ${finding.site?.display ?? ''}">why</a></td></tr>`;
}

function rank(severity: 'info' | 'warning' | 'error'): number {
  return { info: 0, warning: 1, error: 2 }[severity];
}

function reference(finding: FindingView['finding']): Markup {
  const { norm } = finding;
  if (norm === undefined) {
    const words = finding.value.type === 'quantity' ? 'No reference: the value stands alone.' : '';
    return html`<span class="small">${words}</span>`;
  }
  const words = norm.refused
    ? `Reference refuses: ${norm.refused}`
    : `${norm.band ? `Band: ${norm.band}. ` : ''}${norm.display}`;
  return html`${bandPlot(finding)}<span class="small">${words}</span>`;
}

function reliability({ uncertainty, value }: FindingView['finding']): string {
  if (uncertainty === undefined) return value.type === 'quantity' ? 'Repeatability not known here.' : '';
  const span =
    uncertainty.low !== undefined && uncertainty.high !== undefined
      ? `${short(uncertainty.low)} to ${short(uncertainty.high)}`
      : uncertainty.value !== undefined
        ? short(uncertainty.value)
        : '';
  if (uncertainty.type === 'smallest-real-change') return `Smallest real change ${span} (${uncertainty.source}).`;
  if (uncertainty.type === 'interval') {
    return `${uncertainty.level ? `${Math.round(uncertainty.level * 100)} % ` : ''}interval ${span} (${uncertainty.source}).`;
  }
  return `Standard error ${span} (${uncertainty.source}).`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
