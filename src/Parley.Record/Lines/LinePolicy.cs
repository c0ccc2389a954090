using System.Globalization;

namespace Parley.Record;

/// <summary>
/// What the parties of a line agreed about time, as part of its document: when acknowledgements are due, when silence
/// is remarked on.
/// All durations in whole seconds.
/// </summary>
public sealed record LinePolicy
{
    /// <summary>Longest duration that a policy may set: 31 days.</summary>
    public const int MaxSeconds = 31 * 86_400;

    /// <summary>The rules for what counts that every program has, and those of now.</summary>
    public const int FirstFold = 1,
        NewestFold = 3;

    /// <summary>Most staffed tests a day.</summary>
    public const int MaxStaffedTests = 24;

    /// <summary>The policy that a line has unless its parties agree another.</summary>
    public static LinePolicy Default { get; } = new();

    /// <summary>Seconds until an acknowledgement of a ROUTINE entry is due.</summary>
    public int AcknowledgeRoutine { get; init; } = 86_400;
    public int AcknowledgePriority { get; init; } = 10_800;
    public int AcknowledgeImmediate { get; init; } = 1_800;
    public int AcknowledgeFlash { get; init; } = 300;

    /// <summary>Seconds after which the deputy's seat is alerted too.</summary>
    public int Deputy { get; init; } = 120;

    /// <summary>Seconds between heartbeats.</summary>
    public int Heartbeat { get; init; } = 10;

    /// <summary>Difference of two parties' clocks, in seconds, that is shown.</summary>
    public int ClockWarn { get; init; } = 2;

    /// <summary>Difference of two parties' clocks, in seconds, that is flagged on entries.</summary>
    public int ClockFlag { get; init; } = 10;

    /// <summary>Seconds between automatic line tests.</summary>
    public int LineTest { get; init; } = 3_600;

    /// <summary>Times of day, <c>HH:mm</c>, local to each party, at which officers test the line; ascending.</summary>
    public IReadOnlyList<string> StaffedTests { get; init; } = ["09:00", "17:00"];

    /// <summary>Acts that one officer proposes and another releases, of <see cref="Acts"/>; ascending, each
    /// once.</summary>
    public IReadOnlyList<string> TwoPeople { get; init; } = [JointReadout, PublicRelease, Suspension];

    /// <summary>The least that is to lie between what two parties plan, in one dimension at least; all zero: they must
    /// not touch.</summary>
    public LineSeparation Separation { get; init; } = new(0, 0, 0);

    /// <summary>
    /// The version of the rules by which entries count or are flagged, so that all stations come to one state whatever
    /// their programs. A document without the member
    /// has the first; one that a program does not know is refused by it. // LINE-13
    /// </summary>
    public int Fold { get; init; } = NewestFold;

    /// <summary>
    /// How many of the members of <see cref="Members"/> that every document has now this one has: all, or those that
    /// documents had when it was made. Its name is the hash of its bytes,
    /// so that it is written as it was. // LINE-8
    /// </summary>
    internal int Written { get; init; } = WithSeparation;

    /// <summary>The same policy as a document of now writes it.</summary>
    internal LinePolicy Whole => this with { Written = WithSeparation };
    private const int WithoutTwoPeople = 7,
        WithoutSeparation = 8,
        WithSeparation = 9;

    /// <summary>The member that is absent where it says nothing new.</summary>
    private const int FoldMember = 9;

    /// <summary>Sending FLASH.</summary>
    public const string Flash = "flash";

    /// <summary>Agreeing to a joint readout.</summary>
    public const string JointReadout = "joint-readout";

    /// <summary>Releasing a readout or a statement to the public.</summary>
    public const string PublicRelease = "public-release";

    /// <summary>Suspending the line, and resuming it.</summary>
    public const string Suspension = "suspension";

    /// <summary>Admitting a party.</summary>
    public const string Admission = "admission";

    /// <summary>Taking silence for consent: a line has it only where its policy names it.</summary>
    public const string Silence = "silence";

    /// <summary>Letting words of a mediator's room cross to another line: marking them for it, and carrying them.</summary>
    public const string Passing = "passing";

    /// <summary>Every act that a policy may name.</summary>
    public static IReadOnlyList<string> Acts { get; } =
    [Admission, Flash, JointReadout, Passing, PublicRelease, Silence, Suspension];

