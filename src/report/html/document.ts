import type { ReportModel } from '../model.ts';
import { pageOne } from '../pageOne.ts';
import { html, Markup } from './markup.ts';
import { issueList } from './notes.ts';
import { dataLine, dataPresence, keySection } from './pageOne.ts';
import { painOnPageOne, painStyle } from './pain.ts';
import { planLineMarkup } from './planLine.ts';
import { printStyle } from './print.ts';
import { psychosocialStyle } from './psychosocial.ts';
import { roomSection } from './roomSection.ts';
import { safetyBanner } from './safety.ts';
import { printMargins, style } from './style.ts';
import { traceParts } from './trace.ts';
import { sentenceLinks } from './why.ts';

/** The report as one self-contained page: no script, no link to elsewhere, equal bytes for an equal model. */
export function reportDocument(model: ReportModel): string {
  return [...reportParts(model)].join('');
}

/** The same page in pieces, in order, so that a server can do other things between them: a large one takes a while. */
export function* reportParts(model: ReportModel): Generator<string> {
  const first = pageOne(model);
  const { subject, asOf: day, program } = first;
  const margin = [
    subject.label.length > 60 ? `${subject.label.slice(0, 59)}…` : subject.label,
    subject.identifiers[0].value,
    ...(subject.birthDate ? [`born ${subject.birthDate}`] : [subject.id]),
    ...subject.stamps,
  ].join(' | ');
  yield html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${subject.label}: Idiograph report, ${day}</title><style>${new Markup(style + painStyle + psychosocialStyle + printStyle + printMargins(margin, `as of ${day}`))}</style></head><body>
<a class="skip" href="#plan">To the plan</a>
${subject.stamps.length > 0 ? html`<div class="watermark" aria-hidden="true"><span>${subject.stamps.join(' ')}</span></div>` : undefined}
<header class="who"><h1>${subject.label}</h1><dl class="facts">${subject.identifiers.slice(0, 2).map((one) => html`<div><dt>Identifier</dt><dd>${one.value} <span class="small">${one.systems.join(', ')}</span></dd></div>`)}<div><dt>Born</dt><dd>${subject.birthDate ?? 'not stated'}</dd></div><div><dt>Sex</dt><dd>${subject.sex ?? 'not stated'}</dd></div><div><dt>As of</dt><dd>${day}</dd></div></dl></header>
<main>
${subject.notes.length > 0 ? html`<p class="join" role="note">${subject.notes.join(' ')}</p>` : undefined}
${subject.oneOfSeveral ? html`<p class="join" role="note">Several identities were found in one folder. This page holds one of them; nothing was joined.</p>` : undefined}
<p class="question"><strong>Question:</strong> ${subject.question ?? 'no question was stated'}</p>
<p class="small" id="signed">${first.signed.words}</p>
${safetyBanner(first.safety)}
<section aria-labelledby="impression"><h2 id="impression">Impression</h2><ol class="impression">${first.sentences.map((sentence) => html`<li>${sentence.text} ${sentenceLinks(sentence.links)}</li>`)}</ol>${dataLine(model)}</section>
${keySection(model)}
${first.painFigure ? painOnPageOne({ figure: first.painFigure }) : undefined}
<section aria-labelledby="plan"><h2 id="plan">Plan: lines to weigh</h2>${first.plan.length === 0 ? html`<p>No rule yields a line for what is in the dossier. That is not a statement that nothing needs doing.</p>` : first.plan.map(planLineMarkup)}</section>
${keyImages(model)}
<nav class="rooms" aria-label="Sections">${model.rooms.map((room) => html`<a href="#room-${room.room}">${room.title}</a>`)}<a href="#quality">Quality, limits, versions</a><a href="#trace">Trace</a></nav>
`.text;
  for (const room of model.rooms) yield roomSection(room, model).text;
  yield html`
<section class="room" aria-labelledby="data"><h2 id="data">What data exist and what is absent</h2>${dataPresence(model)}${subject.identifiers.length > 2 || subject.composite ? html`<h3>Identities</h3><ul class="plain">${subject.identifiers.map((one) => html`<li>${one.value} <span class="small">${one.systems.join(', ')}</span></li>`)}</ul>` : undefined}</section>
<section aria-labelledby="quality"><h2 id="quality">Quality, limits, versions</h2><p>Made by ${program.name} ${program.version} for ${day}.</p>${model.quality.length === 0 ? html`<p>No trouble with the sources was noticed.</p>` : issueList(model.quality)}<h3>Read with</h3><ul class="plain small">${model.consulted.map((one, i) => html`<li id="knowledge-${i + 1}"><strong>K${i + 1}</strong> ${one.type} ${one.id} ${one.version}, ${one.licence} <span class="hash">${one.sha256.slice(0, 16)}</span></li>`)}</ul></section>
`.text;
  yield* traceParts(model);
  yield html`
</main>
<footer>Research software: it supports a decision, it never makes one. A value within a band is not called normal; what was not assessed is not called safe. ${subject.notes.join(' ')}</footer>
</body></html>
`.text;
}

/** Chosen by a reader, with the reader's words and name. */
function keyImages({ input: { keyImages: images = [] } }: ReportModel): Markup | undefined {
  if (images.length === 0) return undefined;
  return html`<section aria-labelledby="key-images"><h2 id="key-images">Key images</h2>${images.map(
    ({ entry, png }) => {
      const words = entry.text ?? 'Key image';
      return html`<figure><img alt="${words}" src="data:image/png;base64,${Buffer.from(png).toString('base64')}"><figcaption>${words} <span class="small">Chosen by ${entry.author} (${entry.role}), ${entry.at.slice(0, 10)}. For orientation, not for reading.</span></figcaption></figure>`;
    },
  )}</section>`;
}
