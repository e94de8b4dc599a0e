import { Drawer } from '@mantine/core';
import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorBoundary } from '../app/ErrorBoundary.tsx';
import { Loading } from '../parts/states.tsx';

const Open = createContext<(record: string) => void>(() => {});
const WhyPanel = lazy(() => import('./WhyPanel.tsx'));

/** Opens the walk of a record: from a number back to bytes. */
function useWhy(): (record: string) => void {
  return useContext(Open);
}

/** Holds the panel of `why` of one patient; every number of a patient's page opens it. */
export function WhyProvider({ subject, children }: { subject: string; children: ReactNode }) {
  const { t } = useTranslation();
  const [record, setRecord] = useState<string>();
  const [shown, setShown] = useState(false);
  const open = useCallback((id: string) => {
    setRecord(id);
    setShown(true);
  }, []);
  const close = useMemo(() => () => setShown(false), []);
  return (
    <Open.Provider value={open}>
      {children}
      <Drawer
        opened={shown}
        onClose={close}
        position="right"
        size="min(640px, 100%)"
        title={t('why.title')}
        closeButtonProps={{ 'aria-label': t('app.close') }}
      >
        {record === undefined ? null : (
          <ErrorBoundary key={record}>
            <Suspense fallback={<Loading />}>
              <WhyPanel subject={subject} record={record} open={open} leave={close} />
            </Suspense>
          </ErrorBoundary>
        )}
      </Drawer>
    </Open.Provider>
  );
}

/** A value or name that opens its walk. It is a button: it goes nowhere, it shows something. */
export function WhyLink({
  record,
  children,
  label,
}: {
  record: string;
  children: ReactNode;
  label?: string | undefined;
}) {
  const { t } = useTranslation();
  const open = useWhy();
  return (
    <button
      type="button"
      className="why-link"
      onClick={() => open(record)}
      title={t('why.open')}
      {...(label ? { 'aria-label': `${label}: ${t('why.open')}` } : {})}
    >
      {children}
    </button>
  );
}
