import type { ArgumentView, PlanLine } from '../planLine.ts';
import { html, type Markup } from './markup.ts';
import { whyLinks } from './why.ts';

const outcomes = {
  'goes-before': 'Goes before',
  'stands-back': 'Stands back',
  unresolved: 'Not decided',
  together: 'Together',
} as const;

/**
 * One line to weigh: verb, matter, strength and certainty with the body that grades it; action; for, against, other ways,
 * conflicts with how they were settled, what to monitor, what would change it, and what the patient would read.
 */
export function planLineMarkup(line: PlanLine): Markup {
  const column = (title: string, items: readonly ArgumentView[]) =>
    items.length === 0
      ? undefined
      : html`<div><h4>${title}</h4><ul>${items.map((item) => html`<li>${item.text} ${whyLinks(item.links)}</li>`)}</ul></div>`;
  const plain = (texts: readonly string[]) => texts.map((text) => ({ text, links: [] }));
  const { id, urgency, doubt, strength } = line;
  const ways = (equal: boolean) =>
    line.alternatives
      .filter((one) => one.equal === equal)
      .map((one) => ({ ...one, text: one.strength ? `${one.text} (${one.strength})` : one.text }));
  const conflicts = line.conflicts.map((one) => ({ ...one, text: `${outcomes[one.outcome]}: ${wordsOf(one.text)}` }));
  const cited = line.guidance.map(({ title, version, date, reference, state }) =>
    [...new Set([title, version, date, reference, state?.toUpperCase()])]
      .filter((part) => part !== undefined)
      .join(', '),
  );
  return html`<article class="line ${urgency}${doubt ? ' doubtful' : ''}${line.held ? ' held' : ''}" id="${id}" aria-labelledby="${id}-action"><p class="head"><span class="verb">${line.verbWords}</span> <span>${line.about}</span> <span>${urgency}</span> <span>Strength: ${strength.grade} (${strength.body})</span> <span>Certainty: ${line.certainty ?? 'not stated'}</span></p><h3 class="action" id="${id}-action">${line.action}</h3>${line.held ? html`<p class="doubt">Waits for another line: ${line.held.because}</p>` : undefined}${doubt ? html`<p class="doubt">${doubt}</p>` : undefined}${line.decision ? html`<p><strong>Decision:</strong> ${line.decision}</p>` : undefined}<div class="columns">${column('For', line.for)}${column('Against', line.against)}${column('Ways of equal standing', ways(true))}${column('Other ways', ways(false))}${column('Other lines', conflicts)}${column(
    'Monitor',
    plain((line.monitor ?? []).map(({ what, at }) => `${what}: ${at}`)),
  )}${column('Would change it', plain(line.wouldChange))}</div><p class="small">${line.goal ? html`<strong>Goal:</strong> ${line.goal} ` : undefined}${line.lookAgain ? html`<strong>Look again:</strong> ${line.lookAgain} ` : undefined}${cited.join('; ')}. Rule ${line.rule.id} ${line.rule.version} <span class="hash">${id.slice(0, 17)}</span></p>${line.patient ? html`<p class="small"><strong>The patient’s page, once released:</strong> ${line.patient}</p>` : undefined}</article>`;
}

/** The statement without the word that the outcome says already. */
function wordsOf(statement: string): string {
  return statement.replace(/^(Goes before|Stands back behind|Weigh together with): /, '');
}
