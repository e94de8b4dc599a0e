import { describe, expect, it } from 'vitest';
import type { Entry } from '../dossier/entry.ts';
import type { Fact } from '../dossier/fact.ts';
import { findingFromDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { dayAfter, type FrozenTrial, TrialPlan } from '../dossier/trial.ts';
import { runAll } from '../knowledge/testing.ts';
import { trial as analysis } from './analyses.ts';
import { freezeTrial } from './freeze.ts';
import { randomOf } from './random.ts';
import { simulateDaily } from './simulate.ts';

const plan = TrialPlan.parse({
  title: 'walk',
  treatment: 'walk',
  comparison: 'rest',
  measure: 'Pain',
  worthwhile: 1,
  seed: '5',
  design: { type: 'pairs', cycles: 8, periodDays: 4 },
  sideEffect: { measure: 'nausea', stopAt: 7 },
});
const frozen = freezeTrial(plan, '2026-03-01', '2026-02-20T08:00:00Z');
const truth = { effect: -2, deviation: 1, autocorrelation: 0.2, carryOver: 0, missing: 0, trend: 0 };
const [line] = simulateDaily(frozen.schedule, truth, 5, randomOf('x'));

function entry(content: FrozenTrial): Entry {
  return {
    kind: 'entry',
    id: 'e1',
    subject: 's1',
    type: 'trial',
    author: 'a',
    role: 'clinician',
    at: '2026-02-20T08:00:00Z',
    targets: [],
    content,
  };
}
function diary(day: number, numbers: Record<string, number>): Fact {
  return {
    kind: 'fact',
    id: `f${day}`,
    subject: 's1',
    source: 'src-1',
    place: `line ${day + 2}`,
    type: 'observation',
    code: { system: 'idiograph', code: 'diary', display: 'Diary' },
    value: {
      type: 'components',
      components: Object.entries(numbers).map(([code, value]) => ({
        code: { system: 'diary', code, display: code },
        value,
        unit: '{score}',
      })),
    },
    at: dayAfter(frozen.startDay, day),
    status: 'completed',
    isEvent: false,
    issues: [],
  };
}
const facts = line.map((value, day) =>
  diary(day, { pain: Math.min(10, Math.max(0, value!)), nausea: day === 3 || day === 4 ? 8 : 1 }),
);

describe('nof1.trial', () => {
  it('says effect, interval, probability, p and what ends it', async () => {
    const { findings } = await runAll(analysis, dossierOf({ facts, entries: [entry(frozen)] }));
    const of = (code: string) => findings.find(({ measure }) => measure.code === code)!;
    expect(of('trial-effect').value).toMatchObject({ type: 'quantity' });
    expect(of('trial-effect').uncertainty).toMatchObject({ type: 'interval', level: 0.95 });
    expect(of('trial-effect').uncertainty!.high).toBeLessThan(0);
    expect(of('trial-randomisation-p').value).toMatchObject({ value: 2 / 256 });
    expect(of('trial-benefit').value).toMatchObject({ unit: '%' });
    expect(of('trial-stop').value).toMatchObject({
      code: { code: 'stop', display: expect.stringContaining('nausea') },
    });
    expect(of('trial-stop').issues.map(({ code }) => code)).toEqual(['trial-to-be-ended']);
    expect(findings.every(({ derivedFrom }) => derivedFrom.includes('e1') && derivedFrom.includes('f0'))).toBe(true);
    expect(findings.map(({ measure }) => measure.code).filter((code) => !analysis.makes.includes(code))).toEqual([]);
  });

  it('a positive safety answer within its days ends it; one before does not', async () => {
    const safety = (time: string) =>
      findingFromDraft(
        {
          measure: { system: 'idiograph', code: 'phq-9.item-9', display: 'Item 9' },
          value: { type: 'quantity', value: 1, unit: '{score}' },
          time,
          issues: [],
          derivedFrom: [],
        },
        { id: `r ${time}`, subject: 's1', method: 'm' },
      );
    const calm = line.map((_, day) => diary(day, { pain: Math.min(10, Math.max(0, line[day]!)), nausea: 1 }));
    const stateOf = async (time: string) => {
      const { findings } = await runAll(
        analysis,
        dossierOf({ facts: calm, entries: [entry(frozen)], findings: [safety(time)] }),
      );
      return findings.find(({ measure }) => measure.code === 'trial-stop')!.value;
    };
    expect(await stateOf('2026-03-05')).toMatchObject({ code: { code: 'stop' } });
    expect(await stateOf('2026-02-05')).toMatchObject({ code: { code: 'go-on' } });
  });

  it('reads an ended one up to its end, and refuses one whose plan was changed', async () => {
    const ended = { ...frozen, stopped: { day: '2026-03-13', reason: 'moved' } };
    const { findings } = await runAll(analysis, dossierOf({ facts, entries: [entry(ended)] }));
    expect(findings.find(({ measure }) => measure.code === 'trial-effect')!.methodNote).toMatch(/^12 of 12 days/);
    const changed = { ...frozen, plan: { ...plan, better: 'higher' as const } };
    const { findings: refused } = await runAll(analysis, dossierOf({ facts, entries: [entry(changed)] }));
    expect(refused.map(({ value }) => value)).toEqual([{ type: 'refused', reason: 'trial-changed' }]);
  });

  it('waits for answers, and says so', () => {
    const { selections, missing } = analysis.select(dossierOf({ entries: [entry(frozen)] }));
    expect(selections).toEqual([]);
    expect(missing.map(({ code }) => code)).toEqual(['trial-without-answers']);
  });
});
