import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { Finding, findingFromDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { analyses } from './analyses.ts';
import { loadAnalytes } from './measured/analytes.ts';
import { medicationFact, observationFact, plainFact } from './testing.ts';

const analytes = [...loadAnalytes().byId.values()].filter(({ loinc }) => loinc.length > 0);
const day = fc.constantFrom(
  '2024',
  '2024-05',
  '2024-05-03',
  '2025-01-01',
  '2025-01-01T08:00:00Z',
  '2026-02-03',
  undefined,
);
const number = fc.oneof(fc.double({ noNaN: true, min: -1e100, max: 1e100 }), fc.integer({ min: -5, max: 500 }));
const unit = fc.constantFrom('mg/dL', 'umol/L', 'mmol/L', '%', 'kg', 'cm', 'ms', '/min', '', '1', 'x', 'mU/L');
const limit = fc.option(number, { nil: undefined });

const measured = fc
  .record({
    analyte: fc.constantFrom(...analytes),
    value: number,
    unit,
    at: day,
    low: limit,
    high: limit,
    comparator: fc.constantFrom('<', '>=', undefined),
  })
  .map(({ analyte, value, unit: stated, at, low, high, comparator }): Fact => {
    const fact = observationFact('', analyte.loinc[0]!, value, stated, at);
    return {
      ...fact,
      value: { type: 'quantity', value, unit: stated, ...(comparator ? { comparator: comparator as '<' } : {}) },
      referenceRange: { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) },
    };
  });
const medicine = fc
  .record({
    name: fc.constantFrom(
      'tramadol',
      'sertraline',
      'duloxetine',
      'fentanyl',
      'lithium',
      'ibuprofen',
      'nobody knows',
      'pimozide',
      'citalopram',
    ),
    status: fc.constantFrom<Fact['status']>('active', 'stopped', 'unknown', 'planned', 'entered-in-error', 'completed'),
    dose: fc.tuple(number, fc.constantFrom('mg', 'mg/d', 'ug/h', '{tablet}', '')),
    perDay: fc.option(fc.constantFrom(0.14, 1, 4), { nil: undefined }),
    start: day,
    end: day,
    statedAt: day,
    source: fc.constantFrom('a', 'b'),
  })
  .map(({ name, perDay, start, end, statedAt, ...more }) =>
    medicationFact('', name, {
      ...more,
      ...(perDay === undefined ? {} : { perDay }),
      ...(statedAt ? { statedAt } : {}),
      period: { ...(start ? { start } : {}), ...(end ? { end } : {}) },
    }),
  );
const person = fc.constantFrom(
  plainFact('', 'birth-date', { value: { type: 'date', date: '1980-03-02' } }),
  plainFact('', 'birth-date', { value: { type: 'date', date: '2015' } }),
  plainFact('', 'sex', { value: { type: 'code', code: { system: 'x', code: 'female', display: 'female' } } }),
  plainFact('', 'diagnosis', { code: { system: 'text', code: 'Migraine', display: 'Migraine' } }),
  plainFact('', 'diagnosis', { code: { system: 'text', code: 'migraine', display: 'migraine ' }, status: 'completed' }),
  plainFact('', 'pregnancy', { value: { type: 'text', text: 'yes' } }),
);

it('makes valid findings of any record: finite, one a slot, resting on what it read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(measured, measured, medicine, person), { maxLength: 25 }), async (drawn) => {
      const facts = drawn.map((fact, i) => ({ ...fact, id: `f${i}` }));
      const findings: Finding[] = [];
      for (const analysis of [...analyses].sort((a, b) => a.takes.length - b.takes.length)) {
        const made = await runAll(analysis, dossierOf({ facts, findings }));
        const own = made.findings.map((draft) =>
          findingFromDraft(draft, { id: analysis.id, subject: 's1', method: analysis.id }),
        );
        const ids = new Set([...facts, ...findings].map(({ id }) => id));
        for (const finding of own) {
          expect(Finding.safeParse(finding).error?.message, finding.slot).toBeUndefined();
          expect(JSON.stringify(finding)).not.toMatch(/NaN|Infinity|null|undefined/);
          expect(
            finding.derivedFrom.every((id) => ids.has(id)),
            finding.slot,
          ).toBe(true);
          expect(analysis.makes).toContain(finding.measure.code);
        }
        const slots = own.map(({ slot }) => slot);
        expect(slots.filter((slot, i) => slots.indexOf(slot) !== i)).toEqual([]);
        findings.push(...own);
      }
    }),
    { numRuns: 100, seed: 7 },
  );
});
