import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { Foreign } from '../look/Foreign';
import { positionText } from '../look/position';
import { useT } from '../messages';
import css from '../world/drawing.module.css';
import { lengthText } from '../look/length';
import { placesBeginning, placesNamed, placesNear, type KnownPlace } from '../world/places';

/** A value that stands still for a moment before anybody is asked about it. */
function useRested<T>(value: T, milliseconds: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return rested;
}

/** The name of a place, with those of the station's own gazetteer that begin so. */
export function PlaceName({
  label,
  value,
  near,
  error,
  onChange,
  onPlace,
}: {
  label: string;
  value: string;
  near: readonly [number, number] | null;
  error: string | null;
  onChange: (text: string) => void;
  onPlace: (place: KnownPlace) => void;
}) {
  const t = useT();
  const id = useId();
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(-1);
  const wanted = useRested(value.trim(), 180);
  const found = useQuery({
    queryKey: ['places', 'beginning', wanted, near],
    queryFn: () => placesBeginning(wanted, near),
    enabled: open && wanted.length >= 2,
    staleTime: Infinity,
    retry: false,
    placeholderData: (before) => before,
  }).data;
  const shown = open && wanted.length >= 2 ? (found ?? []) : [];
  const take = (place: KnownPlace): void => {
    setOpen(false);
    setMarked(-1);
    onPlace(place);
  };
  return (
    <div className={css['place']}>
      <TextInput
        label={label}
        value={value}
        error={error}
        role="combobox"
        aria-expanded={shown.length > 0}
        aria-controls={shown.length > 0 ? id : undefined}
        aria-autocomplete="list"
        aria-activedescendant={shown[marked] === undefined ? undefined : `${id}-${marked}`}
        onChange={(e) => {
          setOpen(true);
          setMarked(-1);
          onChange(e.currentTarget.value);
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={(e) => {
          const last = shown.length - 1;
          if (e.key === 'ArrowDown') {
            setOpen(true);
            setMarked(marked >= last ? 0 : marked + 1);
          } else if (e.key === 'ArrowUp') setMarked(marked <= 0 ? last : marked - 1);
          else if (e.key === 'Escape' && open)
            setOpen(false); // also while the suggestions are still on their way
          else if (e.key === 'Enter' && shown[marked] !== undefined) take(shown[marked]);
          else return;
          e.preventDefault();
          e.stopPropagation();
        }}
      />
      {shown.length > 0 && (
        <ul id={id} role="listbox" aria-label={t('place.found')} className={css['list']}>
          {shown.map((place, i) => (
            <li
              key={`${place.name} ${place.position.join(' ')}`}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === marked}
              onMouseDown={(e) => {
                e.preventDefault();
                take(place);
              }}
            >
              <span>
                <Foreign text={place.name} /> · {place.country}
              </span>
              <bdi dir="ltr">{positionText(place.position[0], place.position[1])}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/**
 * What the gazetteer says of a name and a position while they are typed: that they are apart, and by how much; where a
 * named place lies; what is nearest to a position without a name. What it says can be taken over, and never is by itself.
 */
export function PlaceAdvice({
  name,
  position,
  uncertainty,
  onName,
  onPosition,
}: {
  name: string;
  position: readonly [number, number] | null;
  uncertainty: number | null;
  onName: (name: string) => void;
  onPosition: (position: readonly [number, number]) => void;
}) {
  const t = useT();
  const asked = useRested(name.trim(), 350);
  const key = position === null ? '' : position.join(' ');
  const at = useRested(key, 350);
  const isStill = asked === name.trim() && at === key;
  const named = useQuery({
    queryKey: ['places', 'named', asked, at],
    queryFn: () => placesNamed(asked, position),
    enabled: isStill && asked !== '',
    staleTime: Infinity,
    retry: false,
  }).data;
  const near = useQuery({
    queryKey: ['places', 'near', at],
    queryFn: () => placesNear(position ?? [0, 0]),
    enabled: isStill && asked === '' && position !== null,
    staleTime: Infinity,
    retry: false,
  }).data?.[0];
  if (!isStill) return null;
  if (asked === '')
    return near === undefined || position === null ? null : (
      <p className="row dim">
        {t('place.nearest', { place: near.place.name, far: lengthText(near.metres) })}
        <button type="button" onClick={() => onName(near.place.name)}>
          {t('place.take-name')}
        </button>
      </p>
    );
  const check = named?.check ?? null;
  const apart = check !== null && check.metres > (uncertainty ?? 0) && check.differs;
  if (apart)
    return (
      <p role="alert" className="row">
        <strong>{t('place.apart', { place: check.nearest.name, far: lengthText(check.metres) })}</strong>
        <bdi dir="ltr">{positionText(check.nearest.position[0], check.nearest.position[1])}</bdi>
        <button type="button" onClick={() => onPosition(check.nearest.position)}>
          {t('place.take-position')}
        </button>
      </p>
    );
  const [only] = named?.known ?? [];
  if (position === null && only !== undefined)
    return (
      <p className="row dim">
        {t('place.known', { place: only.name, country: only.country, count: named?.known.length ?? 1 })}{' '}
        <bdi dir="ltr">{positionText(only.position[0], only.position[1])}</bdi>
        <button type="button" onClick={() => onPosition(only.position)}>
          {t('place.take-position')}
        </button>
      </p>
    );
  return position !== null && named !== undefined && named.known.length === 0 ? (
    <p className="dim">{t('place.not-known')}</p>
  ) : null;
}
