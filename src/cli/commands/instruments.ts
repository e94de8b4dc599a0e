import { IdiographError } from '../../dossier/errors.ts';
import { loadInstruments, mainScale } from '../../forms/instrument.ts';
import { verdictsOf } from '../../psychosocial/score.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  summary: 'Lists the questionnaires with scoring rules: items, scores, what is verified, licence of the wording.',
  usage: 'idiograph instruments [--json]',
  options: {},
  async run({ positionals }, terminal) {
    if (positionals.length > 0) {
      throw new IdiographError('usage', 'instruments takes no argument', { remedy: `usage: ${command.usage}` });
    }
    const instruments = loadInstruments();
    const listed = instruments.map((instrument) => {
      const { id, display, recall, status, items, scales, safety, wording, codes } = instrument;
      return {
        id,
        display,
        recall,
        status: status.verified ? ('verified' as const) : ('unverified' as const),
        statusNote: status.note,
        items: items.map(({ number, label, min, max, reverse }) => ({ number, label, min, max, reverse })),
        score: mainScale(instrument)?.code ?? null,
        scales: scales.map(
          ({ code, display: name, domain, items: of, range, worse, bands, bandsVerified, missingAtMost }) => ({
            code,
            display: name,
            domain: domain ?? null,
            items: of,
            range,
            worse,
            bands: status.verified && bandsVerified ? bands : [],
            bandsStatus: bands.length === 0 ? 'none' : status.verified && bandsVerified ? 'verified' : 'unverified',
            missingAtMost,
          }),
        ),
        classes: verdictsOf(instrument).map(({ code }) => code),
        safetyItems: safety.map(({ item }) => item),
        loinc: codes.filter(({ system }) => system === 'LOINC').map(({ code }) => code),
        wordingLicence: wording.licence,
      };
    });
    const width = Math.max(...listed.map(({ id }) => id.length));
    for (const { id, items, status, safety, display } of instruments) {
      const known = status.verified ? 'verified' : 'unverified';
      terminal.say(
        `${id.padEnd(width)}  ${String(items.length).padStart(2)} items, ${known}${asked(safety)}: ${display}`,
      );
    }
    terminal.document(listed);
    return 0;
  },
};

/** What of its answers is brought before everything else. */
function asked(safety: readonly { check: string }[]): string {
  if (safety.length === 0) return '';
  return safety.some(({ check }) => check.startsWith('suicidality'))
    ? ', asks about self-harm'
    : ', asks about red flags';
}
