/** Tiny analyses for the tests of the runner: what a room looks like, without any science. Worker threads load it too. */
import type { Analysis, Dossier } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import type { Fact } from '../../dossier/fact.ts';
import type { Finding, FindingDraft } from '../../dossier/finding.ts';
import { issue } from '../../dossier/issue.ts';

const base = { version: '1.0.0', takes: [], knowledge: [], packs: [], method: 'toy.md', peakMemoryMb: () => 1 };

function factsCalled(code: string, dossier: Dossier): Fact[] {
  return dossier.facts.filter((fact) => fact.code.code === code);
}

function numberOf({ value }: Fact | Finding): number {
  if (value?.type !== 'quantity') throw new Error('not a number');
  return value.value;
}

function number(code: string, value: number, derivedFrom: string[], more: Partial<FindingDraft> = {}): FindingDraft {
  return {
    measure: measure(code, code),
    value: { type: 'quantity', value, unit: '1' },
    issues: [],
    derivedFrom,
    ...more,
  };
}

/** Each `dose` times the factor that knowledge gives. */
const scores: Analysis = {
  ...base,
  id: 'toy.scores',
  title: 'Toy scores',
  makes: ['toy-score'],
  knowledge: ['toy/factor.json'],
  select(dossier) {
    const doses = factsCalled('dose', dossier);
    return {
      selections: doses.map(({ id }) => ({ title: 'dose', inputs: { fact: [id] } })),
      missing: doses.length > 0 ? [] : [issue('info', 'no-dose', 'There is no dose')],
    };
  },
  async run(_inputs, _options, context) {
    const { factor } = context.knowledge<{ factor: number }>('toy/factor.json');
    for (const fact of context.dossier.facts) {
      context.emit.finding(number('toy-score', factor * numberOf(fact), [fact.id], { time: fact.at }));
    }
  },
};

/** The sum over all scores: hangs on another analysis. */
const sum: Analysis = {
  ...base,
  id: 'toy.a-sum',
  title: 'Toy sum',
  makes: ['toy-sum'],
  takes: ['toy-score'],
  select({ findings }) {
    if (findings.length === 0) return { selections: [], missing: [] };
    return { selections: [{ title: 'all', inputs: { scores: findings.map(({ id }) => id) } }], missing: [] };
  },
  async run({ scores }, _options, { dossier, emit }) {
    const total = dossier.findings.reduce((sum, finding) => sum + numberOf(finding), 0);
    emit.finding(number('toy-sum', total, scores!));
  },
};

/** Big enough for a thread. `slow` never ends but asks whether to stop; `stuck` does not even ask. */
const heavy: Analysis = {
  ...base,
  id: 'toy.heavy',
  title: 'Toy curve',
  makes: ['toy-curve', 'toy-last'],
  peakMemoryMb: ({ title }) => (title.startsWith('huge') ? 1e9 : 100),
  select(dossier) {
    const doses = ['dose', 'slow', 'stuck', 'huge'].flatMap((code) => factsCalled(code, dossier));
    return {
      selections: doses.map(({ id, at, code }) => ({ title: `${code.code} ${at}`, inputs: { fact: [id] } })),
      missing: [],
    };
  },
  async run({ fact: [id] }, _options, { dossier, emit, progress }) {
    const [fact] = dossier.facts;
    while (fact!.code.code === 'slow') progress(0.5, 'going on');
    while (fact!.code.code === 'stuck');
    const curve = Float64Array.from({ length: 1000 }, (_, index) => Math.sin(numberOf(fact!) * index));
    progress(0.9);
    const artifact = emit.artifact({
      type: 'curve',
      role: 'toy-curve',
      title: 'curve',
      time: fact!.at,
      mediaType: 'application/octet-stream',
      fileName: `curve-${fact!.at}.bin`,
      bytes: new Uint8Array(curve.buffer),
      issues: [],
      derivedFrom: [id!],
    });
    emit.finding(number('toy-last', curve.at(-1)!, [id!, artifact], { time: fact!.at }));
  },
};

/** Fails on a `bad` fact. */
const fragile: Analysis = {
  ...base,
  id: 'toy.fragile',
  title: 'Toy check',
  makes: ['toy-check'],
  select: (dossier) => ({
    selections: ['bad', 'dose'].flatMap((code) =>
      factsCalled(code, dossier).map(({ id, at }) => ({ title: `${code} ${at}`, inputs: { fact: [id] } })),
    ),
    missing: [],
  }),
  async run(_inputs, _options, { dossier, emit }) {
    const [fact] = dossier.facts;
    if (fact!.code.code === 'bad') throw new Error('cannot be checked');
    emit.finding(number('toy-check', 1, [fact!.id], { time: fact!.at }));
  },
};

export const analyses: readonly Analysis[] = [sum, scores, heavy, fragile];
