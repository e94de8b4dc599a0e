import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../../conformance/shared.ts';
import { buildPlan } from '../plan/buildPlan.ts';
import { coded, quantity, testDossier, testFinding } from '../plan/testFindings.ts';
import { Card, cardsOf } from './planCards.ts';

const asOf = '2026-11-24';
const plan = buildPlan(
  testDossier([
    testFinding('phq-9.item-9', quantity(1), { time: asOf }),
    testFinding('condition', coded('active'), { site: 'low-back-pain', time: asOf }),
    testFinding('pain-red-flag', coded('positive'), { site: 'infection', time: asOf }),
  ]),
  { asOf },
);
const { cards } = cardsOf(plan);

describe('cards', () => {
  it('have the form of the specification, one for each open question and line', () => {
    for (const card of cards) expect(Card.safeParse(card).error).toBeUndefined();
    const open = plan.safetyChecks.filter(({ urgency }) => urgency !== 'none');
    expect(cards).toHaveLength(open.length + plan.recommendations.length);
    expect(new Set(cards.map(({ uuid }) => uuid)).size).toBe(cards.length);
  });

  it('put what cannot wait first and as critical; a line that waits is information', () => {
    expect(cards[0]).toMatchObject({ indicator: 'critical' });
    expect(cards[0]!.summary).toContain('Thoughts of self-harm');
    const back = cards.find(({ summary }) => summary.includes('low back pain'))!;
    expect(back.indicator).toBe('info');
    expect(back.detail).toContain('Waits for another line');
    expect(back.detail).toMatch(/Other ways/);
  });

  it('suggest no order', () => {
    for (const card of cards) expect(card.suggestions).toBeUndefined();
    for (const card of cards) expect(card.detail).toContain('makes none');
  });
});

const shared = sharedData('clinical/cds-hooks');
describe.skipIf(shared === undefined)(
  'the published examples of the specification (skipped without shared data)',
  () => {
    it.each([
      'index-19-response.json',
      'index-20-response.json',
      'examples-03-response.json',
    ])('%s has the same form', (name) => {
      const text = readFileSync(join(shared!, name), 'utf8');
      const { cards: published } = JSON.parse(text) as { cards: unknown[] };
      for (const card of published) expect(Card.safeParse(card).error).toBeUndefined();
    });

    it('ours use no part that the examples and the specification do not have', () => {
      const known = ['uuid', 'summary', 'detail', 'indicator', 'source', 'overrideReasons', 'links', 'suggestions'];
      for (const card of cards) for (const key of Object.keys(card)) expect(known).toContain(key);
    });
  },
);
