import './look/controls';
import './look/fonts.css';
import './look/tokens.css';
import './look/base.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { Refused } from './api/client';
import { provideLive } from './api/live';
import { Boundary } from './look/Boundary';
import { followStationTime } from './look/clock';
import { applySize } from './look/size';
import { applyLook, mantineTheme, useDrawnLook } from './look/theme';
import { startLanguage, useT } from './messages';

/** How often a question that failed is asked again, where it has no time of its own. */
const askAgain = 5_000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (count, error) => !(error instanceof Refused && error.status < 500) && count < 2,
      // What failed is asked again until it is known; a refusal is an answer.
      refetchInterval: ({ state }) =>
        state.status === 'error' && !(state.error instanceof Refused && state.error.status < 500) ? askAgain : false,
      networkMode: 'always', // loopback and closed networks: the browser's idea of being online is not asked
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
provideLive(queries);
followStationTime();
applyLook();
applySize();

function Root() {
  const look = useDrawnLook();
  // No style element is made at run time: the station's content security policy allows none. Colours are in
  // look/tokens.css.
  return (
    <MantineProvider
      theme={mantineTheme}
      forceColorScheme={look === 'light' ? 'light' : 'dark'}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <Boundary fallback={(error, again) => <Broken error={error} onAgain={again} />}>
          <App />
        </Boundary>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** When everything else failed: never an empty page. */
function Broken({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  const t = useT();
  return (
    <main role="alert" className="empty column">
      <h1>{t('cannot.page')}</h1>
      <p>{String(error).slice(0, 300)}</p>
      <div className="row">
        <button type="button" onClick={onAgain}>
          {t('cannot.again')}
        </button>
        <button type="button" onClick={() => location.assign('/watch')}>
          {t('cannot.reload')}
        </button>
      </div>
    </main>
  );
}

const root = document.getElementById('root');
if (root !== null)
  void startLanguage().then(() =>
    createRoot(root).render(
      <StrictMode>
        <Root />
      </StrictMode>,
    ),
  );
