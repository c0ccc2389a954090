/**
 * The 256 words of the protocol, one for each value of a byte: those by which stations' fingerprints are read aloud
 * (docs/protocol/line.md). A test of the station compares the two lists.
 */
const words: readonly string[] = `
  acorn admiral agate album almond amber anchor anvil apple april apron arctic armor arrow aspen autumn backpack
  badger bakery bamboo banjo barley basil beacon bedrock beetle bicycle birch bishop blanket bonfire bottle
  bridge bronze bucket butter cabin cactus camel candle canoe carpet castle cedar cello chapel cherry chimney
  cinnamon citrus clover cobalt coffee comet copper coral cotton cradle cricket crystal cumin curtain cypress
  dagger daisy dancer decimal delta denim desert diamond dolphin donkey dragon drawer drummer duchess eagle
  easel echo eclipse elbow elder embassy emerald engine envelope evening falcon feather fiddle firefly flamingo
  flute forest fossil fountain fox freckle frost fungus galaxy garden garlic gazelle geyser ginger glacier
  goblet golden gorilla granite guitar gypsum hammer harbor hazel helmet heron hickory honey hornet hotel hunter
  hybrid icicle igloo indigo insect iron island ivory jackal jasmine jelly jigsaw jockey judge jungle juniper
  kayak kelp kernel kettle kidney kingdom kitchen kiwi knuckle koala ladder lagoon lantern laurel lemon leopard
  lettuce lilac linen lizard lobster locust lumber magnet mammoth mango maple marble meadow melon mercury mirror
  mitten moonlight mosaic muffin mustard napkin nectar needle nickel nutmeg oasis oboe ocean octopus olive onion
  opal orchid osprey otter oyster palace pancake panther parrot pebble pelican pepper piano pigeon pillow planet
  plum pocket pollen pony poppy potato prairie pumpkin puzzle pyramid quarry quilt quiver rabbit radish raven
  ribbon river robin rooster rudder saddle salmon sandal sapphire scarlet seaweed shadow silver skeleton sparrow
  spider squirrel sugar sunset tailor temple thunder tiger tomato trumpet tulip turtle umbrella valley velvet
  violin walnut whistle window yellow zebra
`
  .trim()
  .split(/\s+/);

/** Somebody on a call, as far as the words depend on them. */
export type Spoken = { joined: string; leaf: string; fingerprint: string; nonce: string };

const text = new TextEncoder();

const hexOf = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
export const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
export const hashOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  `sha256:${hexOf(await crypto.subtle.digest('SHA-256', bytes))}`;
export const randomHex = (bytes: number): string => hexOf(crypto.getRandomValues(new Uint8Array(bytes)).buffer);

/** What the four words are derived from: the line, the call, and of both sides the entry, the key and the number that was bound by the entry. CALL-8 */
export const told = (line: string, call: string, one: Spoken, other: Spoken): string =>
  `parley call words v1\n${line}\n${call}\n${[one, other]
    .sort((a, b) => (a.joined < b.joined ? -1 : 1))
    .map((side) => `${side.joined} ${side.leaf} ${side.fingerprint} ${side.nonce}\n`)
    .join('')}`;

/** The four words that both sides read to each other. */
export async function wordsOf(line: string, call: string, one: Spoken, other: Spoken): Promise<string[]> {
  const digest = await crypto.subtle.digest('SHA-256', text.encode(told(line, call, one, other)));
  return [...new Uint8Array(digest)].slice(0, 4).map((byte) => words[byte] ?? '');
}
