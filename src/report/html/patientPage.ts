import type { SubjectWords } from '../subjectWords.ts';
import { html, Markup } from './markup.ts';
import { printMargins, style } from './style.ts';

/** What a patient is given: only what was released, in the words that were chosen for it. */
export interface PatientPage {
  label: string;
  birthDate?: string | undefined;
  words: SubjectWords;
  day: string;
  signature: { author: string; role: string; at: string };
  items: readonly { type: 'line' | 'check' | 'finding'; title: string; says: string }[];
  language: 'en' | 'de';
}

const frames = {
  en: {
    title: 'Your page',
    intro:
      'This page holds what your clinician went through with you and released for you. It does not hold everything.',
    check: 'To talk about first',
    line: 'What was considered',
    finding: 'What was found',
    none: 'Nothing has been released yet.',
    released: (name: string, day: string) => `Released after signature by ${name} on ${day}.`,
    end: 'Do not start, change or stop a medicine because of this page alone. Bring questions to your next visit. In an emergency use your local emergency number.',
    identifier: 'Number',
    born: 'Born',
    date: 'Date',
  },
  de: {
    title: 'Ihre Seite',
    intro: 'Diese Seite enthält, was mit Ihnen besprochen und für Sie freigegeben wurde. Sie enthält nicht alles.',
    check: 'Zuerst zu besprechen',
    line: 'Was erwogen wurde',
    finding: 'Was gefunden wurde',
    none: 'Es wurde noch nichts freigegeben.',
    released: (name: string, day: string) => `Freigegeben nach Unterschrift von ${name} am ${day}.`,
    end: 'Beginnen, ändern oder beenden Sie kein Medikament allein wegen dieser Seite. Bringen Sie Fragen zum nächsten Termin mit. Im Notfall wählen Sie den örtlichen Notruf.',
    identifier: 'Nummer',
    born: 'Geboren',
    date: 'Datum',
  },
} as const;

/** The patient's page as one self-contained document: no script, two identifiers on each printed page, labels where it is composite or synthetic. */
export function patientPageDocument(page: PatientPage): string {
  const { label, words, day, language, birthDate, items, signature } = page;
  const frame = frames[language];
  const { stamps, notes, identifiers } = words;
  const margin = [label, identifiers[0]!.value, ...(birthDate ? [`${frame.born} ${birthDate}`] : []), ...stamps].join(
    ' | ',
  );
  const group = (type: PatientPage['items'][number]['type']) => {
    const some = items.filter((one) => one.type === type);
    return some.length === 0
      ? undefined
      : html`<section><h2>${frame[type]}</h2>${some.map((one) => html`<article class="line"><h3 class="action">${one.title}</h3><p>${one.says}</p></article>`)}</section>`;
  };
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${frame.title}, ${day}</title><style>${new Markup(style + printMargins(margin, day))}</style></head><body>
${stamps.length > 0 ? html`<div class="watermark" aria-hidden="true"><span>${stamps.join(' ')}</span></div>` : undefined}
<header class="who"><h1>${label}</h1><dl class="facts">${identifiers.slice(0, 2).map((one) => html`<div><dt>${frame.identifier}</dt><dd>${one.value}</dd></div>`)}${birthDate ? html`<div><dt>${frame.born}</dt><dd>${birthDate}</dd></div>` : undefined}<div><dt>${frame.date}</dt><dd>${day}</dd></div></dl></header>
<main>${notes.length > 0 ? html`<p class="join" role="note">${notes.join(' ')}</p>` : undefined}
<p>${frame.intro}</p>
${items.length === 0 ? html`<p>${frame.none}</p>` : [group('check'), group('line'), group('finding')]}
<p class="small">${frame.released(`${signature.author} (${signature.role})`, signature.at.slice(0, 10))}</p></main>
<footer>${frame.end} ${notes.join(' ')}</footer>
</body></html>
`.text;
}
