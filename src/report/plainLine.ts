import type { Recommendation } from '../dossier/recommendation.ts';
import { fill, plainLanguage } from './plainLanguage.ts';

/**
 * What the patient's page says of a plan line in one language of the file. Undefined where the rule was written anew since
 * somebody held its sentence against it, or has none: a person writes it.
 */
export function plainLine(
  line: Pick<Recommendation, 'rule' | 'about'>,
  language: string,
  directory?: string,
): { title: string; text: string; sensitive: string[] } | undefined {
  const file = plainLanguage(directory);
  const known = file.lines.find((one) => one.rule === line.rule.id && one.version === line.rule.version);
  if (known === undefined) return undefined;
  const put = { about: file.capitalNouns.includes(language) ? capital(line.about) : line.about };
  return {
    title: capital(fill(known.title[language]!, put)),
    text: capital(fill(known.text[language]!, put)),
    sensitive: known.sensitive,
  };
}

function capital(text: string): string {
  return text.replace(/^./u, (first) => first.toUpperCase());
}
