import type { Artifact } from '../../dossier/artifact.ts';
import { andList, dayOf } from '../../dossier/words.ts';
import { sourceNumber } from '../chain.ts';
import type { FindingView, Picture, ReportModel, RoomSection } from '../model.ts';
import { type Notebook, notebook, prevailing } from '../notes.ts';
import { type RoomView, shareOut } from '../roomViews.ts';
import { findingTable } from './findingTable.ts';
import { guidanceTable } from './guidanceTable.ts';
import { html, type Markup } from './markup.ts';
import { matrixTable } from './matrixTable.ts';
import { issueList, noteList } from './notes.ts';
import { scoreTable } from './scoreTable.ts';

/** A room below page one: technique and quality, pictures, findings grouped by measure, cautions once, method. */
export function roomSection(room: RoomSection, model: ReportModel): Markup {
  const book = notebook(room.room);
  const { taken, rest } = shareOut(room.room, room.findings);
  const tables = html`${taken.map(({ view, findings }) => viewTable(view, findings, model, book))}${rest.length > 0 ? findingTable(rest, model, book) : undefined}`;
  book.refs(room.issues);
  const methods = [...new Set(room.findings.map((view) => view.finding.method))].sort();
  return html`<section class="room" aria-labelledby="room-${room.room}"><h2 id="room-${room.room}">${room.title}</h2>${technique(room, model)}${room.pictures.map((picture) => figure(picture, model))}<h3>Findings</h3>${room.findings.length > 0 ? tables : html`<p>No findings.</p>`}${book.issues.length > 0 ? html`<h3>Notes: read with care</h3>${noteList(book)}` : undefined}<h3>Method</h3><ul class="plain small">${methods.map((method) => html`<li>${method}</li>`)}</ul></section>`;
}

function viewTable(view: RoomView, findings: FindingView[], model: ReportModel, book: Notebook): Markup {
  switch (view.type) {
    case 'matrix':
      return matrixTable(view, findings, model, book);
    case 'scores':
      return scoreTable(view.title, findings, model, book);
    case 'guidance':
      return guidanceTable(view.title, findings, model, book);
  }
}

function technique(room: RoomSection, model: ReportModel): Markup {
  const sources = room.sources.map((source) => {
    const what = [source.modality, source.contrast === 'unknown' ? undefined : source.contrast]
      .filter(Boolean)
      .join(' ');
    return html`<li><a href="#source-${sourceNumber(source.id, model)}">S${sourceNumber(source.id, model)}</a> ${what}, ${dayOf(source.acquiredAt)}${source.description ? `, ${source.description}` : ''}</li>`;
  });
  const packs = room.runs.flatMap((run) => run.key.consulted.filter((one) => one.type === 'pack'));
  const packWords = [...new Set(packs.map((one) => `${one.id} ${one.version} (${one.licence})`))].sort();
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const quality = prevailing(room.findings.map((view) => view.finding));
  return html`<div class="technique"><h3>Technique and quality</h3><ul class="plain">${sources}</ul><p class="small">${count(room.runs.length, 'run')} of ${andList([...new Set(room.runs.map((run) => `${run.key.analysis} ${run.key.version}`))].sort()) || 'no analysis'}; ${count(room.findings.length, 'current finding')}.${packWords.length > 0 ? ` With the pack${packWords.length === 1 ? '' : 's'} ${packWords.join(', ')}.` : ''}</p>${quality.length > 0 ? issueList(quality) : undefined}</div>`;
}

function figure({ artifact, png }: Picture, model: ReportModel): Markup {
  const labels = legendOf(artifact, model);
  return html`<figure><img alt="${artifact.title}" src="data:image/png;base64,${Buffer.from(png).toString('base64')}"><figcaption>${artifact.title}${/[.!?]$/.test(artifact.title) ? '' : '.'}${artifact.title.includes(dayOf(artifact.time)) ? '' : ` ${dayOf(artifact.time)}.`} For orientation, not for reading. <a class="why" href="#why-${artifact.id}">why</a>${labels.length > 0 ? html`<ul class="colours">${labels.map(({ name, color }) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" fill="${color}"/></svg> ${name}</li>`)}</ul>` : undefined}</figcaption></figure>`;
}

/** Colours of the label map that the picture was drawn from, when it states them. */
function legendOf(artifact: Artifact, model: ReportModel): { name: string; color: string }[] {
  const from = model.input.dossier.artifacts.filter((one) => artifact.derivedFrom.includes(one.id));
  return from
    .flatMap((one) => one.labels ?? [])
    .flatMap(({ value, name, color }) => (color && value !== 0 ? [{ name, color }] : []));
}
