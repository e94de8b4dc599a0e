import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useSubject } from '../../app/subject.ts';

/** One link for each thing that a sentence rests on: it opens the walk to the bytes. */
export function WhyLinks({ links }: { links: readonly { id: string; name: string }[] }) {
  const { t } = useTranslation();
  const subject = useSubject();
  return links.map(({ id, name }, index) => (
    <Anchor
      key={id}
      component={Link}
      href={`/patients/${subject}/why/${encodeURIComponent(id)}`}
      size="xs"
      mr={4}
      aria-label={t('plan.whyOf', { name })}
      title={name}
    >
      {t('plan.why')}
      {links.length > 1 ? ` ${index + 1}` : ''}
    </Anchor>
  ));
}
