import { expect, test } from 'vitest';
import type { AlarmView, ItemView, TrafficView } from '../api/types';
import { conflictOf, coveredBy, graveness, mostNamed, shownOnce, soundOf, sounds, stands, toneOf } from './alarms';

const alarm = (part: Partial<AlarmView>): AlarmView =>
  ({
    alarm: 'a',
    line: 'north',
    entry: 'ru/4',
    kind: 'message.sent',
    precedence: 'flash',
    mark: 'actual',
    level: 'arrived',
    about: 'acknowledgement',
    due: '',
    raised: '',
    waitingFor: ['us'],
    class: 'urgent',
    rings: true,
    isQuiet: false,
    ...part,
  }) as AlarmView;

test('a FLASH or an IMMEDIATE stands until it is acknowledged, whoever took its sound away; what is less urgent, or not ours to acknowledge, does not', () => {
  expect(stands(alarm({ isQuiet: true }))).toBe(true);
  expect(stands(alarm({ isQuiet: true, precedence: 'immediate' }))).toBe(true);
  expect(stands(alarm({ isQuiet: true, precedence: 'priority' }))).toBe(false);
  expect(stands(alarm({ isQuiet: true, about: 'unacknowledged' }))).toBe(false);
  expect(stands(alarm({ about: 'tests unanswered: 3', entry: null }))).toBe(true);
  expect(sounds(alarm({ isQuiet: true }))).toBe(false);
  expect(sounds(alarm({ level: 'reminder', rings: false }))).toBe(false);
});

test('red is for what rings and is meant; what is only shown is serious, a reminder waits, and what is played is none of them', () => {
  expect(graveness(alarm({}))).toBe('critical');
  expect(graveness(alarm({ class: 'link-down', rings: false }))).toBe('serious');
  expect(graveness(alarm({ class: 'staffed-test', rings: false, level: 'reminder' }))).toBe('caution');
  expect(graveness(alarm({ mark: 'exercise' }))).toBe('standby');
});

test('what is played sounds otherwise, and not at all beside what is meant', () => {
  expect(toneOf([])).toBeNull();
  expect(toneOf([alarm({ mark: 'exercise' })])).toBe('exercise');
  expect(toneOf([alarm({ mark: 'exercise' }), alarm({})])).toBe('actual');
});

test('what was silenced at one level is heard at the next', () => {
  expect(soundOf(alarm({ level: 'arrived' }))).not.toBe(soundOf(alarm({ level: 'deputy' })));
});

test('a convoy under fire has one row, and it stays with the report while the convoy is not known', () => {
  const fire = alarm({ alarm: 'f', about: 'under fire', entry: 'us/3', kind: 'movement.under_fire' });
  const report = alarm({ alarm: 'r', entry: 'us/5', kind: 'movement.under_fire' });
  const other = alarm({ alarm: 'o', entry: 'us/9', kind: 'movement.under_fire' });
  const item = { entries: [{ entry: 'us/3' }, { entry: 'us/5' }] } as ItemView;
  const told = (fires: [string, ItemView | undefined][]) =>
    shownOnce([fire, report, other], new Map(fires)).map((one) => one.alarm);
  expect(told([['north us/3', item]])).toEqual(['f', 'o']);
  expect(told([['north us/3', undefined]])).toEqual(['f', 'r', 'o']);
});

test('an acknowledgement covers the files that still wait, each once, and names no more than an entry may', () => {
  const traffic = { waiting: [{ entry: 'ru/4' }, { entry: 'ru/2' }, { entry: 'ru/3' }] } as TrafficView;
  expect(coveredBy('ru/4', ['ru/2', 'ru/1', 'ru/4'], traffic)).toEqual(['ru/4', 'ru/2']);
  const many = Array.from({ length: 100 }, (_, i) => `ru/${i + 10}`);
  expect(coveredBy('ru/4', many, { waiting: many.map((entry) => ({ entry })) } as TrafficView)).toHaveLength(mostNamed);
});

test('a conflict is told by the two plans that its alarm is named after', () => {
  const alarm = (name: string) => ({ alarm: name, class: 'conflict' }) as AlarmView;
  expect(conflictOf(alarm('baltic-x:conflict.us.12.ru-navy.7'))).toEqual(['us/12', 'ru-navy/7']);
  expect(conflictOf(alarm('baltic-x:conflicts.ru'))).toBeNull();
});
