import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { findingsJson } from '../../report/findingsJson.ts';
import { doctor } from '../../store/maintenance.ts';
import { openStore } from '../../store/open.ts';
import type { Command } from '../command.ts';
import { dataConfig, dataOption } from '../dataFolder.ts';
import { dataOf } from '../pipeline.ts';

/** What is needed of an output to hold it against the store; everything else of a line is compared as it is. */
const Line = z.looseObject({ id: z.string() });
const FindingsFile = z.looseObject({ findings: z.array(Line) });
const PlanFile = z.looseObject({ recommendations: z.array(Line), safetyChecks: z.array(Line) });

export const command: Command = {
  summary:
    'Holds an output folder against its data folder: every finding and plan line as kept, every blob with its hash.',
  usage: 'idiograph verify OUT [--data DIR] [--json]',
  options: dataOption,
  async run({ positionals: [folder], options }, terminal) {
    if (folder === undefined)
      throw new IdiographError('usage', 'name the output folder', { remedy: `usage: ${command.usage}` });
    const out = resolve(folder);
    const findings = await readOutput(join(out, 'findings.json'), FindingsFile);
    const plan = await readOutput(join(out, 'plan.json'), PlanFile);
    const config = dataConfig(options, dataOf(out));
    const health = await doctor(config, { deep: true });
    const wrong: { id: string; says: string }[] = [];
    const store = await openStore(config, { readOnly: true });
    try {
      const reader = store.reading({ purpose: 'quality', actor: terminal.actor });
      for (const line of findings.findings) {
        const kept = await reader.get(line.id);
        if (kept?.record.kind !== 'finding') wrong.push({ id: line.id, says: 'is not in the data folder' });
        else {
          const asWritten = findingsJson([], [kept.record], []).findings[0];
          if (canonicalJson(asWritten) !== canonicalJson(line))
            wrong.push({ id: line.id, says: 'says something else than the data folder' });
          else if (kept.supersededBy !== undefined)
            wrong.push({ id: line.id, says: `was superseded by ${kept.supersededBy}: write the report again` });
        }
      }
      for (const line of [...plan.recommendations, ...plan.safetyChecks]) {
        const kept = await reader.get(line.id);
        if (kept === undefined) wrong.push({ id: line.id, says: 'is not in the data folder' });
        else if (canonicalJson(kept.record) !== canonicalJson(line))
          wrong.push({ id: line.id, says: 'says something else than the data folder' });
      }
    } finally {
      await store.close();
    }
    for (const one of wrong) terminal.warn(`${one.id} ${one.says}`);
    for (const issue of health.issues) terminal.warn(`${issue.severity} ${issue.place ?? ''}: ${issue.message}`);
    const good = wrong.length === 0 && health.healthy;
    terminal.say(
      `${findings.findings.length} findings, ${plan.recommendations.length} plan lines, ${plan.safetyChecks.length} checks, ${health.blobs} blobs: ${good ? 'all as kept' : `${wrong.length} differ, data folder ${health.healthy ? 'healthy' : 'not healthy'}`}`,
    );
    terminal.document({ good, wrong, health });
    return good ? 0 : 1;
  },
};

async function readOutput<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new IdiographError('not-found', `${path} cannot be read as an output of Idiograph`, {
      path,
      cause,
      remedy: 'Name the folder that "idiograph run --out" wrote.',
    });
  }
}
