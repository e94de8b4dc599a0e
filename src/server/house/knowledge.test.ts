import { expect, it } from 'vitest';
import { loadKnowledge } from '../../knowledge/load.ts';
import { knowledgeStates } from './knowledge.ts';

it('every file that ships is named once, with the date of its facts', () => {
  const states = knowledgeStates('2026-11-24', undefined);
  expect(new Set(states.map(({ path }) => path)).size).toBe(states.length);
  const { header } = loadKnowledge('clinical/opioids.json');
  expect(states.find(({ path }) => path === 'clinical/opioids.json')).toMatchObject({
    title: header.title,
    date: header.date,
    ofSite: false,
  });
});

it('guidance asks for another look after a year to the day; scoring of a questionnaire does not age', () => {
  const [year, month = '01', day = '01'] = loadKnowledge('clinical/opioids.json').header.date.split('-') as string[];
  const isOld = (path: string, today: string) =>
    knowledgeStates(today, undefined).find((one) => one.path === path)?.old;
  const anniversary = `${Number(year) + 1}-${month}-${day}`;
  const next = new Date(Date.parse(`${anniversary}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  expect(isOld('clinical/opioids.json', anniversary)).toBe(false);
  expect(isOld('clinical/opioids.json', next)).toBe(true);
  expect(isOld('psychosocial/phq-9.json', '2090-01-01')).toBe(false);
});
