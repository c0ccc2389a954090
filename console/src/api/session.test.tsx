import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { signedIn } from '../testing/session';
import { DrawnFor, sessionQuery, useSession, type Session } from './session';

const ada = signedIn();

const Who = () => <b>{useSession().user.name}</b>;

function drawn(page: ReactNode, known: Session): string {
  const client = new QueryClient();
  client.setQueryData(sessionQuery.queryKey, known);
  return renderToStaticMarkup(<QueryClientProvider client={client}>{page}</QueryClientProvider>);
}

describe('a screen of a signed-in officer', () => {
  test('that is drawn once more when the session has just ended, in this tab or another, is drawn for that officer', () => {
    const page = (
      <DrawnFor value={ada}>
        <Who />
      </DrawnFor>
    );
    expect(drawn(page, { ...ada, user: null })).toBe('<b>Ada</b>');
  });

  test('follows the session while it goes on', () => {
    const page = (
      <DrawnFor value={ada}>
        <Who />
      </DrawnFor>
    );
    expect(drawn(page, { ...ada, user: { ...ada.user, name: 'Grace' } })).toBe('<b>Grace</b>');
  });

  test('is not drawn where nobody is signed in', () => {
    expect(() => drawn(<Who />, { ...ada, user: null })).toThrow('only screens of a signed-in officer');
  });
});
