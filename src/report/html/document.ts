import { chainOf, type Link } from '../chain.ts';
import { distinct, type ReportModel, type RoomSection } from '../model.ts';
import { findingTable } from './findingTable.ts';
import { html, Markup } from './markup.ts';
import { dataPresence, issueList, keyFindingTable, planLine, safetyBanner, whyLinks } from './pageOne.ts';
import { printMargins, style } from './style.ts';

/** The report as one self-contained page: no script, no link to elsewhere, equal bytes for an equal model. */
export function reportDocument(model: ReportModel): string {
  const { dossier, plan, program, identities } = model.input;
  const { subject } = dossier;
  const labels = [
    subject.composite && 'COMPOSITE: joined from several sources of identity',
    subject.synthetic && 'SYNTHETIC: no person behind it',
  ].filter((one) => one !== false);
  // A subject that no file names is known by the content of its files: nothing that a reader could use.
  const identifiers = [
    ...new Set(identities.filter((one) => one.system !== 'content').map((one) => `${one.system} ${one.value}`)),
  ].sort();
  const person = demographics(model);
  const margin = `${subject.label} | ${identifiers[0] ?? subject.id} | ${person.birthDate ?? subject.id}${labels.length > 0 ? ` | ${labels.map((one) => one.split(':')[0]).join(', ')}` : ''}`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${subject.label}: Idiograph report, ${plan.asOf.slice(0, 10)}</title><style>${new Markup(style + printMargins(margin, `as of ${plan.asOf.slice(0, 10)}`))}</style></head><body>
<a class="skip" href="#plan">To the plan</a>
${labels.length > 0 ? html`<div class="watermark" aria-hidden="true"><span>${labels.map((one) => one.split(':')[0]).join(' ')}</span></div>` : undefined}
<header class="who"><div><p class="brand">Idiograph report</p><h1>${subject.label}</h1><dl class="facts"><div><dt>Identifiers</dt><dd>${identifiers.join(', ') || subject.id}</dd></div><div><dt>Born</dt><dd>${person.birthDate ?? 'not stated'}</dd></div><div><dt>Sex</dt><dd>${person.sex ?? 'not stated'}</dd></div></dl></div><dl class="facts"><div><dt>As of</dt><dd>${plan.asOf.slice(0, 10)}</dd></div><div><dt>Program</dt><dd>${program.name} ${program.version}</dd></div></dl></header>
${labels.map((label) => html`<p class="join" role="note">${label}</p>`)}
${model.input.importIssues.some((one) => one.code === 'several-identities') ? html`<p class="join" role="note">Several identities were found in one folder. This page holds one of them; nothing was joined.</p>` : undefined}
<p class="question"><strong>Question:</strong> ${subject.question ?? 'no question was stated'}</p>
<main>
${safetyBanner(
  plan.safetyChecks,
  plan.recommendations.filter((line) => line.urgency === 'now'),
)}
<section aria-labelledby="impression"><h2 id="impression">Impression</h2><ol class="impression">${model.sentences.map((sentence) => html`<li>${sentence.text}</li>`)}</ol></section>
<section aria-labelledby="key"><h2 id="key">Key findings</h2>${keyFindingTable(model.key)}</section>
<section aria-labelledby="plan"><h2 id="plan">Plan: lines to weigh</h2>${plan.recommendations.length === 0 ? html`<p>No rule yields a line for what is in the dossier. That is not a statement that nothing needs doing.</p>` : plan.recommendations.map(planLine)}</section>
<section aria-labelledby="data"><h2 id="data">What data exist and what is absent</h2>${dataPresence(model)}</section>
<section aria-labelledby="quality"><h2 id="quality">Quality, limits, versions</h2>${model.quality.length === 0 ? html`<p>No trouble with the sources was noticed.</p>` : issueList(model.quality)}<h3>Read with</h3><ul class="plain">${model.consulted.map((one) => html`<li>${one.type} ${one.id} ${one.version}, ${one.licence} <span class="hash">${one.sha256.slice(0, 16)}</span></li>`)}</ul></section>
<nav class="rooms" aria-label="Rooms">${model.rooms.map((room) => html`<a href="#room-${room.room}">${room.title}</a>`)}<a href="#trace">Trace</a></nav>
${model.rooms.map(roomSection)}
<section class="room" aria-labelledby="trace"><h2 id="trace">Trace: from each finding to the bytes</h2><p class="small">The same walk, in both directions, is printed by the command <code>idiograph why ID</code>.</p>${dossier.findings.map((finding) => trace(finding.id, chainOf(finding.id, model.input)))}<h3>Sources</h3><div class="scroll"><table><thead><tr><th scope="col">Path</th><th scope="col">Kind</th><th scope="col">SHA-256</th></tr></thead><tbody>${dossier.sources.map((source) => html`<tr><td>${source.path}</td><td>${source.format}</td><td class="hash">${source.blob}</td></tr>`)}</tbody></table></div></section>
</main>
<footer>Research software: it supports a decision, it never makes one. A value within a band is not called normal; what was not assessed is not called safe. ${labels.join('. ')}</footer>
</body></html>
`;
  return page.text;
}

function roomSection(room: RoomSection): Markup {
  const methods = [...new Set(room.findings.map((view) => view.finding.method))].sort();
  const cautions = distinct([...room.issues, ...room.findings.flatMap((view) => view.finding.issues)]);
  return html`<section class="room" aria-labelledby="room-${room.room}"><h2 id="room-${room.room}">${room.title}</h2>${room.pictures.map(
    (picture) =>
      html`<figure><img alt="${picture.artifact.title}" src="data:image/png;base64,${Buffer.from(picture.png).toString('base64')}"><figcaption>${picture.artifact.title}. ${whyLinks([])}</figcaption></figure>`,
  )}${room.findings.length > 0 ? findingTable(room.findings) : html`<p>No findings.</p>`}${cautions.length > 0 ? html`<h3>Read with care</h3>${issueList(cautions)}` : undefined}<h3>Method</h3><ul class="plain">${methods.map((method) => html`<li>${method}</li>`)}</ul></section>`;
}

function trace(id: string, link: Link): Markup {
  return html`<details class="trace" id="why-${id}"><summary>${link.says}</summary><p class="hash">${id}</p>${steps(link)}</details>`;
}

function steps(link: Link): Markup {
  return html`${link.places.length > 0 ? html`<ul>${link.places.map((place) => html`<li>at ${place}</li>`)}</ul>` : undefined}${link.from.length > 0 ? html`<ul>${link.from.map((next) => html`<li>${next.says} <span class="hash">${next.id}</span>${steps(next)}</li>`)}</ul>` : undefined}`;
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
