import { describe, expect, it } from 'vitest';
import type { Finding } from '../dossier/finding.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { buildPlan } from './buildPlan.ts';
import { loadRules } from './loadRules.ts';
import { coded, quantity, testDossier, testFinding } from './testFindings.ts';

const asOf = '2026-03-10';
const plan = (findings: Finding[]) => buildPlan(testDossier(findings), { asOf });
const check = (findings: Finding[], name: string) =>
  plan(findings).safetyChecks.filter((one) => one.check === name || one.check === `${name}-history`);

const tramadol = testFinding('active-medication', quantity(200, 'mg/d'), { site: 'tramadol', atc: 'N02AX02' });
const clonazepam = testFinding('active-medication', coded('as-needed'), { site: 'clonazepam', atc: 'N03AE01' });

describe('safety checks', () => {
  it('a minimal total never hides a positive item 9', () => {
    const findings = [
      testFinding('phq-9.total', quantity(1), { time: asOf }),
      testFinding('phq-9.item-9', quantity(1), { time: asOf }),
    ];
    expect(check(findings, 'suicidality')).toMatchObject([{ state: 'positive', urgency: 'now' }]);
    expect(plan(findings).safetyChecks[0].check).toBe('suicidality');
  });

  it('an unanswered item is not assessed, never negative', () => {
    expect(check([], 'suicidality')).toMatchObject([{ state: 'not-assessed' }]);
    const refused = testFinding('phq-9.item-9', { type: 'refused', reason: 'item-missing' }, { time: asOf });
    expect(check([refused], 'suicidality')).toMatchObject([{ state: 'not-assessed', basis: [refused.id] }]);
    const unread = testFinding('phq-9.item-9', { type: 'refused', reason: 'answer-out-of-range' }, { time: asOf });
    expect(check([unread], 'suicidality')).toMatchObject([
      { state: 'not-assessed', urgency: 'open', statement: expect.stringContaining('cannot be read') },
    ]);
  });

  it('an undated positive counts as now, an old one as historic without recorded action', () => {
    expect(check([testFinding('phq-9.item-9', quantity(2))], 'suicidality')).toMatchObject([{ urgency: 'now' }]);
    expect(check([testFinding('phq-9.item-9', quantity(2), { time: '2025-01-01' })], 'suicidality')).toMatchObject([
      { state: 'stale', urgency: 'open' },
      { state: 'positive', urgency: 'historic' },
    ]);
  });

  it('a later no does not erase an earlier yes without a recorded action', () => {
    const yes = testFinding('phq-9.item-9', quantity(1), { time: '2026-01-01' });
    const no = testFinding('phq-9.item-9', quantity(0), { time: asOf });
    expect(check([yes, no], 'suicidality').map((one) => [one.state, one.urgency])).toEqual([
      ['positive', 'historic'],
      ['negative', 'none'],
    ]);
  });

  it('an old negative is stale', () => {
    expect(check([testFinding('phq-9.item-9', quantity(0), { time: '2025-06-01' })], 'suicidality')).toMatchObject([
      { state: 'stale' },
    ]);
  });

  it('untested HLA with carbamazepine never reads as standard dosing', () => {
    const carbamazepine = testFinding('planned-medication', coded('planned'), {
      site: 'carbamazepine',
      atc: 'N03AF01',
    });
    const [hla] = check([carbamazepine], 'hla-typing');
    expect(hla).toMatchObject({ state: 'not-assessed' });
    expect(hla.statement).toContain('not tested');
    expect(JSON.stringify(plan([carbamazepine]))).not.toMatch(/use .*standard dos/i);
    expect(check([tramadol], 'hla-typing')).toEqual([]);
    const typed = (site: string, result: string) => testFinding('hla-allele', coded(result), { site });
    const half = [carbamazepine, typed('HLA-B*15:02', 'negative')];
    expect(check(half, 'hla-typing')).toMatchObject([{ state: 'not-assessed' }]);
    expect(check([...half, typed('HLA-A*31:01', 'negative')], 'hla-typing')).toMatchObject([{ state: 'negative' }]);
    expect(check([...half, typed('HLA-A*31:01', 'positive')], 'hla-typing')).toMatchObject([
      { state: 'positive', urgency: 'now' },
    ]);
  });

  it('a no of today does not turn off a yes of last week', () => {
    const yes = testFinding('phq-9.item-9', quantity(1), { time: '2026-03-05' });
    const no = testFinding('phq-9.item-9', quantity(0), { time: asOf });
    const [found, ...others] = check([yes, no], 'suicidality');
    expect(found).toMatchObject({ state: 'positive', urgency: 'now', basis: [no.id, yes.id].sort() });
    expect(found.statement).toContain('does not erase it');
    expect(others).toEqual([]);
  });

  it('of two answers of one day the positive one counts, and an undated no hides nothing', () => {
    const yes = testFinding('phq-9.item-9', quantity(1), { time: asOf });
    const no = testFinding('phq-9.item-9', quantity(0), { time: asOf, run: 'run-other' });
    const undated = testFinding('phq-9.item-9', quantity(0));
    for (const one of [no, undated]) {
      expect(check([yes, one], 'suicidality')).toMatchObject([{ state: 'positive', urgency: 'now' }]);
      expect(check([one], 'suicidality')).toMatchObject([{ state: one === no ? 'negative' : 'stale' }]);
    }
  });

  it('a higher answer asks for more', () => {
    const [one, three] = [1, 3].map((value) => check([testFinding('phq-9.item-9', quantity(value))], 'suicidality')[0]);
    expect(one.action).not.toEqual(three.action);
    expect(three.statement).toContain('before the person leaves');
  });

  it('the newest form decides: left open there, it is not assessed', () => {
    const old = testFinding('phq-9.item-9', quantity(0), { time: '2026-03-01' });
    const open = testFinding('phq-9.item-9', { type: 'refused', reason: 'item-not-answered' }, { time: asOf });
    expect(check([old, open], 'suicidality')).toMatchObject([{ state: 'not-assessed', urgency: 'open' }]);
    expect(check([old, open], 'suicidality')[0].statement).toContain('Last answer before: 0 points (2026-03-01)');
  });

  it('a recorded action closes a positive answer and says so', () => {
    const yes = testFinding('phq-9.item-9', quantity(2), { time: asOf });
    const action = {
      kind: 'entry' as const,
      id: 'entry-1',
      subject: 's1',
      type: 'safety-action' as const,
      slot: yes.slot,
      author: 'a',
      role: 'psychiatrist',
      targets: [yes.id],
      at: asOf,
      text: 'spoken with, safety plan agreed',
    };
    const closed = buildPlan(testDossier([yes], { entries: [action] }), { asOf }).safetyChecks;
    expect(closed.find((one) => one.check === 'suicidality')).toMatchObject({
      state: 'positive',
      urgency: 'none',
      stateLabel: 'positive, action recorded',
    });
  });

  it('self-harm stands before every other check of its urgency', () => {
    const carbamazepine = testFinding('planned-medication', coded('planned'), { site: 'carbamazepine' });
    const allele = testFinding('hla-allele', coded('positive'), { site: 'HLA-B*15:02' });
    const yes = testFinding('phq-9.item-9', quantity(1), { time: asOf });
    const checks = plan([carbamazepine, allele, yes]).safetyChecks.filter((one) => one.urgency === 'now');
    expect(checks.map((one) => one.check)).toEqual(['suicidality', 'hla-typing']);
  });

  it('an undated or old medication list is out of date and says so on every line that rests on it', () => {
    for (const time of [undefined, '2024-03-01']) {
      const old = testFinding('medication-list', coded('read'), time ? { time } : {});
      expect(check([old], 'medication-list')).toMatchObject([{ state: 'stale', urgency: 'open' }]);
      const lines = plan([old, tramadol, clonazepam]).recommendations;
      const drugLines = lines.filter((one) => one.basis.includes(tramadol.id));
      expect(drugLines.length).toBeGreaterThan(1);
      for (const one of drugLines) {
        expect(one.against[0].statement).toContain('confirm it before this line is used');
        expect(one.issues.map(({ code }) => code)).toEqual(['medication-list-doubtful']);
      }
      expect(lines.map((one) => one.rule.id)).toContain('confirm-medication-list');
    }
    const fresh = plan([testFinding('medication-list', coded('read'), { time: asOf }), tramadol]);
    expect(fresh.recommendations.flatMap((one) => one.issues)).toEqual([]);
  });

  it('HLA-A*31:01 says nothing of phenytoin, and a long tolerated drug does not call for today', () => {
    const phenytoin = testFinding('active-medication', coded('active'), { site: 'phenytoin' });
    const a3101 = testFinding('hla-allele', coded('positive'), { site: 'HLA-A*31:01' });
    expect(check([phenytoin, a3101], 'hla-typing')).toEqual([]);
    expect(check([phenytoin, a3101], 'hla-b-15-02')).toMatchObject([{ state: 'not-assessed' }]);
    const carbamazepine = testFinding('active-medication', coded('active'), { site: 'carbamazepine' });
    const since = (time: string) => testFinding('medication-start', coded('since'), { site: 'carbamazepine', time });
    const urgency = (time: string) => check([carbamazepine, a3101, since(time)], 'hla-typing')[0].urgency;
    expect([urgency('2026-02-20'), urgency('2025-02-20')]).toEqual(['now', 'open']);
  });

  it('past allergies are not "none known", and QT is asked beside citalopram and methadone only', () => {
    expect(check([testFinding('allergy-list', coded('resolved'))], 'allergies')).toMatchObject([{ state: 'positive' }]);
    const methadone = testFinding('active-medication', coded('active'), { site: 'methadone' });
    expect(check([methadone], 'qt-interval')).toMatchObject([{ state: 'not-assessed', urgency: 'open' }]);
    expect(check([tramadol], 'qt-interval')).toEqual([]);
  });

  it('contraindications of stimulation are asked when it is proposed, and silence is never a no', () => {
    const phq9 = testFinding('phq-9.total', quantity(16), { time: asOf });
    const stopped = ['sertraline', 'venlafaxine'].map((site) =>
      testFinding('stopped-medication', coded('stopped'), { site, atc: 'N06AX16' }),
    );
    const name = 'stimulation-contraindications';
    expect(check([phq9, stopped[0]], name)).toEqual([]);
    expect(check([phq9, ...stopped], name)).toMatchObject([{ state: 'not-assessed', urgency: 'open' }]);
    const implant = testFinding('condition', coded('active'), { site: 'cochlear-implant' });
    const [found] = check([phq9, ...stopped, implant], name);
    expect(found).toMatchObject({ state: 'positive', urgency: 'open' });
    expect(found.statement).toContain('Every other item of the list is not asked');
  });
});

