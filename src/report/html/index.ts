import type { Issue } from '../../dossier/issue.ts';
import type { Subject } from '../../dossier/subject.ts';
import { html, Markup } from './markup.ts';
import { issueList } from './notes.ts';
import { style } from './style.ts';

/** The page for a folder that held several identities: it names them and joins nothing. */
export function indexDocument(
  entries: readonly { subject: Subject; file: string; sources: number }[],
  issues: readonly Issue[],
): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Idiograph: ${entries.length} subjects</title><style>${new Markup(style)}</style></head><body>
<header class="who"><div><p class="brand">Idiograph</p><h1>${entries.length} subjects in one folder</h1></div></header>
<main><p class="join" role="note">The files name more than one identity. Each has a report of its own; no finding, fact or plan line of one was used for another. If they are one person, say so in a patient.json beside the files, or with --as-one-patient: the report then carries the word composite.</p>
<ul class="plain">${entries.map((entry) => html`<li><a href="${entry.file}">${entry.subject.label}</a> <span class="small">${entry.subject.id}, ${entry.sources} source${entry.sources === 1 ? '' : 's'}${entry.subject.synthetic ? ', synthetic' : ''}</span></li>`)}</ul>
${issues.length > 0 ? html`<h2>Import</h2>${issueList(issues)}` : undefined}</main>
<footer>Research software: it supports a decision, it never makes one.</footer></body></html>
`.text;
}
