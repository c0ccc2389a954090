import type { components } from './schema';

/**
 * The station's shapes as this console reads them. Where the generated description knows less than the station writes
 * (lists of ids, maps by party, times that may be absent), the members are told here once.
 */
type Shape = components['schemas'];
type With<T, Known> = Omit<T, keyof Known> & Known;

/** UTC, RFC 3339 with milliseconds. */
export type Instant = string;
export type Precedence = 'routine' | 'priority' | 'immediate' | 'flash';
export type Mark = 'actual' | 'exercise' | 'test';
export type Officer = { seat: string; name: string; releasedBy?: { seat: string; name: string } };

export type StationView = With<Shape['StationView'], { fault: string | null; noRoom: string | null; state: 'ready' | 'faulted' | 'restored'; startedAt: Instant }>;
export type LineSummary = With<Shape['LineSummary'], { parties: string[]; continues: string | null }>;
export type LineDetail = With<Shape['LineDetail'], { parties: LineParty[]; status: LineStatus }>;
export type LineParty = With<Shape['LineParty'], { addresses: string[] }>;
export type LinkState = 'alive' | 'unattended' | 'suspended' | 'unopened' | 'down';
export type Undelivered = { entry: string; at: Instant; since: Instant };
export type PeerStatus = With<Shape['PeerStatus'], {
  state: LinkState; lastHeard: Instant | null; clockOffsetMs: number | null; oldestUndelivered: Undelivered | null; failingSince: Instant | null; lastError: string | null;
}>;
export type Suspension = { by: string; entry: string; at: Instant; seat: string; name: string; releasedBy: string | null; reason: string | null };
export type LineStatus = With<Shape['LineStatus'], { peers: PeerStatus[]; suspensions: Suspension[] }>;

export type BodyState = 'here' | 'none' | 'withheld' | 'missing' | 'attachment';
export type EntryView = With<Shape['EntryView'], {
  mark: Mark; precedence: Precedence; by: Officer; re: string[]; to: string[] | null; lang: string | null; cosignedBy: string[]; body: unknown; bodyState: BodyState; clockAhead?: number | null;
}>;
export type CosignatureView = { party: string; size: number; at: Instant; noteLine: string };
export type EntryDetail = EntryView & { header: string; cosignatures: CosignatureView[] };
export type RecordPage = { entries: EntryView[]; next: number | null };

export type Principal = { party: string; office: string; rank?: string | null };
export type Window = { from: Instant; until: Instant };
export type Place = { name?: string | null; position?: [number, number] | null; uncertaintyMetres?: number | null };
export type ReadoutPoint = { text: string; tag: 'agreed' | 'discussed' | 'disagreed' };
export type Readout = { text?: string | null; points?: ReadoutPoint[] | null; effective?: Instant | null; embargo?: Instant | null };
export type Difference = { what: string; point: string | null; first: string | null; second: string | null };
export type ClarificationAnswer = {
  purpose?: string | null; place?: Place | null; endDate?: Instant | null; designation?: string | null; subordination?: string | null;
  formations?: string | null; equipment?: string | null; note?: string | null; material?: ItemMaterial[];
};
export type ItemMaterial = { what: string; hash?: string | null; source?: string | null; verification?: string | null; entry?: string | null };
export type Meeting = { where?: string | null; at?: Instant | null; note?: string | null };
export type OpenItem = { line: string; entry: string; family: string; state: string };
export type Flag = { entry: string; kind: string; reason: string };

export type Family = 'call' | 'readout' | 'clarification' | 'accident' | 'notice' | 'test' | 'watch' | 'condition' | 'claim';
/** A place's name held against its position by the station's gazetteer (R13). */
export type PlaceCheck = { nearest: { name: string; country: string; position: number[] }; metres: number; differs: boolean };
export type ItemView = {
  entry: string; family: Family; state: string; since: Instant; due: Instant | null; overdue: boolean; opener: string; mark: Mark;
  entries: { entry: string; kind: string; at: Instant; by: Officer }[]; settled: boolean;
  between?: Principal[]; topic?: string; windows?: Window[]; expires?: Instant; concern?: string; type?: string; place?: Place; answer?: ClarificationAnswer; meeting?: Meeting; reason?: string;
  draft?: string; hash?: string; readout?: Readout; agreed?: string[]; differences?: Difference[]; releasedTo?: Record<string, string>;
  what?: string; from?: Instant; until?: Instant; lateSeconds?: number; readBackMetres?: number; readBackDiffers?: boolean; placeCheck?: PlaceCheck | null; text?: string; source?: string | null; dissent?: { entry: string; party: string; text: string | null; source: string | null }[]; handover?: OpenItem[]; flags?: Flag[];
};

