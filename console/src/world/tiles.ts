import type { FeatureLike } from 'ol/Feature';
import MVT from 'ol/format/MVT';
import type BaseLayer from 'ol/layer/Base';
import TileLayer from 'ol/layer/Tile';
import VectorTileLayer from 'ol/layer/VectorTile';
import ImageTileSource from 'ol/source/ImageTile';
import VectorTileSource from 'ol/source/VectorTile';
import CircleStyle from 'ol/style/Circle';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';
import Text from 'ol/style/Text';
import TileState from 'ol/TileState';
import type VectorTile from 'ol/VectorTile';
import { PMTiles, TileType, type RangeResponse, type Source } from 'pmtiles';
import { rangeOf } from '../api/client';
import { faded, type Palette } from './palette';

/** The operator's own map as a layer, and how it is drawn in another look. */
export type Tiles = { layer: BaseLayer; restyle: (palette: Palette) => void };

/** The archive at the station, read in ranges with the officer's own session. */
class StationArchive implements Source {
  constructor(private readonly version: string) {}
  getKey(): string {
    return `base-map ${this.version}`;
  }
  async getBytes(offset: number, length: number, signal?: AbortSignal): Promise<RangeResponse> {
    const { content, tag } = await rangeOf('/api/v1/base-map/tiles', offset, length, signal ?? null);
    return { data: content, ...(tag === null ? {} : { etag: tag }) };
  }
}

/** Makes the layer of the archive: vector tiles (MVT) drawn in the colours of the look, or pictures as they are. */
export async function tilesOf(version: string): Promise<Tiles> {
  const archive = new PMTiles(new StationArchive(version));
  const { tileType, minZoom, maxZoom } = await archive.getHeader();
  if (tileType === TileType.Mvt) return drawn(archive, minZoom, maxZoom);
  return {
    layer: new TileLayer({
      source: new ImageTileSource({
        minZoom,
        maxZoom,
        wrapX: true,
        loader: async (z, x, y, { signal }) => {
          const tile = await archive.getZxy(z, x, y, signal);
          // Drawn from its bytes: no address of a picture is ever made, and the page may load none.
          return await createImageBitmap(new Blob([tile?.data ?? nothing]));
        },
      }),
    }),
    restyle: () => undefined,
  };
}

/** A transparent picture of one pixel, for a tile that the archive does not have. */
const nothing = Uint8Array.from(
  [...atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==')].map(
    (letter) => letter.charCodeAt(0),
  ),
);

function drawn(archive: PMTiles, minZoom: number, maxZoom: number): Tiles {
  const format = new MVT({ layerName: 'layer' });
  const source = new VectorTileSource({
    format,
    minZoom,
    maxZoom,
    wrapX: true,
    tileUrlFunction: ([z, x, y]) => `${z}/${x}/${y}`,
    tileLoadFunction: (one, address) => {
      const tile = one as VectorTile<FeatureLike>;
      const [z = 0, x = 0, y = 0] = address.split('/').map(Number);
      tile.setLoader((extent, _, projection) => {
        void archive.getZxy(z, x, y).then(
          (found) =>
            tile.setFeatures(
              found === undefined ? [] : format.readFeatures(found.data, { extent, featureProjection: projection }),
            ),
          () => tile.setState(TileState.ERROR),
        );
      });
    },
  });
  const layer = new VectorTileLayer({ source, declutter: true, preload: 1, background: 'transparent' });
  return {
    layer,
    restyle: (palette) => layer.setStyle(styleOf(palette)),
  };
}

/** What the layers of the usual schemas (Protomaps, OpenMapTiles, Natural Earth) hold. */
const roles: readonly (readonly [RegExp, 'water' | 'land' | 'green' | 'road' | 'border' | 'place' | 'building'])[] = [
  [/place|settlement|cities|towns|_label|poi/, 'place'],
  [/water|ocean|sea|lake|river/, 'water'],
  [/boundar|admin|border/, 'border'],
  [/road|transport|rail|highway|street|aeroway/, 'road'],
  [/build/, 'building'],
  [/landuse|landcover|natural|park|forest/, 'green'],
  [/earth|land|countr|continent/, 'land'],
];

function styleOf(palette: Palette): (feature: FeatureLike, resolution: number) => Style | undefined {
  const fill = (color: string): Style => new Style({ fill: new Fill({ color }) });
  const line = (color: string, width: number, dash?: number[]): Style =>
    new Style({ stroke: new Stroke({ color, width, ...(dash === undefined ? {} : { lineDash: dash }) }) });
  const water = new Style({
    fill: new Fill({ color: palette.water }),
    stroke: new Stroke({ color: palette.water, width: 1 }),
  });
  const styles = {
    land: fill(palette.land),
    green: fill(faded(palette.coast, 0.16)),
    building: fill(faded(palette.coast, 0.45)),
    road: line(palette.road, 1.2),
    border: line(palette.border, 1.2, [7, 3, 2, 3]),
  };
  const places = new Map<string, Style>();
  return (feature) => {
    const role = roles.find(([words]) => words.test(String(feature.get('layer'))))?.[1];
    const type = feature.getGeometry()?.getType();
    if (role === undefined) return undefined;
    if (role === 'place' || type === 'Point' || type === 'MultiPoint') {
      const name = feature.get('name') as unknown;
      if (role !== 'place' || typeof name !== 'string' || name === '') return undefined;
      let style = places.get(name);
      if (style === undefined)
        places.set(
          name,
          (style = new Style({
            image: new CircleStyle({ radius: 2, fill: new Fill({ color: palette.place }) }),
            text: new Text({
              text: name,
              font: `11px ${palette.font}`,
              textAlign: 'left',
              offsetX: 6,
              fill: new Fill({ color: palette.place }),
              stroke: new Stroke({ color: palette.halo, width: 3 }),
            }),
          })),
        );
      return style;
    }
    return role === 'water' ? water : styles[role];
  };
}
