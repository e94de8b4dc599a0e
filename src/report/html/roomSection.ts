import { andList } from '../../dossier/words.ts';
import type { ReportModel, RoomSection } from '../model.ts';
import { type PictureLine, type RoomPage, roomPage } from '../roomPage.ts';
import type { TableModel } from '../tables/table.ts';
import type { Anchor } from './cells.ts';
import { curveSection } from './curves.ts';
import { deviationSection } from './deviations.ts';
import { findingTableMarkup } from './findingTable.ts';
import { guidanceTableMarkup } from './guidanceTable.ts';
import { html, type Markup } from './markup.ts';
import { matrixTableMarkup } from './matrixTable.ts';
import { issueList, noteList } from './notes.ts';
import { painSection } from './pain.ts';
import { psychosocialSection } from './psychosocial.ts';
import { scoreTableMarkup } from './scoreTable.ts';
import { trialSection } from './trials.ts';

/** A room below page one: technique and quality, pictures, findings grouped by measure, cautions once, method. */
export function roomSection(room: RoomSection, model: ReportModel): Markup {
  const page = roomPage(model, room);
  const anchor: Anchor = (n) => `note-${page.room}-${n}`;
  const tables = [...page.tables, ...(page.rest ? [page.rest] : [])].map((table) => tableMarkup(table, anchor));
  return html`<section class="room" aria-labelledby="room-${page.room}"><h2 id="room-${page.room}">${page.title}</h2>${technique(page)}${page.pictures.map((picture) => figure(picture, room))}${curveSection(page.curves)}${page.deviations ? deviationSection(page.deviations) : undefined}${page.pain ? painSection(page.pain) : undefined}${page.psychosocial ? psychosocialSection(page.psychosocial) : undefined}${page.trials ? trialSection(page.trials) : undefined}<h3>Findings</h3>${page.findings > 0 ? tables : html`<p>No findings.</p>`}${page.notes.length > 0 ? html`<h3>Notes: read with care</h3>${noteList(page.notes, anchor)}` : undefined}<h3>Method</h3><ul class="plain small methods">${page.methods.map((method) => html`<li>${method}</li>`)}</ul></section>`;
}

function tableMarkup(table: TableModel, anchor: Anchor): Markup {
  switch (table.kind) {
    case 'matrix':
      return matrixTableMarkup(table, anchor);
    case 'scores':
      return scoreTableMarkup(table, anchor);
    case 'guidance':
      return guidanceTableMarkup(table, anchor);
    case 'findings':
      return findingTableMarkup(table, anchor);
  }
}

function technique(page: RoomPage): Markup {
  const sources = page.sources.map(
    ({ number, what, day, description }) =>
      html`<li><a href="#source-${number}">S${number}</a> ${what}, ${day}${description ? `, ${description}` : ''}</li>`,
  );
  const packs = page.packs.map((one) => `${one.id} ${one.version} (${one.licence})`);
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const analyses = [...new Set(page.runs.map((run) => `${run.analysis} ${run.version}`))].sort();
  return html`<div class="technique"><h3>Technique and quality</h3><ul class="plain">${sources}</ul><p class="small">${count(page.runs.length, 'run')} of ${andList(analyses) || 'no analysis'}; ${count(page.findings, 'current finding')}.${packs.length > 0 ? ` With the pack${packs.length === 1 ? '' : 's'} ${packs.join(', ')}.` : ''}</p>${page.quality.length > 0 ? issueList(page.quality) : undefined}</div>`;
}

/** Nothing for a picture whose bytes the report was not given. */
function figure({ artifact, title, caption, legend }: PictureLine, room: RoomSection): Markup | undefined {
  const png = room.pictures.find((picture) => picture.artifact.id === artifact)?.png;
  if (png === undefined) return undefined;
  return html`<figure><img alt="${title}" src="data:image/png;base64,${Buffer.from(png).toString('base64')}"><figcaption>${caption} <a class="why" href="#why-${artifact}">why</a>${legend.length > 0 ? html`<ul class="colours">${legend.map(({ name, color }) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" fill="${color}"/></svg> ${name}</li>`)}</ul>` : undefined}</figcaption></figure>`;
}
