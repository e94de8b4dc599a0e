import './app/page.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.ts';
import { App } from './app/App.tsx';
import { startLanguage } from './app/language.ts';
import { SessionGate } from './app/session.tsx';
import { theme } from './app/theme.ts';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; a server that is busy is asked again, one that cannot be reached until it is there again.
      retry: (count, error) =>
        error instanceof ApiError &&
        ((error.status === 0 && count < 1) || ((error.status === 429 || error.status === 503) && count < 5)),
      refetchInterval: ({ state: { error } }) => (error instanceof ApiError && error.status === 0 ? 3_000 : false),
      staleTime: 10_000,
      refetchOnWindowFocus: false,
    },
  },
});

await startLanguage();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <SessionGate>
          <App />
        </SessionGate>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
