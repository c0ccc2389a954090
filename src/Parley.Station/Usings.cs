// What is asked and answered, everywhere in the station.
global using Parley.Contract;
// The platform has a type of the same name; in a station a public key is an Ed25519 identity.
global using PublicKey = Parley.Crypto.PublicKey;
