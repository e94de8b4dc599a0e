import type { Analysis, Dossier, RunContext, Selected } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import { issue } from '../../dossier/issue.ts';
import { loadInstruments } from '../../forms/instrument.ts';
import { givenAnswers } from '../../forms/itemBank/answers.ts';
import { bankNamed, bankPath, parseBanks } from '../../forms/itemBank/bank.ts';
import { recogniseInstrument } from '../../forms/recognise.ts';
import { domainCodes } from '../findings.ts';
import { normalShare } from '../normalShare.ts';
import { isBankName, isResponse } from '../select.ts';
import { estimate } from './estimate.ts';

function select(dossier: Dossier): Selected {
  const instruments = loadInstruments();
  const selections = dossier.facts
    .filter(isResponse)
    .filter(({ value }) => recogniseInstrument(value, instruments) === undefined)
    .filter(({ code }) => isBankName(code))
    .map(({ id, at, code }) => ({
      title: `${code.display} ${at?.slice(0, 10) ?? 'undated'}`,
      inputs: { response: [id] },
    }));
  return { selections, missing: [] };
}

async function run(inputs: Record<string, string[]>, _options: unknown, context: RunContext): Promise<void> {
  const banks = parseBanks(bankPath, context.knowledge(bankPath));
  const fact = context.dossier.facts.filter(isResponse).find(({ id }) => inputs['response']!.includes(id));
  if (fact === undefined) return;
  const bank = bankNamed(fact.code.code, banks) ?? bankNamed(fact.code.display, banks);
  if (bank === undefined) {
    const message = `No parameters of the item bank "${fact.code.display}" are installed; its answers are kept.`;
    context.emit.issue(
      issue('warning', 'bank-not-installed', message, {
        place: fact.id,
        remedy: 'Put the parameters that your site may use into psychosocial/banks/banks.json of its knowledge folder.',
      }),
    );
    return;
  }
  const { given, issues } = givenAnswers(bank, fact.value.answers);
  const found = estimate(bank, given);
  const z = (found.score - bank.metric.mean) / bank.metric.sd;
  const source = `${bank.source}, version ${bank.version}`;
  context.emit.finding({
    measure: measure('item-bank-score', 'Item bank, T-score by response pattern'),
    site: { system: 'item-bank', code: bank.id, display: bank.display },
    codes: domainCodes(bank.domain),
    ...(fact.at ? { time: fact.at } : {}),
    methodNote: `${bank.display} ${bank.version}, ${found.answered} of ${bank.items.length} items, expected a posteriori`,
    ...(found.answered === 0
      ? { value: { type: 'refused' as const, reason: 'items-missing' } }
      : {
          value: { type: 'quantity' as const, value: found.score, unit: '{score}' },
          uncertainty: { type: 'standard-error' as const, value: found.standardError, source },
          norm: {
            norm: `item-bank/${bank.id}`,
            display: `reference population of ${bank.display}: mean ${bank.metric.mean}, SD ${bank.metric.sd}`,
            source,
            z,
            centile: Math.round(1000 * normalShare(z)) / 10,
          },
        }),
    issues: [
      ...fact.issues,
      ...issues,
      ...(found.answered === 0
        ? [
            issue('error', 'items-missing', `${bank.display}: no answer can be used; no score.`, {
              remedy: 'Ask the items.',
            }),
          ]
        : []),
      issue(
        'info',
        'pattern-score',
        'This score comes from the pattern of answers; it is never put on one curve with scores from a table.',
      ),
    ],
    derivedFrom: [fact.id],
  });
}

/** Answers to an item bank whose parameters the site supplies. */
export const itemBanks: Analysis = {
  id: 'psychosocial.item-banks',
  version: '1.0.0',
  title: 'Item banks (graded response model)',
  makes: ['item-bank-score'],
  takes: [],
  knowledge: [bankPath],
  packs: [],
  peakMemoryMb: () => 4,
  method: 'item-banks.md',
  select,
  run,
};
