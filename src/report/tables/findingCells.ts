import type { Finding } from '../../dossier/finding.ts';
import { dayOf, numberForReader, quantityForReader } from '../../dossier/words.ts';
import { bandPlot } from '../bandPlot.ts';
import { classScale } from '../classScale.ts';
import { type Cell, cell, type Reference } from './table.ts';

/** How a finding stands in its reference: plot or class boxes, then the reference by name. Never the word normal for a band. */
export function referenceCell(finding: Finding, more: Parameters<typeof cell>[1] = {}): Cell {
  const reference = referenceOf(finding);
  const words = [
    reference.band ? `Band: ${reference.band}.` : '',
    reference.centile ? `Centile ${reference.centile}.` : '',
    reference.text,
  ];
  const plot = reference.type === 'named' ? (bandPlot(finding) ?? classScale(finding)) : undefined;
  return cell(words.filter((one) => one !== '').join(' '), {
    quiet: true,
    reference,
    plot: plot ?? (reference.type === 'none' ? classScale(finding) : undefined),
    ...more,
  });
}

export function referenceOf({ norm, value }: Finding): Reference {
  if (norm === undefined)
    return { type: 'none', text: value.type === 'quantity' ? 'No reference: the value stands alone.' : '' };
  if (norm.refused) return { type: 'refused', text: `Reference refuses: ${norm.refused}` };
  return {
    type: 'named',
    text: norm.display,
    ...(norm.band ? { band: norm.band } : {}),
    ...(norm.centile === undefined ? {} : { centile: numberForReader(norm.centile) }),
  };
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

/** Why more than one value is possible, where a set says so. */
export function setReason({ value }: Finding): string[] {
  return value.type === 'set' && value.reason ? [value.reason] : [];
}

export function whenWords(finding: Finding): string {
  return dayOf(finding.time);
}

/** Measure and site: what a link to the chain of a finding is called. */
export function nameOf(finding: Finding): string {
  return `${finding.measure.display}${finding.site ? `, ${finding.site.display}` : ''}`;
}

/** Finding and name for a cell whose text opens the chain. */
export function opens(finding: Finding): { finding: string; label: string } {
  return { finding: finding.id, label: nameOf(finding) };
}
