import { resolve } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import { keepPlan } from '../../plan/keepPlan.ts';
import type { Command } from '../command.ts';
import { dataOption, openExisting, theSubject } from '../dataFolder.ts';
import { writeOutputs } from '../outputs.ts';
import { workUp } from '../pipeline.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';
import { asOfDate, purposeOf } from './run.ts';

export const command: Command = {
  summary: 'Writes the report of a subject from what is in a data folder.',
  usage:
    'idiograph report --out DIR [--subject ID] [--as-of DATE] [--data DIR] [--packs DIR] [--knowledge DIR] [--purpose PURPOSE] [--json]',
  options: {
    ...dataOption,
    ...knowledgeOption,
    out: { type: 'string' },
    subject: { type: 'string' },
    'as-of': { type: 'string' },
    packs: { type: 'string' },
    purpose: { type: 'string' },
  },
  async run({ options }, terminal) {
    if (typeof options.out !== 'string')
      throw new IdiographError('usage', 'say where the report goes with --out DIR', {
        remedy: `usage: ${command.usage}`,
      });
    const store = await openExisting(options);
    try {
      const access = { purpose: purposeOf(options.purpose as string | undefined), actor: terminal.actor };
      const subject = await theSubject(store, { ...access, purpose: 'care' }, options.subject as string | undefined);
      const now = terminal.now();
      const knowledgeDirectory = knowledgeOf(options, terminal);
      const work = await workUp(store, subject, terminal, {
        access,
        packsDirectory: options.packs as string | undefined,
        knowledgeDirectory,
      });
      const asOf = asOfDate(options['as-of'] as string | undefined, now);
      const plan = await keepPlan(store, subject, asOf, access, now, knowledgeDirectory);
      const missing = [...work.missing.map((one) => one.issue), ...work.issues];
      const outputs = await writeOutputs(store, [{ subject, plan, missing }], resolve(options.out), {
        access,
        issues: [],
      });
      terminal.say(`report: ${outputs.report}`);
      terminal.document(outputs);
      return 0;
    } finally {
      await store.close();
    }
  },
};
