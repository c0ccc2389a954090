using System.Text;
using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>What a kind is stands in one place, and stations agreed on all of it before it stood there.</summary>
public sealed class KindTests
{
    /// <summary>By kind: its body, its state machine, its seats, the act that takes two, the same where the body says
    /// the public, whether it waits, what it replaces.</summary>
    private const string Agreed = """
        message.sent Message - watch+principal+planner+administrator - - waits -
        message.attachment - - watch+principal+planner+administrator - - waits -
        message.superseded Message - watch+principal+planner+administrator - - waits supersedes
        message.cancelled Reasoned - watch+principal+planner+administrator - - waits cancels
        message.acknowledged Acknowledgement - watch+principal+interpreter+spokesperson+planner+administrator - - - -
        message.translated Translation - interpreter+watch - - - -
        message.passed_on PassedOn - watch+principal+interpreter+spokesperson+planner+administrator - - - -
        clarification.requested ClarificationRequest clarification watch+principal - - waits -
        clarification.answered ClarificationAnswer clarification watch+principal - - - -
        clarification.insufficient Reasoned clarification watch+principal - - - -
        clarification.meeting_asked Meeting clarification watch+principal - - - -
        clarification.meeting_agreed Meeting clarification watch+principal - - - -
        clarification.closed Reasoned clarification watch+principal - - - -
        clarification.withdrawn Reasoned clarification watch+principal - - - -
        accident.reported Accident accident watch+principal - - waits -
        accident.updated Accident accident watch+principal - - waits supersedes
        accident.closed Reasoned accident watch+principal - - - -
        notice.given Notice notice watch+planner+principal - - waits -
        notice.activity Notice notice watch+planner+principal - - waits -
        notice.observed Notice notice watch+planner+principal - - waits -
        notice.updated Notice notice watch+planner+principal - - waits supersedes
        notice.cancelled Reasoned notice watch+planner+principal - - - cancels
        notice.read_back ReadBack notice watch+planner+principal - - - -
        call.requested CallRequest call watch+principal - - waits -
        call.accepted CallAcceptance call watch+principal - - waits -
        call.countered CallCounter call watch+principal - - - -
        call.declined Reasoned call watch+principal - - - -
        call.subject_refused SubjectRefusal call watch+principal - - - -
        call.withdrawn Reasoned call watch+principal - - - -
        call.started CallStart call watch+principal - - - -
        call.held CallLog call watch+principal - - waits -
        call.opened CallOpening call watch+principal - - - -
        call.busy Reasoned call watch+principal - - - -
        call.joined CallJoin call watch+principal+interpreter - - - -
        call.words_matched CallWords call watch+principal - - - -
        call.words_differed CallWords call watch+principal - - waits -
        call.admitted CallAdmission call watch+principal - - - -
        call.recording_consented Reasoned call watch+principal - - - -
        call.recording_refused Reasoned call watch+principal - - - -
        call.recording_started CallRecordingStart call watch+principal - - - -
        call.recording_ended CallRecording call watch+principal - - - -
        readout.issued Readout readout watch+principal - - waits -
        readout.drafted Readout readout watch+principal - - waits -
        readout.agreed ReadoutAgreement readout principal+watch joint-readout joint-readout - -
        readout.withdrawn Reasoned readout watch+principal - - - -
        readout.released Release readout spokesperson+principal - public-release - -
        readout.corrected Readout readout spokesperson+principal public-release public-release waits -
        readout.recalled Withdrawal readout spokesperson+principal public-release public-release - -
        activity.planned ActivityPlan activity watch+planner+principal - - waits -
        activity.notified ActivityPlan activity watch+planner+principal - - waits -
        activity.changed ActivityPlan activity watch+planner+principal - - waits supersedes
        activity.accepted Reasoned activity watch+planner+principal - - - -
        activity.objected Reasoned activity watch+planner+principal - - - -
        activity.started Reasoned activity watch+planner+principal - - - -
        activity.ended Reasoned activity watch+planner+principal - - - -
        activity.cancelled Reasoned activity watch+planner+principal - - - cancels
        area.declared StandingArea area watch+planner+principal - - waits -
        area.changed StandingArea area watch+planner+principal - - waits supersedes
        area.checked AreaCheck area watch+planner+principal - - - -
        area.objected Reasoned area watch+planner+principal - - - -
        area.withdrawn Reasoned area watch+planner+principal - - - cancels
        movement.submitted Movement movement watch+planner+principal - - waits -
        movement.changed Movement movement watch+planner+principal - - waits supersedes
        movement.acknowledged Reasoned movement watch+planner+principal - - - -
        movement.objected Reasoned movement watch+planner+principal - - - -
        movement.informed Rung movement watch+planner+principal - - - -
        movement.departed Reasoned movement watch+planner+principal - - - -
        movement.deviated MovementReport movement watch+planner+principal - - waits -
        movement.under_fire MovementReport movement watch+planner+principal - - waits -
        movement.fire_answered FireAnswer movement watch+planner+principal - - - -
        movement.resumed Reasoned movement watch+planner+principal - - - -
        movement.completed Reasoned movement watch+planner+principal - - - -
        movement.cancelled Reasoned movement watch+planner+principal - - - cancels
        blind.proposed BlindProposal blind planner+watch+principal blind-check blind-check waits -
        blind.accepted BlindAcceptance blind planner+watch+principal blind-check blind-check - -
        blind.declined Reasoned blind planner+watch+principal - - - -
        blind.withdrawn Reasoned blind planner+watch+principal - - - -
        blind.committed BlindCommitment blind planner+watch+principal - - - -
        blind.compared BlindFinding blind planner+watch+principal - - - -
        blind.aborted BlindEnd blind planner+watch+principal - - - -
        agreement.tabled AgreementText agreement watch+principal - - waits -
        agreement.countered AgreementText agreement watch+principal - - waits -
        agreement.opened AgreementReference agreement watch+principal - - waits -
        agreement.signed AgreementSignature agreement principal+watch agreement agreement waits -
        agreement.consented AgreementReference agreement principal+watch agreement agreement waits -
        agreement.declined AgreementRefusal agreement principal+watch - - waits -
        agreement.amended AgreementText agreement watch+principal - - waits -
        agreement.suspended AgreementSuspension agreement principal+watch agreement agreement waits -
        agreement.resumed Reasoned agreement principal+watch agreement agreement waits -
        agreement.denounced AgreementDenunciation agreement principal+watch agreement agreement waits -
        agreement.ended Reasoned agreement principal+watch agreement agreement waits -
        order.announced OrderAnnouncement order watch+planner+principal - - waits -
        order.reported OrderReceipt order watch+planner+principal - - - -
        order.closed Reasoned order watch+planner+principal - - - -
        observation.reported ObservationReport observation watch+planner+principal - - - -
        observation.corrected ObservationReport observation watch+planner+principal - - - -
        observation.withdrawn ObservationWithdrawal observation watch+planner+principal - - - -
        coverage.logged Coverage coverage watch+planner+principal - - - -
        coverage.corrected Coverage coverage watch+planner+principal - - - supersedes
        coverage.withdrawn Reasoned coverage watch+planner+principal - - - cancels
        summary.released DailySummary summary watch+planner+principal - - - -
        summary.corrected DailySummary summary watch+planner+principal - - - supersedes
        summary.withdrawn Reasoned summary watch+planner+principal - - - cancels
        incident.reported Account incident watch+principal - - waits -
        incident.account_given Account incident watch+principal - - waits -
        incident.examined Inquiry incident watch+principal - - - -
        incident.inquired Inquiry incident watch+principal - - - -
        incident.found Finding incident watch+principal - - waits -
        incident.board_convened Reasoned incident watch+principal - - waits -
        incident.responded Inquiry incident watch+principal - - - -
        incident.closed Finding incident principal+watch agreement agreement - -
        incident.dissented Finding incident principal+watch - - - -
        incident.merged IncidentMerge incident watch+principal - - - -
        incident.split IncidentSplit incident watch+principal - - - -
        returnfire.notified ReturnFire returnfire principal+watch return-fire return-fire waits -
        returnfire.answered FireAnswer returnfire watch+principal - - waits -
        returnfire.begun Reasoned returnfire watch+principal - - - -
        returnfire.ended Reasoned returnfire watch+principal - - - -
        test.sent LineTest test watch - - - -
        test.answered TestEcho test watch - - - -
        test.declined Reasoned test watch - - - -
        test.fault Reasoned test watch - - - -
        watch.offered Handover watch watch - - - -
        watch.taken Handover watch watch - - - -
        condition.raised Condition condition watch+principal - - waits -
        condition.lowered Reasoned condition watch+principal - - - -
        line.suspended Reasoned - principal+administrator suspension suspension waits -
        line.resumed Reasoned - principal+administrator suspension suspension - -
        line.suspension_warned Reasoned - principal+administrator - - waits -
        party.admitted Admission - administrator+principal admission admission waits -
        statement.released Statement - spokesperson+principal - public-release - -
        statement.corrected Statement - spokesperson+principal - public-release - supersedes
        statement.withdrawn Withdrawal - spokesperson+principal public-release public-release - cancels
        room.opened RoomCharter room principal+watch - - waits -
        room.joined Reasoned room principal+watch - - - -
        room.said RoomWord room principal+watch - - waits -
        room.passed PassedWord room principal+watch passing passing waits -
        room.recognised Recognition room principal+administrator - - - -
        room.conditioned RoomCondition room principal+watch - - waits -
        room.consented RoomConsent room principal consent consent waits -
        room.consent_withdrawn RoomConsent room principal consent consent waits -
        room.drafted NegotiatingText room principal+watch - - waits -
        room.commented ClauseComment room principal+watch - - - -
        room.handed_over HandedOver room principal+watch - - - -
        room.closed Reasoned room principal+watch - - waits -
        silence.began SilenceProcedure silence principal silence silence waits -
        silence.received SilenceReceived silence principal+watch - - - -
        silence.broken SilenceBroken silence principal+watch - - waits -
        silence.closed SilenceClosed silence principal silence silence - -
        claim.made Claim claim spokesperson+principal+watch - - - -
        claim.disputed Claim claim spokesperson+principal+watch - - - -
        """;

