import { siteKnowledge } from '../knowledge/site.ts';
import type { Invocation, Terminal } from './command.ts';

export const knowledgeOption = { knowledge: { type: 'string' } } as const;

/**
 * The folder of --knowledge or $IDIOGRAPH_KNOWLEDGE, read and checked; undefined when neither is given. Says which files
 * go before those that ship: each run keeps their version and hash.
 */
export function knowledgeOf(options: Invocation['options'], terminal: Terminal): string | undefined {
  const named = (options.knowledge as string | undefined) ?? (process.env.IDIOGRAPH_KNOWLEDGE || undefined);
  if (named === undefined) return undefined;
  const { directory, files } = siteKnowledge(named);
  for (const { path, header, sha256 } of files)
    terminal.say(`knowledge of the site: ${path} ${header.version} of ${header.date}, sha256 ${sha256.slice(0, 12)}`);
  return directory;
}
