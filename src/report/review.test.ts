import { expect, it } from 'vitest';
import { reportDocument } from './html/document.ts';
import { reportModel } from './model.ts';
import { pageOne } from './pageOne.ts';
import type { ReportReview } from './review.ts';
import { testReportInput } from './testModel.ts';

const input = testReportInput();
const [line, next] = input.plan.recommendations;
const by = { author: 'dr-one', role: 'clinician', at: '2026-03-10T09:00:00Z' };
const review: ReportReview = {
  status: 'signed',
  signature: { ...by, sha256: 'ab'.repeat(32), statement: 'as discussed' },
  changes: [],
  decisions: [
    {
      ...by,
      slot: line.slot,
      decision: 'modify',
      wording: 'Half of it <b>',
      reason: 'tolerated',
      earlierVersion: false,
    },
    { ...by, slot: next.slot, decision: 'reject', reason: 'done', earlierVersion: true },
  ],
};

it('a report says who signed it and when, and what was decided beside each line', () => {
  const page = reportDocument(reportModel({ ...input, review }));
  expect(page).toContain('Signed by dr-one (clinician), 2026-03-10 09:00 UTC, content sha256 abababababababab.');
  expect(page).toContain('Statement: as discussed.');
  expect(page).toContain(
    'Modified by dr-one (clinician), 2026-03-10 09:00 UTC: &#34;Half of it &#60;b&#62;&#34; tolerated',
  );
  expect(page).toContain('decided on an earlier version of the line');
  const open = 'No decision on this line: the signature makes none.';
  const decided = (one: ReportReview) =>
    pageOne(reportModel({ ...input, review: one })).plan.map((line) => line.decision);
  expect(decided(review).filter((words) => words !== open)).toHaveLength(2);
  expect(decided(review).filter((words) => words === open)).toHaveLength(input.plan.recommendations.length - 2);
  const { signature: _, ...draft } = review;
  expect(decided({ ...draft, status: 'draft' }).filter((words) => words !== undefined)).toHaveLength(2);
});

it('a report that nobody signed, or that newer data outdated, says so', () => {
  expect(reportDocument(reportModel(input))).toContain('Not signed: a draft');
  const outdated: ReportReview = {
    ...review,
    status: 'signed-but-outdated',
    changes: ['new finding: GAD-7 total: 12'],
  };
  expect(reportDocument(reportModel({ ...input, review: outdated }))).toContain(
    'Out of date, changed since: new finding: GAD-7 total: 12.',
  );
});
