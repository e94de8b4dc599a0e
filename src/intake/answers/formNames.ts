/** What a table may call questionnaires and their items, as knowledge/psychosocial names them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { knowledgeDirectory, loadKnowledge } from '../../knowledge/load.ts';

export interface FormItem {
  number: number;
  min: number;
  max: number;
  /** Points that some forms print beside the answers from min to max. */
  points?: number[];
  names: string[];
  codes: string[];
}

/** Names of one questionnaire. Letters and digits alone are compared, so `PHQ-9` and `phq_9` are one name. */
export interface FormNames {
  id: string;
  display: string;
  /** Bare names, the longest first. */
  aliases: string[];
  items: FormItem[];
  /** Items outside the scores. */
  aside: string[];
  codes: string[];
  /** Whether one number is the score of the form. */
  hasTotal: boolean;
}

const Named = z.object({ code: z.string() });
const File = z.object({
  instrument: z.object({
    id: z.string(),
    display: z.string(),
    aliases: z.array(z.string()),
    noTotal: z.boolean().default(false),
    codes: z.array(Named).default([]),
    items: z.array(
      z.object({
        number: z.number(),
        label: z.string(),
        min: z.number(),
        max: z.number(),
        points: z.array(z.number()).optional(),
        aliases: z.array(z.string()).default([]),
        codes: z.array(Named).default([]),
      }),
    ),
    unscored: z.array(
      z.object({ label: z.string(), aliases: z.array(z.string()).default([]), codes: z.array(Named).default([]) }),
    ),
    scales: z.array(z.object({ codes: z.array(Named).default([]) })),
  }),
});

/** Letters and digits only, lower case. */
export function bareName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

let loaded: readonly FormNames[] | undefined;

/** Names of all questionnaires that are installed, in the order of their files. */
export function loadFormNames(): readonly FormNames[] {
  loaded ??= readdirSync(join(knowledgeDirectory, 'psychosocial'))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => namesOf(File.parse(loadKnowledge(`psychosocial/${name}`).data).instrument));
  return loaded;
}

function namesOf(instrument: z.infer<typeof File>['instrument']): FormNames {
  const { id, display, aliases, items, unscored, scales, codes, noTotal } = instrument;
  return {
    id,
    display,
    aliases: [...new Set([id, ...aliases].map(bareName))].sort((a, b) => b.length - a.length),
    items: items.map((item) => ({
      number: item.number,
      min: item.min,
      max: item.max,
      ...(item.points ? { points: item.points } : {}),
      names: [item.label, ...item.aliases].map(bareName),
      codes: item.codes.map(({ code }) => code),
    })),
    aside: unscored.flatMap((one) => [one.label, ...one.aliases].map(bareName)),
    codes: [...unscored, ...scales]
      .flatMap((one) => one.codes.map(({ code }) => code))
      .concat(codes.map((c) => c.code)),
    hasTotal: !noTotal && scales.length > 0,
  };
}

/** The questionnaire of this name, or undefined. */
export function formNamed(name: string, forms: readonly FormNames[]): FormNames | undefined {
  const bare = bareName(name);
  return bare === '' ? undefined : forms.find(({ aliases }) => aliases.includes(bare));
}

/** What follows the longest name of the form with which a column begins; undefined when it begins with none. */
export function restAfterName(form: FormNames, column: string): { rest: string; length: number } | undefined {
  const bare = bareName(column);
  const found = form.aliases.filter((alias) => bare.startsWith(alias) && bare.length > alias.length);
  for (const alias of found) {
    const rest = bare.slice(alias.length);
    if (isPart(form, rest)) return { rest, length: alias.length };
  }
  return undefined;
}

function isPart(form: FormNames, rest: string): boolean {
  if (/^(?:item|question|q|i)?\d{1,3}$|^(?:total|date|timestamp|complete|version)$/.test(rest)) return true;
  return form.items.some(({ names }) => names.includes(rest));
}
