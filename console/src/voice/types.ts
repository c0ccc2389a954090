import type { components } from '../api/schema';

type Schemas = components['schemas'];
export type CallMember = Schemas['CallMemberView'];
export type CallSignal = Schemas['CallSignalView'];
export type CallLive = Schemas['CallLiveView'];
export type CallSeat = Schemas['CallSeatView'];
export type CallLogs = Schemas['CallLogsView'];
