import { type Finding, findingFromDraft } from '../../src/dossier/finding.ts';
import type { Run } from '../../src/dossier/run.ts';
import type { Store } from '../../src/dossier/store.ts';

const analyses = ['brain.morphometry', 'genomics.pharmacogenes', 'clinical.record', 'imaging.quantities'];

/** A patient with so many findings, spread over the rooms, each with a place of its own. */
export async function writeManyFindings(store: Store, subject: string, count: number): Promise<void> {
  await store.write([
    { kind: 'subject', id: subject, type: 'patient', label: 'Many findings', composite: false, synthetic: true },
  ]);
  const blob = await store.putBlob(subject, Buffer.from('made by a test\n'), 'text/csv');
  await store.write([
    {
      kind: 'import',
      id: `import-${subject}`,
      subject,
      at: '2026-11-24T09:00:00Z',
      origin: 'made',
      files: 1,
      issues: [],
    },
    {
      kind: 'source',
      id: `src-${subject}`,
      subject,
      blob: blob.sha256,
      format: 'table',
      locator: {},
      path: 'made.csv',
      import: `import-${subject}`,
      modality: 'table',
      metadata: {},
      issues: [],
    },
  ]);
  for (const [number, analysis] of analyses.entries()) {
    const id = `run-${subject}-${number}`;
    const findings: Finding[] = Array.from({ length: count / analyses.length }, (_, i) => {
      const code = `place-${i % 500}`;
      return findingFromDraft(
        {
          measure: {
            system: 'idiograph',
            code: `measure-${number}-${Math.floor(i / 500)}`,
            display: `Measure ${Math.floor(i / 500)}`,
          },
          value: { type: 'quantity', value: (i * 37) % 1000, unit: 'mL' },
          site: { system: 'test', code, display: `Place ${i % 500}` },
          laterality: i % 2 === 0 ? 'left' : 'right',
          time: '2026-11-12',
          issues: i % 50 === 0 ? [{ code: 'made', severity: 'warning', message: 'Made by a test, not measured.' }] : [],
          derivedFrom: [`src-${subject}`],
        },
        { id, subject, method: `${analysis} 1.0.0` },
      );
    });
    const run: Run = {
      kind: 'run',
      id,
      subject,
      key: { analysis, version: '1.0.0', options: {}, runtime: '', inputs: [`src-${subject}`], consulted: [] },
      title: analysis,
      startedAt: '2026-11-24T09:00:00Z',
      seconds: 0,
      issues: [],
      findings: findings.map((one) => one.id),
      artifacts: [],
    };
    for (let from = 0; from < findings.length; from += 1000) {
      const some = findings.slice(from, from + 1000);
      await store.write(from + 1000 >= findings.length ? [...some, run] : some);
    }
  }
}
