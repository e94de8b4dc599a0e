import { resolve } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import { openStore } from '../../store/open.ts';
import type { Command } from '../command.ts';
import { runPipeline } from '../runPipeline.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';

export const command: Command = {
  summary:
    'Reads a folder with one patient in any mixture of files, works the patient up and writes report, findings, plan and bundle.',
  usage:
    'idiograph run FOLDER... --out DIR [--as-one-patient] [--as-of DATE] [--data DIR] [--packs DIR] [--knowledge DIR] [--workers N] [--purpose PURPOSE] [--json]',
  options: {
    ...knowledgeOption,
    out: { type: 'string' },
    'as-one-patient': { type: 'boolean' },
    'as-of': { type: 'string' },
    data: { type: 'string' },
    packs: { type: 'string' },
    workers: { type: 'string' },
    purpose: { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    if (positionals.length === 0)
      throw new IdiographError('usage', 'name the folder to read', { remedy: `usage: ${command.usage}` });
    if (typeof options.out !== 'string')
      throw new IdiographError('usage', 'say where the report goes with --out DIR', {
        remedy: `usage: ${command.usage}`,
      });
    const out = resolve(options.out);
    const result = await runPipeline(positionals, out, terminal, {
      dataDirectory: (options.data as string | undefined) ?? (process.env.IDIOGRAPH_HOME || undefined),
      asOnePatient: options['as-one-patient'] === true,
      asOf: asOfDate(options['as-of'] as string | undefined, terminal.now()),
      packsDirectory: options.packs as string | undefined,
      knowledgeDirectory: knowledgeOf(options, terminal),
      workers: workerCount(options.workers as string | undefined),
      purpose: purposeOf(options.purpose as string | undefined),
      openStore,
    });
    terminal.document(result.document);
    return result.exitCode;
  },
};

export function asOfDate(given: string | undefined, now: string): string {
  if (given === undefined) return now.slice(0, 10);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(given) ? new Date(`${given}T00:00:00Z`) : undefined;
  // 31 February would be read as 3 March.
  if (day === undefined || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== given) {
    throw new IdiographError('usage', `--as-of ${given} is not a date`, { remedy: 'Write it as 2026-03-10.' });
  }
  return given;
}

export function workerCount(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const count = Number(given);
  if (!Number.isInteger(count) || count < 0 || count > 64) {
    throw new IdiographError('usage', `--workers ${given} is not a number of threads`, {
      remedy: 'A whole number from 0 to 64.',
    });
  }
  return count;
}

const purposes = ['care', 'research', 'quality', 'maintenance', 'patient-request', 'demonstration'] as const;

export function purposeOf(given: string | undefined): (typeof purposes)[number] {
  if (given === undefined) return 'care';
  const purpose = purposes.find((one) => one === given);
  if (purpose === undefined) {
    throw new IdiographError('usage', `--purpose ${given} is not known`, { remedy: `One of ${purposes.join(', ')}.` });
  }
  return purpose;
}
