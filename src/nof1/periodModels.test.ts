import { describe, expect, it } from 'vitest';
import { TrialPlan } from '../dossier/trial.ts';
import { analyseTrial } from './analyse.ts';
import { scheduleCsv, scheduleIcs, stretchesOf } from './calendar.ts';
import { checklistsOf } from './checklist.ts';
import { freezeTrial } from './freeze.ts';
import { mixtureQuantile, normalBelow, tCritical } from './normal.ts';
import { overlapOf } from './overlap.ts';
import { seriesFit } from './series.ts';

const plan = (more: object) =>
  TrialPlan.parse({ title: 't', treatment: 'drug, "new"', comparison: 'none', measure: 'm', seed: 's', ...more });

describe('distributions', () => {
  it('are those of tables', () => {
    expect(normalBelow(1.959963984540054)).toBeCloseTo(0.975, 14);
    expect(normalBelow(-6)).toBeCloseTo(9.865876450377e-10, 14);
    expect(tCritical(7)).toBeCloseTo(2.364624251, 8);
    expect(mixtureQuantile({ weights: [1], means: [3], deviations: [2] }, 0.975)).toBeCloseTo(
      3 + 2 * 1.959963984540054,
      7,
    );
  });
});

describe('overlapOf', () => {
  it('is counted by hand: ties are half, the trend of the comparison is taken off', () => {
    const two = plan({ design: { type: 'phases', order: 'AB', days: 6, minimumDays: 3 } });
    // A 5 4 6, B 4 3 2; lower is better. Of 9 pairs: 4: better than 5, 6, equal to 4; 3 and 2: better than all.
    // Trend of A towards better: 5>4 +1, 5<6 -1, 4<6 -1 = -1.
    expect(overlapOf(two, ['AAABBB'], [[5, 4, 6, 4, 3, 2]])).toEqual({ nap: 8.5 / 9, tauU: (8 + 1) / 9, pairs: 9 });
    expect(overlapOf(two, ['AAABBB'], [[5, 4, 6, undefined, undefined, undefined]])).toBeUndefined();
  });
});

describe('models side by side', () => {
  it('tell where they disagree', () => {
    const three = plan({ design: { type: 'pairs', cycles: 3, periodDays: 10 } });
    const line = `${'A'.repeat(10)}${'B'.repeat(20)}${'A'.repeat(20)}${'B'.repeat(10)}`;
    const wobble = [0.5, -0.4, 0.1, -0.6, 0.7, -0.2, 0.3, -0.5, 0.4, -0.3];
    const shift = [0, -0.2, -2.2, 0, 0, -1.4];
    const daily = [...line].map((_, day) => 5 + shift[Math.floor(day / 10)] + wobble[day % 10]);
    const { effect, pairedT, issues } = analyseTrial(three, [line], [daily]);
    expect(effect!.high).toBeLessThan(0);
    expect(pairedT!.p).toBeGreaterThan(0.05);
    expect(issues.map(({ code }) => code)).toContain('models-disagree');
  });

  it('need three people for a series', () => {
    expect(
      seriesFit([
        { id: 'a', effect: 1, standardError: 1 },
        { id: 'b', effect: 2, standardError: 1 },
      ]),
    ).toBeUndefined();
  });
});

describe('files of a trial', () => {
  const trial = freezeTrial(
    plan({ design: { type: 'pairs', cycles: 3, periodDays: 2, washoutDays: 1 }, title: 'x'.repeat(200) }),
    '2026-02-27',
    '2026-02-20T08:00:00Z',
  );
  it('cover every day, in lines that a calendar reads, without names where blinded', () => {
    expect(stretchesOf(trial).reduce((sum, { days }) => sum + days, 0)).toBe(17);
    expect(scheduleCsv(trial).trim().split('\n')).toHaveLength(18);
    const ics = scheduleIcs(trial);
    expect(ics.split('\r\n').every((one) => new TextEncoder().encode(one).length <= 75)).toBe(true);
    expect(ics).toContain('DTSTART;VALUE=DATE:20260227');
    expect(ics).toContain('drug\\, "new"');
    expect(scheduleIcs(trial, true)).not.toContain('drug');
    expect(scheduleCsv(trial, true)).not.toMatch(/,[AB],/);
  });
  it('fill 42 topics of CENT and 26 of SCRIBE as far as the trial can tell', () => {
    const items = checklistsOf(trial);
    const count = (name: string) => items.filter(({ checklist }) => checklist === name).length;
    expect([count('CENT 2015'), count('SCRIBE 2016')]).toEqual([42, 26]);
    expect(items.find(({ topic }) => topic === 'How the order was drawn')!.told).toContain('seed "s"');
    expect(items.find(({ topic }) => topic === 'Funding')).not.toHaveProperty('told');
  });
});
