import type { PageOne } from '../pageOne.ts';
import type { SafetyGroup, SafetyLine, UrgentLine } from '../safetyGroups.ts';
import { html, type Markup } from './markup.ts';
import { sentenceLinks, whyLinks } from './why.ts';

/** Safety checks above everything: each group under its own heading, what was asked and answered as a plain list. */
export function safetyBanner({ groups, remark }: PageOne['safety']): Markup {
  return html`<section class="safety" aria-labelledby="safety"><h2 id="safety" class="hidden">Safety</h2>${groups.map(group)}<p class="small">${remark}</p></section>`;
}

function group({ level, title, checks, lines }: SafetyGroup): Markup {
  if (level === 'answered')
    return html`<h3 class="group">${title}</h3><ul class="plain answered">${checks.map((check) => html`<li id="${check.id}">${stated(check)}</li>`)}</ul>`;
  return html`<h3 class="group ${level}">${title}</h3>${checks.map((check) => checkBox(check, level))}${lines.map(urgentLine)}`;
}

function stated({ title, statement, links }: SafetyLine): Markup {
  return html`<span class="state">${title}</span> ${statement} ${whyLinks(links)}`;
}

function checkBox(check: SafetyLine, level: string): Markup {
  return html`<div class="check ${level}" id="${check.id}">${(check.also ?? []).map((id) => html`<span id="${id}"></span>`)}<p>${stated(check)}</p>${
    check.entered ? html`<p class="small">${check.entered}</p>` : undefined
  }${check.acted ? html`<p class="small">${check.acted.words}</p>` : undefined}${
    check.action
      ? html`<p class="action">${check.action} ${sentenceLinks(check.links.filter(({ kind }) => kind === 'recommendation'))}</p>`
      : undefined
  }</div>`;
}

function urgentLine({ id, title, action, doubt }: UrgentLine): Markup {
  return html`<div class="check now"><p><span class="state">${title}</span> ${action}${doubt ? ` ${doubt}` : ''} <a href="#${id}">for, against, what would change it</a></p></div>`;
}
