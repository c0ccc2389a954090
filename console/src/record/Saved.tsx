import { Button } from '@mantine/core';
import { useOfficer } from '../api/session';
import { membersOf, textOf } from '../look/body';
import { useKept } from '../look/kept';
import { useT } from '../messages';
import { isSame, typedOf } from './facets';
import css from './record.module.css';
import { isSought, nothingSought, type Sought } from './search';

/** Searches that this browser keeps for an officer. */
const most = 12;

const read = (stored: unknown): Sought[] | null =>
  Array.isArray(stored)
    ? stored.slice(0, most).flatMap((one) => {
        const kept = membersOf(one);
        return kept === null
          ? []
          : [
              Object.fromEntries(
                Object.keys(nothingSought).map((name) => [name, textOf(kept[name]) ?? '']),
              ) as unknown as Sought,
            ];
      })
    : null;

/** What is searched for again and again, at a press. */
export function Saved({ sought, onTake }: { sought: Sought; onTake: (sought: Sought) => void }) {
  const t = useT();
  const officer = useOfficer();
  const [saved, setSaved] = useKept<Sought[]>(`searches.${officer.name}`, [], { read });
  return (
    <>
      {isSought(sought) && !saved.some((one) => isSame(one, sought)) && (
        <Button
          type="button"
          size="compact-sm"
          variant="default"
          onClick={() => setSaved([sought, ...saved].slice(0, most))}
        >
          {t('search.save')}
        </Button>
      )}
      {saved.map((one) => (
        <span key={typedOf(one)} className={css['saved']}>
          <button type="button" onClick={() => onTake(one)}>
            {typedOf(one)}
          </button>
          <button
            type="button"
            aria-label={`${t('search.forget')} ${typedOf(one)}`}
            onClick={() => setSaved(saved.filter((other) => other !== one))}
          >
            ×
          </button>
        </span>
      ))}
    </>
  );
}
