import { expect, it } from 'vitest';
import { coded, testFinding } from '../../plan/testFindings.ts';
import { reportModel } from '../model.ts';
import { testReportInput } from '../testModel.ts';
import { reportDocument } from './document.ts';

const guidance = (site: string, action: string) =>
  testFinding(
    'drug-guidance',
    { type: 'code', code: { system: 't', code: `${site}.x`, display: `Says of ${site}. (CPIC: Strong)` } },
    {
      run: 'run-genes',
      site,
      codes: [{ system: 'guidance-action', code: action, display: action }],
    },
  );

it("the patient's own drugs stand first, then what says more than the label dose, then the names of the rest", () => {
  const findings = [
    guidance('abacavir', 'avoid'),
    guidance('codeine', 'label'),
    guidance('ondansetron', 'none'),
    guidance('sertraline', 'test-first'),
    guidance('thioridazine', 'unverified'),
    guidance('venlafaxine', 'label'),
    testFinding(
      'drug-guidance',
      { type: 'refused', reason: 'gene-not-determined' },
      { run: 'run-genes', site: 'dapsone' },
    ),
    testFinding('active-medication', coded('active'), { run: 'run-list', site: 'venlafaxine' }),
  ];
  const page = reportDocument(reportModel(testReportInput({ findings })));
  const table = /<table class="matrix guidance">.*?<\/table>/s.exec(page)![0];
  const rows = [...table.matchAll(/<th scope="(?:row|colgroup)"[^>]*>([^<]*)</g)].map(([, text]) => text);
  expect(rows).toEqual([
    'On the medication list',
    'venlafaxine',
    'Other drugs of which guidance says more than the label dose',
    'abacavir',
  ]);
  const text = page.replace(/<[^>]+>/g, '');
  expect(text).toContain('the label dose applies: codeine.');
  expect(text).toContain('No recommendation is given for this genotype: ondansetron.');
  expect(text).toContain('not determined or must be measured: sertraline.');
  expect(text).toContain('nobody held against their source: thioridazine.');
  expect(text).toContain('no gene of the drug is determined: dapsone.');
});
