import { describe, expect, it } from 'vitest';
import { quantity, testFinding } from '../plan/testFindings.ts';
import { caseFindings, clinician, Desk, other } from './testing.ts';

function signedDesk(item9 = 0): Desk {
  const desk = new Desk(caseFindings(item9));
  desk.settleAndSign();
  return desk;
}
const item = (desk: Desk, title: RegExp) =>
  desk.state().release.items.find((one) => title.test(`${one.title} ${one.says}`))!;

describe("the patient's page", () => {
  it('has nothing to release before a signature', () => {
    const desk = new Desk(caseFindings(0));
    expect(desk.state().release).toMatchObject({ open: false, items: [], closedBecause: 'the plan is not signed' });
    const early = () => desk.say({ type: 'release', items: [{ item: 'x', released: true }] });
    expect(early).toThrow(/the plan is not signed/);
  });

  it('goes out item by item; what is held back has a reason', () => {
    const desk = signedDesk();
    const line = item(desk, /naloxone/);
    expect(line.state).toBe('undecided');
    desk.say({ type: 'release', items: [{ item: line.item, released: true, wording: 'We talk about your tablets.' }] });
    expect(item(desk, /naloxone/)).toMatchObject({ state: 'released', wording: 'We talk about your tablets.' });
    expect(() => desk.say({ type: 'release', items: [{ item: line.item, released: false }] })).toThrow(
      /needs a reason/,
    );
    desk.say({ type: 'release', items: [{ item: line.item, released: false, reason: 'after the visit' }] });
    expect(item(desk, /naloxone/)).toMatchObject({ state: 'withheld', reason: 'after the visit' });
  });

  it('holds sensitive items back until each is released alone and with a reason', () => {
    const desk = signedDesk(1);
    const sensitive = item(desk, /self-harm/);
    const plain = item(desk, /naloxone/);
    expect(sensitive).toMatchObject({ state: 'withheld', sensitive: 'thoughts of self-harm' });
    const together = [sensitive, plain].map((one) => ({ item: one.item, released: true, reason: 'agreed' }));
    expect(() => desk.say({ type: 'release', items: together })).toThrow(/is released alone/);
    expect(() => desk.say({ type: 'release', items: [{ item: sensitive.item, released: true }] })).toThrow(/reason/);
    expect(desk.state().release.items.every(({ state }) => state !== 'released')).toBe(true);
    desk.say({ type: 'release', items: [{ item: sensitive.item, released: true, reason: 'agreed with the person' }] });
    expect(item(desk, /self-harm/)).toMatchObject({ state: 'released', by: { author: 'dr-one' } });
  });

  it('is void after a new signature and closed while the signature is out of date', () => {
    const desk = signedDesk();
    const { item: key } = item(desk, /naloxone/);
    desk.say({ type: 'release', items: [{ item: key, released: true }] });
    desk.replan(caseFindings(0, [testFinding('gad-7.total', quantity(12), { time: '2026-03-09' })]));
    expect(desk.state().release.open).toBe(false);
    const stale = () => desk.say({ type: 'release', items: [{ item: key, released: true }] });
    expect(stale).toThrow(/changed since the signature/);
    desk.say({ type: 'sign', amend: { reason: 'new questionnaire' } }, other);
    expect(desk.state().release).toMatchObject({ open: true, voided: 1 });
    expect(desk.state().release.items.some(({ state }) => state === 'released')).toBe(false);
  });

  it('two tabs cannot release and hold back one item at once', () => {
    const desk = signedDesk();
    const { item: key } = item(desk, /naloxone/);
    const { seen } = desk.state();
    desk.say({ type: 'release', items: [{ item: key, released: true }] }, clinician, { seen });
    const late = () =>
      desk.say({ type: 'release', items: [{ item: key, released: false, reason: 'no' }] }, other, { seen });
    expect(late).toThrow(/changed since you looked/);
  });
});
