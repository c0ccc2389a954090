import type { SignedIn } from '../api/session';

/** An officer of us who is signed in, in a seat. */
export const signedIn = (name = 'Ada', seat = 'watch'): SignedIn => ({
  party: 'us',
  partyName: 'Us',
  user: { name, seats: [seat], passkeys: 1 },
  seat,
  until: null,
  cookieAlone: false,
  newPasskeys: [],
});
