import type { Fact } from './fact.ts';
import type { Source } from './source.ts';

/** File of a fact and the place in it: `labs/export.csv, line 7`. The place alone where its source is not given. */
export function whereOf({ source, place }: Pick<Fact, 'source' | 'place'>, sources: readonly Source[]): string {
  const path = sources.find(({ id }) => id === source)?.path;
  return path === undefined ? place : `${path}, ${place}`;
}
