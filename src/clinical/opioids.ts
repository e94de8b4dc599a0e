import { z } from 'zod';
import { type Issue, issue } from '../dossier/issue.ts';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';
import { withoutDust } from './dose.ts';
import type { MedicationLine } from './medications.ts';

const OpioidFile = KnowledgeHeader.extend({
  factors: z.array(z.object({ drug: z.string(), factor: z.number().positive(), per: z.enum(['mg', 'ug/h']) })),
  /** Opioids that have no factor: they make the sum say less than all. */
  without: z.array(z.string()),
});
export type OpioidFile = z.infer<typeof OpioidFile>;
export const opioidsPath = 'clinical/opioids.json';

export function parseOpioids(data: unknown): OpioidFile {
  return OpioidFile.parse(data);
}

export interface MorphineEquivalents {
  /** mg of oral morphine a day; undefined when a dose is not known. */
  value?: number;
  reason?: string;
  parts: { drug: string; value: number; facts: string[] }[];
  facts: string[];
  issues: Issue[];
}

/**
 * Morphine milligram equivalents a day of all opioids that are taken (CDC 2022, MMWR 71 RR-3). As-needed doses count at
 * the most that is allowed. Undefined when no opioid is on the list; refused when the dose of one is not known, because
 * a sum that leaves one out would read as less.
 */
export function morphineEquivalents(
  lines: readonly MedicationLine[],
  file: OpioidFile = parseOpioids(loadKnowledge(opioidsPath).data),
): MorphineEquivalents | undefined {
  const taken = lines.filter(
    (line) => line.classes.includes('opioid') && (line.status === 'active' || line.status === 'as-needed'),
  );
  if (taken.length === 0) return undefined;
  const issues: Issue[] = [
    issue('info', 'mme-caution-only', 'For adults and for caution; never for converting one opioid to another.', {
      remedy: 'Does not apply to cancer, sickle-cell, palliative or end-of-life pain.',
    }),
  ];
  const parts: MorphineEquivalents['parts'] = [];
  let reason: string | undefined;
  for (const line of taken) {
    const factor = file.factors.find((one) => one.drug === line.ingredient);
    if (!factor) {
      issues.push(
        issue('warning', 'opioid-without-factor', `${line.ingredient} has no conversion factor and is not in the sum.`),
      );
      continue;
    }
    if (line.ingredient === 'methadone') {
      issues.push(
        issue(
          'info',
          'methadone-not-linear',
          'Methadone grows stronger with dose and over days; its one factor says little at high doses.',
        ),
      );
    }
    const unit = factor.per === 'mg' ? 'mg/d' : 'ug/h';
    if (line.daily?.unit !== unit) {
      reason = 'dose-unknown';
      issues.push(
        issue('warning', 'dose-unknown', `The daily dose of ${line.ingredient} is not known.`, {
          remedy: 'Ask for dose and times a day.',
        }),
      );
      continue;
    }
    if (line.status === 'as-needed') {
      issues.push(issue('info', 'as-needed-at-most', `${line.ingredient} as needed counts at its most.`));
    }
    parts.push({
      drug: line.ingredient,
      value: withoutDust(line.daily.value * factor.factor),
      facts: line.facts,
    });
  }
  if (reason === undefined && parts.length === 0) reason = 'opioid-without-factor';
  return {
    ...(reason === undefined ? { value: parts.reduce((sum, part) => sum + part.value, 0) } : { reason }),
    parts,
    facts: [...new Set(taken.flatMap((line) => line.facts))],
    issues,
  };
}
