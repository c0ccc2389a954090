import { expect, test } from 'vitest';
import { theKinds } from '../testing/kinds';
import { mayWrite } from './kinds';

const seats = ['watch', 'principal', 'interpreter', 'spokesperson', 'planner', 'auditor', 'administrator'];
const may = (kind: string): string[] => seats.filter((seat) => mayWrite(theKinds, seat, kind));

test('the watch is offered no warning of a suspension, which the station would refuse', () => {
  for (const kind of ['line.suspension_warned', 'line.suspended', 'line.resumed'])
    expect(may(kind), kind).toEqual(['principal', 'administrator']);
});

test('activities, areas and movements are for the watch, the principal and the planner', () => {
  for (const kind of [
    'activity.notified',
    'activity.cancelled',
    'area.declared',
    'movement.submitted',
    'movement.acknowledged',
    'notice.given',
  ])
    expect(may(kind), kind).toEqual(['watch', 'principal', 'planner']);
});

test('whoever may send a message may attach to it, replace it and take it back', () => {
  for (const kind of ['message.attachment', 'message.superseded', 'message.cancelled'])
    expect(may(kind), kind).toEqual(may('message.sent'));
  expect(may('message.sent')).toEqual(['watch', 'principal', 'planner', 'administrator']);
});

test('other kinds are the watch’s and the principal’s, and nothing is the auditor’s', () => {
  for (const kind of [
    'call.requested',
    'readout.drafted',
    'clarification.requested',
    'accident.reported',
    'condition.raised',
  ])
    expect(may(kind), kind).toEqual(['watch', 'principal']);
  expect(may('test.sent')).toEqual(['watch']);
  expect(may('watch.offered')).toEqual(['watch']);
  expect(may('blind.proposed')).toEqual(['watch', 'principal', 'planner']);
});

test('while it is not known what a seat may write, nothing is kept from an officer: the station decides', () => {
  expect(mayWrite(new Map(), 'watch', 'message.sent')).toBe(true);
  expect(mayWrite(theKinds, 'watch', 'example.later')).toBe(false);
});
