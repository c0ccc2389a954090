import type { components } from './schema';

/** The station's shapes by the names that screens know them by: all of them come from its description of the API. */
type Shape = components['schemas'];

/** UTC, RFC 3339 with milliseconds. */
export type Instant = string;
export type Precedence = Shape['Precedence'];
export type Mark = Shape['Mark'];
export type Officer = Shape['Officer'];

export type StationView = Shape['StationView'];
export type LineSummary = Shape['LineSummary'];
export type LineDetail = Shape['LineDetail'];
export type LineStatus = Shape['LineStatus'];
export type PeerStatus = Shape['PeerStatus'];
export type LinkState = Shape['LinkState'];
/** An attachment that finds no room: of ours at the peer, or of the peer's here. */
export type Untaken = Shape['UntakenView'];
export type Suspension = Shape['SuspensionView'];
/** A word of one officer, or the decision of two, that the station may sign on. */
export type SignOn = Shape['SignOnView'];
/** Why nothing is signed on a line, or that two officers decided that it is. */
export type OwnFeed = Shape['OwnFeedView'];

export type BodyState = Shape['BodyState'];
export type EntryView = Shape['EntryView'];
/** The description tells the members that it has of `EntryView` as ones that may be absent. */
export type EntryDetail = EntryView & Pick<Shape['EntryDetail'], 'header' | 'cosignatures'>;
export type RecordPage = Shape['RecordPage'];

export type Principal = Shape['Principal'];
export type Window = Shape['Window'];
export type ItemMaterial = Shape['Material'];
export type Difference = Shape['ReadoutDifference'];
export type Readout = Shape['Readout'];
export type ReadoutPoint = Shape['ReadoutPoint'];
export type ItemView = Shape['ItemView'];
export type OpenItem = Shape['OpenItem'];

export type Receipts = Shape['ReceiptsView'];
export type ConditionView = Shape['ConditionView'];
export type TrafficView = Shape['TrafficView'];
export type Fact = Shape['FactView'];
export type Contact = Shape['ContactView'];
export type Attempt = Shape['AttemptView'];
export type ChronologyView = Shape['ChronologyView'];
export type WatchView = Shape['WatchView'];
export type UsageView = Shape['UsageView'];
export type UsageDay = Shape['UsageDayView'];
export type UsageLink = Shape['UsageLink'];
export type PresenceView = Shape['PresenceView'];
export type ProposalView = Shape['ProposalView'];
export type RefusedProposal = Shape['RefusedProposalView'];
export type AlarmView = Shape['AlarmView'];
export type DraftView = Shape['DraftView'];
export type TemplateView = Shape['TemplateView'];
export type ConsoleView = Shape['ConsoleView'];
export type ReliefView = Shape['ReliefView'];
export type OffRecordMessage = Shape['OffRecordMessage'];
export type ForkView = Shape['ForkView'];
export type RefusalView = Shape['RefusalView'];
export type Appended = Shape['Appended'];
export type KindView = Shape['KindView'];