    /// <summary>How long an entry of that precedence may stay unacknowledged.</summary>
    public TimeSpan AcknowledgeWithin(Precedence precedence) =>
        TimeSpan.FromSeconds(
            precedence switch
            {
                Precedence.Routine => AcknowledgeRoutine,
                Precedence.Priority => AcknowledgePriority,
                Precedence.Immediate => AcknowledgeImmediate,
                Precedence.Flash => AcknowledgeFlash,
                _ => throw new ArgumentOutOfRangeException(nameof(precedence)),
            }
        );

    /// <summary>Why the policy makes no sense, or null. // LINE-8</summary>
    public string? Problem()
    {
        int[] all =
        [
            AcknowledgeRoutine,
            AcknowledgePriority,
            AcknowledgeImmediate,
            AcknowledgeFlash,
            Deputy,
            Heartbeat,
            ClockWarn,
            ClockFlag,
            LineTest,
        ];
        if (all.Any(seconds => seconds is < 1 or > MaxSeconds))
            return $"a duration is not from 1 to {MaxSeconds} seconds";
        if (
            AcknowledgeFlash > AcknowledgeImmediate
            || AcknowledgeImmediate > AcknowledgePriority
            || AcknowledgePriority > AcknowledgeRoutine
        )
            return "a more urgent entry may wait longer than a less urgent one";
        if (Separation.Problem() is { } problem)
            return problem;
        if (Fold is < FirstFold or > NewestFold)
            return $"there is no fold {Fold}: this program knows those up to {NewestFold}";
        if (ClockWarn > ClockFlag)
            return "clocks are flagged before they are warned about";
        if (StaffedTests.Count > MaxStaffedTests)
            return $"there are more than {MaxStaffedTests} staffed tests";
        for (var i = 0; i < StaffedTests.Count; i++)
        {
            if (
                !TimeOnly.TryParseExact(
                    StaffedTests[i],
                    "HH:mm",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out _
                )
            )
                return "a staffed test's time is not HH:mm";
            if (i > 0 && string.CompareOrdinal(StaffedTests[i - 1], StaffedTests[i]) >= 0)
                return "staffed tests are not in ascending order";
        }
        for (var i = 0; i < TwoPeople.Count; i++)
        {
            if (!Acts.Contains(TwoPeople[i]))
                return $"'{TwoPeople[i]}' is no act that takes two people: {string.Join(", ", Acts)}";
            if (i > 0 && string.CompareOrdinal(TwoPeople[i - 1], TwoPeople[i]) >= 0)
                return "acts that take two people are not in ascending order";
        }
        return null;
    }

    public bool Equals(LinePolicy? other) =>
        other is not null && Write(new()).ToString() == other.Write(new()).ToString();

    public override int GetHashCode() =>
        HashCode.Combine(AcknowledgeRoutine, AcknowledgeFlash, Heartbeat, LineTest, StaffedTests.Count);

    internal CanonicalJson Write(CanonicalJson json)
    {
        WriteTimes(json.Open('{'));
        if (Written >= WithoutSeparation)
            json.Member("twoPeople", TwoPeople);
        if (Written >= WithSeparation)
        {
            json.Name("separation")
                .Open('{')
                .Member("metres", (ulong)Separation.Metres)
                .Member("height", (ulong)Separation.Height)
                .Member("seconds", (ulong)Separation.Seconds)
                .Close('}');
        }
        if (Fold != FirstFold)
            json.Member("fold", (ulong)Fold); // an older program reads a document without it
        return json.Close('}');
    }

    private void WriteTimes(CanonicalJson json) =>
        json.Name("acknowledge")
            .Open('{')
            .Member("routine", (ulong)AcknowledgeRoutine)
            .Member("priority", (ulong)AcknowledgePriority)
            .Member("immediate", (ulong)AcknowledgeImmediate)
            .Member("flash", (ulong)AcknowledgeFlash)
            .Close('}')
            .Member("deputy", (ulong)Deputy)
            .Member("heartbeat", (ulong)Heartbeat)
            .Member("clockWarn", (ulong)ClockWarn)
            .Member("clockFlag", (ulong)ClockFlag)
            .Member("lineTest", (ulong)LineTest)
            .Member("staffedTests", StaffedTests);

    private static readonly MemberNames Members = new(
        "acknowledge",
        "deputy",
        "heartbeat",
        "clockWarn",
        "clockFlag",
        "lineTest",
        "staffedTests",
        "twoPeople",
        "separation",
        "fold"
    );
    private static readonly MemberNames SeparationMembers = new("metres", "height", "seconds");
    private static readonly MemberNames Precedences = new("routine", "priority", "immediate", "flash");

