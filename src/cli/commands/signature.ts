import { atlasPack, readAtlas } from '../../brain/function/packs.ts';
import { scoreSignature } from '../../brain/function/signature.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { installedPack } from '../../packs/registry.ts';
import { boldInput } from '../boldInput.ts';
import type { Command } from '../command.ts';
import { oneLine } from '../terminal.ts';

export const command: Command = {
  summary: 'Scores an effect map against weights that you bring (NPS, SIIPS1 and the like).',
  usage:
    'idiograph signature MAP --weights FILE [--json]\n\n' +
    'MAP: a first-level effect map in MNI152 space. FILE: weights in MNI152 space. Research only.\n' +
    'Gives dot product, cosine, correlation, coverage, and the contribution of each parcel (pack schaefer-tian).',
  options: { weights: { type: 'string' } },
  async run({ positionals, options }, terminal) {
    const [path, ...more] = positionals;
    const given = options['weights'] as string | undefined;
    if (path === undefined || more.length > 0 || given === undefined)
      throw new IdiographError('usage', 'name one map and --weights', { remedy: `usage: ${command.usage}` });
    const [map, weights] = await Promise.all(
      [path, given].map(async (one) => {
        const { image } = await boldInput(one);
        const [ni, nj, nk, nt] = image.grid.shape;
        if (nt > 1) throw new IdiographError('unsupported', `${one} has ${nt} volumes`, { remedy: 'Give one volume.' });
        const grid = { shape: [ni, nj, nk, 1] as [number, number, number, number], affineRas: image.grid.affineRas };
        return { grid, values: await image.readVolume(0), metadata: image.metadata, path: one };
      }),
    );
    const pack = await installedPack(atlasPack);
    const { score, issues } = scoreSignature(map!, weights!, pack && (await readAtlas(pack, '100-S1')));
    for (const { severity, message, remedy } of issues)
      terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
    if (score) {
      terminal.say(
        `dot ${score.dot.toPrecision(6)}, cosine ${score.cosine.toFixed(4)}, correlation ${score.correlation.toFixed(4)}, coverage ${(100 * score.coverage).toFixed(1)} %`,
      );
      for (const { name, dot } of score.contributions.slice(0, 8))
        terminal.say(`${name.padEnd(40)} ${dot.toPrecision(4)}`);
    }
    terminal.document({ score: score ?? null, issues });
    return score ? 0 : 1;
  },
};
