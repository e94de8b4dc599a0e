import { describe, expect, it } from 'vitest';
import type { Entry } from '../../dossier/entry.ts';
import type { Fact } from '../../dossier/fact.ts';
import { dossierOf } from '../../dossier/testing.ts';
import type { FrozenTrial } from '../../dossier/trial.ts';
import { trialSection } from '../html/trials.ts';
import type { ReportModel } from '../model.ts';
import { trialViews } from './view.ts';

const content: FrozenTrial = {
  form: 'trial',
  plan: {
    title: 'walk <b>',
    treatment: 'walk',
    comparison: 'rest',
    design: { type: 'pairs', cycles: 3, periodDays: 2, washoutDays: 1 },
    lagDays: 0,
    measure: 'Pain now',
    better: 'lower',
    range: [0, 10],
    alternative: 'two-sided',
    carryOverHalfLifeDays: 1,
    seed: '1',
    blinding: 'open',
    leastAnsweredPercent: 70,
  },
  schedule: ['AA-BB-BB-AA-AA-BB'],
  startDay: '2026-03-01',
  hash: '0'.repeat(64),
  frozenAt: '2026-02-20T08:00:00Z',
  stopped: { day: '2026-03-06', reason: 'moved' },
};
const entry: Entry = {
  kind: 'entry',
  id: 'e1',
  subject: 's1',
  type: 'trial',
  author: 'dr-one',
  role: 'clinician',
  at: '2026-02-20T08:00:00Z',
  targets: [],
  content,
};
const answer = (at: string, value: number): Fact => ({
  kind: 'fact',
  id: `f ${at}`,
  subject: 's1',
  source: 'src-1',
  place: 'line 2',
  type: 'observation',
  code: { system: 'idiograph', code: 'diary', display: 'Diary' },
  value: {
    type: 'components',
    components: [{ code: { system: 'diary', code: 'pain-now', display: 'pain' }, value, unit: '{score}' }],
  },
  at,
  status: 'completed',
  isEvent: false,
  issues: [],
});
const facts = [
  answer('2026-03-01T08:00', 6),
  answer('2026-03-01T20:00', 8),
  answer('2026-03-04', 3),
  answer('2026-03-06', 9),
  answer('2026-02-28', 9),
];
const model = { input: { dossier: dossierOf({ entries: [entry], facts }) } } as unknown as ReportModel;

describe('trialViews', () => {
  it('place the mean of each day of the trial, before its end, with the means of both sides', () => {
    const [{ tiers, endDay, days, stopped }] = trialViews(model);
    expect({ endDay, days, stopped }).toEqual({ endDay: '2026-03-17', days: 17, stopped: content.stopped });
    expect(tiers[0].points).toEqual([
      { day: 0, value: 7 },
      { day: 3, value: 3 },
    ]);
    expect(tiers[0]).toMatchObject({ meanA: 7, meanB: 3 });
    expect(tiers[0].stretches.map(({ letter, days: length }) => `${letter}${length}`).join(' ')).toBe(
      'A2 -1 B2 -1 B2 -1 A2 -1 A2 -1 B2',
    );
  });

  it('are drawn in the report with one dot a day, words escaped', () => {
    const markup = String(trialSection(trialViews(model)));
    expect(markup.match(/<circle/g)).toHaveLength(2);
    expect(markup).toContain('walk &#60;b&#62;');
    expect(markup).toContain('Ended on 2026-03-06: moved.');
    expect(markup).toContain('aria-label="Pain now: 2 days with answers');
  });
});
