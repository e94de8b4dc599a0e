import { expect, it } from 'vitest';
import { joinUnasked } from './openQuestions.ts';
import type { SafetyLine } from './safetyGroups.ts';

const line = (topic: string, state: SafetyLine['state'], action = 'Ask the form.'): SafetyLine => ({
  id: `sc-${topic}`,
  check: `red-flag-${topic}`,
  state,
  title: `Red flags: ${topic}: ${state === 'not-assessed' ? 'not assessed' : `${state} (2026-11-20)`}`,
  statement: `${topic}.`,
  action,
  links: [{ id: 'f-pain', kind: 'finding', name: 'pain' }],
});
const group = (checks: SafetyLine[]) => joinUnasked({ level: 'open', title: 'Open', checks, lines: [] }).checks;

it('joins unasked questions of one form, and names each of them', () => {
  const [row, ...others] = group([line('infection', 'not-assessed'), line('fracture', 'not-assessed')]);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    id: 'sc-infection',
    title: 'Red flags: infection, fracture: not assessed',
    also: ['sc-fracture'],
    links: [{ id: 'f-pain' }],
  });
});

it.each([
  ['an answer', line('fracture', 'positive')],
  ['an old answer', line('fracture', 'stale')],
  ['what asks for something else', line('fracture', 'not-assessed', 'Do something else.')],
])('never joins %s', (_, other) => {
  expect(group([line('infection', 'not-assessed'), other])).toHaveLength(2);
});

it('leaves a question without a form alone', () => {
  const bare = { ...line('x', 'not-assessed'), title: 'Dose by kidney function: not assessed' };
  expect(group([bare, { ...bare, id: 'sc-y' }])).toHaveLength(2);
});
