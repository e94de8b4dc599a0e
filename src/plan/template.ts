import type { Finding } from '../dossier/finding.ts';
import { numberForReader, valueForReader } from '../dossier/words.ts';

/** `{name}`, `{name.site}`, `{name.time}`, `{name.band}`, `{name.change}` (what a real change would be), `{name.all}`. */
const placeholder = /\{([a-zA-Z0-9]+)(?:\.(site|time|band|change|all))?\}/g;

export function namesInTemplate(template: string): string[] {
  return [...template.matchAll(placeholder)].map((match) => match[1]);
}

/** Fills a sentence. A name that is bound to nothing reads `not assessed`: a gap never vanishes from a sentence. */
export function fill(
  template: string,
  bound: ReadonlyMap<string, Finding>,
  all: ReadonlyMap<string, readonly Finding[]>,
): string {
  return template.replace(placeholder, (_, name: string, part: string | undefined) => {
    const finding = bound.get(name);
    if (part === 'all') {
      const sites = (all.get(name) ?? []).map((one) => one.site?.display ?? one.measure.display);
      return sites.length === 0 ? 'none' : [...new Set(sites)].join(', ');
    }
    if (finding === undefined) return 'not assessed';
    if (part === 'site') return finding.site?.display ?? finding.measure.display;
    if (part === 'time') return finding.time?.slice(0, 10) ?? 'undated';
    if (part === 'band') return finding.norm?.band ?? 'no band';
    if (part === 'change') return realChange(finding);
    return valueForReader(finding);
  });
}

/** Below and above which values a change is real, or by how much. */
function realChange({ uncertainty }: Finding): string {
  if (uncertainty?.type !== 'smallest-real-change') return 'an unknown amount';
  const { low, high, value } = uncertainty;
  if (low !== undefined && high !== undefined) return `below ${numberForReader(low)} or above ${numberForReader(high)}`;
  return value === undefined ? 'an unknown amount' : `by ${numberForReader(value)} or more`;
}
