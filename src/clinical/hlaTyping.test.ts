import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { hlaTyping, readTyping } from './hlaTyping.ts';
import { plainFact } from './testing.ts';

const test = (id: string, name: string, value: Fact['value']) =>
  plainFact(id, 'observation', {
    code: { system: 'LOINC', code: 'x', display: name },
    value,
    status: 'completed',
    at: '2026-11-01',
  });
const words = (text: string) => ({ type: 'text' as const, text });
const coded = (code: string) => ({ type: 'code' as const, code: { system: 'LOINC', code, display: code } });

describe('readTyping', () => {
  const b1502 = (name: string, value: Fact['value']) => readTyping(test('f', name, value), 'HLA-B*15:02');

  it('reads a test that is named after the allele', () => {
    expect(b1502('HLA-B*15:02 [Presence]', coded('LA9633-4'))).toBe('positive');
    expect(b1502('HLA-B*1502', coded('LA6577-6'))).toBe('negative');
    expect(b1502('HLA B*15:02', words('Not detected'))).toBe('negative');
    expect(b1502('HLA-B*15:02', words('see comment'))).toBeUndefined();
    expect(b1502('HLA-B*57:01', words('negative'))).toBeUndefined();
  });

  it('reads a genotype of the gene, and concludes nothing from half of one', () => {
    expect(b1502('HLA-B type', words('HLA-B*15:02:01, HLA-B*40:01'))).toBe('positive');
    expect(b1502('HLA-B type', words('HLA-B*07:02, HLA-B*40:01'))).toBe('negative');
    expect(b1502('HLA-B type', words('HLA-B*07:02'))).toBeUndefined();
    expect(b1502('HLA-A type', words('HLA-A*02:01, HLA-A*31:01'))).toBeUndefined();
  });
});

describe('clinical.hla-typing', () => {
  it('says nothing of what was not typed and refuses what contradicts itself', async () => {
    const negative = test('f1', 'HLA-B*15:02', words('negative'));
    const one = await runAll(hlaTyping, dossierOf({ facts: [negative] }));
    expect(one.findings.map((finding) => [finding.site?.code, finding.value])).toEqual([
      ['HLA-B*15:02', { type: 'code', code: { system: 'idiograph', code: 'negative', display: 'negative' } }],
    ]);
    const both = await runAll(
      hlaTyping,
      dossierOf({ facts: [negative, test('f2', 'HLA-B*15:02', words('positive'))] }),
    );
    expect(both.findings[0]!.value).toEqual({ type: 'refused', reason: 'typing-contradictory' });
    expect(hlaTyping.select(dossierOf({ facts: [test('f3', 'Haemoglobin', words('12'))] })).selections).toEqual([]);
  });
});