    /// <summary>Reads the policy where it stands in a document. Every member that documents had when it was made is
    /// required: a document leaves nothing to defaults.</summary>
    internal static LinePolicy Read(ref StrictJson json)
    {
        var seconds = new int[10];
        List<string> tests = [],
            acts = [];
        var separation = new ulong[3];
        ulong fold = FirstFold;
        if (!json.IsObject("policy"))
            return Default;
        MemberState state = default;
        while (json.NextMember(Members, ref state, out var member))
        {
            if (member == 0)
                ReadAcknowledge(ref json, seconds);
            else if (member < 6)
                seconds[3 + member] = ReadSeconds(ref json, Members[member]);
            else if (member == 7)
            {
                if (!json.IsArray("twoPeople"))
                    continue;
                while (json.NextItem() && json.Text("twoPeople", 32, out var act))
                {
                    if (acts.Count == Acts.Count)
                        json.Fail("'twoPeople' names more acts than there are");
                    acts.Add(act);
                }
            }
            else if (member == 8)
            {
                if (!json.IsObject("separation"))
                    continue;
                MemberState inner = default;
                while (json.NextMember(SeparationMembers, ref inner, out var dimension))
                    json.Integer(
                        SeparationMembers[dimension],
                        LineSeparation.Limits[dimension],
                        out separation[dimension]
                    );
                if (inner.FirstMissing(3) >= 0)
                    json.Fail("'separation' is incomplete");
            }
            else if (member == FoldMember)
            {
                if (json.Integer("fold", EntryHeader.MaxSeq, out fold) && fold > NewestFold)
                    json.Fail(
                        $"'policy' is of fold {fold}, and this program knows those up to {NewestFold}: a newer one is needed"
                    );
            }
            else if (json.IsArray("staffedTests"))
            {
                while (json.NextItem() && json.Text("staffedTests", 5, out var time))
                {
                    if (tests.Count == MaxStaffedTests)
                        json.Fail($"'staffedTests' has more than {MaxStaffedTests}");
                    tests.Add(time);
                }
            }
        }
        // Before there were acts that take two people, none did; before there was a separation, what is planned must
        // not touch.
        var missing = state.FirstMissing(WithSeparation);
        var written = missing >= WithoutTwoPeople ? missing : WithSeparation;
        if (
            missing is >= 0 and < WithoutTwoPeople
            || (written == WithoutTwoPeople && state.Has(WithoutSeparation))
            || (written < WithSeparation && state.Has(FoldMember))
        )
            json.Fail("'policy' is incomplete");
        var policy = new LinePolicy
        {
            AcknowledgeRoutine = seconds[0],
            AcknowledgePriority = seconds[1],
            AcknowledgeImmediate = seconds[2],
            AcknowledgeFlash = seconds[3],
            Deputy = seconds[4],
            Heartbeat = seconds[5],
            ClockWarn = seconds[6],
            ClockFlag = seconds[7],
            LineTest = seconds[8],
            StaffedTests = tests,
            TwoPeople = acts,
            Separation = new LineSeparation((int)separation[0], (int)separation[1], (int)separation[2]),
            Written = written,
            Fold = json.Fault is null ? (int)fold : FirstFold,
        };
        if (json.Fault is null && policy.Problem() is { } problem)
            json.Fail($"'policy': {problem}");
        return policy;
    }

    private static void ReadAcknowledge(ref StrictJson json, int[] seconds)
    {
        if (!json.IsObject("acknowledge"))
            return;
        MemberState state = default;
        while (json.NextMember(Precedences, ref state, out var member))
            seconds[member] = ReadSeconds(ref json, Precedences[member]);
        if (state.FirstMissing(4) >= 0)
            json.Fail("'acknowledge' is incomplete");
    }

    private static int ReadSeconds(ref StrictJson json, string what) =>
        json.Integer(what, MaxSeconds, out var value) ? (int)value : 0;
}

/// <summary>The least between what two parties plan: over the surface, in height, in time. Whole metres and
/// seconds.</summary>
public readonly record struct LineSeparation(int Metres, int Height, int Seconds)
{
    /// <summary>100 km, 20 km, a week: by dimension, the most.</summary>
    internal static readonly ulong[] Limits = [100_000, 20_000, 604_800];

    internal string? Problem()
    {
        long[] values = [Metres, Height, Seconds];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] < 0 || (ulong)values[i] > Limits[i])
                return $"a separation is at most {Limits[0]} m, {Limits[1]} m of height and {Limits[2]} s";
        }
        return null;
    }
}
