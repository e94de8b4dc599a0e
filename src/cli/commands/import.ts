import { IdiographError } from '../../dossier/errors.ts';
import { openStore } from '../../store/open.ts';
import type { Command } from '../command.ts';
import { dataConfig, dataOption } from '../dataFolder.ts';
import { importPaths } from '../pipeline.ts';

export const command: Command = {
  summary: 'Reads files into a data folder: what each is, whose it is, what was refused and why.',
  usage: 'idiograph import PATH... [--data DIR] [--as-one-patient] [--json]',
  options: { ...dataOption, 'as-one-patient': { type: 'boolean' } },
  async run({ positionals, options }, terminal) {
    if (positionals.length === 0)
      throw new IdiographError('usage', 'name what to read', { remedy: `usage: ${command.usage}` });
    const store = await openStore(dataConfig(options));
    try {
      const report = await importPaths(store, positionals, terminal, {
        asOnePatient: options['as-one-patient'] === true,
      });
      for (const file of report.files) {
        if ('refused' in file)
          terminal.warn(
            `refused ${file.path}: ${file.refused.message}${file.refused.remedy ? ` Remedy: ${file.refused.remedy}` : ''}`,
          );
      }
      for (const one of report.subjects) {
        terminal.say(
          `${one.subject} ${one.label}: ${one.added.length} new sources, ${one.duplicates.length} known, ${one.facts} facts, ${one.regions} regions`,
        );
        for (const issue of one.issues)
          terminal.say(`  ${issue.severity}: ${issue.message}${issue.remedy ? ` Remedy: ${issue.remedy}` : ''}`);
      }
      // What belongs to nobody: without it an import that keeps nothing would end without a word.
      const said = new Set(report.files.flatMap((file) => ('refused' in file ? [file.refused.message] : [])));
      for (const issue of report.issues.filter(({ message }) => !said.has(message)))
        terminal.warn(
          `${issue.severity}: ${issue.place === undefined ? '' : `${issue.place}: `}${issue.message}${issue.remedy ? ` Remedy: ${issue.remedy}` : ''}`,
        );
      terminal.document(report);
      return report.subjects.length === 0 ? 3 : 0;
    } finally {
      await store.close();
    }
  },
};
