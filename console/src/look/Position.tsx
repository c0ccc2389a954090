import { positionText } from './position';

/** A position, in its own direction whatever stands around it: turned about, it would be another country. */
export function Position({ longitude, latitude }: { longitude: number; latitude: number }) {
  return (
    <bdi dir="ltr" className="mono">
      {positionText(longitude, latitude)}
    </bdi>
  );
}