export type Fact = { party: string; entry: string; at: Instant; by: Officer; note: string | null };
export type Receipts = {
  entry: string; kind: string; from: string; at: Instant; precedence: Precedence; delivered: Record<string, Instant>;
  read: Fact[]; translated: Fact[]; passedOn: Fact[]; answered: Fact[]; waitingFor: string[]; due: Instant | null; deputyDue: Instant | null; overdue: boolean;
  replaced: { entry: string; cancelled: boolean } | null; mark: Mark;
};
export type ConditionView = { entry: string; party: string; scope: string | null; level: string | null; reason: string | null; since: Instant; mark: Mark };
export type PartyTests = { lastSuccess: Instant | null; consecutiveMisses: number; lastSent: Instant | null; lastOutcome: string | null };
export type TrafficView = {
  line: string; at: Instant; folding: boolean; open: ItemView[]; waiting: Receipts[]; waitingCount: number; overdue: number; conditions: ConditionView[];
  tests: { byParty: Record<string, PartyTests>; nextAutomatic: Instant | null; nextStaffed: Instant | null }; flags: Flag[]; flagCount: number;
};

export type DeliveredProof = { by: string; at: Instant; size: number; cosignature: string | null; path: string };
export type Attempt = {
  entry: string; line: string; at: Instant; by: string; between: Principal[]; topic: string | null; outcome: string; answer: string | null; answeredAt: Instant | null; mark: Mark;
  expires: Instant; deliveredAt: Instant | null; deliveredProof: DeliveredProof[];
};
export type Contact = { entry: string; line: string; at: Instant; minutes: number | null; between: Principal[]; outcome: string | null; mark: Mark; saidBy: string[]; confirmed: boolean };
export type ReadoutNote = { entry: string; line: string; at: Instant; by: string; state: string; about: string[]; mark: Mark };
export type ChronologyView = {
  line: string; at: Instant; with: string | null; exercise: boolean; leftOut: number; standingRequests: number; standingByParty: Record<string, number>; lastContact: Instant | null; previousContact: Instant | null;
  daysSinceLastContact: number | null; daysBetweenContacts: number | null; firstSince: Instant | null; attempts: Attempt[]; contacts: Contact[]; readouts: ReadoutNote[]; silences: Attempt[];
};

export type WatchView = {
  party: string; entry: string | null; since: Instant | null; communicator: string | null; translator: string | null; until: Instant | null; offered: string | null; offeredTo: string | null;
};
export type ProposalView = {
  proposal: string; line: string; act: string | null; kind: string; by: Officer; at: Instant; precedence: Precedence; mark: Mark; re: string[]; to: string[] | null; lang: string | null; body: unknown;
};
export type RefusedProposal = { proposal: ProposalView; by: Officer; reason: string | null; at: Instant };
export type AlarmView = {
  alarm: string; line: string; entry: string | null; kind: string | null; precedence: Precedence; level: 'arrived' | 'due' | 'deputy' | 'reminder'; about: string;
  due: Instant; raised: Instant; waitingFor: string[]; mark: Mark; for: string[]; isQuiet: boolean; quieted: { by: Officer; at: Instant; level: AlarmView['level'] } | null;
};
export type DraftView = { draft: string; at: Instant; line: string | null; kind: string | null; by: Officer | null; content: unknown; problem: string | null };
export type OffRecordMessage = {
  from: string; at: Instant; precedence: Precedence; by: Officer; to: string[] | null; text: string; delivered: Record<string, boolean> | null;
};
export type ForkView = { line: string; party: string; first: string; second: string; at: Instant; proof: string | null };
export type RefusalView = { line: string | null; peer: string | null; status: number; reason: string; count: number; first: Instant; last: Instant };
export type Appended = { id: string; at: Instant; sealed: boolean; cosignedBy: string[]; settled: string };
