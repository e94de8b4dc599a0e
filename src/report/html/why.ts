import type { Link } from '../links.ts';
import { html, type Markup } from './markup.ts';

/** Links to the explanations of findings; nothing for other things: the report explains findings only. */
export function whyLinks(links: readonly Link[]): Markup {
  const found = links.filter((one) => one.kind === 'finding');
  return html`${found.map(
    ({ id, name }, i) =>
      html`${i > 0 ? ' ' : ''}<a class="why" href="#why-${id}" aria-label="why: ${name}">why${found.length > 1 ? ` ${i + 1}` : ''}</a>`,
  )}`;
}

/** Links of a sentence: to the traces of findings, and to the checks and plan lines where they stand on the page. */
export function sentenceLinks(links: readonly Link[]): Markup {
  const stands = (['safety-check', 'recommendation'] as const).flatMap((kind) =>
    links.filter((one) => one.kind === kind),
  );
  return html`${whyLinks(links)}${stands.map(
    ({ id, name }, i) =>
      html`${i > 0 ? ' ' : ''}<a class="why" href="#${id}" aria-label="see: ${name}">see${stands.length > 1 ? ` ${i + 1}` : ''}</a>`,
  )}`;
}
