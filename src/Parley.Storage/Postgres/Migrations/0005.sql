-- When a passkey last signed its owner in, so that he sees which one lies unused.
ALTER TABLE parley.passkeys ADD COLUMN used bigint;
