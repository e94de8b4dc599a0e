import type { Finding } from '../../dossier/finding.ts';
import { members, valueForReader } from '../../dossier/words.ts';
import { type EvidenceRow, evidenceFile, painClasses } from './knowledge.ts';

/** What one finding says of one mechanism or class. */
export interface EvidenceLine {
  says: EvidenceRow['says'];
  statement: string;
  /** Published accuracy, where the statement rests on a screening form. */
  accuracy?: string;
  source: string;
  verified: boolean;
  finding: string;
  time?: string;
}

export interface ToAsk {
  say: string;
  /** Form that answers it. */
  form?: string;
}

export interface MechanismEvidence {
  mechanism: string;
  lines: EvidenceLine[];
  missing: ToAsk[];
}

export interface ClassEvidence {
  code: string;
  display: string;
  /** Set when a clinician chose it, or said that it is not the one. */
  chosen?: { is: boolean; finding: string; time?: string };
  lines: EvidenceLine[];
}

const mechanisms = ['nociceptive', 'neuropathic', 'nociplastic'];

/** For and against each mechanism, in the order of the file; no verdict and no sum. `current`: the latest of each measure and place. */
export function mechanismEvidence(current: readonly Finding[]): MechanismEvidence[] {
  const { rows, asks } = evidenceFile();
  return mechanisms.map((mechanism) => ({
    mechanism,
    lines: linesOf(rows, mechanism, current),
    missing: asks
      .filter(({ of, measure }) => of === mechanism && !current.some((one) => measure.includes(one.measure.code)))
      .map(({ say, form }) => ({ say, ...(form ? { form } : {}) })),
  }));
}

/** What speaks for and against each class of chronic pain, and what a clinician chose. */
export function classEvidence(current: readonly Finding[]): ClassEvidence[] {
  const { rows } = evidenceFile();
  return painClasses().map(({ code, display }) => {
    const stated = current.find((one) => one.measure.code === 'icd-11-chronic-pain' && one.site?.code === code);
    const state = stated && members(stated)[0]?.code;
    return {
      code,
      display,
      ...(stated && state
        ? { chosen: { is: state === 'chosen', finding: stated.id, ...(stated.time ? { time: stated.time } : {}) } }
        : {}),
      lines: linesOf(rows, code, current),
    };
  });
}

function linesOf(rows: readonly EvidenceRow[], of: string, current: readonly Finding[]): EvidenceLine[] {
  const lines: EvidenceLine[] = [];
  for (const row of rows.filter((one) => one.of === of)) {
    for (const finding of current) {
      if (finding.measure.code !== row.measure || finding.value.type === 'refused') continue;
      if (row.site && !row.site.includes(finding.site?.code ?? '')) continue;
      const fits = share(row, finding);
      if (fits === 'none') continue;
      // A set of which only a part speaks so says nothing either way, and says it once.
      if (fits === 'some' && lines.some((line) => line.finding === finding.id)) continue;
      const { say, accuracy, source, verified } = row;
      lines.push({
        says: fits === 'all' ? row.says : 'unclear',
        statement: say
          .replaceAll('{value}', valueForReader(finding))
          .replaceAll('{site}', finding.site?.display ?? '')
          .replace(/^./, (letter) => letter.toUpperCase()),
        ...(accuracy ? { accuracy } : {}),
        source,
        verified,
        finding: finding.id,
        ...(finding.time ? { time: finding.time } : {}),
      });
    }
  }
  return lines;
}

/** Whether every, some or no possible value of the finding is what the row asks for. */
function share({ when }: EvidenceRow, finding: Finding): 'all' | 'some' | 'none' {
  if (when === undefined) return 'all';
  const possible = members(finding);
  const right = possible.filter(({ code, number }) =>
    'codes' in when
      ? code !== undefined && when.codes.includes(code)
      : number !== undefined && number >= (when.from ?? -Infinity) && number <= (when.to ?? Infinity),
  );
  if (right.length === 0) return 'none';
  return right.length === possible.length ? 'all' : 'some';
}
