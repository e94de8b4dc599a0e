import { homeIn } from '../../server/home.ts';
import { examineServer } from '../../server/house/examineServer.ts';
import { doctor } from '../../store/maintenance.ts';
import type { Command } from '../command.ts';
import { dataConfig, dataOption } from '../dataFolder.ts';

export const command: Command = {
  summary:
    'Checks a data folder: records, links, blobs, leftovers, accounts, audit chain. --deep reads every blob and compares its hash.',
  usage: 'idiograph doctor [--data DIR] [--deep] [--json]',
  options: { ...dataOption, deep: { type: 'boolean' } },
  async run({ options }, terminal) {
    const config = dataConfig(options);
    const ofStore = await doctor(config, { deep: options.deep === true });
    const issues = [...ofStore.issues, ...(await examineServer(homeIn(config.directory), { chain: true }))];
    const report = { ...ofStore, issues, healthy: issues.every(({ severity }) => severity === 'info') };
    terminal.say(
      `${report.records} records, ${report.links} links, ${report.blobs} blobs, ${report.bytes} bytes${report.deep ? ', every blob read' : ''}`,
    );
    for (const issue of report.issues)
      terminal.warn(
        `${issue.severity} ${issue.place ?? ''}: ${issue.message}${issue.remedy ? ` Remedy: ${issue.remedy}` : ''}`,
      );
    terminal.say(report.healthy ? 'healthy' : 'not healthy');
    terminal.document(report);
    return report.healthy ? 0 : 1;
  },
};
