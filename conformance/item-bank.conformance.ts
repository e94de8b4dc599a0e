import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bank, BankItem } from '../src/forms/itemBank/bank.ts';
import { chances, estimate, information } from '../src/psychosocial/itemBank/estimate.ts';
import type { Case, Conformance } from './method.ts';

interface Reference {
  items: { slope: number; thresholds: number[] }[];
  answers: (number | null)[];
  prior: { mean: number; sd: number };
  scaling: number;
  theta: number;
  thetaError: number;
}

const bankOf = ({ items, prior, scaling }: Reference): Bank => ({
  id: 'oracle',
  display: 'oracle',
  version: '1',
  source: 'own',
  licence: 'own',
  aliases: [],
  worse: 'higher',
  metric: { mean: 50, sd: 10 },
  scaling,
  prior,
  items: items.map((item, index) => ({ ...item, id: String(index), firstAnswer: 0, reversed: false, codes: [] })),
  stop: { fewest: 4, most: 12, standardError: 3 },
});

const estimates: Conformance = {
  id: 'item-bank-eap',
  method: 'graded response model, expected a posteriori score and its standard error',
  oracle:
    'own derivation in Python with another quadrature (five-point Gauss-Legendre on 4,000 panels, -12 to 12): item-bank-oracle.py. No published response patterns are free to use; this checks arithmetic, not any licensed bank',
  errorIs: 'units of theta',
  needs: [],
  async run() {
    const path = join(import.meta.dirname, 'item-bank-references.json');
    const references = JSON.parse(readFileSync(path, 'utf8')) as Reference[];
    return references.map((reference, index): Case => {
      const bank = bankOf(reference);
      const given = new Map<BankItem, number>();
      reference.answers.forEach((answer, item) => {
        if (answer !== null) given.set(bank.items[item]!, answer);
      });
      const found = estimate(bank, given);
      const error = Math.max(
        Math.abs(found.theta - reference.theta),
        Math.abs(found.thetaError - reference.thetaError),
      );
      return { name: `${reference.items.length} items, pattern ${index + 1}`, error, tolerance: 1e-8 };
    });
  },
};

const informationFunction: Conformance = {
  id: 'item-bank-information',
  method: 'information of an item at theta',
  oracle:
    'closed form a^2 P (1 - P) of the two-parameter logistic model; expected curvature of the log-likelihood by central differences',
  errorIs: 'relative',
  needs: [],
  async run() {
    const cases: Case[] = [];
    for (const theta of [-3, -0.7, 0, 1.3, 2.5]) {
      const two: BankItem = { id: 'a', slope: 1.8, thresholds: [0.4], firstAnswer: 0, reversed: false, codes: [] };
      const p = 1 / (1 + Math.exp(-1.8 * (theta - 0.4)));
      const closed = 1.8 ** 2 * p * (1 - p);
      cases.push({
        name: `two answers at ${theta}`,
        error: Math.abs(information(two, theta) / closed - 1),
        tolerance: 1e-12,
      });
      const five: BankItem = { ...two, slope: 2.6, thresholds: [-1, 0, 0.8, 1.9] };
      // E[-d2 log P] = sum over answers of P * (-(log P)'').
      const h = 1e-3;
      const at = (value: number) => chances(five, value);
      const [low, middle, high] = [at(theta - h), at(theta), at(theta + h)];
      const curvature = middle.reduce(
        (sum, chance, k) => sum - (chance * (Math.log(low[k]!) - 2 * Math.log(chance) + Math.log(high[k]!))) / h ** 2,
        0,
      );
      cases.push({
        name: `five answers at ${theta}`,
        error: Math.abs(information(five, theta) / curvature - 1),
        tolerance: 1e-5,
      });
    }
    return cases;
  },
};

export default [estimates, informationFunction];
