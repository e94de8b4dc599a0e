import type { Issue } from '../../dossier/issue.ts';
import type { Recommendation, SafetyCheck } from '../../dossier/recommendation.ts';
import type { FindingView, ReportModel } from '../model.ts';
import { findingTable } from './findingTable.ts';
import { html, type Markup } from './markup.ts';

/** Safety checks above everything; plan lines that cannot wait share the top with them. */
export function safetyBanner(checks: readonly SafetyCheck[], urgentLines: readonly Recommendation[]): Markup {
  const now = checks.filter((check) => check.urgency === 'now');
  return html`<section class="safety" aria-label="Safety">${now.map(checkBox)}${urgentLines.map(
    (line) =>
      html`<div class="check now"><p><span class="state">Act now: ${line.about}</span> ${line.action}</p><p class="when"><a href="#${line.id}">for, against and what would change it</a></p></div>`,
  )}${checks.filter((check) => check.urgency !== 'now').map(checkBox)}</section>`;
}

function checkBox(check: SafetyCheck): Markup {
  const level = check.urgency === 'now' ? 'now' : check.urgency === 'none' ? '' : 'open';
  return html`<div class="check ${level}" id="${check.id}"><p><span class="state">${check.urgency === 'now' ? 'Act now: ' : ''}${check.display}: ${check.stateLabel}</span> ${check.statement}</p>${
    check.action ? html`<p class="action">${check.action}</p>` : undefined
  }${check.basis.length > 0 ? html`<p class="when">${whyLinks(check.basis)}</p>` : undefined}</div>`;
}

export function whyLinks(ids: readonly string[]): Markup {
  return html`${ids.map((id, i) => html`${i > 0 ? ' ' : ''}<a href="#why-${id}">why${ids.length > 1 ? ` ${i + 1}` : ''}</a>`)}`;
}

export function planLine(line: Recommendation): Markup {
  const list = (title: string, items: readonly { statement: string; basis: readonly string[] }[]) =>
    items.length === 0
      ? undefined
      : html`<div><h4>${title}</h4><ul>${items.map((item) => html`<li>${item.statement} ${whyLinks(item.basis.filter((id) => id.startsWith('find-')))}</li>`)}</ul></div>`;
  return html`<article class="line ${line.urgency}" id="${line.id}"><div class="head"><span class="verb">${line.verb === 'act-now' ? 'Act now' : line.verb}</span><span>${line.about}</span><span>${line.urgency === 'routine' ? 'routine' : line.urgency}</span><span>Strength: ${line.strength.grade} (${line.strength.body})</span></div><p class="action">${line.action}</p><div class="columns">${list('For', line.for)}${list('Against', line.against)}${list('Conflicts', line.conflicts)}${list(
    'Would change it',
    line.wouldChange.map((statement) => ({ statement, basis: [] })),
  )}</div><p class="small">${line.lookAgain ? `Look again: ${line.lookAgain} ` : ''}Guidance: ${line.guidance.map((one) => `${one.title}${one.reference ? `, ${one.reference}` : ''}`).join('; ')}. Rule ${line.rule.id} ${line.rule.version}. <span class="hash">${line.id}</span></p></article>`;
}

export function issueList(issues: readonly Issue[]): Markup {
  return html`<ul class="plain">${issues.map((one) => html`<li class="issue"><span class="sev">${one.severity === 'error' ? 'Refused' : one.severity === 'warning' ? 'Caution' : 'Note'}</span>${one.message}${one.remedy ? html` <span class="small">Remedy: ${one.remedy}</span>` : undefined}${one.place ? html` <span class="small hash">${one.place}</span>` : undefined}</li>`)}</ul>`;
}

export function keyFindingTable(views: readonly FindingView[]): Markup {
  return views.length === 0 ? html`<p>No finding could be made from the data given.</p>` : findingTable(views, true);
}

export function dataPresence(model: ReportModel): Markup {
  return html`<div class="two"><div><h3>Present</h3><ul class="plain">${model.present.map((one) => html`<li><strong>${one.what}</strong> <span class="small">${one.count} source${one.count === 1 ? '' : 's'}${one.when.length > 0 ? `, ${one.when.length === 1 ? one.when[0] : `${one.when[0]} to ${one.when.at(-1)}`}` : ', undated'}</span></li>`)}</ul></div><div><h3>Absent</h3>${model.absent.length === 0 ? html`<p>Nothing that the analyses looked for is absent.</p>` : issueList(model.absent)}</div></div>`;
}
