import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PageOne } from '../../../../src/report/pageOne.ts';
import { Links } from '../../parts/Links.tsx';
import { WhyLink } from '../../patient/Why.tsx';

type Check = PageOne['safety']['groups'][number]['checks'][number];

/** Groups up to this size are written out; in longer ones each question is a row with what to do, the rest opens. */
const writtenOut = 3;

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
        {below.map(({ level, title, checks }) =>
          level === 'answered' ? (
            <Answered key={level} title={title} checks={checks} />
          ) : (
            <div key={level}>
              <Text size="sm" fw={600} className={`safety-title ${level}`}>
                {t(`plan.level.${level}`, { defaultValue: title })}
              </Text>
              {checks.map((check) =>
                checks.length > writtenOut ? (
                  <details key={check.id} className={`check brief ${level}`}>
                    <summary>
                      <strong>{check.title}</strong>{' '}
                      <Text component="span" size="sm">
                        {check.acted?.words ?? check.action ?? check.statement}
                      </Text>
                    </summary>
                    <Said check={check} />
                  </details>
                ) : (
                  <div key={check.id} className={`check ${level}`}>
                    <Said check={check} />
                  </div>
                ),
              )}
            </div>
          ),
        )}
      </Stack>
      <Text size="sm" c="var(--quiet)">
        {safety.remark}
      </Text>
    </section>
  );
}

function Said({ check }: { check: Check }) {
  return (
    <>
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
    </>
  );
}

/** What was asked and answered no is said by name; the words of each answer open. */
function Answered({ title, checks }: { title: string; checks: readonly Check[] }) {
  const { t } = useTranslation();
  return (
    <details className="answered">
      <summary>
        <Text component="span" size="sm" fw={600}>
          {t('plan.level.answered', { defaultValue: title })} ({checks.length}):{' '}
        </Text>
        <Text component="span" size="sm">
          {checks.map((check) => check.title).join(' · ')}
        </Text>
      </summary>
      <ul className="plain-list">
        {checks.map((check) => (
          <li key={check.id}>
            <WhyLink record={check.id}>{check.title}</WhyLink> {check.statement}
          </li>
        ))}
      </ul>
    </details>
  );
}
