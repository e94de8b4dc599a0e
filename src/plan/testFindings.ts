import type { Dossier } from '../dossier/analysis.ts';
import { type Finding, type FindingDraft, findingFromDraft, type Value } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';

/** Findings for tests of plan and report: as a work-up would have stored them. */
export function testFinding(
  measure: string,
  value: Value,
  more: Partial<Omit<FindingDraft, 'site'>> & { site?: string; atc?: string; run?: string } = {},
): Finding {
  const { site, atc, run, ...rest } = more;
  return findingFromDraft(
    {
      measure: { system: 'idiograph', code: measure, display: measure },
      value,
      issues: [],
      derivedFrom: [],
      ...(site ? { site: { system: 'test', code: site, display: site } } : {}),
      ...(atc ? { codes: [{ system: 'ATC', code: atc, display: atc }] } : {}),
      ...rest,
    },
    { id: run ?? 'run-test', subject: 's1', method: 'test 1.0.0' },
  );
}

export const quantity = (value: number, unit = '{score}'): Value => ({ type: 'quantity', value, unit });
export const coded = (code: string): Value => ({ type: 'code', code: { system: 'test', code, display: code } });
export const codedSet = (...codes: string[]): Value => ({
  type: 'set',
  members: codes.map((code) => ({ value: { type: 'code' as const, code: { system: 'test', code, display: code } } })),
});

export function testDossier(findings: Finding[], more: Partial<Dossier> = {}): Dossier {
  return dossierOf({ findings, ...more });
}
