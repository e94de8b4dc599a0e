import type { Dossier } from './analysis.ts';

/** A dossier for tests: of one synthetic patient, empty but for what is given. */
export function dossierOf(given: Partial<Dossier> = {}): Dossier {
  return {
    subject: { kind: 'subject', id: 's1', type: 'patient', label: 'Test subject', composite: false, synthetic: true },
    sources: [],
    facts: [],
    entries: [],
    regions: [],
    findings: [],
    artifacts: [],
    ...given,
  };
}
