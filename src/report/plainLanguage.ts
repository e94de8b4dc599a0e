import { z } from 'zod';
import { IdiographError } from '../dossier/errors.ts';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';

/** One text in each language of the file. */
const Text = z.record(z.string(), z.string().min(1));
const Sentence = z.object({
  /** Kinds of content that are released by themselves: `suicidality`, `opioid-risk`, `polygenic`, `familial`. */
  sensitive: z.array(z.string()),
  title: Text,
  text: Text,
});
const frame = [
  'title intro check line finding data none ask untitled released unsigned end identifier born date secondIdentifier',
  'foot sheet of',
]
  .join(' ')
  .split(' ');

const PlainFile = KnowledgeHeader.extend({
  languages: z.array(z.string()).min(1),
  /** Languages in which a name of a medicine has a capital inside a sentence too. */
  capitalNouns: z.array(z.string()),
  /** A sentence holds for every case of the rule in that version; `{about}` is what the line is about. */
  lines: z.array(Sentence.extend({ rule: z.string(), version: z.string() })),
  checks: z.array(
    Sentence.extend({
      check: z.string(),
      states: z.array(z.enum(['positive', 'negative', 'not-assessed', 'stale'])).min(1),
    }),
  ),
  /** `{number}` is the value, `{site}` the gene or drug. A refused value has no sentence. */
  findings: z.array(Sentence.extend({ measures: z.array(z.string()).min(1) })),
  /** What was looked at, by modality of the source. */
  data: z.array(z.object({ modalities: z.array(z.string()).min(1), text: Text })),
  page: z.object(Object.fromEntries(frame.map((key) => [key, Text]))),
  stamps: z.array(z.object({ stamp: z.string(), word: Text, note: Text })),
}).superRefine((file, context) => {
  const texts = [
    ...[...file.lines, ...file.checks, ...file.findings].flatMap(({ title, text }) => [title, text]),
    ...file.data.map(({ text }) => text),
    ...Object.values(file.page),
    ...file.stamps.flatMap(({ word, note }) => [word, note]),
  ];
  for (const text of texts)
    for (const language of file.languages)
      if (text[language] === undefined)
        context.addIssue({ code: 'custom', message: `no ${language} for: ${Object.values(text)[0]}` });
});
export type PlainFile = z.infer<typeof PlainFile>;

const parsed = new WeakMap<object, PlainFile>();

/** The sentences that ship, or those of a site in their place. Throws `knowledge-invalid`, also where a language lacks a text. */
export function plainLanguage(directory?: string): PlainFile {
  const file = loadKnowledge('report/plain-language.json', directory);
  const known = parsed.get(file);
  if (known) return known;
  const read = PlainFile.safeParse(file.data);
  if (!read.success)
    throw new IdiographError('knowledge-invalid', `report/plain-language.json: ${z.prettifyError(read.error)}`);
  parsed.set(file, read.data);
  return read.data;
}

/** Texts of the page around its items, in one language of the file. Throws `usage` for another. */
export function pageTexts(language: string, directory?: string): (key: string, put?: Record<string, string>) => string {
  const { languages, page } = plainLanguage(directory);
  requireLanguage(language, languages);
  return (key, put = {}) => fill(page[key][language], put);
}

export function requireLanguage(language: string, languages: readonly string[]): void {
  if (!languages.includes(language))
    throw new IdiographError('usage', `the patient's page has no texts in "${language}"`, {
      remedy: `languages: ${languages.join(', ')}`,
    });
}

/** `{name}` in a text is replaced where it is given. */
export function fill(text: string, put: Record<string, string>): string {
  return text.replace(/\{([a-z]+)\}/gi, (all, name: string) => put[name] ?? all);
}
