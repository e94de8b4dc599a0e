/** Child of `run.ts`: runs the methods of one file of this folder and tells the parent of each as it ends. */
import type { Case, Conformance } from './method.ts';
import { hasCommand, sharedData } from './shared.ts';

/** What became of one method; without the function, so that it can be sent. */
export interface Row {
  conformance: Omit<Conformance, 'run'>;
  cases: Case[];
  skipped?: string;
  seconds: number;
}

export const isWanted = (id: string, wanted: readonly string[]) =>
  wanted.length === 0 || wanted.some((one) => id.startsWith(one));

async function row({ run, ...conformance }: Conformance): Promise<Row> {
  const absent = [
    ...conformance.needs.filter((path) => sharedData(path) === undefined),
    ...(conformance.commands ?? []).filter((name) => !hasCommand(name)),
  ];
  if (absent.length > 0) return { conformance, cases: [], skipped: absent.join(', '), seconds: 0 };
  const start = performance.now();
  let cases: Case[];
  try {
    cases = await run();
    if (cases.length === 0)
      cases = [{ name: 'at least one case', error: 1, tolerance: 0, note: 'the method returned no case' }];
  } catch (error) {
    const note = error instanceof Error ? (error.stack ?? error.message) : String(error);
    cases = [{ name: 'runs to its end', error: 1, tolerance: 0, note }];
  }
  return { conformance, cases, seconds: (performance.now() - start) / 1000 };
}

if (process.send !== undefined) {
  const [file, ...wanted] = process.argv.slice(2);
  const module = (await import(file!)) as { default: Conformance | Conformance[] };
  for (const method of [module.default].flat())
    if (isWanted(method.id, wanted)) {
      const one = await row(method);
      await new Promise((done) => process.send!(one, done));
    }
  process.disconnect();
}