    /// <summary>What no program knows yet, or another part of this one does: its seats, whether it waits, whether a
    /// station wrote it.</summary>
    private const string OfOthers = """
        call.x watch+principal waits -
        readout.x watch+principal waits -
        clarification.x watch+principal waits -
        accident.x watch+principal waits -
        condition.x watch+principal waits -
        blind.x planner+watch+principal waits -
        notice.x watch+planner+principal waits -
        activity.x watch+planner+principal waits -
        area.x watch+planner+principal waits -
        movement.x watch+planner+principal waits -
        test.x watch - auto
        watch.x watch - -
        line.x administrator waits -
        claim.x watch+principal waits -
        message.x watch+principal waits -
        party.x watch+principal waits -
        statement.x watch+principal waits -
        weather.x watch+principal waits -
        blind planner+watch+principal waits -
        line administrator waits -
        weather watch+principal waits -
        line.opened administrator - auto
        attachment.received watch+principal - auto
        body.missing watch+principal waits -
        """;

    [Fact]
    public void Every_kind_is_what_stations_agreed_that_it_is() =>
        Assert.Equal(
            Agreed.Split('\n').Order(StringComparer.Ordinal),
            Kinds.All.Select(k => Told(k.Name)).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void A_kind_that_nobody_knows_is_judged_by_its_first_word() =>
        Assert.All(
            OfOthers.Split('\n'),
            line =>
                Assert.Equal(
                    line,
                    $"{line.Split(' ')[0]} {string.Join('+', Seats.That(line.Split(' ')[0]))} {Waits(line.Split(' ')[0])} {(Attention.IsAutomatic(line.Split(' ')[0]) ? "auto" : "-")}"
                )
        );

    [Fact]
    public void Every_name_has_one_definition_and_every_definition_a_name() =>
        Assert.Equal(
            typeof(Kinds).GetFields().Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            Kinds.All.Select(k => k.Name).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void A_state_table_takes_the_kinds_that_are_defined_beside_it_and_no_others() =>
        Assert.All(
            AllFamilies.All,
            family =>
                Assert.Equal(
                    family.Table.Transitions.Select(t => t.Kind).Distinct().Order(StringComparer.Ordinal),
                    family.Definitions.Select(k => k.Name).Order(StringComparer.Ordinal)
                )
        );

    [Fact]
    public void Every_kind_says_what_it_is_and_who_may_write_it() =>
        Assert.All(
            Kinds.All,
            kind =>
            {
                Assert.True(
                    kind.Label.Length is > 2 and < 40 && char.IsUpper(kind.Label[0]) && !kind.Label.EndsWith('.'),
                    kind.Name
                );
                Assert.True(
                    kind.Says.Length is > 10 and < 160 && char.IsUpper(kind.Says[0]) && kind.Says.EndsWith('.'),
                    kind.Name
                );
                Assert.NotEmpty(kind.Seats);
                Assert.All(kind.Seats, seat => Assert.Contains(seat, Seats.All));
                Assert.True(
                    kind.ActAtLevel is null
                        || (
                            kind.Act is not null
                            && typeof(IReleasedBody).IsAssignableFrom(TrafficBodies.Types[kind.Name])
                        ),
                    kind.Name
                );
            }
        );

    [Theory] // LINK-32
    [InlineData(Kinds.LineSuspended, true)]
    [InlineData(Kinds.TestSent, true)]
    [InlineData(Kinds.WatchTaken, true)]
    [InlineData(Kinds.MessageAcknowledged, true)]
    [InlineData(Kinds.MessageSent, false)]
    [InlineData(Kinds.CallRequested, false)]
    public void A_definition_says_of_its_kind_what_the_link_says_of_it_on_a_suspended_line(string kind, bool passes) =>
        Assert.Equal(passes, Kinds.Find(kind)!.PassesSuspension);

    private static string Told(string kind) =>
        string.Join(
            ' ',
            kind,
            TrafficBodies.Types.GetValueOrDefault(kind)?.Name ?? "-",
            AllFamilies.Of(kind)?.Name ?? "-",
            string.Join('+', Seats.That(kind)),
            Act(kind, "{}"),
            Act(kind, """{"level":"public","text":"t"}"""),
            Waits(kind),
            Replacement.Cancels(kind) ? "cancels"
                : Replacement.Is(kind) ? "supersedes"
                : "-"
        );

    private static string Waits(string kind) => Attention.WantsAcknowledgement(kind) ? "waits" : "-";

    private static string Act(string kind, string json)
    {
        var header = new TestRecord().Draft("us", kind, null, []).Header;
        return TwoPeople.ActOf(
                new TrafficEntry(
                    header,
                    TrafficBodies.Read(kind, Encoding.UTF8.GetBytes(json)).TryGet(out var body, out _) ? body : null,
                    null,
                    default
                )
            ) ?? "-";
    }
}
