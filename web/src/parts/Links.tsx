import { useTranslation } from 'react-i18next';
import type { Link } from '../../../src/report/links.ts';
import { WhyLink } from '../patient/Why.tsx';

const most = 6;

/** What a sentence rests on; each opens its walk. */
export function Links({ links }: { links: readonly Link[] }) {
  const { t } = useTranslation();
  if (links.length === 0) return null;
  return (
    <span className="links">
      {links.slice(0, most).map(({ id, name }, i) => (
        <span key={i}>
          {i > 0 ? ' · ' : ''}
          <WhyLink record={id}>{name}</WhyLink>
        </span>
      ))}
      {links.length > most ? ` · ${t('app.andMore', { count: links.length - most })}` : ''}
    </span>
  );
}
