-- When a passkey last signed its owner in, so that he sees which one lies unused.
ALTER TABLE passkeys ADD COLUMN used INTEGER;
