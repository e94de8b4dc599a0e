import { existsSync } from 'node:fs';
import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import { openAudit } from '../../privacy/audit/audit.ts';
import { readSecret } from '../../privacy/audit/key.ts';
import { type AuditVerdict, verifyAudit } from '../../privacy/audit/verify.ts';

export interface RestoredChain {
  /** Undefined: the key is not here. */
  verdict: AuditVerdict | undefined;
}

/**
 * Looks at the server's part of a restored data folder: puts the key in its place, verifies the audit chain and writes
 * into it that it was restored. Undefined when the backup holds no chain. Throws `integrity` for a key that is damaged or
 * of another chain.
 */
export async function restoreServer(
  directory: string,
  options: { keyFile?: string | undefined; now(): string; actor: string },
): Promise<RestoredChain | undefined> {
  const chain = join(directory, 'server', 'audit');
  if (!existsSync(chain)) return undefined;
  const own = join(directory, 'server', 'audit.key');
  const given = options.keyFile ?? (process.env['IDIOGRAPH_AUDIT_KEY_FILE'] || undefined);
  const from = given !== undefined && existsSync(given) ? given : existsSync(own) ? own : undefined;
  if (options.keyFile !== undefined && from !== options.keyFile)
    throw new IdiographError('usage', `there is no key file ${options.keyFile}`, {
      remedy: 'Name the copy of audit.key.',
    });
  if (from === undefined) return { verdict: undefined };
  const key = readSecret(from);
  const verdict = await verifyAudit(chain, { key });
  if (verdict.lines > 0 && verdict.problemCount >= verdict.lines)
    throw new IdiographError('integrity', `${from} is not the key of this audit chain: no line fits`, {
      remedy: 'Name the copy of audit.key that belongs to this data folder.',
    });
  if (options.keyFile !== undefined && !process.env['IDIOGRAPH_AUDIT_KEY_FILE']) {
    await copyFile(options.keyFile, own);
    await chmod(own, 0o600);
  }
  if (verdict.intact) {
    const audit = await openAudit(chain, { now: options.now, key });
    await audit.append({ actor: options.actor, action: 'create', route: 'restore', outcome: 'ok' });
    await audit.close();
  }
  return { verdict };
}
