import { describe, expect, it } from 'vitest';
import type { Finding, Value } from '../src/dossier/finding.ts';
import { missesOf, type Outcome } from './checkTruth.ts';
import type { ExampleTruth } from './truth.ts';

function found(code: string, value: Value, more: Partial<Finding> = {}): Finding {
  return { measure: { system: 'idiograph', code, display: code }, value, ...more } as Finding;
}
const outcome = {
  regions: [{ id: 'region-1', label: 'Mass' }],
  findings: [
    found('suv-max', { type: 'quantity', value: 9.001, unit: 'g/mL' }, { region: 'region-1' }),
    found(
      'activity-score',
      { type: 'set', members: [0.5, 1].map((value) => ({ value: { type: 'quantity', value, unit: '1' } })) },
      { site: { system: 'HGNC', code: 'CYP2D6', display: 'CYP2D6' } },
    ),
    found('sul-max', { type: 'refused', reason: 'sul-no-height' }),
  ],
  safetyChecks: [{ id: 'safe-1', check: 'suicidality', state: 'positive', urgency: 'now', statement: 'today' }],
  recommendations: [
    {
      id: 'plan-1',
      about: 'tramadol',
      verb: 'review',
      action: 'Review tramadol.',
      guidance: [{ title: 'CPIC, OPRM1 and opioids' }],
    },
  ],
} as unknown as Outcome;

function misses(part: Partial<ExampleTruth>): string[] {
  return missesOf(
    { patient: 'x', asOf: '2026-01-01', findings: [], safety: [], planLines: [], neverMentioned: [], ...part },
    outcome,
  );
}

describe('missesOf', () => {
  it('is empty when the truth came back', () => {
    expect(
      misses({
        findings: [
          { measure: 'suv-max', region: 'Mass', value: 9, tolerance: 0.01, unit: 'g/mL' },
          { measure: 'activity-score', site: 'CYP2D6', value: { contains: [1] } },
          { measure: 'sul-max', value: { refused: 'sul-no-height' } },
        ],
        safety: [{ check: 'suicidality', state: 'positive', urgency: 'now' }],
        planLines: [{ about: 'tramadol', verb: 'review', mustMention: ['TRAMADOL'], mustNotMention: ['stop'] }],
        neverMentioned: ['OPRM1'],
      }),
    ).toEqual([]);
  });

  it.each<[string, Partial<ExampleTruth>]>([
    ['another value', { findings: [{ measure: 'suv-max', region: 'Mass', value: 9 }] }],
    ['another unit', { findings: [{ measure: 'suv-max', value: 9, tolerance: 1, unit: 'Bq' }] }],
    ['another region', { findings: [{ measure: 'suv-max', region: 'Node', value: 9, tolerance: 1 }] }],
    ['a set where one value is true', { findings: [{ measure: 'activity-score', value: 1 }] }],
    ['a set that lacks a member', { findings: [{ measure: 'activity-score', value: { contains: [1, 2] } }] }],
    ['another safety state', { safety: [{ check: 'suicidality', state: 'negative' }] }],
    ['an absent line', { planLines: [{ about: 'codeine', mustMention: [], mustNotMention: [] }] }],
    ['another verb', { planLines: [{ about: 'tramadol', verb: 'consider', mustMention: [], mustNotMention: [] }] }],
    ['a word that is missing', { planLines: [{ about: 'tramadol', mustMention: ['naloxone'], mustNotMention: [] }] }],
    ['a word that must not be', { planLines: [{ about: 'tramadol', mustMention: [], mustNotMention: ['review'] }] }],
    ['a word that may stand nowhere', { neverMentioned: ['tramadol'] }],
  ])('names %s', (_, part) => {
    expect(misses(part)).toHaveLength(1);
  });
});
