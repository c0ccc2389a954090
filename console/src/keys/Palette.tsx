import { useId, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { alarmsQuery, useLines } from '../api/queries';
import { useKinds } from '../api/kinds';
import { useOfficer } from '../api/session';
import { isPlayed, screenOfAlarm } from '../look/alarms';
import { isPlayed as isPlayedLine } from '../look/home';
import { kindWord } from '../look/labels';
import { firstOf } from '../look/levels';
import { useName } from '../look/names';
import { openersOf } from '../look/openers';
import { go, screens, useRoute } from '../look/route';
import { applyLook, looks } from '../look/theme';
import { plainOf } from '../look/visible';
import { languages, setLanguage, useT, wordOf, type Language } from '../messages';
import { Dialog } from '../look/Dialog';
import { runShortcut, shortcuts } from '../look/shortcuts';
import css from './keys.module.css';
import { found, meantFirst, type Choice } from './palette';

/** As many as are shown at a time. */
const most = 12;

/** Everything that can be gone to or done, by a few of its letters. */
export function Palette({ onClose }: { onClose: () => void }) {
  const t = useT();
  const name = useName();
  const lines = useLines();
  const kinds = useKinds();
  const officer = useOfficer();
  const route = useRoute();
  const list = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const line = route.line ?? lines[0]?.line ?? null;
  const entry = /^([a-z0-9-]{1,32})\/(\d{1,16})$/.exec(text.trim());
  // What is asked for most at such an hour stands first: the alarm, and lines on which something is meant.
  const alarm = firstOf(useQuery(alarmsQuery).data ?? []);
  const choices: Choice[] = [
    ...(alarm === undefined
      ? []
      : [
          {
            id: 'alarm',
            word: [
              isPlayed(alarm) ? t('mark.exercise') : null,
              alarm.rings ? t(`precedence.${alarm.precedence}`) : null,
              plainOf(alarm.text ?? (alarm.kind === null ? wordOf(t, 'about', alarm.about) : kindWord(t, alarm.kind))),
            ]
              .filter((part) => part !== null)
              .join(' · '),
            group: t('palette.group-alarm'),
            more: alarm.entry ?? '',
            run: () => go({ screen: screenOfAlarm(alarm), line: alarm.line, entry: alarm.entry }),
          },
        ]),
    ...(entry === null || line === null
      ? []
      : [
          {
            id: 'entry',
            word: t('palette.entry', { entry: text.trim() }),
            group: t('palette.group-entry'),
            more: text,
            run: () => go({ screen: 'record', line, entry: text.trim() }),
          },
        ]),
    ...meantFirst(lines, (one) => isPlayedLine(one.line)).map((one) => ({
      id: `line ${one.line}`,
      word: `${plainOf(one.title || one.line)}${isPlayedLine(one.line) ? ` · ${t('mark.exercise')}` : ''}`,
      group: t('palette.group-line'),
      more: `${one.line} ${one.parties.map(name).join(' ')} ${one.parties.join(' ')}`,
      run: () => go({ screen: 'watch', line: one.line }),
    })),
    ...screens
      .filter((one) => one !== 'officers' && one !== 'account')
      .map((one) => ({
        id: `screen ${one}`,
        word: t(`screen.${one}`),
        group: t('palette.group-screen'),
        more: one,
        run: () => go({ screen: one, line: one === 'handover' ? null : line }),
      })),
    ...(['compose', 'flash', 'reply', 'acknowledge', 'unread', 'help'] as const).map((id) => ({
      id: `act ${id}`,
      word: t(`key.${id}`),
      group: t('palette.group-act'),
      more: shortcuts.find((one) => one.id === id)?.keys ?? '',
      run: () => void runShortcut(id),
    })),
    ...Object.values(openersOf(kinds, officer.seat))
      .flat()
      .map((kind) => ({
        id: `form ${kind.kind}`,
        word: kindWord(t, kind.kind),
        group: t('palette.group-form'),
        more: kind.kind,
        run: () => go({ screen: 'forms', line, tab: kind.kind }),
      })),
    ...looks.map((one) => ({
      id: `look ${one}`,
      word: t(`look.${one}`),
      group: t('settings.look'),
      more: one,
      run: () => applyLook(one),
    })),
    ...Object.entries(languages).map(([code, word]) => ({
      id: `language ${code}`,
      word,
      group: t('settings.language'),
      more: code,
      run: () => void setLanguage(code as Language),
    })),
  ];
  const shown = found(choices, text).slice(0, most);
  const chosen = Math.min(at, shown.length - 1);
  const take = (one: Choice | undefined): void => {
    if (one === undefined) return;
    onClose();
    // The page has the focus again by then.
    requestAnimationFrame(one.run);
  };
  return (
    <Dialog label={t('palette.title')} onClose={onClose}>
      <input
        className={css['search']}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={shown[chosen] === undefined ? undefined : `${list}-${chosen}`}
        aria-label={t('palette.title')}
        placeholder={t('palette.how')}
        autoFocus
        value={text}
        onChange={(e) => {
          setText(e.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') setAt(Math.min(chosen + 1, shown.length - 1));
          else if (e.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0));
          else if (e.key === 'Enter') take(shown[chosen]);
          else return;
          e.preventDefault();
        }}
      />
      <ul id={list} role="listbox" aria-label={t('palette.title')} className={css['choices']}>
        {shown.map((one, i) => (
          <li
            key={one.id}
            id={`${list}-${i}`}
            role="option"
            aria-selected={i === chosen}
            onClick={() => take(one)}
            onPointerMove={() => setAt(i)}
          >
            <span>{one.word}</span>
            <span className="dim">{one.group}</span>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p role="status">{t('palette.nothing')}</p>}
    </Dialog>
  );
}
