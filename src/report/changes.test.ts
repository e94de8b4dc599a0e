import { expect, it } from 'vitest';
import { changesSince, type StateDiff } from './changes.ts';
import { reportModel } from './model.ts';
import { testReportInput } from './testModel.ts';

const model = reportModel(testReportInput());
const finding = (slot: string, title: string, change: 'added' | 'superseded' | 'removed' = 'added') => ({
  kind: 'finding' as const,
  change,
  slot,
  title,
  after: { id: `id-${slot}`, says: 'x' },
});

it('puts safety first, then plan lines, then findings: page one before the rest', () => {
  const urgent = model.input.plan.recommendations.find((line) => line.urgency === 'now')!;
  const key = model.key[0].finding;
  const line = (id: string, title: string) => ({
    kind: 'recommendation' as const,
    change: 'superseded' as const,
    slot: title,
    title,
    before: { id: 'old', says: 'before' },
    after: { id, says: 'after' },
  });
  const diff: StateDiff = {
    changes: [
      finding('a', 'Aaa'),
      finding(key.slot, 'Zzz', 'superseded'),
      line('other', 'a line'),
      line(urgent.id, 'z line'),
      { kind: 'safety-check', change: 'removed', slot: 's', title: 'QT', before: { id: 'c', says: 'positive' } },
    ],
    confirmed: 4,
  };
  const view = changesSince(diff, model);
  expect(view.groups.map((group) => [group.title, group.changes.map((one) => `${one.change} ${one.title}`)])).toEqual([
    ['Safety', ['gone QT']],
    ['Plan lines', ['changed z line', 'changed a line']],
    ['Findings', ['changed Zzz', 'new Aaa']],
  ]);
  expect(view.groups[1].changes[0].urgent).toBe(true);
  expect(view.sentence).toBe('Otherwise than it was: 1 safety question, 2 plan lines and 2 findings.');
  expect(JSON.parse(JSON.stringify(view))).toEqual(view);
});

it('says that nothing changed, which is not that nothing was looked at', () => {
  expect(changesSince({ changes: [], confirmed: 7 }, model)).toEqual({
    sentence: 'No safety question, plan line or finding is otherwise than it was.',
    groups: [],
    confirmed: 7,
  });
});
