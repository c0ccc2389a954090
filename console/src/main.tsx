import '@mantine/core/styles.css';
import './look/tokens.css';
import './look/base.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { Refused } from './api/client';
import { provideLive } from './api/live';
import { applyLook, mantineTheme, useLook } from './look/theme';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (count, error) => !(error instanceof Refused && error.status < 500) && count < 2,
      networkMode: 'always', // loopback and closed networks: the browser's idea of being online is not asked
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
provideLive(queries);
applyLook();

function Root() {
  const look = useLook();
  // No style element is made at run time: the station's content security policy allows none. Colours are in look/tokens.css.
  return (
    <MantineProvider theme={mantineTheme} forceColorScheme={look === 'light' ? 'light' : 'dark'} withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queries}><App /></QueryClientProvider>
    </MantineProvider>
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<StrictMode><Root /></StrictMode>);
