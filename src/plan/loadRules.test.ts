import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { knowledgeDirectory } from '../knowledge/load.ts';
import { siteKnowledge } from '../knowledge/site.ts';
import { buildPlan } from './buildPlan.ts';
import { guidanceState } from './guidanceState.ts';
import { loadRules } from './loadRules.ts';
import { coded, quantity, testDossier, testFinding } from './testFindings.ts';

const root = mkdtempSync(join(tmpdir(), 'idiograph-rules-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const asOf = '2026-11-24';
let made = 0;

type Json = Record<string, unknown>;
const shipped = (path: string) => JSON.parse(readFileSync(join(knowledgeDirectory, path), 'utf8')) as Json;
const header = { ...shipped('plan/rules/site.json'), id: 'site', title: 'Rules of a house' };

/** A folder of a site with these files under plan/. */
function site(files: Record<string, Json>): string {
  made += 1;
  const directory = join(root, String(made));
  mkdirSync(join(directory, 'plan', 'rules'), { recursive: true });
  for (const [name, data] of Object.entries(files)) writeFileSync(join(directory, 'plan', name), JSON.stringify(data));
  return directory;
}
const ofSite = (more: Json) => site({ 'rules/site.json': { ...header, ...more } });

const rule: Json = {
  id: 'house-walk',
  version: '1.0.0',
  title: 'Walking group of the house',
  service: 'physical',
  precedence: 'own',
  bind: { peg: { measure: ['peg.mean'] } },
  when: { number: 'peg', is: '>=', than: 2 },
  about: 'walking group',
  cases: [
    {
      verb: 'consider',
      urgency: 'routine',
      strength: { grade: 'house rule', body: 'the clinic' },
      action: 'PEG {peg}: consider the walking group of the house.',
    },
  ],
  guidance: ['house'],
  for: [{ say: 'PEG {peg}.', of: ['peg'] }],
  wouldChange: [{ say: 'No wish to walk.' }],
  lookAgain: 'After a month.',
};
const house = { house: { title: 'Rules of the house', verified: true } };
const saying = (directory: string) => {
  try {
    loadRules(directory);
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('a site', () => {
  it('adds a rule, and its line has all parts', () => {
    const directory = ofSite({ guidance: house, rules: [rule] });
    expect(siteKnowledge(directory).files).toHaveLength(1);
    const dossier = testDossier([testFinding('peg.mean', quantity(3), { time: asOf })]);
    const { recommendations } = buildPlan(dossier, { asOf, knowledgeDirectory: directory });
    const line = recommendations.find((one) => one.rule.id === 'house-walk');
    expect(line).toMatchObject({
      action: 'PEG 3 points: consider the walking group of the house.',
      service: 'physical',
    });
    expect(buildPlan(dossier, { asOf }).recommendations.map((one) => one.rule.id)).not.toContain('house-walk');
  });

  it('switches a safety rule off, and every plan says so with who and why', () => {
    const off = {
      id: 'opioid-with-benzodiazepine',
      reason: 'pharmacy does it',
      by: 'Medicines board',
      date: '2026-10-01',
    };
    const directory = ofSite({ switchedOff: [off] });
    const drugs = [
      testFinding('active-medication', coded('active'), { site: 'morphine', atc: 'N02AA01' }),
      testFinding('active-medication', coded('active'), { site: 'lorazepam', atc: 'N05BA06' }),
    ];
    const plan = buildPlan(testDossier(drugs), { asOf, knowledgeDirectory: directory });
    expect(plan.recommendations.map((one) => one.rule.id)).not.toContain('opioid-with-benzodiazepine');
    const check = plan.safetyChecks.find((one) => one.check === 'rules-switched-off');
    expect(check).toMatchObject({ state: 'not-assessed', urgency: 'open' });
    expect(check!.statement).toContain('Opioid together with a benzodiazepine');
    expect(check!.statement).toContain('pharmacy does it; Medicines board, 2026-10-01');
    expect(buildPlan(testDossier(drugs), { asOf }).safetyChecks.map((one) => one.check)).not.toContain(
      'rules-switched-off',
    );
  });

  it('switches off what guards nothing without a banner', () => {
    const off = { id: 'withdrawable-item-trial', reason: 'no capacity', by: 'Clinic', date: '2026-10-01' };
    expect(loadRules(ofSite({ switchedOff: [off] })).switchedOff).toEqual([]);
  });

  it('that replaces a file and leaves a safety rule out is named too', () => {
    const drugs = shipped('plan/rules/drugs.json') as { rules: { id: string }[] };
    const fewer = { ...drugs, rules: drugs.rules.filter(({ id }) => id !== 'maoi-with-serotonergic') };
    const checks = shipped('plan/drug-checks.json') as { checks: { rules: string[] }[] };
    const { switchedOff } = loadRules(site({ 'rules/drugs.json': fewer, 'drug-checks.json': checks }));
    expect(switchedOff).toMatchObject([{ id: 'maoi-with-serotonergic', silent: true }]);
  });

  it('cannot switch off a question on self-harm, nor what is not there', () => {
    const off = (id: string) => ofSite({ switchedOff: [{ id, reason: 'r', by: 'b', date: '2026-10-01' }] });
    expect(saying(off('suicidality'))).toMatch(/about self-harm: it cannot be switched off/);
    expect(saying(off('suicidality-screen-intent'))).toMatch(/cannot be switched off/);
    expect(saying(off('no-such-rule'))).toMatch(/"no-such-rule", which is no rule and no safety question/);
  });
});

describe('an author is told what is wrong and where', () => {
  const [first] = rule['cases'] as Json[];
  it.each([
    ['a word that is none', { verb: 'stop' }, /rules\/site\.json: "house-walk": cases\.0\.verb: Invalid option/],
    ['an order to stop', { action: 'Stop tramadol.' }, /rule "house-walk": an action orders: "Stop tramadol\."/],
    ['a name that is bound to nothing', { action: 'Pain {nrs}.' }, /"nrs" is used and bound to nothing/],
    ['a ground that is none', { precedence: 'feeling' }, /precedence "feeling" is none of self-harm/],
  ])('%s', (_, change, message) => {
    const broken = { ...rule, cases: [{ ...first, ...change }] };
    expect(saying(ofSite({ guidance: house, rules: [broken] }))).toMatch(message);
  });

  it.each([
    ['guidance that is not listed', { guidance: ['nowhere'] }, /guidance "nowhere" is not listed/],
    ['a rule before that is none', { before: [{ rule: 'x', because: 'y' }] }, /goes before "x", which is no rule/],
    ['a safety question that is none', { when: { safety: 'mood', in: ['positive'] } }, /"mood" is no safety question/],
    ['a part that no rule has', { color: 'red' }, /"house-walk": : Unrecognized key: "color"/],
    ['an id that ships already', { id: 'depression-screen' }, /rule "depression-screen": its id is used twice/],
  ])('%s', (_, change, message) => {
    expect(saying(ofSite({ guidance: house, rules: [{ ...rule, ...change }] }))).toMatch(message);
  });

  it('a strong grade that rests on memory', () => {
    const strong = { ...rule, cases: [{ ...first, strength: { grade: 'Strong', body: 'somebody' } }] };
    const memory = { house: { title: 'As remembered', verified: false } };
    expect(saying(ofSite({ guidance: memory, rules: [strong] }))).toMatch(
      /grade "Strong" rests on guidance that nobody held/,
    );
    expect(saying(ofSite({ guidance: house, rules: [strong] }))).toBe('');
  });

  it('two rules that each go before the other', () => {
    const other = { ...rule, id: 'house-talk', before: [{ rule: 'house-walk', because: 'talk first' }] };
    const one = { ...rule, before: [{ rule: 'house-talk', because: 'walk first' }] };
    expect(saying(ofSite({ guidance: house, rules: [one, other] }))).toMatch(/each go before the other/);
  });
});

describe('the state of a guideline on the day of the plan', () => {
  const acp = {
    title: 'ACP',
    date: '2017-02-14',
    verified: true,
    lapses: { afterYears: 5, by: 'the five-year rule of ACP' },
  };
  it.each([
    ['2022-02-14', undefined],
    ['2022-02-15', 'lapsed since 2022 (the five-year rule of ACP)'],
  ])('on %s: %s', (day, state) => {
    expect(guidanceState(acp, day)).toBe(state);
  });

  it('counts from the end of a year or month, and says what else is known', () => {
    expect(guidanceState({ ...acp, date: '2017' }, '2022-12-31')).toBeUndefined();
    expect(guidanceState({ ...acp, date: '2017' }, '2023-01-01')).toMatch(/lapsed/);
    expect(guidanceState({ ...acp, date: '2017-02' }, '2022-02-28')).toBeUndefined();
    const memory = { title: 'x', verified: false, replacedBy: 'NeuPSIG 2025' };
    expect(guidanceState(memory, asOf)).toBe('not verified against its text; replaced by NeuPSIG 2025');
  });
});
