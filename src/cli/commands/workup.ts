import type { Command } from '../command.ts';
import { dataOption, openExisting, theSubject } from '../dataFolder.ts';
import { workUp } from '../pipeline.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';
import { workerCount } from './run.ts';

export const command: Command = {
  summary: 'Runs the analyses that apply to a subject; what the data folder has already is not computed again.',
  usage:
    'idiograph workup [--subject ID] [--data DIR] [--packs DIR] [--knowledge DIR] [--workers N] [--recompute] [--json]',
  options: {
    ...dataOption,
    ...knowledgeOption,
    subject: { type: 'string' },
    packs: { type: 'string' },
    workers: { type: 'string' },
    recompute: { type: 'boolean' },
  },
  async run({ options }, terminal) {
    const store = await openExisting(options);
    try {
      const access = { purpose: 'care' as const, actor: terminal.actor };
      const subject = await theSubject(store, access, options.subject as string | undefined);
      const report = await workUp(store, subject, terminal, {
        access,
        packsDirectory: options.packs as string | undefined,
        knowledgeDirectory: knowledgeOf(options, terminal),
        workers: workerCount(options.workers as string | undefined),
        recompute: options.recompute === true,
      });
      for (const one of report.outcomes)
        terminal.say(`${one.state.padEnd(9)} ${one.seconds.toFixed(1).padStart(6)} s  ${one.analysis}  ${one.title}`);
      for (const { issue } of report.missing)
        terminal.say(`absent: ${issue.message}${issue.remedy ? ` Remedy: ${issue.remedy}` : ''}`);
      terminal.document(report);
      if (report.interrupted) return 130;
      return report.outcomes.some((one) => one.state === 'failed') ? 1 : 0;
    } finally {
      await store.close();
    }
  },
};
