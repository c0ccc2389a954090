namespace Parley.Record;

/// <summary>A policy's answer to a checkpoint: the log that signed it, and the names of the witnesses that cosigned
/// it.</summary>
public sealed record PolicyOutcome(VerifierKey Log, IReadOnlyList<string> Witnesses);

/// <summary>
/// Which logs are trusted, and which cosignatures a checkpoint needs (C2SP tlog-policy). For an outsider who verifies
/// evidence by
/// rules of its own; the parties of a line need no policy, since sealed means cosigned by all of them.
/// </summary>
public sealed class TlogPolicy
{
    /// <summary>Longest policy that is read, in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Most logs, witnesses and groups, each.</summary>
    public const int MaxLogs = 64,
        MaxWitnesses = 64,
        MaxGroups = 64;

    private readonly PolicyGroup[] groups;
    private readonly string? quorum; // null: none

    internal TlogPolicy(
        IReadOnlyList<VerifierKey> logs,
        IReadOnlyDictionary<string, VerifierKey> witnesses,
        PolicyGroup[] groups,
        string? quorum
    )
    {
        Logs = logs;
        Witnesses = witnesses;
        this.groups = groups;
        this.quorum = quorum;
    }

    /// <summary>Keys of the trusted logs; a key's name is the log's origin.</summary>
    public IReadOnlyList<VerifierKey> Logs { get; }

    /// <summary>The witnesses' keys by the names they have in this policy. Names are octets: each char is one,
    /// 0x20–0xFF.</summary>
    public IReadOnlyDictionary<string, VerifierKey> Witnesses { get; }

    /// <summary>Members of the quorum that are needed (1 for a single witness, 0 for none), and how many it
    /// has.</summary>
    public (int Threshold, int Members) Quorum =>
        quorum is null ? (0, 0)
        : Array.Find(groups, g => g.Name == quorum) is { } group ? (group.Threshold, group.Members.Count)
        : (1, 1);

    /// <summary>Reads a policy file, with the strictness of the specification; the reason names the line
    /// (LOG-23).</summary>
    public static Parsed<TlogPolicy> Parse(ReadOnlySpan<byte> bytes) => TlogPolicyReader.Read(bytes);

    /// <summary>
    /// Accepts a checkpoint that one of the logs signed under its own origin and that enough witnesses cosigned. A
    /// signature of a
    /// known key that does not hold refuses it, whatever the others say (LOG-9, LOG-24).
    /// </summary>
    public Parsed<PolicyOutcome> Evaluate(SignedCheckpoint checkpoint)
    {
        VerifierKey? log = null;
        foreach (var key in Logs.Where(key => key.Name == checkpoint.Checkpoint.Origin))
        {
            var check = checkpoint.Check(key);
            if (check == SignatureCheck.Invalid)
                return new Rejected($"the signature of {key.Name} does not hold");
            if (check == SignatureCheck.Valid)
                log = key;
        }
        if (log is null)
            return new Rejected($"no log of this policy signed a checkpoint of {checkpoint.Checkpoint.Origin}");

        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, key) in Witnesses)
        {
            var check = checkpoint.Note.Check(key);
            if (check == SignatureCheck.Invalid)
                return new Rejected($"the cosignature of witness {name} does not hold");
            if (check == SignatureCheck.Valid)
                present.Add(name);
        }
        string[] witnesses = [.. Witnesses.Keys.Where(present.Contains)];
        foreach (var group in groups) // each refers to earlier ones only
        {
            if (group.Members.Count(present.Contains) >= group.Threshold)
                present.Add(group.Name);
        }
        if (quorum is not null && !present.Contains(quorum))
            return new Rejected($"{witnesses.Length} witnesses cosigned, which does not meet quorum {quorum}");
        return new PolicyOutcome(log, witnesses);
    }
}

/// <summary>A named k-of-n group; its members are witnesses and groups defined before it.</summary>
internal sealed record PolicyGroup(string Name, int Threshold, IReadOnlyList<string> Members);
