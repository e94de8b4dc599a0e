import { siteKnowledge } from '../knowledge/site.ts';
import { loadRules } from '../plan/loadRules.ts';
import type { Invocation, Terminal } from './command.ts';

export const knowledgeOption = { knowledge: { type: 'string' } } as const;

/**
 * The folder of --knowledge or $IDIOGRAPH_KNOWLEDGE, read and checked, plan rules included; undefined when neither is
 * given. Says which files go before those that ship, each run keeps their version and hash, and what guards safety and is
 * switched off.
 */
export function knowledgeOf(options: Invocation['options'], terminal: Terminal): string | undefined {
  const named = (options.knowledge as string | undefined) ?? (process.env.IDIOGRAPH_KNOWLEDGE || undefined);
  if (named === undefined) return undefined;
  const { directory, files } = siteKnowledge(named);
  for (const { path, header, sha256 } of files)
    terminal.say(`knowledge of the site: ${path} ${header.version} of ${header.date}, sha256 ${sha256.slice(0, 12)}`);
  for (const { title, reason } of loadRules(directory).switchedOff)
    terminal.warn(`switched off by the site: ${title} (${reason})`);
  return directory;
}