describe('contraindications of stimulation, as form and record answer them', () => {
  const items = loadRules().checks.find((one) => one.check === 'stimulation-contraindications')!.answer.site!;
  const list = (say: Record<string, string>, time: string | undefined = asOf) =>
    items.map((site) => {
      const code = say[site] ?? 'no';
      const at = code === 'not-asked' || time === undefined ? {} : { time };
      return testFinding('stimulation-contraindication', coded(code), { site, ...at });
    });
  const exported = (code: string) => testFinding('stimulation-export', coded(code));
  const of = (findings: Finding[]) => {
    const [found] = check(findings, 'stimulation-contraindications');
    return found!;
  };

  it('knows every item that the brain room asks for', () => {
    const { checklist } = loadKnowledge('brain/stimulation-targets.json').data as { checklist: { id: string }[] };
    expect(items).toEqual(checklist.map(({ id }) => id));
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['all answered no', {}, 'negative', 'That clears nobody'],
    ['one not asked', { hearing: 'not-asked' }, 'not-assessed', 'Not asked: hearing'],
    ['a yes, and one not asked', { 'heart-device': 'yes', hearing: 'not-asked' }, 'positive', 'Not asked: hearing'],
    ['a yes to what is discussed', { 'drug-change': 'yes' }, 'positive', 'Not asked: none'],
  ])('%s', (_, say, state, words) => {
    const found = of([...list(say), exported('blocked')]);
    expect(found.state).toBe(state);
    expect(found.statement).toContain(words);
    if (state === 'positive') expect(found.action).toContain('Export for navigation: blocked');
  });

  it('answers of weeks ago are out of date; a yes stays', () => {
    expect(of(list({}, '2026-01-05')).state).toBe('stale');
    expect(of(list({ seizure: 'yes' }, '2026-01-05')).state).toBe('positive');
  });

  it('stands without a depression as well once the list was begun', () => {
    expect(of([list({ hearing: 'not-asked' })[0]!])).toMatchObject({ state: 'not-assessed' });
  });
});
