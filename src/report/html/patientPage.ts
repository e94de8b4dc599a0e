import { pageTexts, plainLanguage } from '../plainLanguage.ts';
import type { SubjectWords } from '../subjectWords.ts';
import { html, Markup } from './markup.ts';
import { printMargins, style } from './style.ts';

/** What a patient is given: only what was released, in the words that were chosen for it. */
export interface PatientPage {
  label: string;
  birthDate?: string | undefined;
  words: SubjectWords;
  day: string;
  /** Absent in a preview: the page says that it must not be handed over. */
  signature?: { author: string; role: string; at: string } | undefined;
  items: readonly { type: 'line' | 'check' | 'finding' | 'data'; title: string; says: string }[];
  /** One of the languages of knowledge/report/plain-language.json. */
  language: string;
}

const groups = ['check', 'line', 'finding'] as const;

/**
 * The patient's page as one self-contained document: no script, two identifiers on each printed page, labels where it is
 * composite or synthetic. It holds what it is given and says nothing of anything else. Throws `usage` for a language
 * that has no texts.
 */
export function patientPageDocument(page: PatientPage): string {
  const { label, words, day, language, birthDate, items, signature } = page;
  const say = pageTexts(language);
  const { identifiers } = words;
  const { stamps, notes } = stampsIn(words, language);
  const [number, ...numbers] = identifiers.map((one) => one.value).filter((value) => value !== label);
  const born = birthDate ? `${say('born')} ${birthDate}` : undefined;
  const others = [number, born, ...numbers].filter((one) => one !== undefined);
  const named = [label, ...(others.length > 0 ? others.slice(0, 2) : [say('secondIdentifier')])];
  const margins = printMargins([...named, ...stamps].join(' | '), day, {
    foot: say('foot'),
    page: say('sheet'),
    of: say('of'),
  });
  const data = items.filter((one) => one.type === 'data');
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${say('title')}, ${day}</title><style>${new Markup(style + margins)}</style></head><body>
${stamps.length > 0 ? html`<div class="watermark" aria-hidden="true"><span>${stamps.join(' ')}</span></div>` : undefined}
<header class="who"><h1>${label}</h1><dl class="facts">${identifiers.slice(0, 2).map((one) => html`<div><dt>${say('identifier')}</dt><dd>${one.value}</dd></div>`)}${birthDate ? html`<div><dt>${say('born')}</dt><dd>${birthDate}</dd></div>` : undefined}<div><dt>${say('date')}</dt><dd>${day}</dd></div></dl></header>
<main>${notes.length > 0 ? html`<p class="join" role="note">${notes.join(' ')}</p>` : undefined}
${signature ? undefined : html`<p class="join" role="note">${say('unsigned')}</p>`}
<p>${say('intro')}</p>
${items.length === 0 ? html`<p>${say('none')}</p>` : undefined}${groups.map((type) => group(say(type), items, type))}${
  data.length > 0
    ? html`<section><h2>${say('data')}</h2><ul>${data.map((one) => html`<li>${one.says}</li>`)}</ul></section>`
    : undefined
}
${signature ? html`<p class="small">${say('released', { name: `${signature.author} (${signature.role})`, day: signature.at.slice(0, 10) })}</p>` : undefined}</main>
<footer>${say('end')} ${notes.join(' ')}</footer>
</body></html>
`.text;
}

function group(title: string, items: PatientPage['items'], type: (typeof groups)[number]): Markup | undefined {
  const some = items.filter((one) => one.type === type);
  return some.length === 0
    ? undefined
    : html`<section><h2>${title}</h2>${some.map((one) => html`<article class="line"><h3 class="action">${one.title}</h3><p>${one.says}</p></article>`)}</section>`;
}

/** Stamps and what they mean, in the language of the page where it has them, else as they are: they are never left out. */
function stampsIn({ stamps, notes }: SubjectWords, language: string): { stamps: string[]; notes: string[] } {
  const known = new Map(plainLanguage().stamps.map((one) => [one.stamp, one]));
  return {
    stamps: stamps.map((stamp) => known.get(stamp)?.word[language] ?? stamp),
    notes: notes.map((note, i) => known.get(stamps[i] ?? '')?.note[language] ?? note),
  };
}
