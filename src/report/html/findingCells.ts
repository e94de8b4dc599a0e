import type { Finding } from '../../dossier/finding.ts';
import { dayOf, numberForReader, quantityForReader } from '../../dossier/words.ts';
import { bandPlot } from '../bandPlot.ts';
import { classScale } from '../classScale.ts';
import { html, type Markup } from './markup.ts';

/** How a finding stands in its reference: plot or class boxes, then the reference by name. Never the word normal for a band. */
export function referenceCell(finding: Finding): Markup {
  const { norm } = finding;
  const boxes = classScale(finding);
  if (norm === undefined) {
    return (
      boxes ??
      html`<span class="small">${finding.value.type === 'quantity' ? 'No reference: the value stands alone.' : ''}</span>`
    );
  }
  if (norm.refused) return html`<span class="small">Reference refuses: ${norm.refused}</span>`;
  const centile = norm.centile === undefined ? '' : ` Centile ${numberForReader(norm.centile)}.`;
  return html`${bandPlot(finding) ?? boxes}<p class="small">${norm.band ? html`<strong>Band: ${norm.band}.</strong>${centile} ` : centile}${norm.display}</p>`;
}

/** How far the value can be trusted. `brief`: without the source of the figure. */
export function reliabilityWords({ uncertainty, value }: Finding, brief = false): string {
  const unit = value.type === 'quantity' || value.type === 'interval' ? value.unit : '1';
  if (uncertainty === undefined) return value.type === 'quantity' ? 'Repeatability not known.' : '';
  const { low, high, level } = uncertainty;
  const from = brief ? '' : ` (${uncertainty.source})`;
  const single = uncertainty.value === undefined ? '' : quantityForReader(uncertainty.value, unit);
  const both = low !== undefined && high !== undefined;
  if (uncertainty.type === 'smallest-real-change')
    return both
      ? `Real change only below ${numberForReader(low, unit)} or above ${quantityForReader(high, unit)}${from}.`
      : `Smallest real change ${single}${from}.`;
  if (uncertainty.type === 'interval')
    return `${level ? `${Math.round(level * 100)} % ` : ''}interval ${both ? `${numberForReader(low, unit)} to ${quantityForReader(high, unit)}` : single}${from}.`;
  return `Standard error ${single}${from}.`;
}

export function setReason({ value }: Finding): Markup | undefined {
  return value.type === 'set' && value.reason ? html`<br><span class="small">${value.reason}</span>` : undefined;
}

export function whenWords(finding: Finding): Markup {
  return html`<br><span class="small">${dayOf(finding.time)}</span>`;
}
