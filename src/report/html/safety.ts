import type { Recommendation, SafetyCheck } from '../../dossier/recommendation.ts';
import { dayOf } from '../../dossier/words.ts';
import type { ReportModel } from '../model.ts';
import { html, type Markup } from './markup.ts';
import { whyLinks } from './why.ts';

/**
 * Safety checks above everything, in four groups that are never merged: what cannot wait (with plan lines that cannot
 * wait), what is open, what was positive and has no recorded action, and what was asked and answered.
 */
export function safetyBanner(model: ReportModel): Markup {
  const { safetyChecks, recommendations } = model.input.plan;
  const urgent = recommendations.filter((line) => line.urgency === 'now');
  const of = (urgency: SafetyCheck['urgency']) => safetyChecks.filter((check) => check.urgency === urgency);
  const group = (title: string, level: string, boxes: readonly Markup[]) =>
    boxes.length === 0 ? undefined : html`<h3 class="group ${level}">${title}</h3>${boxes}`;
  const answered = of('none');
  return html`<section class="safety" aria-labelledby="safety"><h2 id="safety" class="hidden">Safety</h2>${group(
    'Act now',
    'now',
    [...of('now').map((check) => checkBox(check, 'now', model)), ...urgent.map(urgentLine)],
  )}${group(
    'Open: not to be read as safe',
    'open',
    of('open').map((check) => checkBox(check, 'open', model)),
  )}${group(
    'Historic: was positive, no action recorded',
    'historic',
    of('historic').map((check) => checkBox(check, 'historic', model)),
  )}${
    answered.length > 0
      ? html`<h3 class="group">Asked and answered</h3><ul class="plain answered">${answered.map((check) => html`<li id="${check.id}">${state(check)} ${check.statement} ${whyLinks(check.basis, model)}</li>`)}</ul>`
      : undefined
  }<p class="small">${safetyChecks.length === 0 ? 'No safety question was asked of this dossier: nothing here can be read as safe.' : 'Only these questions were asked. Silence about any other is not safety.'}</p></section>`;
}

function state(check: SafetyCheck): Markup {
  const day = check.state === 'not-assessed' ? '' : ` (${dayOf(check.at)})`;
  return html`<span class="state">${check.display}: ${check.stateLabel}${day}</span>`;
}

function checkBox(check: SafetyCheck, level: string, model: ReportModel): Markup {
  return html`<div class="check ${level}" id="${check.id}"><p>${state(check)} ${check.statement} ${whyLinks(check.basis, model)}</p>${
    check.action ? html`<p class="action">${check.action}</p>` : undefined
  }</div>`;
}

function urgentLine(line: Recommendation): Markup {
  return html`<div class="check now"><p><span class="state">${line.about.replace(/^./, (c) => c.toUpperCase())}</span> ${line.action}${doubtOf(line)} <a href="#${line.id}">for, against, what would change it</a></p></div>`;
}

/** A line that cannot wait is still qualified where it rests on a list that cannot be relied on. */
function doubtOf(line: Recommendation): string {
  const doubt = line.issues.find((one) => one.code === 'medication-list-doubtful');
  return doubt === undefined ? '' : ` ${doubt.message}`;
}
