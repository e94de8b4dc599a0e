import type { Identity, Subject } from '../dossier/subject.ts';

export interface SubjectWords {
  /** One word or two, for the watermark and the margin of each printed page. Empty for a plain patient. */
  stamps: string[];
  /** Sentences that say what the stamps mean. */
  notes: string[];
  /** Numbers of the subject with the systems that state them; declared ones first. Never empty. */
  identifiers: { value: string; systems: string[] }[];
}

/** How a page must call its subject: composite and synthetic are told apart and never left out. */
export function subjectWords(subject: Subject, identities: readonly Identity[]): SubjectWords {
  const stamps: string[] = [];
  const notes: string[] = [];
  if (subject.composite) {
    stamps.push('COMPOSITE');
    notes.push('COMPOSITE: data of several sources of identity were declared to be one patient.');
    if (subject.synthetic) {
      stamps.push('PARTLY SYNTHETIC');
      notes.push(
        'PARTLY SYNTHETIC: parts of it were made by a program. Nothing here may be read as the story of one person.',
      );
    }
  } else if (subject.synthetic) {
    stamps.push('SYNTHETIC');
    notes.push('SYNTHETIC: made by a program, no person behind it.');
  }
  const byValue = new Map<string, Set<string>>();
  // A subject that no file names is known by the content of its files: nothing that a reader could use.
  const usable = identities
    .filter((one) => one.system !== 'content')
    .sort((a, b) => rank(a) - rank(b) || (a.system < b.system ? -1 : 1) || (a.value < b.value ? -1 : 1));
  for (const one of usable) {
    byValue.set(one.value, (byValue.get(one.value) ?? new Set()).add(one.system.replace(/^(fhir|hl7v2):.*/, '$1')));
  }
  const identifiers = [...byValue].map(([value, systems]) => ({ value, systems: [...systems].sort() }));
  return {
    stamps,
    notes,
    identifiers: identifiers.length > 0 ? identifiers : [{ value: subject.id, systems: ['this data folder'] }],
  };
}

/** The number that somebody wrote beside the files for this subject comes before those in the files. */
function rank({ basis, system }: Identity): number {
  return system === 'patient.json' ? -1 : { declared: 0, claimed: 1, attached: 2 }[basis];
}
