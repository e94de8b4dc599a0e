import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PageOne } from '../../../../src/report/pageOne.ts';
import { Links } from '../../parts/Links.tsx';
import { WhyLink } from '../../patient/Why.tsx';

/** Safety questions in groups that are never merged: silence is not safety. What cannot wait stands above the page. */
export function SafetyList({ safety }: { safety: PageOne['safety'] }) {
  const { t } = useTranslation();
  const below = safety.groups.filter(({ level }) => level !== 'now');
  return (
    <section aria-labelledby="safety">
      <Title order={2} id="safety">
        {t('overview.safety')}
      </Title>
      <Stack gap="xs">
        {below.map(({ level, title, checks }) => (
          <div key={level}>
            <Text size="sm" fw={600} className={`safety-title ${level}`}>
              {title}
            </Text>
            {level === 'answered' ? (
              <ul className="plain-list">
                {checks.map((check) => (
                  <li key={check.id}>
                    <WhyLink record={check.id}>{check.title}</WhyLink> {check.statement}
                  </li>
                ))}
              </ul>
            ) : (
              checks.map((check) => (
                <div key={check.id} className={`check ${level}`}>
                  <WhyLink record={check.id}>
                    <strong>{check.title}</strong>
                  </WhyLink>{' '}
                  {check.statement}
                  {check.entered ? <Text size="sm">{check.entered}</Text> : null}
                  {check.acted ? <Text size="sm">{check.acted.words}</Text> : null}
                  {check.action ? (
                    <Text size="sm" fw={600}>
                      {check.action}
                    </Text>
                  ) : null}
                  <Links links={check.links} />
                </div>
              ))
            )}
          </div>
        ))}
      </Stack>
      <Text size="sm" c="var(--quiet)">
        {safety.remark}
      </Text>
    </section>
  );
}
