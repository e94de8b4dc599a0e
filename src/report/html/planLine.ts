import type { ArgumentView, PlanLine } from '../planLine.ts';
import { html, type Markup } from './markup.ts';
import { whyLinks } from './why.ts';

/** One line to weigh: verb, matter, strength with the body that grades it; action; for, against, conflicts, changes. */
export function planLineMarkup(line: PlanLine): Markup {
  const column = (title: string, items: readonly ArgumentView[]) =>
    items.length === 0
      ? undefined
      : html`<div><h4>${title}</h4><ul>${items.map((item) => html`<li>${item.text} ${whyLinks(item.links)}</li>`)}</ul></div>`;
  const { id, urgency, doubt, strength } = line;
  return html`<article class="line ${urgency}${doubt ? ' doubtful' : ''}" id="${id}" aria-labelledby="${id}-action"><p class="head"><span class="verb">${line.verbWords}</span> <span>${line.about}</span> <span>${urgency}</span> <span>Strength: ${strength.grade} (${strength.body})</span></p><h3 class="action" id="${id}-action">${line.action}</h3>${doubt ? html`<p class="doubt">${doubt}</p>` : undefined}${line.decision ? html`<p><strong>Decision:</strong> ${line.decision}</p>` : undefined}<div class="columns">${column('For', line.for)}${column('Against', line.against)}${column('Conflicts', line.conflicts)}${column(
    'Would change it',
    line.wouldChange.map((text) => ({ text, links: [] })),
  )}</div><p class="small">${line.lookAgain ? html`<strong>Look again:</strong> ${line.lookAgain} ` : undefined}${line.guidance.map((one) => `${one.title}${one.reference ? `, ${one.reference}` : ''}`).join('; ')}. Rule ${line.rule.id} ${line.rule.version} <span class="hash">${id.slice(0, 17)}</span></p></article>`;
}
