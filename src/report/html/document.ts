import type { ReportModel } from '../model.ts';
import { subjectWords } from '../subjectWords.ts';
import { html, Markup } from './markup.ts';
import { issueList } from './notes.ts';
import { dataLine, dataPresence, keySection } from './pageOne.ts';
import { planLine } from './planLine.ts';
import { roomSection } from './roomSection.ts';
import { safetyBanner } from './safety.ts';
import { printMargins, style } from './style.ts';
import { traceSection } from './trace.ts';
import { sentenceLinks } from './why.ts';

/** The report as one self-contained page: no script, no link to elsewhere, equal bytes for an equal model. */
export function reportDocument(model: ReportModel): string {
  const { dossier, plan, program, identities, importIssues } = model.input;
  const { subject } = dossier;
  const words = subjectWords(subject, identities);
  const person = demographics(model);
  const day = plan.asOf.slice(0, 10);
  const margin = [
    subject.label.length > 60 ? `${subject.label.slice(0, 59)}…` : subject.label,
    words.identifiers[0].value,
    ...(person.birthDate ? [`born ${person.birthDate}`] : [subject.id]),
    ...words.stamps,
  ].join(' | ');
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${subject.label}: Idiograph report, ${day}</title><style>${new Markup(style + printMargins(margin, `as of ${day}`))}</style></head><body>
<a class="skip" href="#plan">To the plan</a>
${words.stamps.length > 0 ? html`<div class="watermark" aria-hidden="true"><span>${words.stamps.join(' ')}</span></div>` : undefined}
<header class="who"><h1>${subject.label}</h1><dl class="facts">${words.identifiers.slice(0, 2).map((one) => html`<div><dt>Identifier</dt><dd>${one.value} <span class="small">${one.systems.join(', ')}</span></dd></div>`)}<div><dt>Born</dt><dd>${person.birthDate ?? 'not stated'}</dd></div><div><dt>Sex</dt><dd>${person.sex ?? 'not stated'}</dd></div><div><dt>As of</dt><dd>${day}</dd></div></dl></header>
<main>
${words.notes.length > 0 ? html`<p class="join" role="note">${words.notes.join(' ')}</p>` : undefined}
${importIssues.some((one) => one.code === 'several-identities') ? html`<p class="join" role="note">Several identities were found in one folder. This page holds one of them; nothing was joined.</p>` : undefined}
<p class="question"><strong>Question:</strong> ${subject.question ?? 'no question was stated'}</p>
${safetyBanner(model)}
<section aria-labelledby="impression"><h2 id="impression">Impression</h2><ol class="impression">${model.sentences.map((sentence) => html`<li>${sentence.text} ${sentenceLinks(sentence.of, model)}</li>`)}</ol>${dataLine(model)}</section>
${keySection(model)}
<section aria-labelledby="plan"><h2 id="plan">Plan: lines to weigh</h2>${plan.recommendations.length === 0 ? html`<p>No rule yields a line for what is in the dossier. That is not a statement that nothing needs doing.</p>` : plan.recommendations.map((line) => planLine(line, model))}</section>
<nav class="rooms" aria-label="Sections">${model.rooms.map((room) => html`<a href="#room-${room.room}">${room.title}</a>`)}<a href="#quality">Quality, limits, versions</a><a href="#trace">Trace</a></nav>
${model.rooms.map((room) => roomSection(room, model))}
<section class="room" aria-labelledby="data"><h2 id="data">What data exist and what is absent</h2>${dataPresence(model)}${words.identifiers.length > 2 || subject.composite ? html`<h3>Identities</h3><ul class="plain">${words.identifiers.map((one) => html`<li>${one.value} <span class="small">${one.systems.join(', ')}</span></li>`)}</ul>` : undefined}</section>
<section aria-labelledby="quality"><h2 id="quality">Quality, limits, versions</h2><p>Made by ${program.name} ${program.version} for ${day}.</p>${model.quality.length === 0 ? html`<p>No trouble with the sources was noticed.</p>` : issueList(model.quality)}<h3>Read with</h3><ul class="plain small">${model.consulted.map((one, i) => html`<li id="knowledge-${i + 1}"><strong>K${i + 1}</strong> ${one.type} ${one.id} ${one.version}, ${one.licence} <span class="hash">${one.sha256.slice(0, 16)}</span></li>`)}</ul></section>
${traceSection(model)}
</main>
<footer>Research software: it supports a decision, it never makes one. A value within a band is not called normal; what was not assessed is not called safe. ${words.notes.join(' ')}</footer>
</body></html>
`;
  return page.text;
}

function demographics(model: ReportModel): { birthDate?: string; sex?: string } {
  const { facts } = model.input.dossier;
  const birth = facts.find((fact) => fact.type === 'birth-date')?.value;
  const sex = facts.find((fact) => fact.type === 'sex')?.value;
  const claimed = model.input.identities;
  return {
    birthDate: birth?.type === 'date' ? birth.date : claimed.find((one) => one.birthDate)?.birthDate,
    sex: sex?.type === 'code' ? sex.code.display : claimed.find((one) => one.sex)?.sex,
  };
}
