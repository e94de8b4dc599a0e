import { z } from 'zod';

/** Id of a patient, record or room in a path or body. */
const id = (longest: number) => z.string().min(1).max(longest);

export const SubjectId = id(64);
/** `:subject` of a path: tells the audit chain whom the call is about. */
export const Subject = z.object({ subject: SubjectId });
/** `:subject` and `:record`. */
export const SubjectRecord = Subject.extend({ record: id(300) });
/** `:subject` and `:room`. */
export const SubjectRoom = Subject.extend({ room: id(64) });

/** An issue as a view shows it, without what only the store needs. */
export const IssueView = z.object({
  severity: z.enum(['info', 'warning', 'error']),
  code: z.string(),
  message: z.string(),
});
export type IssueView = z.infer<typeof IssueView>;
