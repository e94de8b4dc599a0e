import { describe, expect, it } from 'vitest';
import type { Finding } from '../dossier/finding.ts';
import { buildPlan } from './buildPlan.ts';
import { quantity, testDossier, testFinding } from './testFindings.ts';

const asOf = '2026-03-10';
const answer = (code: string, value: number, time = asOf) => testFinding(code, quantity(value), { time });
const checks = (findings: Finding[]) =>
  buildPlan(testDossier(findings), { asOf }).safetyChecks.filter(({ check }) => check.startsWith('suicidality'));
const of = (findings: Finding[], check: string) => checks(findings).filter((one) => one.check.startsWith(check));

describe('questions on self-harm of other instruments than PHQ-9', () => {
  it.each([
    ['c-ssrs.item-1', 'suicidality-screen-thoughts', 'conversation today'],
    ['c-ssrs.item-2', 'suicidality-screen-thoughts', 'conversation today'],
    ['c-ssrs.item-3', 'suicidality-screen-method', 'evaluation today'],
    ['c-ssrs.item-6', 'suicidality-screen-method', 'evaluation today'],
    ['c-ssrs.item-4', 'suicidality-screen-intent', 'safety precautions'],
    ['c-ssrs.item-5', 'suicidality-screen-intent', 'safety precautions'],
    ['c-ssrs.item-7', 'suicidality-screen-intent', 'safety precautions'],
    ['madrs.item-10', 'suicidality-madrs', 'conversation today'],
    ['qids-sr16.item-12', 'suicidality-qids', 'conversation today'],
  ])('%s answered positively is urgent at once, answered no it is not', (code, check, says) => {
    const [yes] = of([answer(code, 1)], check);
    expect(yes).toMatchObject({ state: 'positive', urgency: 'now' });
    expect(yes!.statement).toContain(says);
    expect(of([answer(code, 0)], check)).toMatchObject([{ state: 'negative', urgency: 'none' }]);
    expect(of([answer(code, 1, '2025-12-01')], check)).toMatchObject([
      { urgency: 'open' },
      { check: `${check}-history`, urgency: 'historic' },
    ]);
    expect(of([], check)).toEqual([]);
  });

  it('a higher answer asks for more', () => {
    const action = (code: string, check: string, value: number) => of([answer(code, value)], check)[0]!.action;
    expect(action('madrs.item-10', 'suicidality-madrs', 4)).not.toBe(action('madrs.item-10', 'suicidality-madrs', 3));
    expect(action('qids-sr16.item-12', 'suicidality-qids', 2)).not.toBe(
      action('qids-sr16.item-12', 'suicidality-qids', 1),
    );
  });

  it('intent, plan or a recent act stand first, then a method, then item 9, then thoughts', () => {
    const all = ['c-ssrs.item-2', 'phq-9.item-9', 'c-ssrs.item-3', 'c-ssrs.item-5'].map((code) => answer(code, 1));
    expect(checks(all).map(({ check }) => check)).toEqual([
      'suicidality-screen-intent',
      'suicidality-screen-method',
      'suicidality',
      'suicidality-screen-thoughts',
    ]);
  });

  it('one no among several questions does not speak for the others', () => {
    const open = testFinding('c-ssrs.item-4', { type: 'refused', reason: 'item-not-answered' }, { time: asOf });
    expect(of([open, answer('c-ssrs.item-7', 0)], 'suicidality-screen-intent')).toMatchObject([
      { state: 'not-assessed', urgency: 'open' },
    ]);
    expect(of([answer('c-ssrs.item-4', 0), answer('c-ssrs.item-7', 1)], 'suicidality-screen-intent')).toMatchObject([
      { state: 'positive', urgency: 'now' },
    ]);
  });

  it('never speaks of low risk', () => {
    const every = ['c-ssrs.item-1', 'c-ssrs.item-4', 'c-ssrs.item-6', 'madrs.item-10', 'qids-sr16.item-12'];
    for (const value of [0, 1]) {
      expect(JSON.stringify(checks(every.map((code) => answer(code, value))))).not.toMatch(/low risk|\blow\b/i);
    }
  });

  it('a total whose items nobody saw asks for the item', () => {
    for (const [total, check] of [
      ['madrs.total', 'suicidality-madrs'],
      ['qids-sr16.total', 'suicidality-qids'],
    ] as const)
      expect(of([answer(total, 30)], check)).toMatchObject([{ state: 'not-assessed', urgency: 'open' }]);
  });

  it('a no among the first questions does not speak for one that the form leaves open, nor an old no for a new form', () => {
    const left = testFinding('c-ssrs.item-5', { type: 'refused', reason: 'item-not-answered' }, { time: asOf });
    const check = 'suicidality-screen-intent';
    expect(of([answer('c-ssrs.item-4', 0), left], check)).toMatchObject([{ state: 'not-assessed', urgency: 'open' }]);
    const old = answer('c-ssrs.item-4', 0, '2025-03-10');
    expect(of([old, answer('c-ssrs.item-7', 0)], check)).toMatchObject([{ state: 'negative', at: asOf }]);
  });

  it.each([
    ['phq-9.item-9', 'suicidality'],
    ['c-ssrs.item-1', 'suicidality-screen-thoughts'],
    ['c-ssrs.item-3', 'suicidality-screen-method'],
    ['c-ssrs.item-4', 'suicidality-screen-intent'],
    ['c-ssrs.item-7', 'suicidality-screen-intent'],
    ['madrs.item-10', 'suicidality-madrs'],
    ['qids-sr16.item-12', 'suicidality-qids'],
  ])('%s answered positively makes the lines on drugs that kill in overdose, now and when it is historic', (code) => {
    const drug = (site: string, atc: string) =>
      testFinding(
        'active-medication',
        { type: 'code', code: { system: 'test', code: 'active', display: 'active' } },
        {
          site,
          atc,
          time: asOf,
        },
      );
    const drugs = [drug('amitriptyline', 'N06AA09'), drug('morphine', 'N02AA01')];
    const lines = (findings: Finding[]) => {
      const { recommendations } = buildPlan(testDossier([...drugs, ...findings]), { asOf });
      return ['tca-and-self-harm', 'opioid-and-self-harm'].map((id) =>
        recommendations.find(({ rule }) => rule.id === id),
      );
    };
    for (const time of [asOf, '2025-12-01']) {
      const [tca, opioid] = lines([answer(code, 1, time)]);
      expect(tca).toMatchObject({ urgency: 'now' });
      expect(opioid).toMatchObject({ urgency: 'now' });
      expect(tca!.for.map(({ statement }) => statement).join(' ')).toContain(`latest: 1 point (${time})`);
    }
    const [asked, none] = lines([answer(code, 0)]);
    expect(asked?.urgency).not.toBe('now');
    expect(none).toBeUndefined();
  });
});
