using System.Text;
using System.Text.Unicode;

namespace Parley.Record;

/// <summary>Reads one tlog-policy file, line by line (C2SP tlog-policy, "Policy file syntax and structure").</summary>
internal sealed class TlogPolicyReader
{
    private static readonly string[] Keywords = ["all", "any", "none"];

    private readonly List<VerifierKey> logs = [];
    private readonly OrderedDictionary<string, VerifierKey> witnesses = new(StringComparer.Ordinal);
    private readonly List<PolicyGroup> groups = [];

    // Every defined name, and whether a group has it as a member already.
    private readonly Dictionary<string, bool> names = new(StringComparer.Ordinal);
    private bool hasQuorum;
    private string? quorum;

    internal static Parsed<TlogPolicy> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > TlogPolicy.MaxLength)
            return new Rejected($"a policy is at most {TlogPolicy.MaxLength} bytes");
        foreach (var b in bytes)
        {
            if (b is not ((byte)'\t' or (byte)'\n' or >= 0x20 and not 0x7f))
                return new Rejected("a policy holds a control character");
        }
        // Octets are opaque to the format; Latin-1 keeps each as one char.
        var lines = Encoding.Latin1.GetString(bytes).Split('\n');
        if (lines[^1].Length != 0)
            return new Rejected("a policy's last line does not end in a newline");
        var reader = new TlogPolicyReader();
        for (var i = 0; i < lines.Length - 1; i++)
        {
            var items = lines[i].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (items.Length == 0 || items[0][0] == '#')
                continue;
            if (reader.ReadLine(items) is { } fault)
                return new Rejected($"line {i + 1}: {fault}");
        }
        if (!reader.hasQuorum)
            return new Rejected("a policy has a quorum line");
        return new TlogPolicy(reader.logs, reader.witnesses, [.. reader.groups], reader.quorum);
    }

    // Each of these answers with what is wrong, or null.
    private string? ReadLine(string[] items) =>
        items[0] switch
        {
            "log" => ReadLog(items),
            "witness" => ReadWitness(items),
            "group" => ReadGroup(items),
            "quorum" => ReadQuorum(items),
            _ => "the line starts with none of log, witness, group, quorum",
        };

    private string? ReadLog(string[] items)
    {
        if (items.Length is < 2 or > 3)
            return "a log has a key and at most a URL";
        if (logs.Count == TlogPolicy.MaxLogs)
            return $"a policy has at most {TlogPolicy.MaxLogs} logs";
        if (!TryKey(items[1], SignatureType.Ed25519, out var key, out var fault))
            return fault;
        if (logs.Exists(log => log.Key == key.Key))
            return "two logs have one key";
        logs.Add(key);
        return null;
    }

    private string? ReadWitness(string[] items)
    {
        if (items.Length is < 3 or > 4)
            return "a witness has a name, a key and at most a URL";
        if (witnesses.Count == TlogPolicy.MaxWitnesses)
            return $"a policy has at most {TlogPolicy.MaxWitnesses} witnesses";
        if (Define(items[1]) is { } taken)
            return taken;
        if (!TryKey(items[2], SignatureType.Cosignature, out var key, out var fault))
            return fault;
        if (witnesses.Values.Any(witness => witness.Key == key.Key))
            return "two witnesses have one key";
        witnesses.Add(items[1], key);
        return null;
    }

    private string? ReadGroup(string[] items)
    {
        if (items.Length < 4)
            return "a group has a name, a threshold and members";
        if (groups.Count == TlogPolicy.MaxGroups)
            return $"a policy has at most {TlogPolicy.MaxGroups} groups";
        var members = items[3..];
        foreach (var member in members)
        {
            if (!names.TryGetValue(member, out var isMember))
                return $"{member} is not defined before this line";
            if (isMember)
                return $"{member} is a member twice";
            names[member] = true;
        }
        ulong threshold = items[2] switch
        {
            "any" => 1,
            "all" => (ulong)members.Length,
            var text => StrictText.TryDecimal(text, out var number) ? number : 0,
        };
        if (threshold < 1 || threshold > (ulong)members.Length)
            return $"a threshold is all, any, or 1 to {members.Length} here";
        if (Define(items[1]) is { } taken)
            return taken;
        groups.Add(new PolicyGroup(items[1], (int)threshold, members));
        return null;
    }

    private string? ReadQuorum(string[] items)
    {
        if (items.Length != 2)
            return "a quorum is one name";
        if (hasQuorum)
            return "a policy has one quorum line";
        if (items[1] != "none" && !names.ContainsKey(items[1]))
            return $"{items[1]} is not defined before this line";
        hasQuorum = true;
        quorum = items[1] == "none" ? null : items[1];
        return null;
    }

    private string? Define(string name)
    {
        if (Keywords.Contains(name))
            return $"{name} is a keyword and cannot be a name";
        return names.TryAdd(name, false) ? null : $"{name} is defined twice";
    }

    private static bool TryKey(
        string octets,
        SignatureType wanted,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out VerifierKey? key,
        out string fault
    )
    {
        key = null;
        var utf8 = Encoding.Latin1.GetBytes(octets); // key names are UTF-8 even here
        if (!Utf8.IsValid(utf8))
        {
            fault = "the key's name is not UTF-8";
            return false;
        }
        if (!VerifierKey.Parse(Encoding.UTF8.GetString(utf8)).TryGet(out key, out fault))
            return false;
        if (key.Type == wanted)
            return true;
        fault = $"the key is of type 0x{(byte)key.Type:x2}, not 0x{(byte)wanted:x2}";
        return false;
    }
}
