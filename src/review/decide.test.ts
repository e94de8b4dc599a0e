import { describe, expect, it } from 'vitest';
import { quantity, testFinding } from '../plan/testFindings.ts';
import { asOf, caseFindings, clinician, Desk, other, viewer } from './testing.ts';

const desk = () => new Desk(caseFindings(0));
const rule = 'opioid-with-benzodiazepine';

describe('a decision on a line', () => {
  it('names slot, line and plan that were seen, and the person', () => {
    const one = desk();
    const line = one.line(rule);
    const [entry] = one.say({ type: 'decide', line: line.id, decision: 'reject', reason: 'tapered last week' });
    expect(entry).toMatchObject({
      type: 'decision',
      slot: line.slot,
      targets: [line.id, one.plan.run.id],
      author: 'dr-one',
      role: 'clinician',
      text: 'reject: tapered last week',
    });
    expect(one.state().lines.find(({ id }) => id === line.id)?.decision).toMatchObject({
      decision: 'reject',
      standing: 'stands',
    });
  });

  it.each([
    [{ decision: 'reject' }, /needs a reason/],
    [{ decision: 'modify', wording: 'Half the dose' }, /needs a reason/],
    [{ decision: 'modify', reason: 'because' }, /own wording/],
    [{ decision: 'accept', wording: 'other words' }, /takes no wording/],
    [{ decision: 'taken-back' }, /no decision on this line/],
  ] as const)('refuses %o', (given, message) => {
    const one = desk();
    expect(() => one.say({ type: 'decide', line: one.line(rule).id, ...given })).toThrow(message);
    expect(one.entries).toEqual([]);
  });

  it('is a clinician’s', () => {
    const one = desk();
    expect(() => one.say({ type: 'decide', line: one.line(rule).id, decision: 'accept' }, viewer)).toThrow(/clinician/);
  });

  it('can be taken back and taken again; every step stays readable', () => {
    const one = desk();
    const line = one.line(rule).id;
    one.say({ type: 'decide', line, decision: 'accept' });
    one.say({ type: 'decide', line, decision: 'taken-back' });
    expect(one.state().lines.find(({ id }) => id === line)?.decision).toBeUndefined();
    one.say(
      { type: 'decide', line, decision: 'modify', wording: 'Offer naloxone only', reason: 'no taper now' },
      other,
    );
    const found = one.state().lines.find(({ id }) => id === line)!;
    expect(found.decision).toMatchObject({ decision: 'modify', wording: 'Offer naloxone only', author: 'dr-two' });
    expect(found.history.map(({ decision }) => decision)).toEqual(['modify', 'taken-back', 'accept']);
  });

  it('stands on another day as long as the line reads the same', () => {
    const one = desk();
    const before = one.line(rule).id;
    one.say({ type: 'decide', line: before, decision: 'accept' });
    one.replan(caseFindings(0), '2026-03-11');
    const line = one.line(rule);
    expect(line.id).not.toBe(before);
    expect(one.state().lines.find(({ id }) => id === line.id)?.decision).toMatchObject({ standing: 'stands' });
  });

  it('is shown as made on an earlier version, with what changed, when newer data change the line', () => {
    const one = desk();
    one.say({ type: 'decide', line: one.line(rule).id, decision: 'accept' });
    const mme = testFinding('morphine-milligram-equivalents', quantity(60, 'mg/d'));
    one.replan(caseFindings(0, [mme]));
    const line = one.line(rule);
    const found = one.state().lines.find(({ id }) => id === line.id)?.decision;
    expect(found?.standing).toBe('earlier-version');
    expect(found?.changed.flatMap(({ added }) => added).join(' ')).toContain('60');
    expect(one.state().blocking.find(({ id }) => id === line.id)?.needs).toMatch(/earlier version/);
  });

  it('stays listed when the plan loses the line', () => {
    const one = desk();
    const line = one.line(rule);
    one.say({ type: 'decide', line: line.id, decision: 'accept' });
    one.replan(caseFindings(0).filter(({ site }) => site?.code !== 'clonazepam'));
    expect(one.state().gone).toMatchObject([{ slot: line.slot, action: line.action }]);
  });
});

