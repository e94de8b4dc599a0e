/** Small dossiers and a run context for the tests of this room. */
import type { Analysis, Dossier, RunContext } from '../dossier/analysis.ts';
import type { Answer, Fact } from '../dossier/fact.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import type { Issue } from '../dossier/issue.ts';
import { loadKnowledge } from '../knowledge/load.ts';

/** A response fact; `answers` by item number, undefined leaves the item out. */
export function responseFact(
  id: string,
  instrument: string,
  answers: readonly (number | undefined)[],
  at?: string,
): Fact {
  const code = { system: 'unstated', code: instrument, display: instrument };
  const given = answers.flatMap((value, index): Answer[] =>
    value === undefined ? [] : [{ item: String(index + 1), value }],
  );
  return {
    kind: 'fact',
    id,
    subject: 's1',
    source: 'src-1',
    place: 'QuestionnaireResponse',
    type: 'response',
    code,
    value: { type: 'response', instrument: code, answers: given },
    ...(at ? { at } : {}),
    status: 'completed',
    isEvent: false,
    issues: [],
  };
}

export function dossierOf(facts: Fact[]): Dossier {
  return {
    subject: { kind: 'subject', id: 's1', type: 'patient', label: 's1', composite: false, synthetic: true },
    sources: [],
    facts,
    entries: [],
    regions: [],
    findings: [],
    artifacts: [],
  };
}

/** Runs each selection of an analysis and collects what it emits. */
export async function runAll(
  analysis: Analysis,
  dossier: Dossier,
): Promise<{ findings: FindingDraft[]; issues: Issue[]; missing: Issue[] }> {
  const { selections, missing } = analysis.select(dossier);
  const findings: FindingDraft[] = [];
  const issues: Issue[] = [];
  const refuse = () => Promise.reject(new Error('not offered'));
  const context: RunContext = {
    dossier,
    signal: new AbortController().signal,
    emit: { finding: (draft) => findings.push(draft), artifact: () => '', issue: (one) => issues.push(one) },
    openImage: refuse,
    openRegion: refuse,
    openVariants: refuse,
    openTable: refuse,
    knowledge: <T>(path: string) => loadKnowledge(path).data as T,
    pack: () => undefined,
    progress: () => {},
  };
  for (const { inputs, options } of selections) await analysis.run(inputs, options ?? {}, context);
  return { findings, issues, missing };
}
