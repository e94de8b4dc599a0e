import { describe, expect, it } from 'vitest';
import { quantity, testFinding } from '../../plan/testFindings.ts';
import { reportModel } from '../model.ts';
import { phqTotal, testAsOf, testReportInput } from '../testModel.ts';
import { reportDocument } from './document.ts';

const page = (more: Parameters<typeof testReportInput>[0] = {}) => reportDocument(reportModel(testReportInput(more)));

describe('report page', () => {
  it('has equal bytes for equal input', () => {
    expect(page()).toBe(page());
  });

  it('is self-contained: no script, no address of elsewhere', () => {
    const text = page();
    expect(text).not.toMatch(/<script|<link|<iframe|\son\w+=|(?:src|href)="(?!#|data:image\/png)/i);
    expect(text).not.toMatch(/url\(|@import/);
  });

  it('escapes hostile text wherever it can enter', () => {
    const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
    const findings = [
      testFinding('active-medication', quantity(1, hostile), { site: hostile, run: 'run-medicines' }),
      testFinding('m', { type: 'code', code: { system: 't', code: 'c', display: hostile } }, { run: 'run-genes' }),
      {
        ...phqTotal(3, testAsOf),
        method: hostile,
        issues: [{ code: 'x', severity: 'error' as const, message: hostile }],
      },
    ];
    const text = page({ findings, subject: { label: hostile, question: hostile } });
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<img src=x');
    expect(text).toContain('&#60;script&#62;');
  });

  it('has no link that leads nowhere and no id twice', () => {
    const text = page();
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const dead = [...text.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]).filter((id) => !ids.includes(id));
    expect(dead).toEqual([]);
    expect(text.match(/href="#why-/g)?.length).toBeGreaterThan(8);
  });

  it('explains every finding down to path and hash, and lists each source in full once', () => {
    const input = testReportInput();
    const text = reportDocument(reportModel(input));
    for (const finding of input.dossier.findings) {
      const block = text.slice(text.indexOf(`id="why-${finding.id}"`)).split('</div>')[0];
      expect(block).toMatch(
        /Ends at: <a href="#source-\d">S\d<\/a> (record\/bundle\.json|genome\/calls\.vcf) .*sha256 [0-9a-f]{16}/,
      );
    }
    for (const source of input.dossier.sources) expect(text.split(`>${source.blob}<`)).toHaveLength(2);
  });

  it('keeps headings in order, one h1', () => {
    const levels = [...page().matchAll(/<h([1-6])/g)].map((match) => Number(match[1]));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.filter((level, i) => i > 0 && level > levels[i - 1] + 1)).toEqual([]);
  });

  it('puts safety above the impression, urgent before answered, in words', () => {
    const text = page();
    const order = [
      'Act now',
      'positive (2026-03-10)',
      'Open: not to be read as safe',
      'not assessed',
      'Asked and answered',
      'id="impression"',
      'id="key"',
      'id="plan"',
    ];
    const at = order.map((words) => text.indexOf(words));
    expect(at.every((one) => one > 0)).toBe(true);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
  });

  it('an old positive answer stands apart as historic', () => {
    const findings = [
      testFinding('phq-9.item-9', quantity(2), { time: '2026-01-01' }),
      testFinding('phq-9.item-9', quantity(0), { time: testAsOf }),
    ];
    const text = page({ findings });
    expect(text).toContain('Historic: was positive, no action recorded');
    expect(text).not.toContain('class="group now"');
  });

  it('an empty dossier is not called safe', () => {
    const text = page({ findings: [] });
    expect(text).toContain('cannot be read as safe');
    expect(text).toContain('No finding could be made');
  });

  it('stamps composite and synthetic in watermark, note and margin', () => {
    const text = page({ subject: { composite: true, synthetic: true } });
    expect(text).toMatch(/class="watermark"[^>]*><span>COMPOSITE PARTLY SYNTHETIC/);
    expect(text).toMatch(/@top-left\{content:"[^"]*P-42[^"]*born 1980-05-14[^"]*COMPOSITE \| PARTLY SYNTHETIC"/);
    expect(text).not.toContain('no person behind it');
  });

  it('greys what rests on a stale medication list, in words too', () => {
    const text = page({ asOf: '2027-06-01' });
    expect(text).toMatch(/class="line now doubtful"/);
    expect(text).toContain('confirm it first');
  });

  it('renders hundreds of findings in well under a second', () => {
    const findings = Array.from({ length: 400 }, (_, i) =>
      testFinding('brain-volume', quantity(i + 1, 'mL'), {
        site: `s${i}`,
        run: 'run-brain',
        derivedFrom: ['src-record'],
      }),
    );
    const model = reportModel(testReportInput({ findings }));
    const start = performance.now();
    reportDocument(model);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
