import type { Finding } from '../dossier/finding.ts';
import { members } from '../dossier/words.ts';
import { type FindingIndex, ofSites } from './findingIndex.ts';
import type { Binding } from './rule.ts';

/** Findings that a binding matches, latest first; undated ones come first because nobody can call them old. */
export function matches(binding: Binding, findings: FindingIndex): Finding[] {
  return [...new Set(binding.measure)]
    .flatMap((code) =>
      binding.site === undefined ? (findings.get(code) ?? []) : ofSites(findings, code, binding.site),
    )
    .filter(
      (finding) =>
        (binding.notSite === undefined || !binding.notSite.includes(finding.site?.code ?? '')) &&
        (binding.reader === undefined || binding.reader.includes(finding.reader ?? '')) &&
        (binding.atc === undefined || hasAtc(finding, binding.atc)) &&
        (binding.value === undefined || members(finding).some(({ code }) => binding.value!.includes(code ?? ''))),
    )
    .sort(
      (a, b) =>
        binding.measure.indexOf(a.measure.code) - binding.measure.indexOf(b.measure.code) ||
        (binding.prefer === 'highest' ? highest(b) - highest(a) : 0) ||
        byUnit(b.time ?? '9999', a.time ?? '9999') ||
        byUnit(a.id, b.id),
    );
}

/** By code unit, never by locale: equal on every machine, and quick for thousands of values. */
function byUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Refused and unmeasured ones come last. */
function highest(finding: Finding): number {
  return Math.max(-Number.MAX_VALUE, ...members(finding).flatMap(({ number }) => number ?? []));
}

function hasAtc(finding: Finding, prefixes: readonly string[]): boolean {
  return (finding.codes ?? []).some(
    (code) => code.system === 'ATC' && prefixes.some((prefix) => code.code.startsWith(prefix)),
  );
}
