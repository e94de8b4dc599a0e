import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import { quantity, testFinding } from '../plan/testFindings.ts';
import { caseFindings, clinician, Desk, other, viewer } from './testing.ts';

describe('signing', () => {
  it('is refused while something urgent is unsettled, and names it', () => {
    const desk = new Desk(caseFindings(1));
    const { blocking } = desk.state();
    expect(blocking.map(({ type }) => type).sort()).toEqual(expect.arrayContaining(['check', 'line']));
    expect(() => desk.say({ type: 'sign' })).toThrow(/Thoughts of self-harm: positive/);
    expect(() => desk.say({ type: 'sign' })).toThrow(desk.line('opioid-with-benzodiazepine').action);
    expect(desk.state().status).toBe('draft');
  });

  it('is a clinician’s', () => {
    const desk = new Desk(caseFindings(0));
    expect(() => desk.say({ type: 'sign' }, viewer)).toThrow(/signing is a clinician/);
  });

  it('keeps the plan, the hash of the canonical content, the decisions and the program', () => {
    const desk = new Desk(caseFindings(0));
    desk.settleAndSign();
    const entry = desk.entries.at(-1)!;
    const hash = sha256(canonicalJson(desk.signed));
    expect(entry).toMatchObject({
      type: 'signature',
      content: { planRun: desk.plan.run.id, sha256: hash, program: 'idiograph test' },
    });
    expect(entry.targets).toContain(`${desk.plan.subject}/${hash}`);
    expect(entry.targets).toEqual(expect.arrayContaining(desk.plan.recommendations.map(({ id }) => id)));
    expect(desk.signed?.lines.find(({ content }) => content.urgency === 'now')?.decision?.decision).toBe('accept');
    expect(desk.signed?.findings).toHaveLength(caseFindings(0).length);
    expect(desk.state()).toMatchObject({ status: 'signed', changes: [], signature: { author: 'dr-one' } });
  });

  it('stays signed when the same data give the same plan on another day', () => {
    const desk = new Desk(caseFindings(0));
    desk.settleAndSign();
    desk.replan(caseFindings(0), '2026-03-11');
    expect(desk.state()).toMatchObject({ status: 'signed', changes: [] });
  });

  it('is outdated by newer data and says what changed', () => {
    const desk = new Desk(caseFindings(0));
    desk.settleAndSign();
    desk.replan(caseFindings(0, [testFinding('morphine-milligram-equivalents', quantity(60, 'mg/d'))]));
    const state = desk.state();
    expect(state.status).toBe('signed-but-outdated');
    expect(state.changes.map(({ what }) => what)).toEqual(expect.arrayContaining(['finding', 'line']));
    expect(state.changes.map(({ says }) => says).join(' ')).toContain('new finding: morphine-milligram-equivalents');
  });

  it('is outdated by a decision taken afterwards', () => {
    const desk = new Desk(caseFindings(0));
    desk.settleAndSign();
    desk.say({ type: 'decide', line: desk.line('opioid-prodrug-cyp2d6').id, decision: 'reject', reason: 'stopped' });
    expect(desk.state().status).toBe('signed-but-outdated');
    expect(desk.state().changes).toMatchObject([
      { what: 'decision', says: expect.stringContaining('undecided -> reject') },
    ]);
  });

  it('a second signature is an amendment with a reason; the older one stays readable', () => {
    const desk = new Desk(caseFindings(0));
    expect(() => desk.say({ type: 'sign', amend: { reason: 'x' } })).toThrow(/no signed report to amend/);
    desk.settleAndSign();
    const first = desk.state().signature!;
    expect(() => desk.say({ type: 'sign' })).toThrow(/signed by dr-one at .* already; nothing changed since/);
    desk.say({ type: 'sign', amend: { reason: 'dose was wrong' }, statement: 'second reading' }, other);
    const state = desk.state();
    expect(state).toMatchObject({
      status: 'amended',
      signature: { author: 'dr-two', amends: first.entry, reason: 'dose was wrong', statement: 'second reading' },
      earlierSignatures: [{ entry: first.entry, sha256: first.sha256 }],
    });
    expect(state.signature?.sha256).not.toBe(first.sha256);
  });

  it('is refused when somebody else decided since the page was shown', () => {
    const desk = new Desk(caseFindings(0));
    for (const { id } of desk.state().blocking) desk.say({ type: 'decide', line: id, decision: 'accept' });
    const { seen } = desk.state();
    desk.say({ type: 'decide', line: desk.line('opioid-prodrug-cyp2d6').id, decision: 'accept' }, other);
    expect(() => desk.say({ type: 'sign' }, clinician, { seen })).toThrow(/changed since you looked: dr-two/);
  });
});
