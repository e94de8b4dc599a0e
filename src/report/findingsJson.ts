import type { Finding, Value } from '../dossier/finding.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Subject } from '../dossier/subject.ts';

/**
 * `findings.json`: the form for scripts. A quantity stands as a plain number in `value` with its UCUM unit in `unit`;
 * other values are objects named by their type; a refusal is `null` with the reason among the issues.
 */
export function findingsJson(
  subjects: readonly Subject[],
  findings: readonly Finding[],
  issues: readonly (Issue & { subject?: string })[],
) {
  return {
    subjects: subjects.map(({ id, label, type, composite, synthetic, question }) => ({
      id,
      label,
      type,
      composite,
      synthetic,
      question,
    })),
    findings: findings.map((finding) => ({
      id: finding.id,
      subject: finding.subject,
      slot: finding.slot,
      measure: { code: finding.measure.code, display: finding.measure.display },
      codes: finding.codes,
      site:
        finding.site ??
        (finding.region ? { system: 'region', code: finding.region, display: finding.region } : undefined),
      region: finding.region,
      laterality: finding.laterality,
      time: finding.time,
      ...plainValue(finding.value),
      uncertainty: finding.uncertainty,
      norm: finding.norm,
      issues: finding.issues,
      method: finding.method,
      run: finding.run,
      derivedFrom: finding.derivedFrom,
      evidence: finding.evidence,
    })),
    issues,
  };
}

function plainValue(value: Value): { value: unknown; unit?: string; refused?: string } {
  switch (value.type) {
    case 'quantity':
      return { value: value.value, unit: value.unit };
    case 'code':
      return { value: value.code };
    case 'set':
      return {
        value: {
          set: value.members.map((member) => ({
            ...(member.value.type === 'quantity'
              ? { value: member.value.value, unit: member.value.unit }
              : { value: member.value.code }),
            weight: member.weight,
          })),
          reason: value.reason,
        },
      };
    case 'refused':
      return { value: null, refused: value.reason };
    default:
      return { value };
  }
}