describe('two tabs', () => {
  it('the second decision on one line is told about the first', () => {
    const one = desk();
    const line = one.line(rule).id;
    const { seen } = one.state();
    one.say({ type: 'decide', line, decision: 'accept' }, clinician, { seen });
    const late = () => one.say({ type: 'decide', line, decision: 'reject', reason: 'no' }, other, { seen });
    expect(late).toThrow(/it changed since you looked: dr-one at .* accepted/);
    expect(one.entries).toHaveLength(1);
  });

  it('decisions on different lines do not disturb each other', () => {
    const one = desk();
    const { seen } = one.state();
    one.say({ type: 'decide', line: one.line(rule).id, decision: 'accept' }, clinician, { seen });
    one.say({ type: 'decide', line: one.line('opioid-prodrug-cyp2d6').id, decision: 'accept' }, other, { seen });
    expect(one.entries).toHaveLength(2);
  });

  it('a decision on a line that newer data changed is refused with what changed', () => {
    const one = desk();
    const { seen } = one.state();
    const line = one.line(rule).id;
    const seenPlan = one.replan(caseFindings(0, [testFinding('morphine-milligram-equivalents', quantity(60, 'mg/d'))]));
    const late = () => one.say({ type: 'decide', line, decision: 'accept' }, clinician, { seen, seenPlan });
    expect(late).toThrow(/it changed since you looked/);
  });

  it('the same plan of the next day is no conflict', () => {
    const one = desk();
    const { seen } = one.state();
    const line = one.line(rule).id;
    const seenPlan = one.replan(caseFindings(0), '2026-03-11');
    one.say({ type: 'decide', line, decision: 'accept' }, clinician, { seen, seenPlan });
    expect(one.state().lines.find(({ decision }) => decision)?.slot).toBe(one.line(rule).slot);
  });

  it('two entries that follow the same one have the same id, so that a store takes in only one', () => {
    const one = desk();
    const line = one.line(rule).id;
    const [first] = one.say({ type: 'decide', line, decision: 'accept' });
    one.entries = [];
    const [second] = one.say({ type: 'decide', line, decision: 'reject', reason: 'no' }, other);
    expect(second.id).toBe(first.id);
    expect(second.text).not.toBe(first.text);
  });
});

describe('working decisions', () => {
  it('pair before and after by reader and say when "before" came after a decision', () => {
    const one = desk();
    const before = { type: 'working-decision', phase: 'before', text: 'taper', confidencePercent: 60 } as const;
    one.say(before);
    one.say({ ...before, text: 'nothing' }, other);
    one.say({ ...before, phase: 'after', text: 'taper slowly', confidencePercent: 80 });
    one.say({ type: 'decide', line: one.line(rule).id, decision: 'accept' }, other);
    one.say(before, other);
    expect(one.state().readings).toMatchObject([
      { author: 'dr-one', before: { confidencePercent: 60 }, after: { text: 'taper slowly' }, late: false },
      { author: 'dr-two', before: { text: 'nothing' }, after: undefined, late: false },
      { author: 'dr-two', before: { text: 'taper' }, late: true },
    ]);
    expect(() => one.say({ ...before, confidencePercent: 101 })).toThrow();
  });

  it('a safety action is on the answer and on the check, and the next plan counts the answer as handled', () => {
    const one = new Desk(caseFindings(1));
    const check = one.plan.safetyChecks.find((found) => found.check === 'suicidality')!;
    const entries = one.say({ type: 'safety-action', check: check.id, text: 'spoken with, plan agreed' });
    expect(entries).toMatchObject([{ type: 'safety-action', slot: expect.stringContaining('phq-9.item-9') }]);
    one.replan(caseFindings(1));
    const after = one.plan.safetyChecks.find((found) => found.check === 'suicidality');
    expect(after).toMatchObject({ urgency: 'none', stateLabel: 'positive, action recorded' });
    expect(asOf).toBe(one.plan.asOf);
  });
});
