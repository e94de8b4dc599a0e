import { defaultRegistry, loadRegistry } from './registry.ts';

/** The method page of every analysis, by its id. */
export async function aboutAnalyses(): Promise<ReadonlyMap<string, { method: string }>> {
  return new Map((await loadRegistry(defaultRegistry)).map(({ id, method }) => [id, { method }]));
}
