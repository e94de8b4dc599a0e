import { contentId } from '../dossier/canonical.ts';
import type { Fact } from '../dossier/fact.ts';
import { type Finding, findingFromDraft } from '../dossier/finding.ts';
import type { Run } from '../dossier/run.ts';
import type { Import, Source } from '../dossier/source.ts';
import type { Identity, Subject } from '../dossier/subject.ts';
import { type Transfer, transferFrom } from '../dossier/transfer.ts';

/** Small valid records for the contract suite, the soak and benchmarks. Nobody stands behind them. */
export function sampleSubject(id: string, label = 'sample'): Subject {
  return { kind: 'subject', id, type: 'patient', label, composite: false, synthetic: true };
}

export function sampleIdentity(subject: string, value: string, more: Partial<Identity> = {}): Identity {
  const id = contentId('identity', { subject, value });
  return { kind: 'identity', id, subject, system: 'sample', value, basis: 'claimed', ...more };
}

/** Half of an act by which a subject gives records away. */
export function sampleTransfer(subject: string, counterpart: string, more: Partial<Transfer> = {}): Transfer {
  return transferFrom({
    subject,
    counterpart,
    act: 'act-1',
    type: 'split',
    direction: 'out',
    actor: 'tester',
    at: '2026-11-24T11:00:00Z',
    reason: 'sample',
    moved: [],
    held: [],
    withdraws: [],
    restates: [],
    replaced: [],
    before: { composite: false },
    created: false,
    ...more,
  });
}

export function sampleImport(subject: string, files = 1): Import {
  return {
    kind: 'import',
    id: `import-${subject}`,
    subject,
    at: '2026-11-24T09:00:00Z',
    origin: 'sample',
    files,
    issues: [],
  };
}

export function sampleSource(subject: string, blob: string, more: Partial<Source> = {}): Source {
  const locator = more.locator ?? {};
  return {
    kind: 'source',
    id: contentId('src', { subject, blob, locator }),
    subject,
    blob,
    format: 'table',
    locator,
    path: 'table.csv',
    import: `import-${subject}`,
    modality: 'table',
    metadata: {},
    issues: [],
    ...more,
  };
}

export function sampleFact(source: Source, value: number, code = 'creatinine'): Fact {
  const fact: Omit<Fact, 'id'> = {
    kind: 'fact',
    subject: source.subject,
    source: source.id,
    place: 'line 2',
    type: 'observation',
    code: { system: 'idiograph', code, display: code },
    value: { type: 'quantity', value, unit: 'mg/dL' },
    status: 'completed',
    isEvent: false,
    issues: [],
  };
  return { ...fact, id: contentId('fact', fact) };
}

/** A finding of the given run: equal run and measure give an equal id. */
export function sampleFinding(
  subject: string,
  run: string,
  measure: string,
  value: number,
  from: string[] = [],
): Finding {
  return findingFromDraft(
    {
      measure: { system: 'idiograph', code: measure, display: measure },
      value: { type: 'quantity', value, unit: 'mL' },
      issues: [],
      derivedFrom: from,
    },
    { id: run, subject, method: 'sample 1.0.0' },
  );
}

export function sampleRun(subject: string, id: string, inputs: string[], findings: Finding[]): Run {
  return {
    kind: 'run',
    id,
    subject,
    key: { analysis: 'sample', version: '1.0.0', options: {}, runtime: '', inputs, consulted: [] },
    title: 'sample',
    startedAt: '2026-11-24T10:00:00Z',
    seconds: 1,
    issues: [],
    findings: findings.map((finding) => finding.id),
    artifacts: [],
  };
}
