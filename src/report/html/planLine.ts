import type { Argument, Recommendation } from '../../dossier/recommendation.ts';
import type { ReportModel } from '../model.ts';
import { html, type Markup } from './markup.ts';
import { whyLinks } from './why.ts';

/** One line to weigh: verb, matter, strength with the body that grades it; action; for, against, conflicts, changes. */
export function planLine(line: Recommendation, model: ReportModel): Markup {
  const column = (title: string, items: readonly Argument[]) =>
    items.length === 0
      ? undefined
      : html`<div><h4>${title}</h4><ul>${items.map((item) => html`<li>${item.statement} ${whyLinks(item.basis, model)}</li>`)}</ul></div>`;
  const doubt = model.medicationDoubt;
  const grey = doubt?.ids.has(line.id);
  return html`<article class="line ${line.urgency}${grey ? ' doubtful' : ''}" id="${line.id}" aria-labelledby="${line.id}-action"><p class="head"><span class="verb">${line.verb === 'act-now' ? 'Act now' : line.verb}</span> <span>${line.about}</span> <span>${line.urgency}</span> <span>Strength: ${line.strength.grade} (${line.strength.body})</span></p><h3 class="action" id="${line.id}-action">${line.action}</h3>${grey ? html`<p class="doubt">${doubt?.words}</p>` : undefined}<div class="columns">${column('For', line.for)}${column('Against', line.against)}${column('Conflicts', line.conflicts)}${column(
    'Would change it',
    line.wouldChange.map((statement) => ({ statement, basis: [] })),
  )}</div><p class="small">${line.lookAgain ? html`<strong>Look again:</strong> ${line.lookAgain} ` : undefined}${line.guidance.map((one) => `${one.title}${one.reference ? `, ${one.reference}` : ''}`).join('; ')}. Rule ${line.rule.id} ${line.rule.version} <span class="hash">${line.id.slice(0, 17)}</span></p></article>`;
}
