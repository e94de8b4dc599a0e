import { readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { knowledgeDirectory, loadKnowledge } from '../../knowledge/load.ts';
import { siteKnowledge } from '../../knowledge/site.ts';

export interface KnowledgeState {
  path: string;
  title: string;
  version: string;
  date: string;
  licence: string;
  ofSite: boolean;
  old: boolean;
}

/** Months after which facts deserve another look: guidance on drugs and genes moves each year. How a questionnaire is scored does not age. */
const monthsGood: Readonly<Record<string, number>> = {
  genomics: 12,
  clinical: 12,
  plan: 12,
  packs: 24,
  brain: 60,
  imaging: 60,
};

let shipped: string[] | undefined;

/** Every file of knowledge that is consulted, those of the site in the place of what ships. `today`: YYYY-MM-DD. */
export function knowledgeStates(today: string, siteDirectory: string | undefined): KnowledgeState[] {
  shipped ??= readdirSync(knowledgeDirectory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.split(sep).join('/'))
    .sort();
  const ofSite = new Set(siteDirectory === undefined ? [] : siteKnowledge(siteDirectory).files.map(({ path }) => path));
  return shipped.map((path) => {
    const { header } = loadKnowledge(path, ofSite.has(path) ? siteDirectory : undefined);
    const { title, version, date, licence } = header;
    return { path, title, version, date, licence, ofSite: ofSite.has(path), old: isOld(path, date, today) };
  });
}

/** A date of a year or month stands for its beginning. */
function isOld(path: string, date: string, today: string): boolean {
  const months = monthsGood[path.split('/')[0]!];
  if (months === undefined) return false;
  const limit = new Date(`${date.padEnd(10, date.length === 4 ? '-01-01' : '-01').slice(0, 10)}T00:00:00Z`);
  limit.setUTCMonth(limit.getUTCMonth() + months);
  return limit.toISOString().slice(0, 10) < today;
}
