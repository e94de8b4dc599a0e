import { z } from 'zod';
import { Issue } from '../../../dossier/issue.ts';

/**
 * The schema of a view whose type another room states. The compiler holds that such a view fits the schema; that nothing
 * goes out which the schema does not name is held by tests over all answers.
 * @example
 * export const LinkView = viewOf<Link>()(z.object({ id: z.string() }));
 */
export function viewOf<T>() {
  return <S extends z.ZodType>(schema: T extends z.input<S> ? S : never): z.ZodType<T, T> =>
    schema as unknown as z.ZodType<T, T>;
}

/** An issue as it goes out: views carry issues of records that were checked when they were written. */
export const IssueOut = z.object({ ...Issue.shape, code: z.string() });

export const LinkView = z.object({
  id: z.string(),
  kind: z.enum(['source', 'fact', 'entry', 'region', 'finding', 'artifact', 'safety-check', 'recommendation']),
  name: z.string(),
});
export const links = z.array(LinkView);
